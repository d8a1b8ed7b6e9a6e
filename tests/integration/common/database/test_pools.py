import asyncio
import contextlib
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.common.database import SERVICE_SCOPE, Connection, Database, Lock, Scope
from services.common.database.target import DatabaseConfigurationError, DatabaseTarget
from services.common.errors import Unavailable
from tests.support.postgres import DatabaseOf, Postgres

INSERT = "insert into note (case_id, id, agency_id, text) values ($1, $2, $3, 'said')"
SETTINGS = "select current_setting('lotse.' || name, true) from unnest(array['kind','agency','person','case']) name"


async def write_note(database: Database, agency: UUID, case: UUID) -> None:
    async with database.transaction(Scope("staff", agency=agency)) as tx:
        await tx.execute(INSERT, case, uuid4(), agency)


async def write_and_fail(database: Database, agency: UUID) -> None:
    async with database.transaction(Scope("staff", agency=agency)) as tx:
        await tx.execute(INSERT, uuid4(), uuid4(), agency)
        raise RuntimeError("after the write")


async def write_and_go_on_after_an_error(database: Database, agency: UUID) -> None:
    async with database.transaction(Scope("staff", agency=agency)) as tx:
        await tx.execute(INSERT, uuid4(), uuid4(), agency)
        with contextlib.suppress(asyncpg.DivisionByZeroError):
            await tx.fetchval("select 1/0")


async def be_killed(database: Database, admin: Connection) -> None:
    async with database.transaction(Scope("public")) as tx:
        pid = await tx.fetchval("select pg_backend_pid()")
        await admin.execute("select pg_terminate_backend($1)", pid)
        await asyncio.sleep(0.1)
        await tx.fetchval("select 1")


async def hold(database: Database) -> None:
    async with database.transaction(Scope("staff", agency=uuid4())) as tx:
        await tx.fetchval("select pg_sleep(10)")


async def test_scope_decides_which_rows_exist(database_of: DatabaseOf) -> None:
    agency, case = uuid4(), uuid4()
    async with (await database_of("kit")).opened() as database:
        await write_note(database, agency, case)
        seen = {}
        for name, scope in {
            "own": Scope("staff", agency=agency),
            "other": Scope("staff", agency=uuid4()),
            "client": Scope("client", case=case),
            "other client": Scope("client", case=uuid4()),
            "no agency": Scope("staff"),
            "public": Scope("public"),
        }.items():
            async with database.transaction(scope) as tx:
                seen[name] = await tx.fetchval("select count(*) from note")
        async with database.transaction(SERVICE_SCOPE, "worker") as tx:
            seen["worker"] = await tx.fetchval("select count(*) from note")
    assert seen == {"own": 1, "other": 0, "client": 1, "other client": 0, "no agency": 0, "public": 0, "worker": 1}


async def test_scope_does_not_leak_to_the_next_borrower(database_of: DatabaseOf) -> None:
    async with await Database.open((await database_of("kit")).target, ("run",), size=1) as database:
        async with database.transaction(Scope("staff", agency=uuid4(), person=uuid4(), case=uuid4())) as tx:
            first = await tx.fetchval("select pg_backend_pid()")
        pool = database._pools["run"]
        async with pool.acquire() as bare:
            assert await bare.fetchval("select pg_backend_pid()") == first
            assert [row[0] for row in await bare.fetch(SETTINGS)] == [""] * 4
            assert await bare.fetchval("select count(*) from note") == 0
        async with database.transaction(Scope("public")) as tx:
            assert [row[0] for row in await tx.fetch(SETTINGS)] == ["public", "", "", ""]


async def test_scope_does_not_leak_after_an_error_or_a_cancelled_call(database_of: DatabaseOf) -> None:
    async with await Database.open((await database_of("kit")).target, ("run",), size=1) as database:
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with database.transaction(Scope("staff", agency=uuid4())) as tx:
                await tx.fetchval("select 1/0")
        held = asyncio.create_task(hold(database))
        await asyncio.sleep(0.1)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        async with database._pools["run"].acquire() as bare:
            assert not bare.is_in_transaction()
            assert [row[0] or "" for row in await bare.fetch(SETTINGS)] == [""] * 4


async def test_scope_does_not_leak_between_many_at_once(database_of: DatabaseOf) -> None:
    cases = [uuid4() for _ in range(8)]
    async with await Database.open((await database_of("kit")).target, ("run",), size=3) as database:

        async def ask(case: UUID) -> None:
            for _ in range(10):
                async with database.transaction(Scope("client", case=case)) as tx:
                    assert await tx.fetchval("select current_setting('lotse.case')") == str(case)
                    await asyncio.sleep(0)
                    assert await tx.fetchval("select current_setting('lotse.case')") == str(case)

        await asyncio.gather(*(ask(case) for case in cases))


async def test_shared_locks_of_a_key_go_together_and_the_other_waits(database_of: DatabaseOf) -> None:
    async with (await database_of("kit")).opened("run") as database:
        order: list[str] = []

        async def exclusive() -> None:
            async with database.transaction(SERVICE_SCOPE, lock=Lock("case")):
                order.append("exclusive")

        async with (
            database.transaction(SERVICE_SCOPE, lock=Lock("case", shared=True)),
            database.transaction(SERVICE_SCOPE, lock=Lock("case", shared=True)),
        ):
            waiting = asyncio.create_task(exclusive())
            await asyncio.sleep(0.2)
            order.append("shared")
        await waiting
    assert order == ["shared", "exclusive"]


async def test_single_statements_see_nothing_that_is_guarded_and_last_at_once(database_of: DatabaseOf) -> None:
    agency = uuid4()
    async with (await database_of("kit")).opened() as database:
        await write_note(database, agency, uuid4())
        async with database.statements() as connection:
            assert await connection.fetchval("select count(*) from note") == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(INSERT, uuid4(), uuid4(), agency)
            assert not connection.is_in_transaction()


@pytest.mark.parametrize("key", ["it's", "a b", "x\\", "x;"])
async def test_what_would_need_quoting_never_reaches_the_server(database_of: DatabaseOf, key: str) -> None:
    async with (await database_of("kit")).opened("run") as database:
        with pytest.raises(ValueError, match="more than letters"):
            async with database.transaction(SERVICE_SCOPE, lock=Lock(key)):
                pass


async def test_nothing_writes_in_a_transaction_that_only_reads(database_of: DatabaseOf) -> None:
    agency = uuid4()
    async with (await database_of("kit")).opened("run") as database:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with database.transaction(Scope("staff", agency=agency), read_only=True) as tx:
                await tx.execute(INSERT, uuid4(), uuid4(), agency)


async def test_a_failure_that_somebody_caught_is_no_commit(database_of: DatabaseOf) -> None:
    agency = uuid4()
    async with (await database_of("kit")).opened() as database:
        with pytest.raises(RuntimeError, match="rolled back"):
            await write_and_go_on_after_an_error(database, agency)
        async with database.transaction(SERVICE_SCOPE, "worker") as tx:
            assert await tx.fetchval("select count(*) from note") == 0


async def test_error_rolls_back(database_of: DatabaseOf) -> None:
    agency = uuid4()
    async with (await database_of("kit")).opened() as database:
        with pytest.raises(RuntimeError, match="after the write"):
            await write_and_fail(database, agency)
        async with database.transaction(SERVICE_SCOPE, "worker") as tx:
            assert await tx.fetchval("select count(*) from note") == 0


async def test_run_role_cannot_delete(database_of: DatabaseOf) -> None:
    async with (await database_of("kit")).opened() as database:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction(Scope("staff", agency=uuid4())) as tx:
                await tx.execute("delete from note")


async def test_killed_connection_is_unavailable_and_the_next_works(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.opened("run") as database, given.administered() as admin:
        with pytest.raises(Unavailable):
            await be_killed(database, admin)
        await database.check()


async def test_no_free_connection_is_unavailable(database_of: DatabaseOf) -> None:
    target = (await database_of("kit")).target
    async with (
        await Database.open(target, ("run",), size=1, acquire_seconds=0.2) as database,
        database.transaction(Scope("public")),
    ):
        with pytest.raises(Unavailable):
            await database.check()


async def test_server_that_is_away_is_unavailable_but_opening_works(postgres: Postgres, unused_tcp_port: int) -> None:
    target = DatabaseTarget("test", "kit", f"postgresql://127.0.0.1:{unused_tcp_port}/nothing", postgres.passwords)
    async with await Database.open(target, ("run",)) as database:
        with pytest.raises(Unavailable):
            await database.check()


async def test_missing_password_file_is_said_at_opening(postgres: Postgres, tmp_path: Path) -> None:
    target = DatabaseTarget("test", "kit", "postgresql://127.0.0.1/nothing", tmp_path)
    with pytest.raises(DatabaseConfigurationError, match="password of database role 'run' cannot be read"):
        await Database.open(target, ("run",))


async def test_json_goes_in_and_out_as_values(database_of: DatabaseOf) -> None:
    async with (await database_of("kit")).opened("run") as database, database.transaction(Scope("public")) as tx:
        assert await tx.fetchval("select $1::jsonb", {"a": [1, None]}) == {"a": [1, None]}
