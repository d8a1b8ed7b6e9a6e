"""Key deletions in a signed journal outside the database, so that an older copy of it gives no key back.

Each deletion waits in the key database until it stands in the journal, and the database knows how many lines it has
told. A copy from before knows fewer: what the further lines name is deleted again before anything is read with it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from services.common.ledger import BrokenJournalError, NoteSigner
from services.common.ledger.journal_file import JournalFile, read_records
from services.referrals.store.keys import Deletion, KeyStore

LATEST: Final = timedelta(seconds=1)
"""What waits longer for the journal is said aloud."""
_AT_ONCE: Final = 1000
_KIND: Final = "key-deleted"
_log = structlog.get_logger(__name__)


class KeyJournal:
    """One file and the database whose deletions stand in it; the leading replica writes."""

    def __init__(self, keys: KeyStore, path: Path, signer: NoteSigner) -> None:
        self._keys = keys
        self._path = path
        self._signer = signer
        self._file = JournalFile(path, signer)
        self._lines: int | None = None

    def is_open(self) -> bool:
        """Whether everything that the journal names was deleted; before that no key may be read."""
        return self._lines is not None

    async def replay(self) -> int:
        """Deletes again what the journal says beyond what the database knows; gives how many keys were back.

        Raises BrokenJournalError when the journal does not hold, or has fewer lines than the database knows.
        """
        known = await self._keys.journal_lines()
        lines, deleted = known, 0
        records = read_records(self._path, self._signer.verifier, skip=known)
        while some := await asyncio.to_thread(lambda: list(islice(records, _AT_ONCE))):
            lines += len(some)
            deleted += await self._keys.delete_again(list(_deletions(some)), lines)
        if deleted:
            _log.warning("keys.deleted_again", count=deleted)
        self._lines = lines
        return deleted

    async def begin_anew(self) -> int:
        """Takes the journal as it is, although lines are missing; gives how many it has. For a journal that is lost."""
        lines = await asyncio.to_thread(lambda: sum(1 for _ in read_records(self._path, self._signer.verifier)))
        await self._keys.journaled([], lines)
        return lines

    async def append(self) -> None:
        """Writes down what was deleted since; on disk before the database forgets it. Says aloud when it is late."""
        try:
            if self._lines is None or await self._keys.journal_lines() != self._lines:
                await self.replay()
            while waiting := await self._keys.deletions(_AT_ONCE):
                _say_when_late(waiting)
                await asyncio.to_thread(self._file.append, [_record(each) for each in waiting])
                self._lines = (self._lines or 0) + len(waiting)
                await self._keys.journaled([each.number for each in waiting], self._lines)
        except (OSError, BrokenJournalError) as error:
            _log.error("keys.journal_behind", error=type(error).__name__)
            raise


def _say_when_late(waiting: list[Deletion]) -> None:
    if waiting[0].waiting > LATEST:
        _log.error("keys.journal_behind", error="late", seconds=round(waiting[0].waiting.total_seconds(), 1))


def _record(deletion: Deletion) -> dict[str, str | int | None]:
    return {
        "kind": _KIND,
        "item_id": str(deletion.item_id),
        "version": deletion.version,
        "agency_id": str(deletion.agency_id),
        "held_for": str(deletion.held_for),
        "at": deletion.at.astimezone(UTC).isoformat(),
    }


def _deletions(
    records: list[dict[str, str | int | None]],
) -> Iterator[tuple[UUID, int, UUID, UUID, datetime]]:
    for record in records:
        yield (
            _id(record, "item_id"),
            int(record["version"] or 0),
            _id(record, "agency_id"),
            _id(record, "held_for"),
            datetime.fromisoformat(str(record["at"])),
        )


def _id(record: Mapping[str, str | int | None], name: str) -> UUID:
    return UUID(str(record[name]))
