"""Consents, items and questions of invented agencies; what a test does not name is permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.consent.model.consent import Act, Consent, ExceptionRule, RegimeRow
from services.consent.model.question import Circumstances, Grounds, Item
from services.consent.model.vocabulary import Basis, Category, Direction, DisclosureKind, Label, Purpose, WayBack

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CASE, REFERRAL, CONSENT = UUID(int=1), UUID(int=2), UUID(int=3)
HANNOVER, BRAUNSCHWEIG, ELSEWHERE = UUID(int=11), UUID(int=12), UUID(int=13)
ANNA, BERTA = UUID(int=21), UUID(int=22)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

REGIMES = (
    RegimeRow(HANNOVER, "kdg", (), date(2020, 1, 1)),
    RegimeRow(BRAUNSCHWEIG, "dsg-ekd", (), date(2020, 1, 1)),
)


def a_consent(*exceptions: ExceptionRule, **changes: Any) -> Consent:
    """Permits everything that the base can reach, there and back, for handing over, from yesterday for half a year."""
    consent = Consent(
        case_id=CASE,
        consent_id=CONSENT,
        revision=1,
        act=Act.GRANTED,
        at=NOW - DAY,
        discloser_id=HANNOVER,
        recipient_id=BRAUNSCHWEIG,
        base_permits=True,
        exceptions=exceptions,
        purposes=frozenset({Purpose.HANDING_OVER}),
        valid_from=NOW - DAY,
        valid_until=NOW + 180 * DAY,
        way_back=WayBack.OUTCOME,
        secrecy_release_forward=True,
        secrecy_release_back=True,
    )
    return replace(consent, **changes)


def an_item(category: Category | None = Category.HOUSING, *labels: Label, **changes: Any) -> Item:
    item = Item(UUID(int=5), 1, category, frozenset(labels), NOW - DAY, HANNOVER)
    return replace(item, **changes)


def a_question(**changes: Any) -> Circumstances:
    """Anna of the recipient reads, for handing over."""
    question = Circumstances(
        case_id=CASE,
        referral_id=REFERRAL,
        discloser_id=HANNOVER,
        recipient_id=BRAUNSCHWEIG,
        direction=Direction.FORWARD,
        purpose=Purpose.HANDING_OVER,
        basis=Basis.CONSENT,
        kind=DisclosureKind.READ,
        person_id=ANNA,
    )
    return replace(question, **changes)


def the_grounds(consent: Consent | None, regimes: tuple[RegimeRow, ...] = REGIMES, **changes: Any) -> Grounds:
    return replace(Grounds(consent, regimes), **changes)


def permit(*categories: Category, **dimensions: Any) -> ExceptionRule:
    return ExceptionRule(permits=True, categories=frozenset(categories), **dimensions)


def deny(*categories: Category, **dimensions: Any) -> ExceptionRule:
    return ExceptionRule(permits=False, categories=frozenset(categories), **dimensions)
