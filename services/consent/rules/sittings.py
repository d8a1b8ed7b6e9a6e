"""Several candidates in one sitting: who may join, which question comes next, and what is left unused."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.consent.model.consent import Consent
from services.consent.model.record import ConsentRecord
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.rules.requests import AnswerError, state_of
from services.consent.rules.withdrawal import newest_of_pairs

MOST_IN_SITTING: Final = 3


def check_joins(new: ConsentRequest, sitting: Sequence[ConsentRequest], at: datetime) -> None:
    """Raises AnswerError unless the request may be answered in one sitting with those that are open in it."""
    if any(asked.is_of_evaluation for asked in (new, *sitting)):
        raise AnswerError("in_sitting_with", "an evaluation is asked apart")
    others = [asked for asked in sitting if state_of(asked, at) is RequestState.REQUESTED]
    if not others:
        raise AnswerError("in_sitting_with", "an open question of the same case")
    if len(others) >= MOST_IN_SITTING:
        raise AnswerError("in_sitting_with", "at most three in one sitting")
    if new.recipient_id in {asked.recipient_id for asked in others}:
        raise AnswerError("in_sitting_with", "another recipient for each")


def open_others(sitting: Sequence[ConsentRequest], consent_request_id: UUID, at: datetime) -> list[ConsentRequest]:
    """The other open questions: those after this one first, then those before, which she left for later."""
    ids = [asked.consent_request_id for asked in sitting]
    here = ids.index(consent_request_id)
    around = [*sitting[here + 1 :], *sitting[:here]]
    return [asked for asked in around if state_of(asked, at) is RequestState.REQUESTED]


def unused_of(
    sitting: Sequence[ConsentRequest], requests: Sequence[ConsentRequest], used: Collection[UUID]
) -> frozenset[UUID]:
    """The referrals of a sitting that nobody works on; `requests` are all of the case, `used` the referrals in use.

    Participants of a case conference are no candidates: each of them is used beside the others. Where one agency is the
    recipient of a referral in use and of another one, the consent between the two agencies is used: there is only one.
    """
    recipients = {asked.recipient_id for asked in requests if asked.referral_id in used}
    return frozenset(
        asked.referral_id
        for asked in sitting
        if not asked.is_of_conference and asked.referral_id not in used and asked.recipient_id not in recipients
    )


def to_end(records: Sequence[ConsentRecord], unused: Collection[UUID], at: datetime) -> list[ConsentRecord]:
    """What is in force for these referrals; `records` are all revisions of a case, in order."""
    return [
        record
        for record in newest_of_pairs(records).values()
        if record.setting.referral_id in unused and _is_left(record.consent, at)
    ]


def _is_left(consent: Consent, at: datetime) -> bool:
    """Whether there is anything to end; what begins later is."""
    return consent.in_force and at < consent.valid_until
