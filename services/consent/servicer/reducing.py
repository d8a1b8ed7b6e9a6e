"""Making less of a consent, the same for a client on her own page and for staff who write down what she wants."""

from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection
from services.common.errors import RepeatKeyReused
from services.consent.convert import invalid
from services.consent.model.record import ConsentRecord, Evidence, EvidenceGiven, EvidenceRole, Proof
from services.consent.model.request import Reduction
from services.consent.rules.withdrawal import ReductionError, reduce
from services.consent.servicer.withdrawing import Actor
from services.consent.store import consents, evidence, requests


async def reduce_pair(
    tx: Connection,
    case_id: UUID,
    pair: tuple[UUID, UUID],
    reduction: Reduction,
    actor: Actor,
    consent_id: UUID | None = None,
) -> Proof | None:
    """Makes less of what is in force between two agencies; None when nothing is, or another consent than is named.

    Beside what staff write down stands as evidence who did. A repeat answers the proof of then. Raises InvalidArgument
    for what permits no less, as an earlier end of what is over. Needs the case's exclusive lock.
    """
    done = await consents.find_reduction(tx, case_id, actor.request_id)
    if done is not None:
        if done.pair != pair or consent_id not in {None, done.consent_id} or not done.is_of(reduction):
            raise RepeatKeyReused
        return done.proof
    before = await consents.newest_of_pair(tx, case_id, *pair)
    if before is None or not before.consent.in_force or consent_id not in {None, before.consent.consent_id}:
        return None
    at = await requests.legal_time(tx)
    try:
        left = reduce(before.consent, reduction, at)
    except ReductionError as error:
        raise invalid(error.field, error.rule) from None
    receipt_id = uuid4()
    leaf = await consents.insert_revision(tx, ConsentRecord(left, before.setting, actor.request_id, receipt_id))
    if actor.person_id is not None and actor.agency_id is not None:
        await evidence.insert(tx, _written_by(actor.person_id, actor.agency_id, before, actor.request_id, at))
    return Proof(receipt_id, leaf, at)


def _written_by(person_id: UUID, agency_id: UUID, before: ConsentRecord, request_id: UUID, at: datetime) -> Evidence:
    """Who wrote it down; it bears the repeat key of the revision that it is about."""
    if before.setting.consent_request_id is None:
        raise ValueError("A consent was asked for.")
    return Evidence(
        case_id=before.consent.case_id,
        evidence_id=uuid4(),
        consent_request_id=before.setting.consent_request_id,
        given=EvidenceGiven(EvidenceRole.AT_DESK),
        recorded_by=person_id,
        recording_agency_id=agency_id,
        at=at,
        request_id=request_id,
    )
