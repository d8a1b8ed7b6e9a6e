"""Reasons of acts that a law permits, and the referrals that rest on one."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, queries_beside

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class KeptReason:
    """A reason without its key."""

    case_id: UUID
    act_id: UUID
    ciphertext: bytes = field(repr=False)
    written_at: datetime


async def insert(
    tx: Connection,
    case_id: UUID,
    act_id: UUID,
    referral_id: UUID | None,
    ciphertext: bytes,
    agency_id: UUID,
    person_id: UUID,
    request_id: UUID,
) -> tuple[UUID, bytes]:
    """Keeps a reason; the id of the act that this repeat key has, and the ciphertext that is kept."""
    await tx.execute(SQL.insert_reason, case_id, act_id, referral_id, ciphertext, agency_id, person_id, request_id)
    row = await tx.fetchrow(SQL.find_by_request, case_id, request_id)
    if row is None:
        raise RuntimeError("A reason that was just kept is not there.")
    return row["act_id"], row["ciphertext"]


async def find(tx: Connection, act_id: UUID, agency_id: UUID) -> KeptReason | None:
    """The reason of an act of this agency."""
    row = await tx.fetchrow(SQL.find_reason, act_id, agency_id)
    return KeptReason(row["case_id"], row["act_id"], row["ciphertext"], row["written_at"]) if row else None


async def set_basis(tx: Connection, referral_id: UUID) -> None:
    """The draft rests on an act from now on, and on no consent."""
    await tx.execute(SQL.set_basis, referral_id)


async def insert_read(tx: Connection, reason: KeptReason, agency_id: UUID, person_id: UUID) -> None:
    """Writes down who looked at it."""
    await tx.execute(SQL.insert_reason_read, reason.case_id, reason.act_id, agency_id, person_id)
