"""Commands of consent beside those of the kit: `restore` and `erase-proof`."""

import argparse
import sys
from collections.abc import Callable

from services.common.command import Command, CommandError
from services.common.errors import Unavailable
from services.consent.settings import ConsentSettings

_AWAY = "The database cannot be reached."


def own_commands(settings: Callable[[], ConsentSettings]) -> list[Command]:
    """Both, on the database of these settings."""

    async def restore(given: argparse.Namespace) -> int:
        return await _restored(settings(), dry_run=given.dry_run)

    async def erase(given: argparse.Namespace) -> int:
        return await _erased(settings(), dry_run=given.dry_run)

    return [
        Command(
            "restore",
            "open an older copy of the database: lock every case that lost something, say lost objections again, then "
            "let the log go on",
            restore,
            arguments=_dry_run,
            epilog="Put the copy in place first; consent may run, it stays closed until this is done. The files of "
            "checkpoints and the journal have to be those from before the loss. Nothing is opened by it that a client "
            "took back: a locked consent ends with her new grant. Status 1: a file does not hold, or the copy itself "
            "was changed.",
        ),
        Command(
            "erase-proof",
            "erase the proof of cases whose time is over; a running service does so daily",
            erase,
            arguments=_dry_run,
            epilog="LOTSE_CONSENT_PROOF_YEARS says how long it is kept. Rows and salts go, hashes stay, and each "
            "deletion is an entry of the ledger. A case is kept back while keys that a withdrawal ended are not known "
            "to be destroyed.",
        ),
    ]


def _dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


async def _restored(settings: ConsentSettings, *, dry_run: bool) -> int:
    from services.common.database import Database
    from services.consent.keys import Keys
    from services.consent.restoring import find_losses, refuse_changed_copy, restore

    keys = Keys.load(settings)
    try:
        async with await Database.open(settings, ("worker",), size=2) as database:
            losses = await find_losses(settings, keys.log, database)
            if not losses.any:
                _say(f"nothing to restore: the log has {losses.kept_size} entries, and all that was signed outside")
                return 0
            lost = max(0, losses.signed.size - losses.kept_size)
            _say(f"the copy has {losses.kept_size} entries, {losses.signed.size} were signed: {lost} are lost")
            _say(f"{losses.missing.total()} of them changed a consent; cases to be locked: {len(losses.missing)}")
            _say(f"objections to acts of a law that are lost: {len(losses.objected)}")
            await refuse_changed_copy(settings, keys.log)
            if dry_run:
                return 0
            done = await restore(settings, keys.log, database, losses)
    except Unavailable:
        raise CommandError(_AWAY, status=3) from None
    _say(f"locked: {done.locked} consents of {done.restoration.locked_cases} cases; acts ended again: {done.ended}")
    _say(f"the log goes on from {done.restoration.kept_size} entries; consent opens within seconds")
    return 0


async def _erased(settings: ConsentSettings, *, dry_run: bool) -> int:
    from services.common.database import Database
    from services.common.ledger import Standing
    from services.consent.background.erasing import ProofEraser
    from services.consent.keys import Keys
    from services.consent.wiring import outside_of

    cases = rows = kept_back = 0
    try:
        async with await Database.open(settings, ("eraser", "worker"), size=2) as database:
            await Standing(database, outside_of(settings, Keys.load(settings))).check()
            eraser = ProofEraser(database, settings.proof_years)
            async for end in eraser.due():
                if end.keys_open:
                    kept_back += 1
                    continue
                cases += 1
                if dry_run:
                    _say(f"{end.case_id} ended {end.ended_at:%Y-%m-%d}")
                else:
                    rows += await eraser.erase(end.case_id)
    except Unavailable:
        raise CommandError(f"{_AWAY} Or it is an older copy: restore --dry-run says so.", status=3) from None
    done = "to be erased" if dry_run else f"erased, {rows} rows of proof"
    _say(f"cases {done}: {cases}; kept back, keys not known to be destroyed: {kept_back}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
