"""Who is named for the case conference of a case, and who takes part. Only there recipients learn of each other."""

from uuid import UUID

from services.common.database import Connection, queries_beside
from services.referrals.model import Referral
from services.referrals.rules import ENDED

SQL = queries_beside(__file__)


async def named(tx: Connection, referral: Referral) -> list[UUID]:
    """The agencies that its discloser drafted it for or invited, itself among them; none where it is no conference.

    The client is shown these when she is asked about one of them.
    """
    return await _agencies(tx, SQL.named, referral)


async def take_part(tx: Connection, referral: Referral) -> list[UUID]:
    """The agencies that it was sent to, each as she permits, with its discloser; none for one that left it."""
    if referral.state in ENDED:
        return []
    return await _agencies(tx, SQL.take_part, referral)


async def _agencies(tx: Connection, statement: str, referral: Referral) -> list[UUID]:
    if not referral.is_conference:
        return []
    return [row["agency_id"] for row in await tx.fetch(statement, referral.case_id, referral.discloser_id)]
