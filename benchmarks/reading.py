"""Reading one item through gateway, referrals and consent against a bare chain of the same length."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from uuid import uuid4

import asyncpg

from benchmarks.bare.chain import ITEM, NAME, ROLE
from benchmarks.bare.serving import DATABASE, PEER
from benchmarks.house import CASES, BenchHouse
from benchmarks.http import Wires
from benchmarks.measuring import Call, Plan, Side, compare
from benchmarks.peers import admin_url_of, running_peer
from benchmarks.table import Row, throughput_row
from deploy.demo.story import Story

GOAL = 0.6


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """The contact section of several cases in turn, over HTTP with the recipient's session."""
    stories = await house.handed_over(CASES)
    async with AsyncExitStack() as stack:
        targets, pids = await _bare_chain(house, stack, stories[0])
        ours = Wires(house.constellation.ports.gateway)
        peer = Wires(int(targets.rpartition(":")[2]))
        stack.callback(ours.close)
        stack.callback(peer.close)
        database = house.pids("postgres")
        measured = await compare(
            Side(_asking(house, ours, stories), house.pids("gateway", "referrals", "consent"), database),
            Side(_asking_bare(peer), pids, database),
            plan,
        )
    return throughput_row("Reading one item : bare chain", measured, GOAL)


async def _bare_chain(house: BenchHouse, stack: AsyncExitStack, story: Story) -> tuple[str, Sequence[int]]:
    url = admin_url_of(house, "lotse_referrals")
    admin = await asyncpg.connect(url)
    try:
        item = await admin.fetchrow(_ITEM, story.case_id)
    finally:
        await admin.close()
    if item is None:
        raise RuntimeError("The case has no contact section.")
    key = "/".join(str(part) for part in item)
    last = await stack.enter_async_context(
        running_peer(house, "benchmarks.bare.chain", "consent", {ROLE: "last", DATABASE: url, ITEM: key})
    )
    middle = await stack.enter_async_context(
        running_peer(
            house,
            "benchmarks.bare.chain",
            "referrals",
            {ROLE: "middle", DATABASE: url, PEER: last.target, NAME: "lotse-consent"},
        )
    )
    front = await stack.enter_async_context(
        running_peer(
            house, "benchmarks.bare.chain", "gateway", {ROLE: "front", PEER: middle.target, NAME: "lotse-referrals"}
        )
    )
    return front.target, [front.pid, middle.pid, last.pid]


_ITEM = "select case_id, item_id, version from section_version where case_id = $1 and category = 'contact'"


def _asking(house: BenchHouse, wires: Wires, stories: Sequence[Story]) -> Call:
    csrf, jar = house.logins[house.cast.recipient.username]
    origin = house.constellation.environment.staff_origin
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value, _, _ in jar),
        "X-CSRF-Token": csrf,
        "Origin": origin,
    }
    paths = [f"/api/v1{story.etag_path}/sections/contact/read" for story in stories]

    async def ask(number: int) -> None:
        await wires.post(paths[number % len(paths)], {**headers, "Idempotency-Key": str(uuid4())})

    return ask


def _asking_bare(wires: Wires) -> Call:
    async def ask(_: int) -> None:
        await wires.post(f"/read/{uuid4()}", {})

    return ask
