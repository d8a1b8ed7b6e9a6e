"""Small worlds in which dimensions meet often: the ordinary one with a few things changed.

A draw of hypothesis costs as much as some hundred decisions, so a whole world is one draw, of bytes. A zero is the
ordinary choice everywhere: what fails shrinks to the few things that make it fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar
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
"""Hours from NOW to the earliest and the latest time that a world names."""

_Option = TypeVar("_Option")


@dataclass(frozen=True)
class World:
    """One question in one state of affairs at one moment."""

    item: Item
    question: Circumstances
    grounds: Grounds
    at: datetime


class Choices:
    """One choice after another, each a byte; a part of its own keeps what follows from shifting."""

    def __init__(self, source: bytes) -> None:
        self._bytes: Iterator[int] = iter(source)

    def number(self) -> int:
        return next(self._bytes)

    def of(self, options: Sequence[_Option]) -> _Option:
        return options[self.number() % len(options)]

    def some(self, options: Sequence[_Option]) -> frozenset[_Option]:
        mask = self.number()
        return frozenset(option for place, option in enumerate(options) if mask >> place & 1)

    def few(self, options: Sequence[_Option]) -> frozenset[_Option]:
        return self.some(options) & self.some(options)

    def one_or_two(self, options: Sequence[_Option]) -> frozenset[_Option]:
        return frozenset({self.of(options), self.of(options)})

    def part(self, length: int) -> Choices:
        return Choices(bytes(islice(self._bytes, length)))


Way = Callable[[Choices], Any]

_PLACES = [
    (Direction.FORWARD, Category.HOUSING),
    (Direction.FORWARD, Category.HOUSING),
    (Direction.FORWARD, Category.COVER_SHEET),
    (Direction.FORWARD, Category.HEALTH),
    (Direction.BACK, Category.ARRIVAL),
    (Direction.BACK, Category.OUTCOME),
]
_CATEGORIES = [Category.HOUSING, Category.COVER_SHEET, Category.HEALTH, Category.ARRIVAL, Category.OUTCOME]
_LABELS = [Label.VIOLENCE, Label.HIV, Label.ADDICTION]
_PURPOSES = [Purpose.HANDING_OVER, Purpose.ADVICE]
_PERSONS = [ANNA, BERTA]
_AGENCIES = [HANNOVER, ELSEWHERE]
_HOURS = sorted({0, 1, -1, *range(-SPAN, SPAN + 1, 4)}, key=abs)
_TIMES = [NOW + timedelta(hours=hour) for hour in _HOURS]
_DAYS = [(NOW + timedelta(days=day)).date() for day in sorted(range(-8, 9), key=abs)]


def _time(choices: Choices) -> datetime:
    return choices.of(_TIMES)


def _some_time(choices: Choices) -> datetime | None:
    return _time(choices) if choices.of([True, True, False]) else None


def _representation(choices: Choices) -> Representation:
    return Representation("guardian", choices.some(_CATEGORIES), choices.of([False, True]), _some_time(choices))


_OF_AN_EXCEPTION: Mapping[str, Way] = {
    "categories": lambda choices: choices.one_or_two(_CATEGORIES),
    "labels": lambda choices: choices.few(_LABELS),
    "persons": lambda choices: frozenset({choices.of(_PERSONS)}),
    "purposes": lambda choices: frozenset({choices.of(_PURPOSES)}),
    "authoring_agencies": lambda choices: frozenset({choices.of(_AGENCIES)}),
    "written_from": _time,
    "written_until": _time,
    "valid_from": _time,
    "valid_until": _time,
}
_OF_A_CONSENT: Mapping[str, Way] = {
    "act": lambda choices: choices.of(list(Act)),
    "case_id": lambda choices: choices.of([CASE, ELSEWHERE]),
    "purposes": lambda choices: choices.one_or_two(_PURPOSES),
    "valid_from": _time,
    "valid_until": _time,
    "way_back": lambda choices: choices.of([WayBack.OUTCOME, WayBack.ARRIVAL, WayBack.NOTHING]),
    "secrecy_release_forward": lambda choices: choices.of([True, False]),
    "secrecy_release_back": lambda choices: choices.of([True, False]),
    "excluded_persons": lambda choices: choices.some(_PERSONS),
    "representation": _representation,
    "parents": lambda choices: choices.of([2, 1, 0]),
    "assent": lambda choices: choices.of(list(Assent)),
    "unconfirmed_since": _time,
    "recipient_in_network": lambda choices: choices.of([True, False]),
}
_OF_A_QUESTION: Mapping[str, Way] = {
    "recipient_id": lambda choices: choices.of([BRAUNSCHWEIG, ELSEWHERE]),
    "discloser_id": lambda choices: choices.of([HANNOVER, ELSEWHERE]),
    "purpose": lambda choices: choices.of(_PURPOSES),
    "basis": lambda choices: choices.of(list(Basis)),
    "kind": lambda choices: choices.of(list(DisclosureKind)),
    "person_id": lambda choices: choices.of(_PERSONS),
    "unknown": lambda choices: choices.of(["direction", "purpose", "basis", "kind", "person_id", "category"]),
}
_OF_AN_ITEM: Mapping[str, Way] = {
    "labels": lambda choices: choices.few(_LABELS) if choices.of([True, True, True, False]) else None,
    "written_on": _some_time,
    "authoring_agency_id": lambda choices: choices.of([None, *_AGENCIES]),
}


def _deviating(choices: Choices, ways: Mapping[str, Way], at_most: int) -> dict[str, Any]:
    """Values for a few of these fields. Were every field drawn, one of them would nearly always deny everything."""
    names = [None] * len(ways) + list(ways)
    chosen = dict.fromkeys(choices.of(names) for _ in range(at_most))
    return {name: ways[name](choices) for name in chosen if name is not None}


def _exception(choices: Choices) -> ExceptionRule:
    return ExceptionRule(permits=choices.of([True, True, False]), **_deviating(choices, _OF_AN_EXCEPTION, 3))


def _exceptions(choices: Choices, at_most: int) -> list[ExceptionRule]:
    """Of as many parts as there may be, the first ones; so none that is left moves when one goes."""
    rules = [_exception(choices.part(10)) for _ in range(at_most)]
    return rules[: choices.number() % (at_most + 1)]


def _consent(choices: Choices) -> Consent:
    rules = _exceptions(choices, 4)
    base_permits = choices.of([True, True, False])
    changes = _deviating(choices, _OF_A_CONSENT, 2)
    parents = changes.pop("parents", None)
    grantor = Grantor(
        representation=changes.pop("representation", None),
        both_parents_needed=parents is not None,
        parents_agreed=parents or 0,
        assent=changes.pop("assent", Assent.NOT_ASKED),
    )
    changes.setdefault("valid_from", NOW - timedelta(hours=SPAN))
    return a_consent(*rules, base_permits=base_permits, grantor=grantor, **changes)


def _regimes(choices: Choices, agency: UUID) -> tuple[RegimeRow, ...]:
    """Two times of three one row for always, else up to three that end."""
    if choices.of([True, True, False]):
        return (RegimeRow(agency, "gdpr", (), date(2020, 1, 1)),)
    pairs = [(choices.of(_DAYS), choices.of(_DAYS)) for _ in range(choices.of([1, 2, 3]))]
    return tuple(RegimeRow(agency, "kdg", (), min(pair), max(pair)) for pair in pairs)


def _act(choices: Choices) -> StatutoryAct:
    recipient = choices.of([BRAUNSCHWEIG, ELSEWHERE])
    return StatutoryAct(CASE, HANNOVER, recipient, choices.some(_CATEGORIES), _time(choices))


def _world(source: bytes) -> World:
    choices = Choices(source)
    direction, category = choices.of(_PLACES)
    asked = {"direction": direction, "category": category, **_deviating(choices.part(3), _OF_A_QUESTION, 1)}
    unknown = asked.pop("unknown", None)
    if unknown is not None:
        asked[unknown] = None
    item = an_item(category=asked.pop("category"), **_deviating(choices.part(9), _OF_AN_ITEM, 3))
    question = a_question(**asked)
    regimes = _regimes(choices.part(8), HANNOVER) + _regimes(choices.part(8), BRAUNSCHWEIG)
    acts = [_act(choices.part(3)) for _ in range(2)][: choices.of([0, 1, 2])]
    consent = _consent(choices.part(57))
    grounds = Grounds(None if choices.number() % 20 == 7 else consent, regimes, tuple(acts))
    return World(item, question, grounds, choices.of([NOW, _time(choices), choices.of(_edges(grounds))]))


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


def _written_world(source: bytes) -> World:
    choices = Choices(source)
    rules = _exceptions(choices, 3) or [_exception(choices.part(10))]
    item = an_item(
        category=choices.of([Category.HOUSING, Category.HEALTH]),
        labels=choices.few(_LABELS),
        written_on=_some_time(choices),
        authoring_agency_id=choices.of([None, *_AGENCIES]),
    )
    question = a_question(person_id=choices.of(_PERSONS), purpose=choices.of(_PURPOSES))
    consent = a_consent(*rules, base_permits=choices.of([True, False]), purposes=frozenset(_PURPOSES))
    return World(item, question, Grounds(consent, REGIMES), NOW)


def _bytes(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


worlds: st.SearchStrategy[World] = _bytes(100).map(_world)
written_worlds: st.SearchStrategy[World] = _bytes(50).map(_written_world)
"""Worlds in which only exceptions and base can deny."""
