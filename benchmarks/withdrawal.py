"""From a client's withdrawal to the recipient's refused read, while colleagues of the recipient go on reading."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, Spread
from benchmarks.peers import admin_url_of
from benchmarks.table import Row
from deploy.demo.desk import StaffDesk
from deploy.demo.story import Story
from services.common.database.queries import queries_beside
from tests.support.house import House

SQL = queries_beside(__file__)

WITHDRAWALS, FEW_WITHDRAWALS = 50, 3
"""Each case comes with one code typed in vain, and the gateway takes sixty of these an hour from one address."""
READERS = 4
_FIRST_SECONDS = 30.0
"""Within which the readers have had their first answers."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One read through gateway, referrals and consent."""

    began: datetime
    ended: datetime
    permitted: bool


@dataclass(frozen=True, slots=True)
class _Ended:
    """What became of the reads of one case around its withdrawal."""

    refusal_milliseconds: float
    """From the legal time of the withdrawal, which the commit follows, to the first refusal that a reader heard."""

    round_trip_milliseconds: float
    """Of the read that began when the client had her answer."""

    permitted_after: int
    """Reads that began after her answer, and readings dated at or after the withdrawal: each would be a fault."""

    reads: int


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """So many cases, one after the other, each read by several at once without a pause."""
    connection = await asyncpg.connect(admin_url_of(house, "lotse_consent"))
    try:
        async with AsyncExitStack() as stack:
            people = await house.people(stack)
            desk = await people.desk(people.cast.recipient)
            count = FEW_WITHDRAWALS if plan.quick else WITHDRAWALS
            ended = [await _withdraw_under_reading(people, desk, connection) for _ in range(count)]
    finally:
        await connection.close()
    refusal = Spread.of([one.refusal_milliseconds for one in ended])
    trip = Spread.of([one.round_trip_milliseconds for one in ended])
    after, reads = sum(one.permitted_after for one in ended), sum(one.reads for one in ended)
    return Row(
        f"withdrawal, {len(ended)} times under {READERS} readers",
        f"refused after {refusal.median:.0f} ms ({refusal.low:.0f} to {refusal.high:.0f}); "
        f"the next read {trip.median:.0f} ms ({trip.low:.0f} to {trip.high:.0f})",
        ratio=f"{after} of {reads:,} reads permitted afterwards",
        goal="the next read is refused",
        reached=after == 0,
    )


async def _withdraw_under_reading(
    people: House, desk: StaffDesk, connection: asyncpg.Connection[asyncpg.Record]
) -> _Ended:
    story = await people.in_progress()
    phone = await people.phone(story.lotsenpass)
    reads: list[_Read] = []
    over = asyncio.Event()

    async def reading() -> None:
        while not over.is_set():
            reads.append(await _read(desk, story))

    async with asyncio.TaskGroup() as readers:
        for _ in range(READERS):
            readers.create_task(reading())
        async with asyncio.timeout(_FIRST_SECONDS):
            while len(reads) < READERS:  # noqa: ASYNC110 - the readers count
                await asyncio.sleep(0.005)
        await phone.post("/withdrawals", {})
        answered = datetime.now(UTC)
        following = await _read(desk, story)
        over.set()
    reads.append(following)
    withdrawn = await connection.fetchrow(SQL.withdrawn, UUID(story.case_id))
    refused = [read.ended for read in reads if not read.permitted]
    if withdrawn is None or not refused or len(refused) == len(reads):
        raise RuntimeError("Nothing was read before, or nothing refused: the figure would say nothing.")
    return _Ended(
        _milliseconds(withdrawn["at"], min(refused)),
        _milliseconds(following.began, following.ended),
        sum(read.permitted for read in _since(reads, answered)) + withdrawn["readings_after"],
        len(reads),
    )


async def _read(desk: StaffDesk, story: Story) -> _Read:
    began = datetime.now(UTC)
    answer = await desk.ask("POST", f"{story.etag_path}/sections/contact/read")
    if answer.status not in {200, 404, 409}:
        raise RuntimeError(f"A read was answered {answer.status} {answer.reason}.")
    return _Read(began, datetime.now(UTC), answer.status == 200)


def _since(reads: Sequence[_Read], when: datetime) -> list[_Read]:
    return [read for read in reads if read.began >= when]


def _milliseconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() * 1000
