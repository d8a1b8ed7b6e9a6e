"""Opens an older copy of the database without giving back what was taken back since: `restore` on the command line.

The copy is closed by itself: its log is shorter than the files outside say. What the journal tells and the copy's log
has not was lost, and with it perhaps a withdrawal or a narrower grant. So every case with such an entry is locked: all
its consents permit nothing until she grants anew. An objection to an act of a law is said again, since the journal
tells whole what it did: it ended that act. Then the copy becomes the log that goes on, and opens.
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from services.common.command import CommandError
from services.common.database import SERVICE_SCOPE, Database, Lock
from services.common.database.target import connect
from services.common.identifiers import uuid7
from services.common.ledger import (
    RESTORED,
    BrokenJournalError,
    Checkpoint,
    Finding,
    InvalidCheckpointError,
    Journal,
    JournalEntry,
    NoteSigner,
    Report,
    What,
    read_journal,
    verify_ledger,
)
from services.common.ledger.checkpoint_file import append_durably, read_checkpoints
from services.consent.model.consent import Act
from services.consent.model.record import ConsentRecord
from services.consent.model.statutory import Review, Verdict
from services.consent.rules.withdrawal import newest_of_pairs
from services.consent.settings import ConsentSettings
from services.consent.store import consents, requests, restorations, statutory
from services.consent.store.ledger import JOURNAL_KINDS, OBJECTED, READERS
from services.consent.store.restorations import Restoration

_ENTRIES_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Losses:
    """What the copy has not: its own size, the last checkpoint outside, lost entries of consents by case.

    `objected` are the acts of a law, each with its case, to which somebody objected by a lost entry.
    """

    kept_size: int
    signed: Checkpoint
    missing: Counter[UUID]
    objected: frozenset[tuple[UUID, UUID]]

    @property
    def any(self) -> bool:
        """Whether the copy is older than what stands outside."""
        return self.kept_size < self.signed.size or bool(self.missing) or bool(self.objected)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: how many consents it locked and how many acts of a law it ended."""

    restoration: Restoration
    locked: int
    ended: int


async def find_losses(settings: ConsentSettings, signer: NoteSigner, database: Database) -> Losses:
    """Compares the copy with checkpoint file and journal; changes nothing.

    Raises CommandError where one of the two does not hold: then nobody knows what was lost.
    """
    try:
        signed = list(read_checkpoints(settings.checkpoint_file, signer.verifier, only_last=True))
        entries = list(read_journal(settings.journal_file, signer.verifier))
    except (InvalidCheckpointError, BrokenJournalError) as error:
        raise CommandError(f"What stands outside the database does not hold: {error}", status=1) from None
    async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
        size, known = await restorations.log_size(tx), await restorations.known(tx)
    missing: Counter[UUID] = Counter()
    objected: set[tuple[UUID, UUID]] = set()
    rest = iter(_since_last_restore(entries, known))
    while some := list(islice(rest, _ENTRIES_AT_ONCE)):
        async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            found = await restorations.missing_of(tx, some)
        missing.update(each.case_id for each in found if each.kind != OBJECTED and each.case_id is not None)
        objected.update((each.case_id, each.row_id) for each in found if each.kind == OBJECTED and each.case_id)
    return Losses(size, signed[-1] if signed else Checkpoint(signer.name, 0, b""), missing, frozenset(objected))


async def refuse_changed_copy(settings: ConsentSettings, signer: NoteSigner) -> None:
    """Raises CommandError where the copy is more than old: where what it has is not what was signed."""
    connection = await connect(settings, "worker", application="consent-restore")
    try:
        report = await verify_ledger(connection, READERS, signer.verifier, checkpoint_file=settings.checkpoint_file)
    finally:
        await connection.close()
    odd = [finding for finding in report.findings if not _says_only_that_it_ends(finding, report)]
    if odd:
        raise CommandError(f"The copy was changed: {min(odd, key=lambda each: each.seq or 0)}", status=1)


def _says_only_that_it_ends(finding: Finding, report: Report) -> bool:
    return finding.what is What.REMOVED and finding.row_id is None and finding.seq == report.entries


async def restore(settings: ConsentSettings, signer: NoteSigner, database: Database, losses: Losses) -> Restored:
    """Locks every case that lost something, says lost objections again, and lets the log go on from the copy.

    What breaks off can be done again from the beginning: the copy stays closed until the last step.
    """
    locked = ended = 0
    for case_id in losses.missing:
        locked += await _lock_case(database, case_id)
    for case_id, act_id in losses.objected:
        ended += await _object_again(database, case_id, act_id)
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        restoration = Restoration(
            restoration_id=uuid4(),
            at=await requests.legal_time(tx),
            kept_size=losses.kept_size,
            signed_size=losses.signed.size,
            signed_root=losses.signed.root,
            missing_entries=losses.missing.total() + len(losses.objected),
            locked_cases=len(losses.missing),
        )
        await restorations.insert(tx, restoration)
        last = await restorations.last_checkpoint(tx)
    root = bytes(32) if last is None else last["root"]
    journal = Journal(settings.journal_file, signer, JOURNAL_KINDS)
    journal.mark_restored(restoration.restoration_id, losses.kept_size, root)
    _begin_anew(settings.checkpoint_file, None if last is None else last["signed_note"], restoration.at)
    return Restored(restoration, locked, ended)


def _since_last_restore(entries: Sequence[JournalEntry], known: set[UUID]) -> list[JournalEntry]:
    """Entries behind the last restore that this copy went through: what was lost before is locked in it already."""
    marks = [number for number, entry in enumerate(entries) if entry.kind == RESTORED and entry.row_id in known]
    first = marks[-1] + 1 if marks else 0
    return [entry for entry in entries[first:] if entry.kind != RESTORED]


async def _lock_case(database: Database, case_id: UUID) -> int:
    """Ends what is in force between any two agencies about this case; gives how many consents that were."""
    async with database.transaction(SERVICE_SCOPE, "worker", lock=Lock(str(case_id))) as tx:
        newest = newest_of_pairs(await consents.list_of_case(tx, case_id))
        in_force = [record for record in newest.values() if record.consent.in_force]
        at = await requests.legal_time(tx)
        for record in in_force:
            left = replace(record.consent, act=Act.LOCKED, revision=record.consent.revision + 1, at=at)
            await consents.insert_revision(tx, ConsentRecord(left, record.setting, uuid4()))
    return len(in_force)


async def _object_again(database: Database, case_id: UUID, act_id: UUID) -> bool:
    """Ends what an act permits, by nobody's name; False where the copy has not even the act: nothing rests on it."""
    async with database.transaction(SERVICE_SCOPE, "worker", lock=Lock(str(case_id))) as tx:
        if not await statutory.is_unreviewed(tx, case_id, act_id):
            return False
        at = await requests.legal_time(tx)
        await statutory.insert_review(
            tx, Review(case_id, act_id, uuid7(), Verdict.OBJECTED, None, at, uuid4(), act_ended_at=at)
        )
    return True


def _begin_anew(path: Path, note: str | None, at: datetime) -> None:
    """Puts the file of the lost log aside, never away, and begins one of the log that goes on."""
    if path.exists():
        path.rename(path.with_name(f"{path.name}.until-{at:%Y%m%dT%H%M%S%fZ}"))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    if note is not None:
        append_durably(path, b"\x00", lambda _: note.encode() + b"\x00")
