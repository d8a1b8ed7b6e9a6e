"""Life of a consent request, and how her answer becomes a consent."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.consent.model.consent import Act, Consent, ExceptionRule
from services.consent.model.record import Circumstance
from services.consent.model.request import Answer, CategoryAsked, ConsentRequest, RequestState
from services.consent.model.vocabulary import Purpose, WayBack
from services.consent.rules.reach import permits_asked, permits_nothing

REQUEST_TIME: Final = timedelta(days=14)
"""How long a request waits for her, so that "later" does not lock her out."""
FAILURES_THAT_CLOSE: Final = 5
DEFAULT_MONTHS: Final = 6
LONGEST_MONTHS: Final = 24
ON_HER_OWN: Final = Circumstance()
_DECIDED: Final = frozenset({RequestState.GRANTED, RequestState.PARTLY_GRANTED, RequestState.REFUSED})


class AnswerError(Exception):
    """Her answer cannot be a consent; `field` and `rule` say where and why, without data."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


def expiry_of(request: ConsentRequest) -> datetime:
    """When the request ends by time alone."""
    return request.requested_at + REQUEST_TIME


def state_of(request: ConsentRequest, at: datetime) -> RequestState:
    """State at this instant; what was decided or cancelled in time stays so."""
    if request.ended_as is not None:
        return request.ended_as
    return RequestState.EXPIRED if at >= expiry_of(request) else RequestState.REQUESTED


def check_question(new: ConsentRequest) -> None:
    """Raises AnswerError unless it may be asked.

    The participants of a case conference are named, whoever of them is asked about, and of nothing else. An evaluation
    is asked apart from help.
    """
    if new.is_of_conference != bool(new.participants):
        raise AnswerError("participant_ids", "named where a case conference is asked about, and only there")
    if new.participants and not {new.discloser_id, new.recipient_id} <= new.participants:
        raise AnswerError("participant_ids", "both agencies among them")
    if new.is_of_evaluation and new.purposes != {Purpose.EVALUATION}:
        raise AnswerError("purposes", "an evaluation is asked apart")


def would_end_help(new: ConsentRequest, held: Consent | None, at: datetime) -> bool:
    """Whether an evaluation would take the place of what she permits this agency for help.

    `held` is the newest that was permitted between the two agencies.
    """
    if not new.is_of_evaluation or held is None or Purpose.EVALUATION in held.purposes:
        return False
    return held.in_force and at < held.valid_until


def help_is_decided(new: ConsentRequest, of_case: Iterable[ConsentRequest], at: datetime) -> bool:
    """Whether she has decided on help in this case, yes or no, and is not in the middle of it.

    What is open for the referral of the new question does not count: the new one takes its place.
    """
    about_help = (asked for asked in of_case if not asked.is_of_evaluation)
    states = {
        state
        for asked in about_help
        if (state := state_of(asked, at)) is not RequestState.REQUESTED or asked.referral_id != new.referral_id
    }
    return RequestState.REQUESTED not in states and not _DECIDED.isdisjoint(states)


def exceptions_from(answers: tuple[CategoryAsked, ...], *, permit: bool) -> tuple[ExceptionRule, ...]:
    """Exceptions for categories that were asked with their labels, all answered alike.

    A permission that names labels fits only items that carry one of them and no other, so a yes to a labelled category
    is two exceptions: for its items with these labels, and for those without any. A no fits whatever the category has.
    """
    rules = []
    for asked in answers:
        only = frozenset({asked.category})
        rules.append(ExceptionRule(permits=permit, categories=only))
        if permit and asked.labels:
            rules.append(ExceptionRule(permits=True, categories=only, labels=asked.labels))
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer makes of its request; without consent it is a refusal and supersedes nothing."""

    state: RequestState
    consent: Consent | None


def settle(
    request: ConsentRequest,
    answer: Answer,
    circumstance: Circumstance = ON_HER_OWN,
    *,
    consent_id: UUID,
    revision: int,
    at: datetime,
) -> Outcome:
    """The consent that the answer gives, or the refusal; raises `AnswerError` for what can be neither."""
    asked = {entry.category: entry.labels for entry in request.categories}
    given = dict(answer.answers)
    if len(given) != len(answer.answers):
        raise AnswerError("answers", "one answer for each category")
    if not given.keys() <= asked.keys():
        raise AnswerError("answers", "only categories that were asked")
    if not answer.purposes <= request.purposes:
        raise AnswerError("purposes", "only purposes that were asked")
    valid_from = max(answer.valid_from or at, at)
    valid_until = _checked_end(answer.valid_until, valid_from, at)
    translated = tuple(
        rule
        for category, permit in answer.answers
        for rule in exceptions_from((CategoryAsked(category, asked[category]),), permit=permit)
    )
    consent = Consent(
        case_id=request.case_id,
        consent_id=consent_id,
        revision=revision,
        act=Act.GRANTED,
        at=at,
        discloser_id=request.discloser_id,
        recipient_id=request.recipient_id,
        base_permits=answer.base_permits,
        exceptions=(*answer.exceptions, *translated),
        purposes=answer.purposes or request.purposes,
        valid_from=valid_from,
        valid_until=valid_until,
        way_back=answer.way_back,
        secrecy_release_forward=answer.secrecy_release_forward,
        secrecy_release_back=answer.secrecy_release_back,
        excluded_persons=answer.excluded_persons,
        grantor=circumstance.grantor,
        unconfirmed_since=at if circumstance.unconfirmed else None,
    )
    if permits_nothing(consent):
        return Outcome(RequestState.REFUSED, None)
    everything = all(permits_asked(consent, category, labels) for category, labels in asked.items())
    back = consent.secrecy_release_back and consent.way_back is not WayBack.NOTHING
    whole = everything and back and consent.purposes == request.purposes
    return Outcome(RequestState.GRANTED if whole else RequestState.PARTLY_GRANTED, consent)


def _checked_end(valid_until: datetime | None, valid_from: datetime, at: datetime) -> datetime:
    latest = months_after(at, LONGEST_MONTHS)
    if valid_from >= latest:
        raise AnswerError("valid_from", "within two years from now")
    end = valid_until or months_after(valid_from, DEFAULT_MONTHS)
    if end <= valid_from:
        raise AnswerError("valid_until", "after the beginning")
    if end > latest:
        raise AnswerError("valid_until", "at most two years from now")
    return end


def months_after(start: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
