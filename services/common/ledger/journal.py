"""A signed journal outside the database of the entries that a restore must not undo.

It tells which rows the log had, by kind, case and leaf hash, and nothing of what they say. A restore puts a line of
kind `restored` between two lives of the log; from there positions begin again.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.common.database.target import Record
from services.common.ledger.checkpoint import NoteSigner, NoteVerifier
from services.common.ledger.checkpoint_file import SQL
from services.common.ledger.journal_file import BrokenJournalError, Fields, JournalFile, read_records
from services.common.ledger.outside import Reading

__all__ = ["RESTORED", "BrokenJournalError", "Journal", "JournalEntry", "read_journal"]

RESTORED = "restored"
"""Kind of the line that a restore leaves; its `row_id` is the restore's, its `seq` the last position that was kept."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry of the log as it stands in the journal."""

    seq: int
    kind: str
    case_id: UUID | None
    row_id: UUID
    revision: int
    leaf_hash: bytes


class Journal:
    """Appends every entry of the given kinds; reads from its own last line how far it came."""

    def __init__(self, path: Path, signer: NoteSigner, kinds: Collection[str]) -> None:
        """The folder has to exist; the file is made when needed, readable by its owner only."""
        self._file = JournalFile(path, signer)
        self._kinds = sorted(kinds)

    async def follow(self, connection: Reading) -> None:
        """Appends what the log has beyond the last line; on disk before it returns."""
        while True:
            reached = await self.reached()
            rows = await connection.fetch(SQL.list_entries_after, reached - 1, self._kinds, timeout=5)
            if not rows:
                return
            await asyncio.to_thread(self._file.append, [_line(row) for row in rows])

    async def reached(self) -> int:
        """Number of entries that the log had at least when the last line was written."""
        last = await asyncio.to_thread(self._file.last)
        return 0 if last is None else int(last["seq"] or 0) + 1

    def mark_restored(self, restore_id: UUID, size: int, root: bytes) -> None:
        """Writes down that the log goes on from `size` entries, whatever the lines before say."""
        self._file.append([_fields(size - 1, RESTORED, None, restore_id, 0, root)])


def read_journal(path: Path, verifier: NoteVerifier) -> Iterator[JournalEntry]:
    """All entries in order; raises BrokenJournalError at the first line that does not hold.

    A line cut short at the end (a crash while writing) is passed over.
    """
    for fields in read_records(path, verifier):
        case_id = fields["case_id"]
        yield JournalEntry(
            int(fields["seq"] or 0),
            str(fields["kind"]),
            None if case_id is None else UUID(str(case_id)),
            UUID(str(fields["row_id"])),
            int(fields["revision"] or 0),
            bytes.fromhex(str(fields["leaf_hash"])),
        )


def _line(row: Record) -> Fields:
    return _fields(row["seq"], row["kind"], row["case_id"], row["row_id"], row["revision"], row["leaf_hash"])


def _fields(seq: int, kind: str, case_id: UUID | None, row_id: UUID, revision: int, leaf_hash: bytes) -> Fields:
    return {
        "seq": seq,
        "kind": kind,
        "case_id": None if case_id is None else str(case_id),
        "row_id": str(row_id),
        "revision": revision,
        "leaf_hash": leaf_hash.hex(),
    }
