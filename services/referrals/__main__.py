"""The referrals process: `python -m services.referrals [serve|migrate|create-database|check-config|schema]`."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from services.common.command import Command, CommandError, run_command
from services.common.database import DatabaseSettings
from services.common.database.commands import ServiceDatabase, database_commands
from services.common.database.target import DatabaseConfigurationError
from services.common.settings import SettingsError, load
from services.referrals.commands import own_commands
from services.referrals.settings import ReferralsSettings

MIGRATIONS = Path(__file__).parent / "migrations"


async def serve(_: argparse.Namespace) -> int:
    """Serve until told to stop."""
    # Read here, since every start runs the other commands first, and this is most of what a process reads.
    from services.common.clock import SystemClock
    from services.common.ledger import BrokenJournalError
    from services.common.logs import configure_logs
    from services.common.server import gates, serving, until_told_to_stop
    from services.referrals.wiring import wired

    settings, clock = _settings(), SystemClock()
    configure_logs("referrals", settings.log_level)
    _check_root_key(settings)
    _check_journal(settings)
    try:
        async with wired(settings, clock) as wiring:
            gate = gates(settings, client_keys=wiring.client_keys, clock=clock)
            async with serving(settings, wiring.registrations, gate, wiring.ready):
                await until_told_to_stop()
    except DatabaseConfigurationError as error:
        raise CommandError(str(error), status=3) from None
    except BrokenJournalError as error:
        raise CommandError(f"{error} Put its newest copy in place, or see `restore --help`.", status=1) from None
    return 0


def commands() -> list[Command]:
    """All commands, each over both databases; check-config also looks at keys and the journal's folder."""
    content = ServiceDatabase(_content, MIGRATIONS / "content")
    keys = ServiceDatabase(_keys, MIGRATIONS / "keys")
    found = {command.name: command for command in (*database_commands(content, keys), *own_commands(_settings))}
    look_at_databases = found["check-config"].run

    async def check_config(given: argparse.Namespace) -> int:
        settings = _settings()
        _check_root_key(settings)
        _check_journal(settings)
        return await look_at_databases(given)

    found["check-config"] = replace(found["check-config"], run=check_config)
    return [Command("serve", "serve until told to stop", serve), *found.values()]


def _settings() -> ReferralsSettings:
    try:
        return load(ReferralsSettings)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _content() -> DatabaseSettings:
    return _settings()


def _keys() -> DatabaseSettings:
    return _settings().keys_database()


def _check_root_key(settings: ReferralsSettings) -> None:
    from services.referrals.encryption.root_key import FileKeyProvider

    try:
        FileKeyProvider.from_file(settings.root_key_file)
    except (OSError, ValueError) as error:
        raise CommandError(f"The root key file {settings.root_key_file} cannot be used: {error}") from None


def _check_journal(settings: ReferralsSettings) -> None:
    from services.common.ledger.key_file import read_private_key

    read_private_key(settings.key_journal_key_file)
    if not settings.key_journal_file.parent.is_dir():
        file = settings.key_journal_file
        raise CommandError(f"The folder of {file} is not there; make it on a disk that is not the databases'.")


if __name__ == "__main__":
    sys.exit(run_command("services.referrals", "Cases, dossiers and referrals of Lotsennetz.", commands()))
