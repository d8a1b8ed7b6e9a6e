"""Command of referrals beside those of the kit: `restore`."""

import argparse
import sys
from collections.abc import Callable

from services.common.command import Command, CommandError
from services.common.errors import Unavailable
from services.referrals.settings import ReferralsSettings


def own_commands(settings: Callable[[], ReferralsSettings]) -> list[Command]:
    """The command on the databases of these settings."""

    async def restore(given: argparse.Namespace) -> int:
        return await _restored(settings(), journal_lost=given.journal_lost)

    return [
        Command(
            "restore",
            "after an older copy of a database was put in place: delete keys again, hear all withdrawals again",
            restore,
            arguments=_arguments,
            epilog="Keys are also deleted again whenever the service starts. Stop the service before, since it "
            "remembers how far it heard consent. What it hears a second time changes nothing.",
        )
    ]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--journal-lost", action="store_true", help="go on with a journal of which lines are gone for good"
    )


async def _restored(settings: ReferralsSettings, *, journal_lost: bool) -> int:
    from services.common.database import SERVICE_SCOPE, Database
    from services.common.ledger import BrokenJournalError
    from services.referrals.background.key_journal import KeyJournal
    from services.referrals.store import tasks
    from services.referrals.store.keys import KeyStore
    from services.referrals.wiring import journal_signer

    try:
        async with (
            await Database.open(settings, ("worker",), size=2) as content,
            await Database.open(settings.keys_database(), ("worker",), size=2) as keys,
        ):
            journal = KeyJournal(KeyStore(keys), settings.key_journal_file, journal_signer(settings))
            if journal_lost:
                _say(f"the journal is taken as it is, with {await journal.begin_anew()} lines")
            _say(f"keys that had come back and were deleted again: {await journal.replay()}")
            async with content.transaction(SERVICE_SCOPE, "worker") as tx:
                await tasks.hear_all_again(tx)
    except BrokenJournalError as error:
        raise CommandError(f"{error} Put the newest copy of the journal in place.", status=1) from None
    except Unavailable:
        raise CommandError("A database cannot be reached.", status=3) from None
    _say("withdrawals are heard again from the beginning at the next start")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
