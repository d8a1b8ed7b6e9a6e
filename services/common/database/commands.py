"""The commands that every service with a database offers: create-database, migrate, check-config, schema."""

import argparse
import importlib.metadata
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg

from services.common.command import Command, CommandError
from services.common.database.create import REQUEST_SETTINGS, create_database, roles_of
from services.common.database.migrate import check_migrated, migrate
from services.common.database.migrations import MigrationError
from services.common.database.schema import dump_schema
from services.common.database.target import DatabaseConfigurationError, DatabaseSettings, connect, role_names

ADMIN_URL = "LOTSE_ADMIN_DATABASE_URL"
ADMIN_PASSWORD_FILE = "LOTSE_ADMIN_DATABASE_PASSWORD_FILE"  # noqa: S105 - the name of a setting


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """One database of a service: how to find it, which roles it has with which settings, which folder migrates it."""

    target: Callable[[], DatabaseSettings]
    migrations: Path
    roles: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: {"run": REQUEST_SETTINGS, "worker": REQUEST_SETTINGS}
    )


def program_version() -> str:
    """Version of this program as installed; what a database's minimum program version is compared with."""
    return importlib.metadata.version("lotsennetz")


def admin_url() -> str:
    """Address of the server with a user who may create databases; holds the password, so keep it out of logs.

    The password stands in the address, or in the file that LOTSE_ADMIN_DATABASE_PASSWORD_FILE names: a container's
    environment can be read by whoever may look at the container. Raises CommandError when either is missing.
    """
    url, file = os.environ.get(ADMIN_URL), os.environ.get(ADMIN_PASSWORD_FILE)
    if not url:
        raise CommandError(f"Set {ADMIN_URL} to the address of the server with a user who may create databases.")
    if not file:
        return url
    try:
        password = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"{ADMIN_PASSWORD_FILE}: {file}: {error.strerror}", status=3) from None
    parts = urlsplit(url)
    if not parts.username or parts.password:
        raise CommandError(f"{ADMIN_URL} must name a user and no password, since {ADMIN_PASSWORD_FILE} is set.")
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def database_commands(*databases: ServiceDatabase) -> list[Command]:
    """`create-database`, `migrate`, `check-config` and `schema` over all databases of the service, in this order."""

    async def create(_: argparse.Namespace) -> int:
        server = admin_url()
        for database in databases:
            await _create(server, database)
        return 0

    async def bring_forward(_: argparse.Namespace) -> int:
        for database in databases:
            await _migrate(database)
        return 0

    async def check_config(_: argparse.Namespace) -> int:
        for database in databases:
            await _check(database)
        return 0

    async def schema(arguments: argparse.Namespace) -> int:
        return await _schema(databases, check=arguments.check)

    return [
        Command(
            "create-database",
            "create roles and empty databases where they are missing; passwords and role settings are set anew",
            create,
            epilog=f"Needs {ADMIN_URL}, and {ADMIN_PASSWORD_FILE} when that holds no password. Safe to repeat. "
            "Run migrate afterwards.",
        ),
        Command(
            "migrate",
            "bring the databases forward to this program; nothing happens when they are",
            bring_forward,
            epilog="Uses the owner role. Each file is one transaction; a file changed after it was applied is refused.",
        ),
        Command(
            "check-config",
            "read all settings, log in as every role and see that the databases fit this program; change nothing",
            check_config,
            epilog="Status 2: a setting is missing, wrong or unknown, or a migration is. Status 3: a server is away.",
        ),
        Command(
            "schema",
            "write the schema as text beside the migrations",
            schema,
            arguments=_schema_arguments,
            epilog="The text is committed; with --check nothing is written and a difference ends with status 1.",
        ),
    ]


def _schema_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="compare with the committed text instead of writing it")


async def _create(server: str, database: ServiceDatabase) -> None:
    settings = _target(database)
    name = urlsplit(settings.database_url).path.lstrip("/")
    if not name:
        raise CommandError("The database address names no database; it has to end with /NAME.")
    try:
        owner, roles = roles_of(settings, database.roles)
        new = await create_database(server, name=name, owner=owner, roles=roles)
    except DatabaseConfigurationError as error:
        raise CommandError(str(error)) from None
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"Database {name} could not be created: {error}", status=3) from None
    _say(f"{name}: {'created' if new else 'was there'}")


async def _migrate(database: ServiceDatabase) -> None:
    settings = _target(database)
    connection = await _connected(settings, "owner")
    try:
        names = await migrate(connection, database.migrations, role_names(settings), program=program_version())
    except MigrationError as error:
        raise CommandError(str(error)) from None
    finally:
        await connection.close()
    _say(f"{urlsplit(settings.database_url).path.lstrip('/')}: {', '.join(names) if names else 'up to date'}")


async def _check(database: ServiceDatabase) -> None:
    settings = _target(database)
    for role in ("owner", *(role for role in database.roles if role != "owner")):
        connection = await _connected(settings, role)
        try:
            await check_migrated(connection, database.migrations, program=program_version())
        except MigrationError as error:
            raise CommandError(str(error)) from None
        finally:
            await connection.close()
    _say(f"{urlsplit(settings.database_url).path.lstrip('/')}: every role logs in, nothing is missing")


async def _schema(databases: Sequence[ServiceDatabase], *, check: bool) -> int:
    status = 0
    for database in databases:
        settings = _target(database)
        path = database.migrations / "schema.txt"
        connection = await _connected(settings, "owner")
        try:
            text = await dump_schema(connection, settings)
        finally:
            await connection.close()
        if not check:
            path.write_text(text, encoding="utf-8")
            _say(f"written: {path}")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            _say(f"{path} is stale; run the schema command and commit it.")
            status = 1
    return status


def _target(database: ServiceDatabase) -> DatabaseSettings:
    return database.target()


async def _connected(settings: DatabaseSettings, role: str) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await connect(settings, role, application=f"{settings.service}-command")
    except DatabaseConfigurationError as error:
        raise CommandError(str(error)) from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CommandError(f"The database cannot be reached as {role}: {error}", status=3) from None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
