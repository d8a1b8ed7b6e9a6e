"""A process that dies between the two databases: own and sent items stay readable, nothing is left over.

The database itself refuses one statement, as if the process had ended there; then the same is done again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from services.common.status import RemoteError
from services.referrals.background.upkeep import MOST_ORPHANS
from tests.integration.referrals.sweeping import sweep
from tests.integration.referrals.world import CONTACT, HOUSING, World, becomes
from tests.support.postgres import TestDatabase


@asynccontextmanager
async def broken(database: TestDatabase, when: str, table: str) -> AsyncIterator[None]:
    """Within the block every such statement on the table fails."""
    async with database.administered() as admin:
        await admin.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$"
        )
        await admin.execute(f"create trigger refuse before {when} on {table} execute function refuse()")
    try:
        yield
    finally:
        async with database.administered() as admin:
            await admin.execute("drop function refuse cascade")


async def test_a_section_whose_row_was_not_written_leaves_no_key_behind(world: World) -> None:
    case = await world.open_case()
    async with broken(world.content, "insert", "section_version"):
        with pytest.raises(RemoteError):
            await world.write(case.case_id, CONTACT, "lost")
    await world.write(case.case_id, CONTACT, "kept")
    assert await sweep(world) == 1
    assert (await world.read_own(case.case_id, CONTACT)).content.note == "kept"


async def test_a_section_whose_key_was_not_written_is_not_there(world: World) -> None:
    case = await world.open_case()
    request_id = uuid4()
    async with broken(world.keys, "insert", "content_key"):
        with pytest.raises(RemoteError):
            await world.write(case.case_id, CONTACT, "once", request_id=request_id)
    await world.write(case.case_id, CONTACT, "once", request_id=request_id)
    assert await sweep(world) == 0
    assert (await world.read_own(case.case_id, CONTACT)).content.note == "once"


@pytest.mark.parametrize("table", ["referral", "referral_item", "transition"])
async def test_a_send_that_broke_after_its_keys_can_be_done_again(world: World, table: str) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT, HOUSING)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(1, CONTACT, HOUSING))  # type: ignore[arg-type]
    request_id = uuid4()
    async with broken(world.content, "insert" if table == "transition" else "update", table):
        with pytest.raises(RemoteError):
            await world.send(draft, request_id=request_id)
    assert await world.count_keys(world.recipient.agency, draft.referral_id) == 2
    sent = await world.send(draft, request_id=request_id)
    assert await sweep(world) == 0
    await world.accept(sent.referral)
    assert await world.read(draft.referral_id, CONTACT)


async def test_keys_of_a_send_that_was_given_up_are_swept(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(1, CONTACT))  # type: ignore[arg-type]
    async with broken(world.content, "update", "referral"):
        with pytest.raises(RemoteError):
            await world.send(draft)
    assert await sweep(world) == 1
    assert (await world.read_own(case.case_id, CONTACT)).content.note


@pytest.mark.parametrize("table", ["outcome", "transition"])
async def test_an_outcome_that_broke_after_its_keys_can_be_given_again(world: World, table: str) -> None:
    offer = await world.in_progress(CONTACT)
    request_id = uuid4()
    async with broken(world.content, "insert", table):
        with pytest.raises(RemoteError):
            await world.complete(offer.referral, "lost", request_id=request_id)
    assert (await world.complete(offer.referral, "kept", request_id=request_id)).goes_back
    assert await sweep(world) == 2
    assert (await world.read_outcome(offer.referral_id)).note == "kept"


@pytest.mark.parametrize(("place", "when", "table"), [("keys", "delete", "content_key"),
                                                       ("content", "update", "deletion_task")])  # fmt: skip
async def test_a_destruction_that_broke_is_done_at_the_next_start(
    world: World, place: str, when: str, table: str
) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    [task] = await becomes(world.tasks, bool)
    async with world.content.administered() as admin:
        await admin.execute("update deletion_task set acknowledged_at = now(), acknowledged_by = $1", uuid4())
    async with broken(world.keys if place == "keys" else world.content, when, table):
        with pytest.raises(RemoteError):
            await world.acknowledge(task)
    await world.referrals_service.restart()
    await becomes(world.tasks, lambda found: found[0].HasField("keys_destroyed_at"))
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    assert await sweep(world) == 0
    assert (await world.read_own(offer.case_id, CONTACT)).content.note


async def test_the_sweep_leaves_every_key_that_is_needed(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.complete(offer.referral)
    assert await sweep(world) == 0
    assert await world.read(offer.referral_id, CONTACT)
    assert (await world.read_outcome(offer.referral_id)).note


async def test_the_sweep_stops_when_the_databases_do_not_belong_together(world: World) -> None:
    await _orphans(world, 3)
    async with world.keys.administered() as admin:
        await admin.execute("insert into installation values ('another')")
    assert await sweep(world) == 0
    async with world.keys.administered() as admin:
        await admin.execute("delete from installation where id = 'another'")
    assert await sweep(world) == 3


async def test_the_sweep_stops_when_too_much_would_go(world: World) -> None:
    await _orphans(world, MOST_ORPHANS + 1)
    assert await sweep(world) == 0


async def _orphans(world: World, count: int) -> None:
    async with world.keys.administered() as admin:
        await admin.execute(
            "insert into content_key select gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), '\\x01' "
            "from generate_series(1, $1)",
            count,
        )
