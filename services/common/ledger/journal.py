"""A signed journal outside the database of the entries that a restore must not undo.

One line an entry: RFC 8785 JSON, a tab, and the Ed25519 signature in base64. Each line carries the hash of the line
before, so that a line taken out of the middle shows. The journal is not personal content, but it tells of cases: it
belongs on a disk as well guarded as the database's.
"""

import asyncio
import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import rfc8785
from cryptography.exceptions import InvalidSignature

from services.common.database.leadership import OwnConnection
from services.common.database.target import Record
from services.common.ledger.checkpoint import NoteSigner, NoteVerifier
from services.common.ledger.checkpoint_file import SQL, append_durably

_CONTEXT = b"lotse-journal-v1\n"
_NO_LINE = bytes(32)


class BrokenJournalError(ValueError):
    """A line is not signed, not readable, or does not follow the one before; the message names its number."""


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
        self._path = path
        self._signer = signer
        self._kinds = sorted(kinds)

    async def follow(self, connection: OwnConnection) -> None:
        """Appends what the log has beyond the last line; on disk before it returns."""
        while True:
            last, seq = await asyncio.to_thread(_last_line, self._path)
            rows = await connection.fetch(SQL.list_entries_after, seq, self._kinds, timeout=5)
            if not rows:
                return
            await asyncio.to_thread(append_durably, self._path, self._lines(rows, last), b"\n")

    def _lines(self, rows: Sequence[Record], last: bytes) -> bytes:
        lines = b""
        for row in rows:
            text = rfc8785.dumps(
                {
                    "v": 1,
                    "origin": self._signer.name,
                    "previous": last.hex(),
                    "seq": row["seq"],
                    "kind": row["kind"],
                    "case_id": None if row["case_id"] is None else str(row["case_id"]),
                    "row_id": str(row["row_id"]),
                    "revision": row["revision"],
                    "leaf_hash": row["leaf_hash"].hex(),
                }
            )
            line = text + b"\t" + base64.b64encode(self._signer.key.sign(_CONTEXT + text))
            last = hashlib.sha256(line).digest()
            lines += line + b"\n"
        return lines


def read_journal(path: Path, verifier: NoteVerifier) -> Iterator[JournalEntry]:
    """All entries in order; raises BrokenJournalError at the first line that does not hold.

    A line cut short at the end (a crash while writing) is passed over.
    """
    if not path.exists():
        return
    last = _NO_LINE
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if not raw.endswith(b"\n"):
                return
            line = raw[:-1]
            text, _, encoded = line.partition(b"\t")
            try:
                verifier.key.verify(base64.b64decode(encoded, validate=True), _CONTEXT + text)
            except (InvalidSignature, binascii.Error):
                raise BrokenJournalError(f"Line {number} of the journal is not signed by the log's key.") from None
            entry = json.loads(text)
            if entry["previous"] != last.hex() or entry["origin"] != verifier.name:
                raise BrokenJournalError(f"Line {number} of the journal does not follow the one before.")
            last = hashlib.sha256(line).digest()
            yield JournalEntry(
                entry["seq"],
                entry["kind"],
                None if entry["case_id"] is None else UUID(entry["case_id"]),
                UUID(entry["row_id"]),
                entry["revision"],
                bytes.fromhex(entry["leaf_hash"]),
            )


def _last_line(path: Path) -> tuple[bytes, int]:
    """Hash and position of the last whole line; position -1 when there is none."""
    if not path.exists():
        return _NO_LINE, -1
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65536))
        whole = file.read().split(b"\n")[:-1]
    if not whole:
        return _NO_LINE, -1
    return hashlib.sha256(whole[-1]).digest(), int(json.loads(whole[-1].partition(b"\t")[0])["seq"])
