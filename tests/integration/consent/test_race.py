"""A withdrawal that races thousands of reads: no read counts as having happened at or after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from lotse.consent.v1 import decision_pb2

from services.common.database import Database, Lock, Scope
from services.common.identifiers import uuid7
from services.consent.convert import to_circumstances, to_item
from services.consent.model.question import Circumstances, Item
from services.consent.model.record import Disclosure, Reader
from services.consent.rules.decision import decide
from services.consent.store import disclosures
from tests.integration.consent.world import CONTACT, COVER, Asked, World, an_item

Read = Callable[[Asked, decision_pb2.ItemAsked], Awaitable[None]]
READS = 2000
AT_ONCE = 8
WITHDRAWN_BY_HAND = """
insert into consent_revision
select (jsonb_populate_record(r, '{"revision": 99, "act": "withdrawn", "receipt_id": null}')).*
from consent_revision r where case_id = $1
"""


async def test_no_disclosure_has_a_legal_time_at_or_after_the_withdrawal(world: World) -> None:
    asked, with_pass = await granted(world)
    permitted = denied = 0

    async def read() -> None:
        nonlocal permitted, denied
        answer = await world.disclose(asked, CONTACT)
        permitted, denied = permitted + answer.decisions[0].permit, denied + (not answer.decisions[0].permit)

    async def withdraw_in_the_middle() -> None:
        while permitted < READS // 2:  # noqa: ASYNC110 - the readers of this test count
            await asyncio.sleep(0.001)
        await world.withdraw(with_pass)

    await asyncio.gather(withdraw_in_the_middle(), in_parallel(READS, read))

    assert permitted + denied == READS
    assert permitted >= READS // 2
    assert denied > 0
    assert await wrong_disclosures(world) == 0
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from disclosure") == permitted


async def test_a_read_that_waited_for_a_withdrawal_is_denied(world: World) -> None:
    """Fails without the lock, with another key than the withdrawal's, and where one statement waits and decides."""
    asked, _ = await granted(world)
    async with world.database.administered() as admin:
        async with admin.transaction():
            await admin.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", str(asked.case))
            reading = asyncio.create_task(world.disclose(asked, CONTACT))
            await waits_for_the_case(world)
            await admin.execute(WITHDRAWN_BY_HAND, asked.case)
        assert [decision.permit for decision in (await reading).decisions] == [False]
        assert await admin.fetchval("select count(*) from disclosure") == 0


async def test_the_control_without_the_lock_fails(world: World) -> None:
    """What the lock is for: the same statements without it do let reads count after a withdrawal."""
    async with reader_without_lock(world) as read:
        wrong = 0
        for _ in range(40):
            asked, with_pass = await granted(world)
            item = an_item(CONTACT)
            stop = asyncio.Event()

            readers = [asyncio.create_task(read_until(stop, read, asked, item)) for _ in range(6)]
            await asyncio.sleep(0.05)
            await world.withdraw(with_pass)
            await asyncio.sleep(0.02)
            stop.set()
            await asyncio.gather(*readers)
            wrong = await wrong_disclosures(world)
            if wrong:
                break
    assert wrong > 0


async def waits_for_the_case(world: World) -> None:
    """Returns when a transaction of consent waits for an advisory lock."""
    async with world.database.administered() as admin, asyncio.timeout(4):
        while not await admin.fetchval(  # noqa: ASYNC110 - the server is asked
            "select count(*) from pg_locks where locktype = 'advisory' and not granted "
            "and database = (select oid from pg_database where datname = current_database())"
        ):
            await asyncio.sleep(0.01)


async def read_until(stop: asyncio.Event, read: Read, asked: Asked, item: decision_pb2.ItemAsked) -> None:
    while not stop.is_set():
        await read(asked, item)


async def granted(world: World) -> tuple[Asked, str]:
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    return asked, await world.redeem(await world.take_pass(token))


async def wrong_disclosures(world: World) -> int:
    async with world.database.administered() as admin:
        count: int = await admin.fetchval(
            "select count(*) from disclosure d join withdrawal w using (case_id, discloser_id, recipient_id) "
            "where d.at >= w.at"
        )
        return count


async def in_parallel(times: int, act: Callable[[], Awaitable[None]]) -> None:
    async def some() -> None:
        for _ in range(times // AT_ONCE):
            await act()

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


@asynccontextmanager
async def reader_without_lock(world: World) -> AsyncIterator[Read]:
    """Disclose as the service does it, but for the case's lock."""
    async with world.database.opened("run") as database:

        async def read(asked: Asked, wire_item: decision_pb2.ItemAsked) -> None:
            question = to_circumstances(world.circumstances(asked), world.recipient.person)
            await read_once(database, world, question, to_item(wire_item))

        yield read


async def read_once(database: Database, world: World, question: Circumstances, item: Item) -> None:
    scope = Scope("staff", world.recipient.agency, world.recipient.person, question.case_id)
    reader = Reader(world.recipient.person, world.recipient.agency, "counsellor")
    request_id = uuid4()
    async with database.transaction(scope, lock=Lock(f"nothing-{request_id}", shared=True)) as tx:
        ((grounds, at),) = await disclosures.grounds_of(tx, [question], request_id)
        decision = decide(item, question, grounds, at)
        if decision.permit:
            await disclosures.insert(tx, [Disclosure(uuid7(), question, decision, reader, at, request_id)])
