"""The commands of a service with a ledger: verify it, and rehearse that verification finds what it must."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from services.common.command import Command, CommandError
from services.common.database.commands import ADMIN_URL, ServiceDatabase, admin_url, program_version
from services.common.database.create import create_database, drop_database, roles_of
from services.common.database.migrate import migrate
from services.common.database.migrations import MigrationError
from services.common.database.target import (
    Connection,
    DatabaseConfigurationError,
    DatabaseSettings,
    DatabaseTarget,
    connect,
    role_names,
)
from services.common.ledger.checkpoint import NoteVerifier
from services.common.ledger.copy import copy_rows
from services.common.ledger.findings import Report
from services.common.ledger.verify import RowReader, verify_ledger

_MOST_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class ServiceLedger:
    """What the commands need to know of a service's ledger."""

    database: ServiceDatabase
    readers: Sequence[RowReader]
    verifier: Callable[[], NoteVerifier]
    checkpoint_file: Callable[[], Path | None]
    damage: str = field(repr=False)
    """A statement that changes one byte of one logged row and returns its `row_id`; run on a copy only."""


def ledger_commands(ledger: ServiceLedger) -> list[Command]:
    """`ledger-verify` and `ledger-rehearse`."""

    async def verify(given: argparse.Namespace) -> int:
        settings = ledger.database.target()
        if given.database:
            settings = _beside(settings, given.database)
        report = await _verified(ledger, settings)
        _print(report)
        return 0 if report.intact else 1

    async def rehearse(_: argparse.Namespace) -> int:
        return await _rehearsed(ledger)

    return [
        Command(
            "ledger-verify",
            "compare rows, entries, checkpoints and the file outside; name what does not fit",
            verify,
            arguments=_verify_arguments,
            epilog="Status 0: intact. Status 1: not; each finding is one line, the first is the lowest position.",
        ),
        Command(
            "ledger-rehearse",
            "copy the database, change one byte there, and see that verification names the row; the copy is removed",
            rehearse,
            epilog=f"Needs {ADMIN_URL}. The original is only read. Status 0: copy intact and row named.",
        ),
    ]


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", metavar="NAME", help="a copy on the same server instead of the service's own")


async def _rehearsed(ledger: ServiceLedger) -> int:
    server = admin_url()
    settings = ledger.database.target()
    name = f"{_name(settings)}_rehearsal"
    copy = _beside(settings, name)
    try:
        await _copied(server, ledger, settings, copy)
        before = await _verified(ledger, copy)
        _say(f"copy: {before.summary()}")
        damaged = await _damaged(_administered(server, name), ledger.damage)
        after = await _verified(ledger, copy)
    except (OSError, asyncpg.PostgresError, MigrationError, DatabaseConfigurationError) as error:
        raise CommandError(f"The rehearsal could not be done: {error}", status=3) from None
    finally:
        await drop_database(server, name)
    _print(after)
    found = after.first is not None and str(after.first.row_id) == damaged
    _say(f"one byte of {damaged} was changed in the copy: {'named' if found else 'NOT named'}")
    return 0 if before.intact and found else 1


async def _copied(server: str, ledger: ServiceLedger, settings: DatabaseSettings, copy: DatabaseTarget) -> None:
    name = _name(copy)
    await drop_database(server, name)
    owner, roles = roles_of(settings, ledger.database.roles)
    await create_database(server, name=name, owner=owner, roles=roles)
    connection = await connect(copy, "owner", application=f"{settings.service}-rehearsal")
    try:
        await migrate(connection, ledger.database.migrations, role_names(copy), program=program_version())
    finally:
        await connection.close()
    await copy_rows(_administered(server, _name(settings)), _administered(server, name))


async def _damaged(url: str, statement: str) -> str:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        row_id = await connection.fetchval(statement)
    finally:
        await connection.close()
    if row_id is None:
        raise CommandError("The ledger has no row yet that could be changed in a copy.")
    return str(row_id)


def connections_to_verify() -> int:
    """One for each processor, within reason: PostgreSQL does most of the work, in a process for each connection."""
    return min(os.cpu_count() or 1, _MOST_CONNECTIONS)


async def _verified(ledger: ServiceLedger, settings: DatabaseSettings) -> Report:
    async with AsyncExitStack() as stack:
        connections = [await _opened(stack, settings) for _ in range(connections_to_verify())]
        return await verify_ledger(
            connections[0], ledger.readers, ledger.verifier(), checkpoint_file=ledger.checkpoint_file(),
            beside=connections[1:],
        )  # fmt: skip


async def _opened(stack: AsyncExitStack, settings: DatabaseSettings) -> Connection:
    try:
        connection = await connect(settings, "worker", application=f"{settings.service}-verify")
    except DatabaseConfigurationError as error:
        raise CommandError(str(error)) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CommandError(f"The database cannot be reached: {error}", status=3) from None
    stack.push_async_callback(connection.close)
    return connection


def _name(settings: DatabaseSettings) -> str:
    return urlsplit(settings.database_url).path.lstrip("/")


def _beside(settings: DatabaseSettings, name: str) -> DatabaseTarget:
    url = urlsplit(settings.database_url)._replace(path=f"/{name}").geturl()
    return DatabaseTarget(settings.installation, settings.service, url, settings.database_passwords_dir)


def _administered(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _print(report: Report) -> None:
    _say(report.summary())
    if report.first is not None:
        _say(f"first: {report.first}")
    for finding in report.findings:
        if finding is not report.first:
            _say(str(finding))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
