"""What the positions of the feed stand for; read by the worker, who sees all cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.consent.model.vocabulary import Category

SQL = queries_beside(__file__)

KINDS = ("granted", "refused", "withdrawn", "reinstated")
"""Kinds of log entries that others hear of."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """What happened as others hear of it; `row_id` is the consent's, or the refused request's."""

    kind: str
    case_id: UUID
    row_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    referral_id: UUID | None
    at: datetime
    withdrawal_id: UUID | None = None
    everything: bool = False
    categories: tuple[Category, ...] = ()
    due_at: datetime | None = None
    by_client: bool = False


Key = tuple[str, UUID, int]


async def read(tx: Connection, keys: Sequence[Key]) -> dict[Key, ChangedRow]:
    """The rows of these entries by kind, row id and revision; one that was erased is absent."""
    by_kind: dict[str, list[Key]] = {kind: [key for key in keys if key[0] == kind] for kind in KINDS}
    found: dict[Key, ChangedRow] = {}
    if granted := by_kind["granted"]:
        for row in await tx.fetch(SQL.granted, [key[1] for key in granted], [key[2] for key in granted]):
            found["granted", row["row_id"], row["revision"]] = ChangedRow(
                "granted",
                row["case_id"],
                row["row_id"],
                row["discloser_id"],
                row["recipient_id"],
                row["referral_id"],
                row["at"],
            )
    if refused := by_kind["refused"]:
        for row in await tx.fetch(SQL.refused, [key[1] for key in refused]):
            found["refused", row["row_id"], 0] = ChangedRow(
                "refused",
                row["case_id"],
                row["row_id"],
                row["discloser_id"],
                row["recipient_id"],
                row["referral_id"],
                row["at"],
            )
    if withdrawn := by_kind["withdrawn"]:
        for row in await tx.fetch(SQL.withdrawn, [key[1] for key in withdrawn]):
            found["withdrawn", row["withdrawal_id"], 0] = ChangedRow(
                kind="withdrawn",
                case_id=row["case_id"],
                row_id=row["consent_id"],
                discloser_id=row["discloser_id"],
                recipient_id=row["recipient_id"],
                referral_id=row["referral_id"],
                at=row["at"],
                withdrawal_id=row["withdrawal_id"],
                everything=row["everything"],
                categories=tuple(map(Category, row["categories"])),
                due_at=row["due_at"],
                by_client=row["by_client"],
            )
    if reinstated := by_kind["reinstated"]:
        for row in await tx.fetch(SQL.reinstated, [key[1] for key in reinstated]):
            found["reinstated", row["withdrawal_id"], 0] = ChangedRow(
                kind="reinstated",
                case_id=row["case_id"],
                row_id=row["consent_id"],
                discloser_id=row["discloser_id"],
                recipient_id=row["recipient_id"],
                referral_id=row["referral_id"],
                at=row["at"],
                withdrawal_id=row["withdrawal_id"],
                by_client=row["by_client"],
            )
    return found
