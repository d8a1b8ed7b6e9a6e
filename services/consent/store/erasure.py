"""Proof that goes: rows and salts are deleted, hashes stay in the log, and each deletion is an entry of its own."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash

SQL = queries_beside(__file__)

LOGGED: Final = (
    SQL.erase_evidence,
    SQL.erase_acknowledgements,
    SQL.erase_reinstatements,
    SQL.erase_withdrawals,
    SQL.erase_refusals,
    SQL.erase_revisions,
    SQL.erase_statutory_reviews,
    SQL.erase_statutory_acts,
    SQL.erase_evidence_exports,
)
"""Rows of proof beside disclosures, few in a case; later ones are referred to by earlier ones."""

_ALL: Final = 1_000_000

NEVER_LOGGED: Final = (
    SQL.delete_second_secret_attempts,
    SQL.delete_passes,
    SQL.delete_sessions,
    SQL.delete_access_codes,
    SQL.delete_sittings,
    SQL.delete_request_ends,
)
"""What else refers to the questions of a case, without an entry in the log."""


@dataclass(frozen=True, slots=True)
class CaseEnd:
    """When the last of a case ended; `keys_open` while keys that a withdrawal ended are not known to be destroyed."""

    case_id: UUID
    ended_at: datetime | None
    keys_open: bool


async def list_ends(tx: Connection, after: UUID, limit: int) -> list[CaseEnd]:
    """Cases behind this one in order of their ids."""
    return [_end(row) for row in await tx.fetch(SQL.ends_of_cases, after, None, limit)]


async def end_of(tx: Connection, case_id: UUID) -> CaseEnd | None:
    """One case; None when it is gone."""
    row = await tx.fetchrow(SQL.ends_of_cases, UUID(int=0), case_id, 1)
    return _end(row) if row else None


async def erase_disclosures(tx: Connection, case_id: UUID, ground: str, at: datetime, limit: int) -> int:
    """Erases at most so many disclosures and logs each; gives how many, 0 when none is left."""
    return await _erase(tx, SQL.erase_disclosures, case_id, ground, at, limit)


async def erase_rest(tx: Connection, case_id: UUID, ground: str, at: datetime) -> int:
    """Erases all else of a case, so that it is whole or gone; gives how many rows of proof that were."""
    count = 0
    for statement in LOGGED:
        count += await _erase(tx, statement, case_id, ground, at, _ALL)
    for statement in NEVER_LOGGED:
        await tx.execute(statement, case_id)
    count += await _erase(tx, SQL.erase_requests, case_id, ground, at, _ALL)
    await tx.execute(SQL.delete_case, case_id)
    return count


async def _erase(tx: Connection, statement: str, case_id: UUID, ground: str, at: datetime, limit: int) -> int:
    if rows := await tx.fetch(statement, case_id, limit):
        await _log(tx, case_id, ground, at, rows)
    return len(rows)


async def _log(tx: Connection, case_id: UUID, ground: str, at: datetime, rows: Sequence[Record]) -> None:
    ids, salts = [uuid4() for _ in rows], [os.urandom(SALT_LENGTH) for _ in rows]
    leaves = [
        leaf_hash(
            "erased",
            {
                "case_id": case_id,
                "erased_kind": row["kind"],
                "erased_row_id": row["row_id"],
                "erased_revision": row["revision"],
                "ground": ground,
                "at": at,
            },
            salt,
        )
        for row, salt in zip(rows, salts, strict=True)
    ]
    kinds, row_ids, revisions = zip(*((row["kind"], row["row_id"], row["revision"]) for row in rows), strict=True)
    await tx.execute(
        SQL.insert_erased, case_id, ground, at, ids, list(kinds), list(row_ids), list(revisions), salts, leaves
    )


def _end(row: Record) -> CaseEnd:
    return CaseEnd(row["case_id"], row["ended_at"], row["keys_open"])
