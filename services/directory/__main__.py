"""The directory's process: `python -m services.directory [serve|migrate|create-database|schema|check-config]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lotse.directory.v1 import agency_pb2_grpc, import_pb2_grpc, search_pb2_grpc

from services.common.channel import connect
from services.common.clock import Clock, SystemClock
from services.common.command import Command, CommandError, run_command
from services.common.database import Database, DatabaseSettings
from services.common.database.commands import ServiceDatabase, database_commands
from services.common.database.target import DatabaseConfigurationError
from services.common.database.target import connect as connect_database
from services.common.health import Readiness
from services.common.identity.jwks import KeyCache
from services.common.logs import configure_logs
from services.common.server import Gates, Registration, gates, serving, until_told_to_stop
from services.common.settings import SettingsError, load
from services.directory.client_keys import consent_keys
from services.directory.finding import Finder
from services.directory.importing.importer import Importer
from services.directory.provisioning import load_reference
from services.directory.reading import ReferenceMissing, read_knowledge
from services.directory.servicer.agency import AgencyServicer, RegimeServicer
from services.directory.servicer.imports import ImportServicer
from services.directory.servicer.search import SearchServicer, TopicServicer
from services.directory.settings import DirectorySettings
from services.directory.store.agencies import AgencyStore
from services.directory.store.imports import ImportStore
from services.directory.store.search import SearchStore

MIGRATIONS = Path(__file__).parent / "migrations"
IMPORT = "/lotse.directory.v1.ImportService/Import"
ROLES = {
    # Custom plans let the planner see which filters a question has; a generic one would scan the whole index.
    "run": {"plan_cache_mode": "force_custom_plan", "default_transaction_read_only": "on"},
    "worker": {"default_transaction_read_only": "on"},
    "import": {},
}


@dataclass(frozen=True, slots=True)
class Wiring:
    """The service put together: what it serves, and whether it can work."""

    registrations: tuple[Registration, ...]
    ready: Readiness


@asynccontextmanager
async def wired(settings: DirectorySettings, clock: Clock) -> AsyncIterator[Wiring]:
    """The whole service on its database, ready to be served; closes its pools at the end."""
    async with (
        await Database.open(settings, ("run",)) as database,
        await Database.open(settings, ("import",), size=4, command_seconds=settings.import_seconds) as imports,
    ):
        known = await read_knowledge(database)
        finder = Finder(SearchStore(database), known.vocabulary, known.gazetteer, clock)
        agencies = AgencyStore(database)
        importer = Importer(ImportStore(imports), known.reference, known.vocabulary, clock)
        yield Wiring(
            (
                Registration(
                    "lotse.directory.v1.SearchService",
                    search_pb2_grpc.add_SearchServiceServicer_to_server,
                    SearchServicer(finder, known.vocabulary, clock),
                ),
                Registration(
                    "lotse.directory.v1.TopicService",
                    search_pb2_grpc.add_TopicServiceServicer_to_server,
                    TopicServicer(known.vocabulary),
                ),
                Registration(
                    "lotse.directory.v1.AgencyService",
                    agency_pb2_grpc.add_AgencyServiceServicer_to_server,
                    AgencyServicer(agencies, clock),
                ),
                Registration(
                    "lotse.directory.v1.RegimeService",
                    agency_pb2_grpc.add_RegimeServiceServicer_to_server,
                    RegimeServicer(agencies),
                ),
                Registration(
                    "lotse.directory.v1.ImportService",
                    import_pb2_grpc.add_ImportServiceServicer_to_server,
                    ImportServicer(importer, settings.import_bytes),
                ),
            ),
            database.check,
        )


@asynccontextmanager
async def opened_gates(settings: DirectorySettings, clock: Clock) -> AsyncIterator[Gates]:
    """The gates of the service; client tokens are taken where consent's address is set."""
    longer = {IMPORT: settings.import_seconds}
    if not settings.consent_target:
        yield gates(settings, clock=clock, longer_seconds=longer)
        return
    channel = connect(settings.consent_target, settings, "lotse-consent")
    try:
        yield gates(settings, client_keys=KeyCache(consent_keys(channel)), clock=clock, longer_seconds=longer)
    finally:
        await channel.close()


def _settings() -> DirectorySettings:
    try:
        return load(DirectorySettings)
    except SettingsError as error:
        raise CommandError(str(error)) from None


async def serve(_: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings, clock = _settings(), SystemClock()
    configure_logs("directory", settings.log_level)
    try:
        async with (
            wired(settings, clock) as wiring,
            opened_gates(settings, clock) as gate,
            serving(settings, wiring.registrations, gate, wiring.ready),
        ):
            await until_told_to_stop()
    except (DatabaseConfigurationError, ReferenceMissing) as error:
        raise CommandError(str(error), status=3) from None
    return 0


async def check_config(_: argparse.Namespace) -> int:
    """Say whether the settings can be used; needs no server."""
    settings = _settings()
    sys.stdout.write(f"directory: the settings of installation {settings.installation} can be used\n")
    return 0


def commands() -> list[Command]:
    """All commands; migrate also loads topics and gazetteer."""
    database = ServiceDatabase(_database_settings, MIGRATIONS, ROLES)
    found = {command.name: command for command in database_commands(database)}
    bring_forward = found["migrate"].run

    async def migrate_and_load(given: argparse.Namespace) -> int:
        status = await bring_forward(given)
        connection = await connect_database(_settings(), "owner", application="directory-command")
        try:
            loaded = await load_reference(connection)
        finally:
            await connection.close()
        sys.stdout.write(f"reference data: {', '.join(loaded) if loaded else 'up to date'}\n")
        return status

    found["migrate"] = replace(found["migrate"], run=migrate_and_load)
    return [
        Command("serve", "serve until told to stop", serve),
        Command("check-config", "say whether the settings can be used", check_config),
        *found.values(),
    ]


def _database_settings() -> DatabaseSettings:
    return _settings()


if __name__ == "__main__":
    sys.exit(run_command("services.directory", "The directory of Lotsennetz.", commands()))
