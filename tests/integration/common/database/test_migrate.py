import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from services.common.database.create import create_database, drop_database, roles_of
from services.common.database.migrate import check_migrated, migrate
from services.common.database.migrations import MigrationError, read_migrations
from services.common.database.schema import dump_schema
from services.common.database.target import DatabaseTarget, connect, role_names
from tests.support.postgres import LIMITS, MIGRATIONS, DatabaseOf, Postgres

NAME = "test_migrate"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of migrations that the test may change."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS["kit"], copy)
    return copy


@pytest.fixture
async def empty(postgres: Postgres) -> AsyncIterator[DatabaseTarget]:
    await drop_database(postgres.admin_url, NAME)
    await postgres.create_empty("kit", NAME)
    yield postgres.target("kit", NAME)
    await drop_database(postgres.admin_url, NAME)


@asynccontextmanager
async def owner(target: DatabaseTarget) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await connect(target, "owner", application="test")
    try:
        yield connection
    finally:
        await connection.close()


async def run(target: DatabaseTarget, folder: Path, program: str = "1.0.0") -> tuple[str, ...]:
    async with owner(target) as connection:
        return await migrate(connection, folder, role_names(target), program=program)


async def test_all_files_apply_from_zero_and_a_second_run_changes_nothing(empty: DatabaseTarget, folder: Path) -> None:
    assert await run(empty, folder) == ("0001_note", "0002_ledger", "0003_node")
    assert await run(empty, folder) == ()


async def test_schema_is_the_same_in_every_installation(
    empty: DatabaseTarget, folder: Path, database_of: DatabaseOf
) -> None:
    await run(empty, folder)
    cloned = await database_of("kit")
    async with owner(empty) as one, cloned.connected("owner") as two:
        text = await dump_schema(one, empty)
        assert text == await dump_schema(two, cloned.target)
    assert "policy client_of_the_case" in text
    assert "grant select to kit_run" in text
    assert "test_kit" not in text
    assert "lotse_migration" not in text


async def test_schema_shows_a_changed_grant(empty: DatabaseTarget, folder: Path) -> None:
    await run(empty, folder)
    async with owner(empty) as connection:
        before = await dump_schema(connection, empty)
        await connection.execute('grant delete on note to "test_kit_run"')
        assert before != await dump_schema(connection, empty)


async def test_changed_file_is_refused_by_name(empty: DatabaseTarget, folder: Path) -> None:
    await run(empty, folder)
    with (folder / "0001_note.sql").open("a") as file:
        file.write("-- one more word\n")
    with pytest.raises(MigrationError, match="0001_note was changed after it was applied"):
        await run(empty, folder)


async def test_broken_file_leaves_the_database_as_before_it(empty: DatabaseTarget, folder: Path) -> None:
    (folder / "0004_broken.sql").write_text("create table half (id int); create table half (id int);")
    with pytest.raises(MigrationError, match="0004_broken failed"):
        await run(empty, folder)
    async with owner(empty) as connection:
        assert await connection.fetchval("select to_regclass('half')") is None
    (folder / "0004_broken.sql").write_text("create table half (id int);")
    assert await run(empty, folder) == ("0004_broken",)


async def test_migration_that_rows_do_not_fit_shows_none_of_them(empty: DatabaseTarget, folder: Path) -> None:
    await run(empty, folder)
    (folder / "0004_row.sql").write_text(
        "create table person (name text); insert into person values ('Beispielname');"
        "alter table person add constraint unnamed check (name = '');"
    )
    with pytest.raises(MigrationError, match="0004_row failed") as failed:
        await run(empty, folder)
    (folder / "0004_row.sql").write_text(
        "create table person (name text primary key); insert into person values ('Beispielname'), ('Beispielname');"
    )
    with pytest.raises(MigrationError, match="0004_row failed") as twice:
        await run(empty, folder)
    assert "Beispielname" not in str(failed.value) + str(twice.value)


async def test_two_runs_at_once_apply_each_file_once(empty: DatabaseTarget, folder: Path) -> None:
    results = await asyncio.gather(*(run(empty, folder) for _ in range(4)))
    assert sorted(len(names) for names in results) == [0, 0, 0, 3]


async def test_program_older_than_the_database_allows_is_refused(empty: DatabaseTarget, folder: Path) -> None:
    (folder / "0004_contract.sql").write_text("-- minimum program: 0.10.0\nalter table note drop column text;\n")
    await run(empty, folder, program="0.10.0")
    (folder / "0004_contract.sql").unlink()
    with pytest.raises(MigrationError, match=r"needs program version 0\.10\.0 or newer, this one is 0\.9\.0"):
        await run(empty, folder, program="0.9.0")


async def test_release_before_still_runs_on_an_expanded_database(empty: DatabaseTarget, folder: Path) -> None:
    (folder / "0004_expand.sql").write_text("alter table note add column more text;")
    await run(empty, folder, program="1.1.0")
    (folder / "0004_expand.sql").unlink()
    async with owner(empty) as connection:
        await check_migrated(connection, folder, program="1.0.0")


async def test_program_says_that_the_database_lacks_a_migration(empty: DatabaseTarget, folder: Path) -> None:
    async with owner(empty) as connection:
        with pytest.raises(MigrationError, match="lacks migration 0001_note"):
            await check_migrated(connection, folder, program="1.0.0")


async def test_lock_that_is_not_had_ends_the_run(empty: DatabaseTarget, folder: Path) -> None:
    await run(empty, folder)
    (folder / "0004_more.sql").write_text("alter table note add column more text;")
    async with owner(empty) as other, other.transaction():
        await other.execute("lock table note in access share mode")
        with pytest.raises(MigrationError, match="did not get a lock"):
            await run(empty, folder)
    assert await run(empty, folder) == ("0004_more",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("0005_gap.sql", "select 1;", "0004 is missing"),
        ("3_name.sql", "select 1;", "no migration name"),
        ("0004_ends.sql", "create table a ();\ncommit;\n", "begins or ends a transaction"),
    ],
)
def test_folder_that_does_not_fit_is_refused(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(MigrationError, match=message):
        read_migrations(folder)


async def test_creating_twice_keeps_the_data_and_takes_the_new_password(
    postgres: Postgres, empty: DatabaseTarget, folder: Path, tmp_path: Path
) -> None:
    await run(empty, folder)
    passwords = tmp_path / "other"
    shutil.copytree(empty.database_passwords_dir, passwords)
    (passwords / "eraser").write_text("another")
    changed = DatabaseTarget(empty.installation, empty.service, empty.database_url, passwords)
    owner_role, roles = roles_of(changed, LIMITS)
    try:
        assert not await create_database(postgres.admin_url, name=NAME, owner=owner_role, roles=roles)
        connection = await connect(changed, "eraser", application="test")
        assert await connection.fetchval("select to_regclass('note')") is not None
        assert await connection.fetchval("show transaction_timeout") == "5s"
        await connection.close()
    finally:
        owner_role, roles = roles_of(empty, LIMITS)
        await create_database(postgres.admin_url, name=NAME, owner=owner_role, roles=roles)


async def test_roles_of_other_services_cannot_connect(postgres: Postgres, empty: DatabaseTarget) -> None:
    await postgres.create_empty("other", "test_migrate_other")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connect(postgres.target("other", NAME), "run", application="test")
    finally:
        await drop_database(postgres.admin_url, "test_migrate_other")
