"""Referrals that an agency took, of which consent has not heard."""

from dataclasses import dataclass
from uuid import UUID

from services.common.database import Connection, queries_beside

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A referral that was accepted, and the others of its case that agencies work on."""

    case_id: UUID
    referral_id: UUID
    used: tuple[UUID, ...]


async def to_tell(tx: Connection) -> list[Accepted]:
    """Those of which consent has to hear, with the worker's sight of all cases."""
    return [Accepted(row["case_id"], row["referral_id"], tuple(row["used"])) for row in await tx.fetch(SQL.to_tell)]


async def mark_told(tx: Connection, referral_id: UUID) -> None:
    """Consent has heard."""
    await tx.execute(SQL.mark_told, referral_id)
