"""What a consent reaches at all: for "permits nothing", for the state of a request, and for her list.

A question about one item is exact (`decision`); these ask about all items there could be. They compare every permission
with every denial, so they may call reachable what several denials take away only together, and never the reverse.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID

from services.consent.model.consent import Consent, ExceptionRule
from services.consent.model.question import Circumstances, Grounds, Item
from services.consent.model.vocabulary import (
    FORWARD_CATEGORIES,
    SPECIAL_CATEGORIES,
    Basis,
    Category,
    Direction,
    DisclosureKind,
    Label,
    Purpose,
    WayBack,
)
from services.consent.rules.decision import PERMITTING, law_of, limit_of, written_reason

_Value = TypeVar("_Value")

NOBODY: Final = UUID(int=0)
"""Stands for a person, a referral or an item that no consent names."""


def permits_nothing(consent: Consent) -> bool:
    """Whether nothing could ever cross on it as written, neither there nor back: such a decision is a refusal.

    Without the release from secrecy of a direction nothing goes that way.
    """
    back = consent.secrecy_release_back and consent.way_back is not WayBack.NOTHING
    return not back and not (consent.secrecy_release_forward and written_categories(consent))


def written_categories(consent: Consent) -> frozenset[Category]:
    """The categories of the way there that base and exceptions let through for somebody, at some time of its period."""
    return frozenset(category for category in FORWARD_CATEGORIES if _reaches(consent, category, None))


def readable_categories(grounds: Grounds, at: datetime) -> frozenset[Category]:
    """The categories of which the recipient may read something now, as her list shows them."""
    consent = grounds.consent
    if consent is None or not consent.in_force or law_of(consent, Direction.FORWARD, grounds, at) is not None:
        return frozenset()
    return frozenset(
        category
        for category in FORWARD_CATEGORIES
        if _reaches(consent, category, at)
        and any(
            limit_of(consent, category, circumstances_of(consent, purpose), purpose, at) is None
            for purpose in consent.purposes
        )
    )


def permits_asked(consent: Consent, category: Category, labels: frozenset[Label]) -> bool:
    """Whether data of a category is let through as it was asked: for each label that it carries, or without any."""
    carried = [frozenset({label}) for label in labels] or [frozenset[Label]()]
    items = [Item(NOBODY, 1, category, some, consent.at, consent.discloser_id) for some in carried]
    return consent.secrecy_release_forward and all(
        written_reason(consent, item, circumstances_of(consent, purpose), consent.valid_from) in PERMITTING
        for item in items
        for purpose in consent.purposes
    )


def _reaches(consent: Consent, category: Category, at: datetime | None) -> bool:
    """Whether a permission for this category is left that no single denial takes away; `at` None asks of any time."""
    rules: Iterable[ExceptionRule] = consent.exceptions
    if at is not None:
        # What holds at this moment is compared without its period: what comes later neither permits nor denies now.
        rules = [replace(rule, valid_from=None, valid_until=None) for rule in rules if _valid(rule, at)]
    denials = [rule for rule in rules if not rule.permits and (not rule.categories or category in rule.categories)]
    permissions = [rule for rule in rules if rule.permits and _names(rule, category)]
    if consent.base_permits and category not in SPECIAL_CATEGORIES:
        permissions.append(ExceptionRule(permits=True))
    return any(
        _alive(permission, consent) and not any(_covers(denial, permission, consent) for denial in denials)
        for permission in permissions
    )


def _names(permission: ExceptionRule, category: Category) -> bool:
    if category in SPECIAL_CATEGORIES:
        return category in permission.categories
    return not permission.categories or category in permission.categories


def _valid(rule: ExceptionRule, at: datetime) -> bool:
    return (rule.valid_from is None or rule.valid_from <= at) and (rule.valid_until is None or at < rule.valid_until)


def _alive(permission: ExceptionRule, consent: Consent) -> bool:
    """Whether it works within the consent's own limits at some time."""
    start, end = _period(permission, consent)
    written = _begin(permission.written_from) < _end(permission.written_until)
    purposes = not permission.purposes or bool(permission.purposes & consent.purposes)
    persons = not permission.persons or not permission.persons <= consent.excluded_persons
    return start < end and written and purposes and persons


def _covers(denial: ExceptionRule, permission: ExceptionRule, consent: Consent) -> bool:
    """Whether the denial fits everything that the permission fits."""
    start, end = _period(permission, consent)
    return (
        _contains(denial.labels, permission.labels)
        and _contains(denial.persons, permission.persons - consent.excluded_persons)
        and _contains(denial.purposes, (permission.purposes or consent.purposes) & consent.purposes)
        and _contains(denial.authoring_agencies, permission.authoring_agencies)
        and _begin(denial.written_from) <= _begin(permission.written_from)
        and _end(permission.written_until) <= _end(denial.written_until)
        and _begin(denial.valid_from) <= start
        and end <= _end(denial.valid_until)
    )


def _contains(denied: frozenset[_Value], permitted: frozenset[_Value]) -> bool:
    return not denied or (bool(permitted) and permitted <= denied)


def _period(rule: ExceptionRule, consent: Consent) -> tuple[datetime, datetime]:
    return (
        max(_begin(rule.valid_from), consent.valid_from),
        min(_end(rule.valid_until), consent.valid_until),
    )


def _begin(moment: datetime | None) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if moment is None else moment


def _end(moment: datetime | None) -> datetime:
    return datetime.max.replace(tzinfo=UTC) if moment is None else moment


def circumstances_of(consent: Consent, purpose: Purpose) -> Circumstances:
    """Somebody of the recipient whom no exception names reads on the way there, for this purpose."""
    return Circumstances(
        case_id=consent.case_id,
        referral_id=NOBODY,
        discloser_id=consent.discloser_id,
        recipient_id=consent.recipient_id,
        direction=Direction.FORWARD,
        purpose=purpose,
        basis=Basis.CONSENT,
        kind=DisclosureKind.READ,
        person_id=NOBODY,
    )
