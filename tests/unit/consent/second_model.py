"""The decision as the design document words it: one list of sentences, each of which can be broken.

Written from "What a consent consists of" and "Rules of the decision" alone, by somebody who had not read the function.
It answers with every reason that the document allows rather than with one: inside a numbered rule the document gives no
order. It evaluates every sentence in every question and prunes nothing, so it is slow.

One sentence is not in the document: what cannot be written down as a disclosure is none, on whatever basis. The
document asks nothing of the consent on a statutory basis; the record of a disclosure still needs its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.consent.model.consent import Act, Assent, Consent, ExceptionRule, StatutoryAct
from services.consent.model.question import Circumstances, Grounds, Item
from services.consent.model.vocabulary import Basis, Category, Direction, Label, Purpose, Reason, WayBack

GERMANY = ZoneInfo("Europe/Berlin")

GOES_BACK = {Category.ARRIVAL, Category.OUTCOME}
ARTICLE_9 = {Category.HEALTH, Category.RELIGION, Category.ORIGIN}
ON_A_SPOKEN_WORD = {Category.COVER_SHEET, Category.CONTACT, Category.SAFE_CONTACT}
ENOUGH_FOR = {Category.ARRIVAL: {WayBack.ARRIVAL, WayBack.OUTCOME}, Category.OUTCOME: {WayBack.OUTCOME}}


@dataclass(frozen=True)
class Asked:
    """A question to a consent with nothing in it unknown."""

    item: Item
    question: Circumstances
    grounds: Grounds
    consent: Consent
    category: Category
    labels: frozenset[Label]
    purpose: Purpose
    forward: bool
    at: datetime


def allowed_reasons(item: Item, question: Circumstances, grounds: Grounds, at: datetime) -> frozenset[Reason]:
    """The reasons of which the answer has to give one; all of them permit, or all of them deny."""
    if question.basis is Basis.STATUTORY:
        named = any(_names(act, item, question, at) for act in grounds.acts)
        statutory = Reason.PERMITTED_BY_STATUTE if named else Reason.NO_STATUTORY_ACT
        return frozenset({statutory if _can_be_written_down(item, question) else Reason.UNKNOWN_VALUE})
    rule_1 = _broken_in_rule_1(item, question, grounds)
    if rule_1:
        return rule_1
    asked = _asked(item, question, grounds, at)
    if not asked.consent.valid_from <= at < asked.consent.valid_until:
        return frozenset({Reason.OUTSIDE_PERIOD})  # "silent": it says nothing else either
    broken = [frozenset(reason for reason, holds in rule if not holds(asked)) for rule in _rules(asked)]
    return next(filter(None, broken), _permission(asked))


def permitted(item: Item, question: Circumstances, grounds: Grounds, at: datetime) -> bool:
    return allowed_reasons(item, question, grounds, at) <= PERMISSIONS


def end_of_permit(
    item: Item, question: Circumstances, grounds: Grounds, at: datetime, *, hours: int
) -> datetime | None:
    """The first denied instant after `at`: half days are tried, and every time that is written in this world."""
    tried = _instants_after(at, question, grounds, hours)
    return next((instant for instant in tried if not permitted(item, question, grounds, instant)), None)


def beginning_of_permit(
    item: Item, question: Circumstances, grounds: Grounds, at: datetime, *, hours: int
) -> datetime | None:
    """The first permitted instant after `at`, found in the same way."""
    tried = _instants_after(at, question, grounds, hours)
    return next((instant for instant in tried if permitted(item, question, grounds, instant)), None)


def _instants_after(at: datetime, question: Circumstances, grounds: Grounds, hours: int) -> list[datetime]:
    half_days = {at + timedelta(hours=hour) for hour in range(12, hours + 1, 12)}
    return sorted(half_days | {instant for instant in _instants(question, grounds) if instant > at})


PERMISSIONS = {
    Reason.PERMITTED_BY_STATUTE,
    Reason.PERMITTED_BY_EXCEPTION,
    Reason.PERMITTED_BY_BASE,
    Reason.PERMITTED_WAY_BACK,
}


def _names(act: StatutoryAct, item: Item, question: Circumstances, at: datetime) -> bool:
    same_agencies = (act.discloser_id, act.recipient_id) == (question.discloser_id, question.recipient_id)
    return act.case_id == question.case_id and same_agencies and item.category in act.categories and at < act.until


def _can_be_written_down(item: Item, question: Circumstances) -> bool:
    """Whether every word of the question is known; a category of the other direction is unknown."""
    words = {question.basis, question.kind, question.purpose, question.direction, question.person_id, item.category}
    goes_back = question.direction is Direction.BACK
    return None not in words and item.labels is not None and (item.category in GOES_BACK) is goes_back


def _broken_in_rule_1(item: Item, question: Circumstances, grounds: Grounds) -> frozenset[Reason]:
    broken = set()
    consent = grounds.consent
    if consent is None or consent.act in {Act.WITHDRAWN, Act.LOCKED}:
        broken.add(Reason.NO_ACTIVE_CONSENT)
    elif (consent.case_id, consent.discloser_id, consent.recipient_id) != _between(question):
        broken |= {Reason.NO_ACTIVE_CONSENT, Reason.OTHER_RECIPIENT}
    if not _can_be_written_down(item, question):
        broken.add(Reason.UNKNOWN_VALUE)
    return frozenset(broken)


def _between(question: Circumstances) -> tuple[UUID, UUID, UUID]:
    return (question.case_id, question.discloser_id, question.recipient_id)


def _asked(item: Item, question: Circumstances, grounds: Grounds, at: datetime) -> Asked:
    assert grounds.consent is not None
    assert item.category is not None
    assert item.labels is not None
    assert question.purpose is not None
    forward = question.direction is Direction.FORWARD
    return Asked(item, question, grounds, grounds.consent, item.category, item.labels, question.purpose, forward, at)


Sentence = tuple[Reason, Callable[[Asked], bool]]


def _rules(asked: Asked) -> list[list[Sentence]]:
    """Rules 2 to 6 in their order; base and exceptions speak of the way there only."""
    if asked.forward:
        return [LIMITS, EXCEPTIONS, BASE, LAW]
    return [LIMITS, LAW + WAY_BACK]


def _permission(asked: Asked) -> frozenset[Reason]:
    if not asked.forward:
        return frozenset({Reason.PERMITTED_WAY_BACK})
    by_exception = bool(_fitting(asked, permits=True))
    return frozenset({Reason.PERMITTED_BY_EXCEPTION if by_exception else Reason.PERMITTED_BY_BASE})


# Rule 2: the consent's own limits.


def _is_in_the_scope_of_a_representative(asked: Asked) -> bool:
    representation = asked.consent.grantor.representation
    if representation is None:
        return True
    in_scope = asked.category in representation.categories if asked.forward else representation.way_back
    return in_scope and (representation.until is None or asked.at < representation.until)


def _is_decided_by_enough(asked: Asked) -> bool:
    grantor = asked.consent.grantor
    parents = not grantor.both_parents_needed or grantor.parents_agreed >= 2
    return parents and grantor.assent is not Assent.REFUSED


def _is_confirmed_or_goes_without(asked: Asked) -> bool:
    since = asked.consent.unconfirmed_since
    return since is None or (asked.category in ON_A_SPOKEN_WORD and asked.at < since + timedelta(days=14))


LIMITS: list[Sentence] = [
    (Reason.PURPOSE_NOT_PERMITTED, lambda asked: asked.purpose in asked.consent.purposes),
    (Reason.PERSON_EXCLUDED, lambda asked: asked.question.person_id not in asked.consent.excluded_persons),
    (Reason.OUTSIDE_REPRESENTATION, _is_in_the_scope_of_a_representative),
    (Reason.OUTSIDE_REPRESENTATION, _is_decided_by_enough),
    (Reason.NOT_CONFIRMED, _is_confirmed_or_goes_without),
]


# Rules 3 and 4: exceptions and base.


def _fitting(asked: Asked, *, permits: bool) -> list[ExceptionRule]:
    """The permitting or the denying exceptions that fit this item."""
    chosen = [rule for rule in asked.consent.exceptions if rule.permits is permits]
    return [rule for rule in chosen if all(_dimensions_that_fit(rule, asked))]


def _dimensions_that_fit(rule: ExceptionRule, asked: Asked) -> Iterator[bool]:
    author, written = asked.item.authoring_agency_id, asked.item.written_on
    unknown_fits = not rule.permits
    yield not rule.categories or asked.category in rule.categories
    yield not rule.persons or asked.question.person_id in rule.persons
    yield not rule.purposes or asked.purpose in rule.purposes
    yield rule.valid_from is None or rule.valid_from <= asked.at
    yield rule.valid_until is None or asked.at < rule.valid_until
    if rule.authoring_agencies:
        yield unknown_fits if author is None else author in rule.authoring_agencies
    if rule.written_from is not None:
        yield unknown_fits if written is None else rule.written_from <= written
    if rule.written_until is not None:
        yield unknown_fits if written is None else written < rule.written_until
    if rule.permits:
        yield asked.category not in ARTICLE_9 or asked.category in rule.categories
        yield asked.labels <= rule.labels and bool(asked.labels) is bool(rule.labels)
    else:
        yield not rule.labels or not rule.labels.isdisjoint(asked.labels)


def _base_reaches(asked: Asked) -> bool:
    return asked.consent.base_permits and asked.category not in ARTICLE_9 and not asked.labels


EXCEPTIONS: list[Sentence] = [(Reason.DENIED_BY_EXCEPTION, lambda asked: not _fitting(asked, permits=False))]
BASE: list[Sentence] = [
    (Reason.NOT_PERMITTED, lambda asked: asked.consent.base_permits or bool(_fitting(asked, permits=True))),
    (
        Reason.NOT_NAMED,
        lambda asked: not asked.consent.base_permits or _base_reaches(asked) or bool(_fitting(asked, permits=True)),
    ),
]


# Rule 5: secrecy and law.


def _has_a_row(asked: Asked, agency: object) -> bool:
    today = asked.at.astimezone(GERMANY).date()
    return any(
        row.agency_id == agency and row.valid_from <= today and (row.valid_until is None or today < row.valid_until)
        for row in asked.grounds.regimes
    )


LAW: list[Sentence] = [
    (
        Reason.NO_SECRECY_RELEASE,
        lambda asked: asked.consent.secrecy_release_forward if asked.forward else asked.consent.secrecy_release_back,
    ),
    (Reason.NO_REGIME, lambda asked: _has_a_row(asked, asked.consent.discloser_id)),
    (
        Reason.NO_REGIME,
        lambda asked: not asked.consent.recipient_in_network or _has_a_row(asked, asked.consent.recipient_id),
    ),
]


# Rule 6: the way back.

WAY_BACK: list[Sentence] = [
    (Reason.WAY_BACK_NOT_PERMITTED, lambda asked: asked.consent.way_back in ENOUGH_FOR[asked.category]),
    (Reason.WAY_BACK_NOT_PERMITTED, lambda asked: asked.consent.recipient_in_network),
]


def _instants(question: Circumstances, grounds: Grounds) -> Iterator[datetime]:
    """Every time and every midnight that is written anywhere in this world, and the end of the fourteen days."""
    for written in _times_in((question, grounds)):
        if isinstance(written, datetime):
            yield written
        else:
            yield datetime.combine(written, time(), GERMANY)
    consent = grounds.consent
    if consent is not None and consent.unconfirmed_since is not None:
        yield consent.unconfirmed_since + timedelta(days=14)


def _times_in(part: object) -> Iterator[date]:
    if isinstance(part, date):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _times_in(getattr(part, field.name))
    elif isinstance(part, tuple):
        for piece in part:
            yield from _times_in(piece)
