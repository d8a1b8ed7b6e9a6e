"""Checkpoints outside the database, so that whoever rewrites the whole log is contradicted by a file."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from services.common.database.leadership import OwnConnection
from services.common.database.queries import queries_beside
from services.common.ledger.checkpoint import Checkpoint, NoteVerifier

SQL = queries_beside(__file__)

_SEPARATOR = b"\x00"


class CheckpointFile:
    """Appends the newest checkpoint whenever there is one; notes are separated by a zero byte, none is ever changed."""

    def __init__(self, path: Path, verifier: NoteVerifier) -> None:
        """The folder has to exist; the file is made when needed, readable by its owner only."""
        self._path = path
        self._verifier = verifier

    async def follow(self, connection: OwnConnection) -> None:
        """Writes the newest checkpoint unless the file has it; on disk before it returns."""
        last = await asyncio.to_thread(self._last_size)
        row = await connection.fetchrow(SQL.latest_checkpoint, last, timeout=5)
        if row is not None:
            await asyncio.to_thread(append_durably, self._path, row["signed_note"].encode() + _SEPARATOR, _SEPARATOR)

    def _last_size(self) -> int:
        last = 0
        for checkpoint in read_checkpoints(self._path, self._verifier, only_last=True):
            last = checkpoint.size
        return last


def read_checkpoints(path: Path, verifier: NoteVerifier, *, only_last: bool = False) -> Iterator[Checkpoint]:
    """The checkpoints of a file in order; raises InvalidCheckpointError at one that the key did not sign.

    A note cut short at the end (a crash while writing) is passed over.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        if only_last:
            file.seek(max(0, path.stat().st_size - 65536))
        whole = file.read().split(_SEPARATOR)[:-1]
    for note in whole[-1:] if only_last else whole:
        yield Checkpoint.parse(verifier.open(note.decode()))


def append_durably(path: Path, data: bytes, end: bytes) -> None:
    """Appends whole records only: cuts off what a crash left unfinished, and returns when the disk has the data."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _cut_unfinished(file, end)
        file.seek(0, os.SEEK_END)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _cut_unfinished(file: BinaryIO, end: bytes) -> None:
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 65536)
    file.seek(start)
    tail = file.read()
    if tail and not tail.endswith(end):
        file.truncate(start + tail.rfind(end) + 1)
