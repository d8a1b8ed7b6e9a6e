"""Taking a withdrawal back, the same for a client with her second secret and for the discloser with her before it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection
from services.common.errors import IllegalState, NotFound
from services.consent.model.consent import Consent
from services.consent.model.record import ConsentRecord, Proof, Reinstatement
from services.consent.rules.reinstatement import Hindrance, Taken, hindrance_of, reinstate
from services.consent.servicer.withdrawing import Actor
from services.consent.store import consents, reinstatements, requests, withdrawals
from services.consent.store.withdrawals import Course


async def take_withdrawal_back(tx: Connection, case_id: UUID, withdrawal_id: UUID, actor: Actor) -> Proof:
    """Puts in force again what this one withdrawal ended. Needs the case's exclusive lock.

    Done before, it answers the proof of then. Raises NotFound, or IllegalState that names the hindrance.
    """
    pair = await reinstatements.pair_of(tx, case_id, withdrawal_id)
    if pair is None:
        raise NotFound
    done = await reinstatements.find(tx, case_id, withdrawal_id)
    if done is not None:
        return done
    at = await requests.legal_time(tx)
    records = [record for record in await consents.list_of_case(tx, case_id) if record.pair == pair]
    revisions = [record.consent for record in records]
    courses = await withdrawals.list_of_case(tx, case_id)
    taken, others = _told_apart(courses, withdrawal_id)
    hindrance = hindrance_of(taken, others, revisions, at)
    if hindrance is not None:
        raise IllegalState(metadata={"state": hindrance.value, "possible": "ask anew"})
    before = records[-1]
    consent = reinstate(taken, others, revisions, at)
    await consents.insert_revision(tx, ConsentRecord(consent, before.setting, actor.request_id))
    return await reinstatements.insert(
        tx,
        Reinstatement(
            case_id=case_id,
            withdrawal_id=withdrawal_id,
            consent_id=consent.consent_id,
            discloser_id=consent.discloser_id,
            recipient_id=consent.recipient_id,
            referral_id=before.setting.referral_id,
            revision=consent.revision,
            at=at,
            receipt_id=uuid4(),
            request_id=actor.request_id,
            agency_id=actor.agency_id,
            person_id=actor.person_id,
        ),
    )


def hindrance_now(
    course: Course, courses: Iterable[Course], revisions: Iterable[Consent], at: datetime
) -> Hindrance | None:
    """What stands against taking a withdrawal back; `revisions` are all between its two agencies, in order."""
    taken, others = _told_apart(courses, course.withdrawal_id)
    return hindrance_of(taken, others, list(revisions), at)


def _told_apart(courses: Iterable[Course], withdrawal_id: UUID) -> tuple[Taken, list[Taken]]:
    """This withdrawal, and the others of the same consent."""
    known = {course.withdrawal_id: course for course in courses}
    own = known[withdrawal_id]
    others = [
        _taken(course)
        for course in known.values()
        if course.consent_id == own.consent_id and course.withdrawal_id != withdrawal_id
    ]
    return _taken(own), others


def _taken(course: Course) -> Taken:
    return Taken(
        withdrawal_id=course.withdrawal_id,
        consent_id=course.consent_id,
        revision=course.revision,
        everything=course.everything,
        categories=frozenset(course.categories),
        due_at=course.due_at,
        acknowledged=course.acknowledged_at is not None or course.partly_deleted,
        reinstated=course.reinstated_at is not None,
    )
