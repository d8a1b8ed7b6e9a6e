"""The decision: may this be disclosed, and why (or why not)? Rules 1 to 6 in the order of the README."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.consent.model.consent import Assent, Consent, ExceptionRule, RegimeRow
from services.consent.model.question import Circumstances, Grounds, Item, ItemDecision
from services.consent.model.vocabulary import (
    COMES_BACK,
    SPECIAL_CATEGORIES,
    UNCONFIRMED_CATEGORIES,
    Basis,
    Category,
    Direction,
    Label,
    Purpose,
    Reason,
    categories_of,
)

_Value = TypeVar("_Value")

GERMAN_TIME: Final = ZoneInfo("Europe/Berlin")
CONFIRMATION_TIME: Final = timedelta(days=14)
"""An oral decision that she has not confirmed after this time permits nothing."""

PERMITTING: Final = frozenset(
    {
        Reason.PERMITTED_BY_EXCEPTION,
        Reason.PERMITTED_BY_BASE,
        Reason.PERMITTED_WAY_BACK,
        Reason.PERMITTED_BY_STATUTE,
    }
)


def decide(item: Item, circumstances: Circumstances, grounds: Grounds, at: datetime) -> ItemDecision:
    """The answer for one item at this instant of the database's clock; whatever is unknown is denied."""
    reason = reason_for(item, circumstances, grounds, at)
    permit = reason in PERMITTING
    asked_of_consent = circumstances.basis is Basis.CONSENT and reason is not Reason.NO_ACTIVE_CONSENT
    consent = grounds.consent if asked_of_consent else None
    return ItemDecision(
        item=item,
        permit=permit,
        reason=reason,
        consent_id=consent.consent_id if consent else None,
        revision=consent.revision if consent else 0,
        permitted_until=permitted_until(item, circumstances, grounds, at) if permit else None,
    )


def permitted_until(item: Item, circumstances: Circumstances, grounds: Grounds, at: datetime) -> datetime | None:
    """The first instant after `at` at which time alone turns the permit into a denial; None when it never does.

    Every limit is half-open, so the answer is constant between the instants that anything names: asking again at each
    of them, in order, finds the turn.
    """
    for instant in sorted({instant for instant in turning_points(grounds) if instant > at}):
        if reason_for(item, circumstances, grounds, instant) not in PERMITTING:
            return instant
    return None


def reason_for(item: Item, circumstances: Circumstances, grounds: Grounds, at: datetime) -> Reason:
    """The reason of the first rule that settles the question."""
    consent, basis = grounds.consent, circumstances.basis
    if basis is Basis.CONSENT and (consent is None or not consent.in_force or consent.case_id != circumstances.case_id):
        return Reason.NO_ACTIVE_CONSENT
    direction, purpose, category = circumstances.direction, circumstances.purpose, item.category
    if direction is None or purpose is None or category is None or category not in categories_of(direction):
        return Reason.UNKNOWN_VALUE
    # What cannot be written down truthfully is not disclosed, on whatever basis.
    if basis is None or circumstances.kind is None or circumstances.person_id is None or item.labels is None:
        return Reason.UNKNOWN_VALUE
    if basis is Basis.STATUTORY or consent is None:
        return _statutory(category, circumstances, grounds, at)
    if (limit := limit_of(consent, category, circumstances, purpose, at)) is not None:
        return limit
    if direction is Direction.FORWARD:
        written = written_reason(consent, item, circumstances, at)
        if written not in PERMITTING:
            return written
        return law_of(consent, direction, grounds, at) or written
    return law_of(consent, direction, grounds, at) or _way_back(consent, category)


def _statutory(category: Category, circumstances: Circumstances, grounds: Grounds, at: datetime) -> Reason:
    """What a recorded act names, until its time ends. No consent is asked, and none can widen it."""
    for act in grounds.acts:
        if (
            act.case_id == circumstances.case_id
            and act.discloser_id == circumstances.discloser_id
            and act.recipient_id == circumstances.recipient_id
            and category in act.categories
            and at < act.until
        ):
            return Reason.PERMITTED_BY_STATUTE
    return Reason.NO_STATUTORY_ACT


def limit_of(
    consent: Consent, category: Category, circumstances: Circumstances, purpose: Purpose, at: datetime
) -> Reason | None:
    """Rule 2 for one category: the consent's own limits, which hold both ways."""
    if (consent.discloser_id, consent.recipient_id) != (circumstances.discloser_id, circumstances.recipient_id):
        return Reason.OTHER_RECIPIENT
    # Outside its period a consent is silent, so nothing else that it says is given as the reason.
    if not consent.valid_from <= at < consent.valid_until:
        return Reason.OUTSIDE_PERIOD
    if purpose not in consent.purposes:
        return Reason.PURPOSE_NOT_PERMITTED
    if circumstances.person_id in consent.excluded_persons:
        return Reason.PERSON_EXCLUDED
    if not _represented(consent, category, circumstances.direction, at):
        return Reason.OUTSIDE_REPRESENTATION
    if consent.unconfirmed_since is not None and (
        category not in UNCONFIRMED_CATEGORIES or at >= consent.unconfirmed_since + CONFIRMATION_TIME
    ):
        return Reason.NOT_CONFIRMED
    return None


def _represented(consent: Consent, category: Category, direction: Direction | None, at: datetime) -> bool:
    grantor = consent.grantor
    if grantor.assent is Assent.REFUSED or (grantor.both_parents_needed and grantor.parents_agreed < 2):
        return False
    representation = grantor.representation
    if representation is None:
        return True
    if representation.until is not None and at >= representation.until:
        return False
    if direction is Direction.BACK:
        return representation.way_back
    return category in representation.categories


def written_reason(consent: Consent, item: Item, circumstances: Circumstances, at: datetime) -> Reason:
    """Rules 3 and 4 alone: what exceptions and base say about an item on the way there."""
    fitting = [rule for rule in consent.exceptions if _fits(rule, item, circumstances, at)]
    if any(not rule.permits for rule in fitting):
        return Reason.DENIED_BY_EXCEPTION
    if fitting:
        return Reason.PERMITTED_BY_EXCEPTION
    if not consent.base_permits:
        return Reason.NOT_PERMITTED
    if item.labels or item.category in SPECIAL_CATEGORIES:
        return Reason.NOT_NAMED
    return Reason.PERMITTED_BY_BASE


def _fits(rule: ExceptionRule, item: Item, circumstances: Circumstances, at: datetime) -> bool:
    return (
        _within(at, rule.valid_from, rule.valid_until)
        and _empty_or_has(rule.persons, circumstances.person_id)
        and _empty_or_has(rule.purposes, circumstances.purpose)
        and _fits_category(rule, item.category)
        and _fits_labels(rule, item.labels or frozenset())
        and _fits_origin(rule, item)
    )


def _fits_category(rule: ExceptionRule, category: Category | None) -> bool:
    if rule.permits and category in SPECIAL_CATEGORIES:
        return category in rule.categories
    return _empty_or_has(rule.categories, category)


def _fits_labels(rule: ExceptionRule, labels: frozenset[Label]) -> bool:
    if not rule.permits:
        return not rule.labels or bool(rule.labels & labels)
    if not rule.labels:
        return not labels
    return bool(labels) and labels <= rule.labels


def _fits_origin(rule: ExceptionRule, item: Item) -> bool:
    """Author and date of the data; what is not known fits a denial and no permission."""
    unknown_fits = not rule.permits
    if rule.authoring_agencies:
        author = item.authoring_agency_id
        if not (unknown_fits if author is None else author in rule.authoring_agencies):
            return False
    if rule.written_from is not None or rule.written_until is not None:
        written = item.written_on
        return unknown_fits if written is None else _within(written, rule.written_from, rule.written_until)
    return True


def law_of(consent: Consent, direction: Direction, grounds: Grounds, at: datetime) -> Reason | None:
    """Rule 5: release from secrecy, then the regime of both agencies on this day."""
    forward = direction is Direction.FORWARD
    if not (consent.secrecy_release_forward if forward else consent.secrecy_release_back):
        return Reason.NO_SECRECY_RELEASE
    needed = [consent.discloser_id] + ([consent.recipient_id] if consent.recipient_in_network else [])
    valid = all(regime_of(agency_id, grounds.regimes, at) is not None for agency_id in needed)
    return None if valid else Reason.NO_REGIME


def regime_of(agency_id: UUID, rows: Iterable[RegimeRow], at: datetime) -> RegimeRow | None:
    """The row of an agency that is valid on the German day of this instant."""
    day = at.astimezone(GERMAN_TIME).date()
    for row in rows:
        if row.agency_id == agency_id and row.valid_from <= day and (row.valid_until is None or day < row.valid_until):
            return row
    return None


def _way_back(consent: Consent, category: Category) -> Reason:
    """Rule 6: outcome includes arrival; from outside the network nothing comes back."""
    if consent.recipient_in_network and category in COMES_BACK[consent.way_back]:
        return Reason.PERMITTED_WAY_BACK
    return Reason.WAY_BACK_NOT_PERMITTED


def turning_points(grounds: Grounds) -> Iterator[datetime]:
    """Every instant at which time alone can end a permit."""
    yield from (act.until for act in grounds.acts)
    ends = (row.valid_until for row in grounds.regimes)
    yield from (datetime.combine(day, time(), GERMAN_TIME) for day in ends if day is not None)
    consent = grounds.consent
    if consent is None:
        return
    yield consent.valid_until
    if consent.unconfirmed_since is not None:
        yield consent.unconfirmed_since + CONFIRMATION_TIME
    if consent.grantor.representation is not None and consent.grantor.representation.until is not None:
        yield consent.grantor.representation.until
    for rule in consent.exceptions:
        yield from (instant for instant in (rule.valid_from, rule.valid_until) if instant is not None)


def _within(instant: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or start <= instant) and (end is None or instant < end)


def _empty_or_has(values: frozenset[_Value], value: _Value | None) -> bool:
    return not values or value in values
