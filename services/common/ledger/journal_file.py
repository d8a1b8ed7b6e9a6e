"""A file of signed lines that only grows, outside every database.

One line a record: RFC 8785 JSON, a tab, and the Ed25519 signature in base64. Each line carries the hash of the line
before, so that one taken out of the middle shows. Lines at the end can be cut off unseen: copy the file away as it
grows. It holds ids of cases or items, never content, and belongs on a disk as well guarded as the database's.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature

from services.common.ledger.checkpoint import NoteSigner, NoteVerifier, from_base64
from services.common.ledger.checkpoint_file import append_durably

_CONTEXT = b"lotse-journal-v1\n"
_NO_LINE = bytes(32)
_SIGNATURE_LENGTH = 88
_LONGEST_LINE = 65536

Fields = Mapping[str, str | int | None]


class BrokenJournalError(ValueError):
    """A line is not signed, not readable, or does not follow the one before; the message names its number."""


class JournalFile:
    """Appends records; one writer at a time. Blocks on the disk, so call it in a thread."""

    def __init__(self, path: Path, signer: NoteSigner) -> None:
        """The folder has to exist; the file is made when needed, readable by its owner only."""
        self._path = path
        self._signer = signer

    def last(self) -> dict[str, str | int | None] | None:
        """Fields of the last whole line, unchecked; None when there is none."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - _LONGEST_LINE))
            line = _last(file.read())
        return None if line is None else _fields(line.partition(b"\t")[0])

    def append(self, records: Sequence[Fields]) -> None:
        """Adds one line for each; on disk before it returns."""
        append_durably(self._path, b"\n", lambda tail: self._lines(records, _last(tail)))

    def _lines(self, records: Sequence[Fields], last: bytes | None) -> bytes:
        previous = _NO_LINE if last is None else hashlib.sha256(last).digest()
        lines = b""
        for record in records:
            head: Fields = {"v": 1, "origin": self._signer.name, "previous": previous.hex()}
            text = rfc8785.dumps({**head, **record})
            line = text + b"\t" + base64.b64encode(self._signer.key.sign(_CONTEXT + text))
            previous = hashlib.sha256(line).digest()
            lines += line + b"\n"
        return lines


def read_records(path: Path, verifier: NoteVerifier, *, skip: int = 0) -> Iterator[dict[str, str | int | None]]:
    """Fields of all lines in order, or of those behind the first `skip`, whose signatures are then not looked at.

    Raises BrokenJournalError at the first line that does not hold, and where there are fewer than `skip`. A line cut
    short at the end (a crash while writing) is passed over; one that is whole and goes on is not.
    """
    previous, number = _NO_LINE, 0
    for number, line in enumerate(_lines(path), start=1):
        text, _, signature = line.partition(b"\t")
        if number > skip:
            _check(text, signature, verifier, number)
        fields = _fields(text) if number > skip else {}
        if fields and (fields["previous"] != previous.hex() or fields["origin"] != verifier.name):
            raise BrokenJournalError(f"Line {number} of the journal does not follow the one before.")
        previous = hashlib.sha256(line).digest()
        if number > skip:
            yield fields
    if number < skip:
        raise BrokenJournalError(f"The journal has {number} lines, but {skip} were written.")


def _last(tail: bytes) -> bytes | None:
    """The last whole line of the end of a file."""
    whole = tail.split(b"\n")[:-1]
    return whole[-1] if whole else None


def _lines(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for raw in file:
            if raw.endswith(b"\n"):
                yield raw[:-1]
            elif len(raw.partition(b"\t")[2]) > _SIGNATURE_LENGTH:
                yield raw


def _check(text: bytes, signature: bytes, verifier: NoteVerifier, number: int) -> None:
    try:
        verifier.key.verify(from_base64(signature.decode()), _CONTEXT + text)
    except (InvalidSignature, binascii.Error, UnicodeDecodeError):
        raise BrokenJournalError(f"Line {number} of the journal is not signed by the log's key.") from None


def _fields(text: bytes) -> dict[str, str | int | None]:
    fields: dict[str, str | int | None] = json.loads(text)
    return fields
