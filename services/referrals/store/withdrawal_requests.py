"""Requests of one agency to another to take back for a client, and the referrals that they may be about."""

from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import RepeatKeyReused, StaleEtag
from services.referrals.model import Referral, WithdrawalHints, WithdrawalRequest
from services.referrals.store.referrals import referral

SQL = queries_beside(__file__)


async def insert(tx: Connection, new: WithdrawalRequest, person_id: UUID, request_id: UUID) -> WithdrawalRequest:
    """Keep a request; a repeat gives that of then, and raises RepeatKeyReused where it cannot be found."""
    hints = new.hints
    await tx.execute(
        SQL.insert_request, new.withdrawal_request_id, new.from_agency_id, new.to_agency_id, hints.receipt_id,
        hints.other_agency_id, hints.month, hints.topic, hints.language, person_id, new.answer_by, request_id,
    )  # fmt: skip
    row = await tx.fetchrow(SQL.request_by_repeat, new.from_agency_id, request_id)
    if row is None:
        raise RepeatKeyReused
    return _request(row)


async def find(tx: Connection, withdrawal_request_id: UUID, to_agency_id: UUID) -> WithdrawalRequest | None:
    """A request that this agency got."""
    row = await tx.fetchrow(SQL.get_request, withdrawal_request_id, to_agency_id)
    return _request(row) if row else None


async def incoming(tx: Connection, agency_id: UUID) -> list[WithdrawalRequest]:
    """What an agency got, unanswered ones first, then newest."""
    return [_request(row) for row in await tx.fetch(SQL.incoming, agency_id)]


async def outgoing(tx: Connection, agency_id: UUID) -> list[WithdrawalRequest]:
    """What an agency sent, unanswered ones first, then newest."""
    return [_request(row) for row in await tx.fetch(SQL.outgoing, agency_id)]


async def referrals_by_hints(
    tx: Connection, agency_id: UUID, person_id: UUID, hints: WithdrawalHints, *, oversees: bool
) -> list[Referral]:
    """Referrals of an agency that fit what she remembers; as discloser only those of the person's cases, or all."""
    rows = await tx.fetch(
        SQL.referrals_by_hints, agency_id, person_id, oversees, hints.other_agency_id, hints.month, hints.topic,
        hints.language,
    )  # fmt: skip
    return [referral(row) for row in rows]


async def referrals_of_receipt(
    tx: Connection, agency_id: UUID, person_id: UUID, found: tuple[UUID, UUID, UUID], *, oversees: bool
) -> list[Referral]:
    """Referrals of the case and the two agencies that a receipt is about, of those that the person may see."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_of_receipt, agency_id, person_id, oversees, *found)]


async def answer(tx: Connection, asked: WithdrawalRequest, word: str, receipt_id: UUID | None, person_id: UUID) -> None:
    """Write the answer down; raises StaleEtag when somebody answered meanwhile."""
    if await tx.fetchval(SQL.answer_request, asked.withdrawal_request_id, word, receipt_id, person_id) is None:
        raise StaleEtag


async def escalate_overdue(tx: Connection) -> list[UUID]:
    """Mark requests that nobody answered in time; those that were marked now."""
    return [row["withdrawal_request_id"] for row in await tx.fetch(SQL.escalate_overdue)]


async def delete_old(tx: Connection) -> None:
    """Erase requests thirty days after the answer, and those without one after ninety."""
    await tx.execute(SQL.delete_old)


def _request(row: Record) -> WithdrawalRequest:
    values = dict(row)
    names = ("receipt_id", "other_agency_id", "month", "topic", "language")
    hints = WithdrawalHints(**{name: values.pop(name) for name in names})
    return WithdrawalRequest(**values, hints=hints)
