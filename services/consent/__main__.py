"""The consent process: `python -m services.consent [serve|migrate|create-database|check-config|ledger-verify|…]`."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from services.common.command import Command, CommandError, run_command
from services.common.database import DatabaseSettings
from services.common.database.commands import ServiceDatabase, database_commands
from services.common.database.create import REQUEST_SETTINGS, WRITE_LIMITS
from services.common.database.target import DatabaseConfigurationError
from services.common.ledger.commands import ServiceLedger, ledger_commands
from services.common.settings import SettingsError, load
from services.consent.commands import own_commands
from services.consent.settings import ConsentSettings
from services.consent.store.ledger import DAMAGE, READERS

if TYPE_CHECKING:
    from services.common.ledger.checkpoint import NoteVerifier

MIGRATIONS = Path(__file__).parent / "migrations"
ROLES = {
    "run": REQUEST_SETTINGS,
    "worker": REQUEST_SETTINGS,
    "sequencer": WRITE_LIMITS,
    "eraser": WRITE_LIMITS,
}


async def serve(_: argparse.Namespace) -> int:
    """Serve until told to stop."""
    # Read here, since every start runs the other commands first, and this is most of what a process reads.
    from services.common.clock import SystemClock
    from services.common.logs import configure_logs
    from services.common.server import gates, serving, until_told_to_stop
    from services.consent.keys import Keys
    from services.consent.wiring import wired

    settings, clock = _settings(), SystemClock()
    configure_logs("consent", settings.log_level)
    keys = Keys.load(settings)
    _check_folders(settings)
    try:
        async with wired(settings, keys, clock) as wiring:
            gate = gates(settings, client_keys=wiring.client_keys, clock=clock)
            async with serving(settings, wiring.registrations, gate, wiring.ready):
                await until_told_to_stop()
    except DatabaseConfigurationError as error:
        raise CommandError(str(error), status=3) from None
    return 0


def _settings() -> ConsentSettings:
    try:
        return load(ConsentSettings)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _check_folders(settings: ConsentSettings) -> None:
    for file in (settings.checkpoint_file, settings.journal_file):
        if not file.parent.is_dir():
            raise CommandError(f"The folder of {file} is not there; make it on a disk that is not the database's.")


def _database_settings() -> DatabaseSettings:
    return _settings()


def _verifier() -> "NoteVerifier":
    from services.consent.keys import Keys

    return Keys.load(_settings()).log.verifier


async def receipt_key(_: argparse.Namespace) -> int:
    """Print the public key of receipts and checkpoints as the line of text that everybody may have."""
    sys.stdout.write(f"{_verifier().line()}\n")
    return 0


def commands() -> list[Command]:
    """All commands; check-config also looks at keys and folders."""
    database = ServiceDatabase(_database_settings, MIGRATIONS, ROLES)
    ledger = ServiceLedger(database, READERS, _verifier, lambda: _settings().checkpoint_file, DAMAGE)
    kit = (*database_commands(database), *ledger_commands(ledger))
    found = {command.name: command for command in (*kit, *own_commands(_settings))}
    look_at_database = found["check-config"].run

    async def check_config(given: argparse.Namespace) -> int:
        from services.consent.keys import Keys

        settings = _settings()
        Keys.load(settings)
        _check_folders(settings)
        return await look_at_database(given)

    found["check-config"] = replace(found["check-config"], run=check_config)
    return [
        Command("serve", "serve until told to stop", serve),
        Command("receipt-key", "print the public key that receipts and checkpoints are checked with", receipt_key),
        *found.values(),
    ]


if __name__ == "__main__":
    sys.exit(run_command("services.consent", "Consent of Lotsennetz.", commands()))
