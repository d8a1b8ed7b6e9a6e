"""What a restore reads of the log, and the row that it leaves."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import SALT_LENGTH, JournalEntry, LeafValue, leaf_hash

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Restoration:
    """That the log goes on from `kept_size` entries, though `signed_size` were signed, with this root."""

    restoration_id: UUID
    at: datetime
    kept_size: int
    signed_size: int
    signed_root: bytes
    missing_entries: int
    locked_cases: int


@dataclass(frozen=True, slots=True)
class Missing:
    """An entry that stands in the journal and not in the log; `row_id` of an objection is the act's."""

    kind: str
    case_id: UUID | None
    row_id: UUID


async def log_size(tx: Connection) -> int:
    """Number of entries of the log."""
    size: int = await tx.fetchval(SQL.log_size)
    return size


async def last_checkpoint(tx: Connection) -> Record | None:
    """The newest checkpoint: size, root and note; None for an empty log."""
    row: Record | None = await tx.fetchrow(SQL.last_checkpoint)
    return row


async def known(tx: Connection) -> set[UUID]:
    """The restorations that this copy has been through."""
    return {row["restoration_id"] for row in await tx.fetch(SQL.known_restorations)}


async def missing_of(tx: Connection, entries: Sequence[JournalEntry]) -> list[Missing]:
    """Those of these entries that the log has not."""
    rows = await tx.fetch(
        SQL.missing_entries,
        [entry.kind for entry in entries],
        [entry.case_id for entry in entries],
        [entry.row_id for entry in entries],
        [entry.revision for entry in entries],
        [entry.leaf_hash for entry in entries],
    )
    return [Missing(**row) for row in rows]


async def insert(tx: Connection, restoration: Restoration) -> None:
    """Writes it down and logs it."""
    columns: dict[str, LeafValue] = {
        "restoration_id": restoration.restoration_id,
        "at": restoration.at,
        "kept_size": restoration.kept_size,
        "signed_size": restoration.signed_size,
        "signed_root": restoration.signed_root,
        "missing_entries": restoration.missing_entries,
        "locked_cases": restoration.locked_cases,
    }
    salt = os.urandom(SALT_LENGTH)
    await tx.execute(SQL.insert_restoration, *columns.values(), salt, leaf_hash("restored", columns, salt))
