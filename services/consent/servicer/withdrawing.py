"""Taking back, the same for a client with a pass and for staff with a client before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection
from services.common.errors import RepeatKeyReused
from services.consent.model.consent import Consent
from services.consent.model.record import ConsentRecord, Proof, Withdrawal
from services.consent.model.request import Retraction
from services.consent.rules.withdrawal import DUE_TIME, Remainder, is_repeat, take_back
from services.consent.store import consents, requests, withdrawals


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes back or makes less: the client, staff for her, or nobody where a consent ends unused."""

    request_id: UUID
    agency_id: UUID | None = None
    person_id: UUID | None = None
    by_service: bool = False


async def withdrawn_before(
    tx: Connection, case_id: UUID, request_id: UUID, retraction: Retraction, revisions: Sequence[Consent]
) -> list[Proof]:
    """Proofs of what this repeat key took back; RepeatKeyReused where it took back something else.

    `revisions` are all of what is meant, of one consent or between agencies, in order.
    """
    made = await withdrawals.find_by_repeat(tx, case_id, request_id)
    if made and not is_repeat([withdrawal for withdrawal, _ in made], retraction, revisions):
        raise RepeatKeyReused
    return [proof for _, proof in made]


async def withdraw_pair(
    tx: Connection, case_id: UUID, pair: tuple[UUID, UUID], retraction: Retraction, actor: Actor
) -> Proof | None:
    """Takes back what is in force between two agencies; None when nothing was. Needs the case's exclusive lock."""
    record = await consents.newest_of_pair(tx, case_id, *pair)
    if record is None or not record.consent.in_force:
        return None
    at = await requests.legal_time(tx)
    remainder = take_back(record.consent, retraction, at)
    return await write_down(tx, record, remainder, actor, at)


async def write_down(tx: Connection, before: ConsentRecord, remainder: Remainder, actor: Actor, at: datetime) -> Proof:
    """Writes the revision that is left and the withdrawal that made it, with a receipt number of its own."""
    left = remainder.consent
    await consents.insert_revision(tx, ConsentRecord(left, before.setting, actor.request_id))
    return await withdrawals.insert(
        tx,
        Withdrawal(
            case_id=left.case_id,
            withdrawal_id=uuid4(),
            consent_id=left.consent_id,
            discloser_id=left.discloser_id,
            recipient_id=left.recipient_id,
            referral_id=before.setting.referral_id,
            revision=left.revision,
            everything=remainder.everything,
            categories=remainder.categories,
            at=at,
            due_at=at + DUE_TIME,
            receipt_id=uuid4(),
            request_id=actor.request_id,
            agency_id=actor.agency_id,
            person_id=actor.person_id,
            by_service=actor.by_service,
        ),
    )
