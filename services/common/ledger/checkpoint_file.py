"""Checkpoints outside the database, so that whoever rewrites the whole log is contradicted by a file."""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from services.common.database.queries import queries_beside
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.outside import Reading

SQL = queries_beside(__file__)

_SEPARATOR = b"\x00"


class CheckpointFile:
    """Appends the newest checkpoint whenever there is one; notes are separated by a zero byte, none is ever changed."""

    def __init__(self, path: Path, verifier: NoteVerifier) -> None:
        """The folder has to exist; the file is made when needed, readable by its owner only."""
        self._path = path
        self._verifier = verifier

    async def follow(self, connection: Reading) -> None:
        """Writes the newest checkpoint unless the file has it; on disk before it returns."""
        last = await asyncio.to_thread(self._last_size)
        row = await connection.fetchrow(SQL.latest_checkpoint, last, timeout=5)
        if row is not None:
            note = row["signed_note"].encode() + _SEPARATOR
            await asyncio.to_thread(append_durably, self._path, _SEPARATOR, lambda _: note)

    async def reached(self) -> int:
        """Number of entries of the newest checkpoint in the file; 0 when there is none."""
        return await asyncio.to_thread(self._last_size)

    def _last_size(self) -> int:
        last = 0
        for checkpoint in read_checkpoints(self._path, self._verifier, only_last=True):
            last = checkpoint.size
        return last


def read_checkpoints(path: Path, verifier: NoteVerifier, *, only_last: bool = False) -> Iterator[Checkpoint]:
    """The checkpoints of a file in order; raises InvalidCheckpointError at one that the key did not sign.

    A note cut short at the end (a crash while writing) is passed over; one that is whole and goes on is not.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        if only_last:
            file.seek(max(0, path.stat().st_size - 65536))
        *whole, tail = file.read().split(_SEPARATOR)
    if tail.partition(b"\n\n")[2].partition(b"\n")[2]:
        raise InvalidCheckpointError("The last note in the file does not end as it must.")
    for note in whole[-1:] if only_last else whole:
        yield Checkpoint.parse(verifier.open(_text(note)))


def _text(note: bytes) -> str:
    try:
        return note.decode()
    except UnicodeDecodeError:
        raise InvalidCheckpointError("The text is no signed note.") from None


def append_durably(path: Path, end: bytes, make: Callable[[bytes], bytes]) -> None:
    """Appends what `make` gives for the last records there are, alone with the file; returns when the disk has it.

    Only whole records count, each with its end: what a crash left unfinished is cut off before.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tail = _cut_unfinished(file, end)
        file.seek(0, os.SEEK_END)
        file.write(make(tail))
        file.flush()
        os.fsync(file.fileno())


def _cut_unfinished(file: BinaryIO, end: bytes) -> bytes:
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 65536)
    file.seek(start)
    tail = file.read()
    whole = tail[: tail.rfind(end) + 1]
    if whole != tail:
        file.truncate(start + len(whole))
    return whole
