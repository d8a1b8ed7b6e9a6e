"""Acts of a case by the number of their receipt, and their rows as they were logged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import LeafValue

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act in her list; a refusal has no consent."""

    receipt_id: UUID
    kind: str
    at: datetime
    consent_id: UUID | None
    recipient_id: UUID
    by_service: bool


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """A row of proof, what leads to its entry in the log, and whose it is.

    `act_revision` is the revision of the consent that the act left, between these agencies; a refusal has none.
    """

    kind: str
    row_id: UUID
    revision: int
    salt: bytes
    leaf_hash: bytes
    columns: Mapping[str, LeafValue]
    receipt_id: UUID
    at: datetime
    discloser_id: UUID
    recipient_id: UUID
    consent_request_id: UUID | None
    act_revision: int | None
    text_hashes: tuple[str, ...]
    evidence_kind: str
    made_by_staff: bool
    made_by_service: bool
    due_at: datetime | None


async def list_of_case(tx: Connection, case_id: UUID) -> list[ActRow]:
    """All acts of a case that have a receipt, newest first."""
    return [
        ActRow(row["receipt_id"], row["kind"], row["at"], row["consent_id"], row["recipient_id"], row["by_service"])
        for row in await tx.fetch(SQL.list_of_case, case_id)
    ]


async def find(tx: Connection, case_id: UUID, receipt_id: UUID) -> LoggedRow | None:
    """The row of a receipt; None when this scope has none of this number."""
    if (row := await tx.fetchrow(SQL.find_revision, case_id, receipt_id)) is not None:
        return _logged("granted" if row["act"] == "granted" else "revised", row)
    if (row := await tx.fetchrow(SQL.find_refusal, case_id, receipt_id)) is not None:
        return _logged("refused", row)
    if (row := await tx.fetchrow(SQL.find_withdrawal, case_id, receipt_id)) is not None:
        return _logged("withdrawn", row)
    if (row := await tx.fetchrow(SQL.find_reinstatement, case_id, receipt_id)) is not None:
        return _logged("reinstated", row)
    return None


def _logged(kind: str, row: Record) -> LoggedRow:
    return LoggedRow(
        kind=kind,
        row_id=row["ledger_row_id"],
        revision=row["ledger_revision"],
        salt=row["ledger_salt"],
        leaf_hash=row["ledger_leaf_hash"],
        columns={name: value for name, value in row.items() if not name.startswith("ledger_")},
        receipt_id=row["receipt_id"],
        at=row["at"],
        discloser_id=row["discloser_id"],
        recipient_id=row["recipient_id"],
        consent_request_id=row.get("consent_request_id"),
        act_revision=row.get("revision"),
        text_hashes=tuple(row.get("text_hashes", ())),
        evidence_kind=row.get("evidence_kind", ""),
        made_by_staff=row.get("made_by") == "staff",
        made_by_service=row.get("made_by") == "service",
        due_at=row.get("due_at"),
    )
