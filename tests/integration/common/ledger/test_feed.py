import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from services.common.database import SERVICE_SCOPE, Connection, Database
from services.common.errors import Unavailable
from services.common.feed import BEGINNING, Change, ChangeFeed, CursorMovedError, FeedConsumer, Page
from services.common.ledger import Sequencer
from tests.support.ledger import SIGNER, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf, TestDatabase

NOW = timedelta()
Fetch = Callable[[int], Awaitable[Page[Change]]]


async def apply(tx: Connection, changes: Sequence[Change]) -> None:
    await tx.executemany(
        "insert into heard (seq, kind, row_id) values ($1, $2, $3)",
        [(change.seq, change.kind, change.row_id) for change in changes],
    )


async def write_many(database: Database, count: int) -> None:
    for _ in range(count):
        async with database.transaction(SERVICE_SCOPE) as tx:
            await write_event(tx)
            await asyncio.sleep(0)


async def heard(database: Database, count: int, seconds: float = 15) -> list[int]:
    async with asyncio.timeout(seconds):
        while True:
            async with database.transaction(SERVICE_SCOPE, "worker") as tx:
                rows = await tx.fetch("select seq from heard order by seq")
            if len(rows) >= count:
                return [row["seq"] for row in rows]
            await asyncio.sleep(0.05)


class Constellation:
    """One database that is both sides: log, feed, consumer, as tasks that end with the test."""

    def __init__(self, given: TestDatabase, database: Database, stack: AsyncExitStack) -> None:
        self.given, self.database, self._stack = given, database, stack
        self.feed = ChangeFeed(given.target, database)

    async def sequence(self) -> None:
        await self._stack.enter_async_context(sequencing(Sequencer(self.given.target, SIGNER, period_seconds=0.02)))

    def start(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._stack.push_async_callback(_ended, task)
        return task

    def consumer(self, fetch: Fetch | None = None) -> FeedConsumer[Change]:
        return FeedConsumer(self.given.target, self.database, "test", fetch or self.fetch, apply)

    async def fetch(self, after: int) -> Page[Change]:
        return await self.feed.list_changes({"event"}, after, 10, timedelta(seconds=2))


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def stack() -> AsyncExitStack:
    return AsyncExitStack()


async def constellation(database_of: DatabaseOf, stack: AsyncExitStack) -> Constellation:
    given = await database_of("kit")
    database = await stack.enter_async_context(given.opened())
    return Constellation(given, database, stack)


async def test_many_writers_and_nobody_is_skipped(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        both.start(both.feed.listen())
        both.start(both.consumer().run())
        await asyncio.gather(*(write_many(both.database, 40) for _ in range(8)))
        assert await heard(both.database, 320) == list(range(320))


async def test_transaction_left_open_elsewhere_does_not_stall_the_feed(
    database_of: DatabaseOf, stack: AsyncExitStack
) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        other = await database_of("kit")
        idle = await stack.enter_async_context(other.administered())
        await stack.enter_async_context(idle.transaction())
        await idle.execute("create table never_committed ()")
        await both.sequence()
        both.start(both.consumer().run())
        await write_many(both.database, 5)
        assert await heard(both.database, 5, seconds=5) == list(range(5))


async def test_waiting_reader_is_woken_at_once(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        both.start(both.feed.listen())
        await both.sequence()
        await asyncio.sleep(0.5)
        asking = asyncio.create_task(both.feed.list_changes([], BEGINNING, 10, timedelta(seconds=20)))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        await write_many(both.database, 1)
        page = await asking
        assert asyncio.get_running_loop().time() - began < 0.5
        assert [change.seq for change in page.changes] == [0]


async def test_reader_without_listener_hears_a_little_later(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        asking = asyncio.create_task(both.feed.list_changes([], BEGINNING, 10, timedelta(seconds=20)))
        await asyncio.sleep(0.05)
        await write_many(both.database, 1)
        async with asyncio.timeout(5):
            assert len((await asking).changes) == 1


async def test_waiting_ends_with_an_empty_page(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        assert await both.feed.list_changes([], BEGINNING, 10, timedelta(seconds=0.1)) == Page((), BEGINNING)


async def test_page_of_other_kinds_is_empty_and_moves_on(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        await write_many(both.database, 3)
        admin = await stack.enter_async_context(both.given.administered())
        await logged(admin, 3)
        assert await both.feed.list_changes(["note"], BEGINNING, 10, NOW) == Page((), 2)
        page = await both.feed.list_changes(["event"], BEGINNING, 2, NOW)
        assert ([change.seq for change in page.changes], page.position) == ([0, 1], 1)
        page = await both.feed.list_changes(["event"], page.position, 2, NOW)
        assert ([change.seq for change in page.changes], page.position) == ([2], 2)


async def test_consumer_goes_on_where_it_was_after_the_server_was_away(
    database_of: DatabaseOf, stack: AsyncExitStack
) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        away = False

        async def fetch(after: int) -> Page[Change]:
            if away:
                raise Unavailable
            return await both.fetch(after)

        await both.sequence()
        both.start(both.consumer(fetch).run())
        await write_many(both.database, 2)
        await heard(both.database, 2)
        away = True
        await write_many(both.database, 2)
        await asyncio.sleep(2.5)
        away = False
        assert await heard(both.database, 4) == [0, 1, 2, 3]


async def test_an_older_copy_of_the_log_is_said_aloud_instead_of_waited_for(
    database_of: DatabaseOf, stack: AsyncExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        consumer = both.consumer()
        running = both.start(consumer.run())
        await write_many(both.database, 3)
        await heard(both.database, 3)
        consumer.check()
        admin = await stack.enter_async_context(both.given.administered())
        await admin.execute("update feed_cursor set position = 7")
        await _ended(running)
        async with asyncio.timeout(1.5):
            assert await both.feed.list_changes(["event"], 7, 10, timedelta(seconds=20)) == Page((), 2)
        running = both.start(consumer.run())
        async with asyncio.timeout(10):
            while "feed.went_backwards" not in capsys.readouterr().out:  # noqa: ASYNC110 - a log is read
                await asyncio.sleep(0.05)
        with pytest.raises(Unavailable):
            consumer.check()
        assert await admin.fetchval("select position from feed_cursor") == 7
        await write_many(both.database, 6)
        await heard(both.database, 4)
        consumer.check()


async def test_second_consumer_takes_over_and_applies_nothing_twice(
    database_of: DatabaseOf, stack: AsyncExitStack
) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        first = both.start(both.consumer().run())
        await write_many(both.database, 4)
        await heard(both.database, 4)
        both.start(both.consumer().run())
        writing = asyncio.create_task(write_many(both.database, 20))
        await asyncio.sleep(0.1)
        await _ended(first)
        await writing
        assert await heard(both.database, 24) == list(range(24))


async def test_leader_that_lost_its_place_changes_nothing(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        await write_many(both.database, 2)
        admin = await stack.enter_async_context(both.given.administered())
        await logged(admin, 2)
        consumer = both.consumer()
        assert await consumer._position() == BEGINNING
        page = await both.fetch(BEGINNING)
        assert await consumer.advance(BEGINNING, page) == 1
        await admin.execute("delete from heard")
        with pytest.raises(CursorMovedError):
            await consumer.advance(BEGINNING, page)
        assert await admin.fetchval("select count(*) from heard") == 0


async def test_failing_batch_is_rolled_back_with_its_cursor(database_of: DatabaseOf, stack: AsyncExitStack) -> None:
    async with stack:
        both = await constellation(database_of, stack)
        await both.sequence()
        await write_many(both.database, 3)
        failures = 2

        async def failing(tx: Connection, changes: Sequence[Change]) -> None:
            nonlocal failures
            await apply(tx, changes)
            if failures:
                failures -= 1
                raise RuntimeError("on purpose")

        both.start(FeedConsumer(both.given.target, both.database, "test", both.fetch, failing).run())
        assert await heard(both.database, 3) == [0, 1, 2]
        assert failures == 0
