"""The network between the services becomes slow, stands still, loses connections: everybody is told in time.

No more is begun than can be held, and when the network is back everything goes on by itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from time import monotonic

import psutil
import pytest

from deploy.demo.desk import Reply
from deploy.demo.planted import CONTACT_NOTE
from deploy.demo.story import Story
from tests.support.bearer_house import BearerHouse
from tests.support.slow_link import SlowLink, a_slow_link

CALL_SECONDS = 3.0
AT_ONCE = WAITING = 10
SLACK_SECONDS = 4.0
"""What a loaded machine may take beside."""

LINKS = {"gateway": "referrals", "referrals": "consent"}


@asynccontextmanager
async def slow(house: BearerHouse, caller: str, call_seconds: float = CALL_SECONDS) -> AsyncIterator[SlowLink]:
    """A link that a test rules over, between a process and the one it asks; as before after the block."""
    processes, callee = house.processes, LINKS[caller]
    usual = {name: dict(values) for name, values in processes.changes.items()}
    async with a_slow_link(processes.environment.target(callee)) as link:
        try:
            processes.changes["gateway"] = {
                **usual["gateway"],
                "LOTSE_GATEWAY_CALL_SECONDS": str(call_seconds),
                "LOTSE_GATEWAY_REQUESTS_AT_ONCE": str(AT_ONCE),
                "LOTSE_GATEWAY_REQUESTS_WAITING": str(WAITING),
            }
            processes.changes.setdefault(caller, {})[f"LOTSE_{caller.upper()}_{callee.upper()}_TARGET"] = link.address
            await processes.restart(*{caller, "gateway"})
            yield link
        finally:
            link.resume()
            processes.changes = usual
            await processes.restart(*{caller, "gateway"})


def is_clear_refusal(reply: Reply) -> bool:
    """Says that it did not work, why, and when to come again."""
    assert reply.status in {503, 504}, (reply.status, reply.reason)
    assert reply.body["title"]
    assert int(reply.headers["Retry-After"]) >= 1, reply.reason
    return True


async def timed(asking: Awaitable[Reply]) -> tuple[Reply, float]:
    began = monotonic()
    return await asking, monotonic() - began


async def test_a_slow_network_makes_everything_slower_and_nothing_else(bearers: BearerHouse) -> None:
    story = await bearers.in_progress()
    for caller in LINKS:
        async with slow(bearers, caller) as link:
            link.delay_seconds = 0.15
            reply, seconds = await timed(bearers.read(story))
            assert (reply.status, reply.body["note"]) == (200, CONTACT_NOTE)
            assert seconds > 2 * link.delay_seconds, "the link is not in between"


async def test_while_referrals_is_out_of_reach_nobody_waits_longer_than_the_deadline(bearers: BearerHouse) -> None:
    story = await bearers.in_progress()
    desk = await bearers.desk(bearers.cast.recipient)
    async with slow(bearers, "gateway") as link:
        assert (await bearers.read(story)).status == 200
        link.stall()
        crowd = [timed(desk.ask("GET", story.etag_path)) for _ in range(4 * AT_ONCE)]
        answers = await asyncio.gather(*crowd, timed(desk.ask("POST", f"{story.etag_path}/sections/contact/read")))
        assert all(is_clear_refusal(reply) for reply, _ in answers)
        assert max(seconds for _, seconds in answers) < CALL_SECONDS * 2 + SLACK_SECONDS
        reasons = Counter(reply.reason for reply, _ in answers)
        assert reasons["TOO_BUSY"] >= len(answers) - 2 * (AT_ONCE + WAITING), "more was begun than can be held"
        found = await desk.ask("POST", "/searches", {"text": "Mietschulden, Braunschweig"})
        assert found.status == 200, "what does not need referrals goes on"
        link.resume()
        reply, seconds = await timed(_until_it_works(bearers, story))
        assert reply.body["note"] == CONTACT_NOTE
        assert seconds < SLACK_SECONDS


async def test_while_consent_is_out_of_reach_nothing_that_crossed_is_shown_and_own_work_goes_on(
    bearers: BearerHouse,
) -> None:
    story = await bearers.in_progress()
    own = await bearers.desk(bearers.cast.discloser)
    async with slow(bearers, "referrals") as link:
        assert (await bearers.read(story)).status == 200
        link.stall()
        refused = await asyncio.gather(*(timed(bearers.read(story)) for _ in range(AT_ONCE // 2)))
        assert all(is_clear_refusal(reply) and CONTACT_NOTE not in reply.text for reply, _ in refused)
        assert max(seconds for _, seconds in refused) < CALL_SECONDS + SLACK_SECONDS
        read, _ = await timed(own.ask("GET", f"/cases/{story.case_id}/sections/contact"))
        assert (read.status, read.body["note"]) == (200, CONTACT_NOTE)
        body = {"note": "Rückruf erst ab elf", "base_version": 1}
        written, _ = await timed(own.ask("PUT", f"/cases/{story.case_id}/sections/contact", body))
        assert written.status == 200
        link.resume()
        reply, seconds = await timed(_until_it_works(bearers, story))
        assert reply.body["note"] == CONTACT_NOTE
        assert seconds < SLACK_SECONDS


async def test_while_consent_does_not_answer_ones_own_draft_is_shown_without_what_only_consent_knows(
    bearers: BearerHouse,
) -> None:
    story = await bearers.permitted()
    own = await bearers.desk(bearers.cast.discloser)
    async with slow(bearers, "referrals", call_seconds=15) as link:
        assert (await own.ask("GET", story.etag_path)).body["consent_state"] == "ready"
        link.stall()
        draft, seconds = await timed(own.ask("GET", story.etag_path))
        assert (draft.status, draft.body["state"]) == (200, "draft")
        assert draft.body["consent_state"] != "ready"
        assert seconds < 15


@pytest.mark.parametrize("caller", LINKS)
async def test_a_connection_that_the_network_forgot_is_given_up_and_made_anew(
    caller: str, bearers: BearerHouse
) -> None:
    """As when a firewall or a machine in between starts anew: no end is told, and only new connections pass."""
    story = await bearers.in_progress()
    async with slow(bearers, caller) as link:
        assert (await bearers.read(story)).status == 200
        before = link.connections
        link.forget()
        reply, seconds = await timed(_until_it_works(bearers, story))
        assert reply.body["note"] == CONTACT_NOTE
        assert seconds < 30
        assert link.connections > before


async def test_asking_on_while_it_stands_still_piles_up_nothing(bearers: BearerHouse) -> None:
    story = await bearers.in_progress()
    desk = await bearers.desk(bearers.cast.recipient)
    async with slow(bearers, "gateway") as link:
        assert (await bearers.read(story)).status == 200
        link.stall()
        sizes = []
        for _ in range(4):
            answers = await asyncio.gather(*(desk.ask("GET", story.etag_path) for _ in range(6 * AT_ONCE)))
            assert all(is_clear_refusal(reply) for reply in answers)
            sizes.append(psutil.Process(bearers.processes.pid("gateway")).memory_info().rss)
        assert max(sizes) < sizes[0] + 30_000_000, sizes
        link.resume()
        reply, seconds = await timed(_until_it_works(bearers, story))
        assert (reply.status, seconds < SLACK_SECONDS) == (200, True)


async def _until_it_works(house: BearerHouse, story: Story) -> Reply:
    """The first answer that is none of those that ask to come again."""
    while (reply := await house.read(story)).status != 200:
        assert is_clear_refusal(reply)
        await asyncio.sleep(0.1)
    return reply
