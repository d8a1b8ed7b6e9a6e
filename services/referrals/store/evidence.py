"""Evidence of decisions. Whoever is not assigned to the case finds nothing."""

from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.referrals.model import EvidenceItem

SQL = queries_beside(__file__)


async def insert(tx: Connection, new: EvidenceItem, ciphertext: bytes, person_id: UUID, request_id: UUID) -> None:
    """Keeps a new item; one that a repeat kept before stays as it is."""
    await tx.execute(
        SQL.insert_evidence, new.case_id, new.item_id, new.referral_id, new.role, new.media_type, ciphertext,
        new.item_hash, new.agency_id, person_id, request_id,
    )  # fmt: skip


async def get(tx: Connection, case_id: UUID, referral_id: UUID, item_id: UUID) -> tuple[EvidenceItem, bytes] | None:
    """An item with its ciphertext."""
    row = await tx.fetchrow(SQL.get_evidence, case_id, referral_id, item_id)
    return (_item(row), row["ciphertext"]) if row else None


async def list_of_referral(tx: Connection, case_id: UUID, referral_id: UUID) -> list[EvidenceItem]:
    """All items of a referral, oldest first."""
    return [_item(row) for row in await tx.fetch(SQL.list_evidence, case_id, referral_id)]


async def insert_read(tx: Connection, read: EvidenceItem, person_id: UUID) -> None:
    """Write down who looked at it."""
    await tx.execute(SQL.insert_evidence_read, read.case_id, read.item_id, read.agency_id, person_id)


def _item(row: Record) -> EvidenceItem:
    return EvidenceItem(
        row["case_id"], row["item_id"], row["referral_id"], row["role"], row["media_type"], row["item_hash"],
        row["agency_id"], row["written_at"],
    )  # fmt: skip
