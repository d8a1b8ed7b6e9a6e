"""The directory's process: `python -m services.directory [serve|migrate|create-database|check-config|schema]`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from services.common.command import Command, CommandError, run_command
from services.common.database import DatabaseSettings
from services.common.database.commands import ServiceDatabase, database_commands
from services.common.database.create import REQUEST_SETTINGS, WRITE_LIMITS
from services.common.database.target import DatabaseConfigurationError
from services.common.database.target import connect as connect_database
from services.common.errors import Unavailable
from services.common.settings import SettingsError, load
from services.directory.settings import DirectorySettings

MIGRATIONS = Path(__file__).parent / "migrations"
ROLES = {
    # Planning takes longer than running; what a question does not ask for is left out of its statement instead.
    "run": {**REQUEST_SETTINGS, "default_transaction_read_only": "on"},
    "worker": {},
    "import": {},
    "edit": WRITE_LIMITS,
}


def _settings() -> DirectorySettings:
    try:
        return load(DirectorySettings)
    except SettingsError as error:
        raise CommandError(str(error)) from None


async def serve(_: argparse.Namespace) -> int:
    """Serve until told to stop."""
    # Read here, since every start runs the other commands first, and this is most of what a process reads.
    from services.common.clock import SystemClock
    from services.common.logs import configure_logs
    from services.common.server import serving, until_told_to_stop
    from services.directory.reading import ReferenceMissing
    from services.directory.wiring import opened_gates, wired

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
    except Unavailable:
        raise CommandError("The database cannot be reached; topics and places are read at start.", status=3) from None
    return 0


def commands() -> list[Command]:
    """All commands; migrate also loads topics and gazetteer."""
    database = ServiceDatabase(_database_settings, MIGRATIONS, ROLES)
    found = {command.name: command for command in database_commands(database)}
    bring_forward = found["migrate"].run

    async def migrate_and_load(given: argparse.Namespace) -> int:
        from services.directory.provisioning import load_reference

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
        *found.values(),
    ]


def _database_settings() -> DatabaseSettings:
    return _settings()


if __name__ == "__main__":
    sys.exit(run_command("services.directory", "The directory of Lotsennetz.", commands()))
