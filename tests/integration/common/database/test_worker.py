import asyncio
from datetime import timedelta

from services.common.worker import BackgroundTasks
from tests.support.postgres import DatabaseOf

OFTEN = timedelta(milliseconds=20)


class Counter:
    def __init__(self) -> None:
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1


async def until_more(counter: Counter, than: int, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while counter.runs <= than:  # noqa: ASYNC110 - the count is all there is to see
            await asyncio.sleep(0.01)


async def test_one_replica_works_and_the_other_takes_over(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    first, second = Counter(), Counter()
    one, two = BackgroundTasks(target), BackgroundTasks(target)
    one.every(OFTEN, "count", first.run)
    two.every(OFTEN, "count", second.run)
    async with one:
        await until_more(first, 2)
        async with two:
            await until_more(first, first.runs + 5)
            assert second.runs == 0
            await one.__aexit__(None, None, None)
            await until_more(second, 2)
            stopped = first.runs
            await until_more(second, second.runs + 3)
            assert first.runs == stopped


async def test_failing_task_comes_back_and_disturbs_no_other(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    good, tries = Counter(), Counter()

    async def fail() -> None:
        await tries.run()
        raise RuntimeError("on purpose")

    tasks = BackgroundTasks(target)
    tasks.every(OFTEN, "good", good.run)
    tasks.every(OFTEN, "bad", fail)
    async with tasks:
        await until_more(tries, 1)
        await until_more(good, good.runs + 5)


async def test_task_that_hangs_is_ended_at_its_limit(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    tries = Counter()

    async def hang() -> None:
        await tries.run()
        await asyncio.sleep(60)

    tasks = BackgroundTasks(target)
    tasks.every(OFTEN, "hanging", hang, limit=timedelta(milliseconds=50))
    async with tasks:
        await until_more(tries, 1)


async def test_lasting_task_is_started_again(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    tries = Counter()

    async def fail() -> None:
        await tries.run()
        raise RuntimeError("on purpose")

    tasks = BackgroundTasks(target)
    tasks.lasting("breaking", fail)
    async with tasks:
        await until_more(tries, 1)


async def test_leader_that_loses_its_connection_stops_and_leads_again(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    counter = Counter()
    tasks = BackgroundTasks(given.target)
    tasks.every(OFTEN, "count", counter.run)
    async with tasks, given.administered() as admin:
        await until_more(counter, 2)
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kit-background'"
        )
        await until_more(counter, counter.runs + 5)


async def test_task_that_is_added_inside_the_block_runs_too(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    first, later, lasting = Counter(), Counter(), Counter()
    async with BackgroundTasks(target) as tasks:
        tasks.every(OFTEN, "first", first.run)
        tasks.lasting("lasting", lasting.run)
        await until_more(first, 2)
        await until_more(lasting, 0)
        tasks.every(OFTEN, "later", later.run)
        await until_more(later, 2)
    stopped = (first.runs, later.runs, lasting.runs)
    await asyncio.sleep(0.5)
    assert (first.runs, later.runs, lasting.runs) == stopped
