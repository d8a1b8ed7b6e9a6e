"""Brings a database forward, file by file, or says in one sentence why it must not."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from services.common.database.migrations import Migration, MigrationError, read_migrations, version_key
from services.common.database.queries import queries_beside
from services.common.database.target import Connection, Record

SQL = queries_beside(__file__)


async def migrate(connection: Connection, folder: Path, roles: Mapping[str, str], *, program: str) -> tuple[str, ...]:
    """Applies what is missing and returns the names applied; an up-to-date database costs two reads.

    `connection` is the owner role's, outside every pool. Each file is one transaction together with its row of history,
    so a broken file leaves the database as it was before that file. Two runs at once wait for each other. A lock that
    is not had within three seconds ends the run, since waiting for it would stop everybody queued behind.
    """
    migrations = read_migrations(folder)
    if not _missing(migrations, await _applied(connection), program):
        return ()
    await connection.fetchval(SQL.wait_for_other_migration)
    await connection.fetchval(SQL.take_lock)
    try:
        applied = await _applied(connection)  # somebody may have been faster
        names = []
        for migration in _missing(migrations, applied, program):
            await _apply(connection, migration, roles, program)
            names.append(migration.name)
        return tuple(names)
    finally:
        if not connection.is_closed():
            await connection.fetchval(SQL.release_lock)


async def check_migrated(connection: Connection, folder: Path, *, program: str) -> None:
    """Returns when this program may run on this database, else raises; any role may ask.

    A database ahead of the program is allowed as long as its minimum program version is not above it, so that a new
    release can migrate while the old one still runs.
    """
    missing = _missing(read_migrations(folder), await _applied(connection), program)
    if missing:
        raise MigrationError(f"The database lacks migration {missing[0].name}; run the migrate command.")


def _missing(migrations: Sequence[Migration], applied: Sequence[Record], program: str) -> Sequence[Migration]:
    for row in applied:
        if version_key(row["minimum_program"]) > version_key(program):
            raise MigrationError(
                f"The database needs program version {row['minimum_program']} or newer, this one is {program}."
            )
    for row, migration in zip(applied, migrations, strict=False):
        if row["name"] != migration.name or row["checksum"] != migration.checksum:
            raise MigrationError(
                f"Migration {migration.name} was changed after it was applied (as {row['name']}); "
                "restore the file and write a new one."
            )
    return migrations[len(applied) :]


async def _applied(connection: Connection) -> Sequence[Record]:
    if not await connection.fetchval(SQL.has_history):
        return ()
    return await connection.fetch(SQL.list_applied)


async def _apply(connection: Connection, migration: Migration, roles: Mapping[str, str], program: str) -> None:
    try:
        async with connection.transaction():
            if not await connection.fetchval(SQL.has_history):
                await connection.execute(SQL.create_history)
            await connection.fetchval(SQL.bound_lock_waits)
            await connection.execute(migration.statements(roles))
            await connection.execute(
                SQL.insert_applied,
                migration.number,
                migration.name,
                migration.checksum,
                migration.minimum_program,
                program,
            )
    except asyncpg.LockNotAvailableError:
        raise MigrationError(
            f"Migration {migration.name} did not get a lock within 3 s; nothing was changed, try again."
        ) from None
    except asyncpg.PostgresError as error:
        # Without the server's details, which show the row that did not fit.
        raise MigrationError(f"Migration {migration.name} failed, nothing of it was kept: {error.args[0]}.") from None
