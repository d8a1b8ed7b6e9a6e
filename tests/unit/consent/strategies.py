"""Small worlds in which dimensions meet often; all times are whole hours within ten days of NOW."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.consent.model.consent import (
    Act,
    Assent,
    Consent,
    ExceptionRule,
    Grantor,
    RegimeRow,
    Representation,
    StatutoryAct,
)
from services.consent.model.question import Circumstances, Grounds, Item
from services.consent.model.vocabulary import Basis, Category, Direction, DisclosureKind, Label, Purpose, WayBack
from tests.unit.consent.builders import (
    ANNA,
    BERTA,
    BRAUNSCHWEIG,
    CASE,
    ELSEWHERE,
    HANNOVER,
    NOW,
    REGIMES,
    a_consent,
    a_question,
    an_item,
)

SPAN = 240


@dataclass(frozen=True)
class World:
    """One question in one state of affairs at one moment."""

    item: Item
    question: Circumstances
    grounds: Grounds
    at: datetime


_PLACES = [
    (Direction.FORWARD, Category.COVER_SHEET),
    (Direction.FORWARD, Category.HOUSING),
    (Direction.FORWARD, Category.HOUSING),
    (Direction.FORWARD, Category.HEALTH),
    (Direction.BACK, Category.ARRIVAL),
    (Direction.BACK, Category.OUTCOME),
]
_CATEGORIES = [Category.COVER_SHEET, Category.HOUSING, Category.HEALTH, Category.ARRIVAL, Category.OUTCOME]
_LABELS = [Label.VIOLENCE, Label.HIV, Label.ADDICTION]
_PURPOSES = [Purpose.HANDING_OVER, Purpose.ADVICE]

hours: st.SearchStrategy[datetime] = st.integers(-SPAN, SPAN).map(lambda hour: NOW + timedelta(hours=hour))
some_hour = st.none() | hours
categories = st.sampled_from(_CATEGORIES)
labels = st.frozensets(st.sampled_from(_LABELS))
persons = st.sampled_from([ANNA, BERTA])
agencies = st.sampled_from([HANNOVER, ELSEWHERE])


def deviating(draw: st.DrawFn, ways: Mapping[str, st.SearchStrategy[Any]], at_most: int) -> dict[str, Any]:
    """Values for a few of these fields. Were every field drawn, one of them would nearly always deny everything."""
    chosen = draw(st.lists(st.sampled_from(sorted(ways)), max_size=at_most, unique=True))
    return {name: draw(ways[name]) for name in chosen}


representations = st.builds(
    Representation,
    ground=st.just("guardian"),
    categories=st.frozensets(categories),
    way_back=st.booleans(),
    until=some_hour,
)
_OF_AN_EXCEPTION: Mapping[str, st.SearchStrategy[Any]] = {
    "categories": st.frozensets(categories, min_size=1, max_size=2),
    "labels": labels,
    "persons": st.frozensets(persons, min_size=1, max_size=1),
    "purposes": st.frozensets(st.sampled_from(_PURPOSES), min_size=1, max_size=1),
    "authoring_agencies": st.frozensets(agencies, min_size=1, max_size=1),
    "written_from": hours,
    "written_until": hours,
    "valid_from": hours,
    "valid_until": hours,
}
_OF_A_CONSENT: Mapping[str, st.SearchStrategy[Any]] = {
    "act": st.sampled_from(Act),
    "case_id": st.sampled_from([CASE, ELSEWHERE]),
    "purposes": st.frozensets(st.sampled_from(_PURPOSES), min_size=1),
    "valid_from": hours,
    "valid_until": hours,
    "way_back": st.sampled_from(WayBack),
    "secrecy_release_forward": st.booleans(),
    "secrecy_release_back": st.booleans(),
    "excluded_persons": st.frozensets(persons),
    "representation": representations,
    "parents": st.integers(0, 2),
    "assent": st.sampled_from(Assent),
    "unconfirmed_since": hours,
    "recipient_in_network": st.booleans(),
}
_OF_A_QUESTION: Mapping[str, st.SearchStrategy[Any]] = {
    "recipient_id": st.sampled_from([BRAUNSCHWEIG, ELSEWHERE]),
    "discloser_id": st.sampled_from([HANNOVER, ELSEWHERE]),
    "purpose": st.sampled_from(_PURPOSES),
    "basis": st.sampled_from(Basis),
    "kind": st.sampled_from(DisclosureKind),
    "person_id": st.sampled_from([ANNA, BERTA]),
    "unknown": st.sampled_from(["direction", "purpose", "basis", "kind", "person_id", "category"]),
}
_OF_AN_ITEM: Mapping[str, st.SearchStrategy[Any]] = {
    "labels": labels | labels | labels | st.none(),
    "written_on": some_hour,
    "authoring_agency_id": st.none() | agencies,
}


@st.composite
def _exceptions(draw: st.DrawFn) -> ExceptionRule:
    return ExceptionRule(permits=draw(st.sampled_from([True, True, False])), **deviating(draw, _OF_AN_EXCEPTION, 3))


@st.composite
def _consents(draw: st.DrawFn) -> Consent:
    changes = deviating(draw, _OF_A_CONSENT, 2)
    parents = changes.pop("parents", None)
    grantor = Grantor(
        representation=changes.pop("representation", None),
        both_parents_needed=parents is not None,
        parents_agreed=parents or 0,
        assent=changes.pop("assent", Assent.NOT_ASKED),
    )
    rules = draw(st.lists(_exceptions(), max_size=4))
    changes.setdefault("valid_from", NOW - timedelta(hours=SPAN))
    return a_consent(*rules, base_permits=draw(st.sampled_from([True, True, False])), grantor=grantor, **changes)


@st.composite
def _worlds(draw: st.DrawFn) -> World:
    direction, category = draw(st.sampled_from(_PLACES))
    asked = {"direction": direction, "category": category, **deviating(draw, _OF_A_QUESTION, 1)}
    unknown = asked.pop("unknown", None)
    if unknown is not None:
        asked[unknown] = None
    item = an_item(category=asked.pop("category"), **deviating(draw, _OF_AN_ITEM, 3))
    question = a_question(**asked)
    regimes = draw(regime_rows(HANNOVER)) + draw(regime_rows(BRAUNSCHWEIG))
    no_consent = draw(st.integers(0, 19)) == 7
    found = Grounds(None if no_consent else draw(_consents()), regimes, draw(st.lists(acts, max_size=2).map(tuple)))
    return World(item, question, found, draw(st.just(NOW) | hours | st.sampled_from(_edges(found))))


def _edges(grounds: Grounds) -> list[datetime]:
    """The instants at which something begins or ends: where half-open and closed differ."""
    consent = grounds.consent
    edges = [NOW, *(act.until for act in grounds.acts)]
    if consent is not None:
        edges += [consent.valid_from, consent.valid_until]
        if consent.unconfirmed_since is not None:
            edges.append(consent.unconfirmed_since + timedelta(days=14))
        if consent.grantor.representation is not None and consent.grantor.representation.until is not None:
            edges.append(consent.grantor.representation.until)
    return edges


days: st.SearchStrategy[date] = st.integers(-8, 8).map(lambda day: (NOW + timedelta(days=day)).date())


def regime_rows(agency: UUID) -> st.SearchStrategy[tuple[RegimeRow, ...]]:
    always = RegimeRow(agency, "gdpr", (), date(2020, 1, 1))
    ending = st.tuples(days, days).map(lambda pair: RegimeRow(agency, "kdg", (), min(pair), max(pair)))
    return st.just((always,)) | st.just((always,)) | st.lists(ending, min_size=1, max_size=3).map(tuple)


acts: st.SearchStrategy[StatutoryAct] = st.builds(
    StatutoryAct,
    case_id=st.just(CASE),
    discloser_id=st.just(HANNOVER),
    recipient_id=st.sampled_from([BRAUNSCHWEIG, ELSEWHERE]),
    categories=st.frozensets(categories),
    until=hours,
)


@st.composite
def _written_worlds(draw: st.DrawFn) -> World:
    """Worlds in which only exceptions and base can deny."""
    rules = draw(st.lists(_exceptions(), min_size=1, max_size=3))
    item = an_item(
        category=draw(st.sampled_from([Category.HOUSING, Category.HEALTH])),
        labels=draw(labels),
        written_on=draw(some_hour),
        authoring_agency_id=draw(st.none() | agencies),
    )
    question = a_question(person_id=draw(persons), purpose=draw(st.sampled_from(_PURPOSES)))
    consent = a_consent(*rules, base_permits=draw(st.booleans()), purposes=frozenset(_PURPOSES))
    return World(item, question, Grounds(consent, REGIMES), NOW)


worlds = _worlds()
written_worlds = _written_worlds()
