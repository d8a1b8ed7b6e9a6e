"""The rules of the decision, sentence by sentence in the order of services/consent/README.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.consent.model.consent import Act, Assent, Consent, Grantor, RegimeRow, Representation, StatutoryAct
from services.consent.model.question import Circumstances, Item
from services.consent.model.vocabulary import Basis, Category, Direction, Label, Purpose, Reason, WayBack
from services.consent.rules.decision import decide, regime_of
from tests.unit.consent.builders import (
    ANNA,
    BERTA,
    BRAUNSCHWEIG,
    CASE,
    CONSENT,
    DAY,
    ELSEWHERE,
    HANNOVER,
    HOUR,
    NOW,
    REGIMES,
    a_consent,
    a_question,
    an_item,
    deny,
    permit,
    the_grounds,
)

HOUSING, HEALTH, MONEY, ARRIVAL, OUTCOME, COVER = (
    Category.HOUSING,
    Category.HEALTH,
    Category.MONEY,
    Category.ARRIVAL,
    Category.OUTCOME,
    Category.COVER_SHEET,
)
VIOLENCE, HIV = Label.VIOLENCE, Label.HIV
BACK = a_question(direction=Direction.BACK, person_id=BERTA)


def reason(
    consent: Consent | None, item: Item | None = None, question: Circumstances | None = None, **grounds: Any
) -> Reason:
    return decide(item or an_item(), question or a_question(), the_grounds(consent, **grounds), NOW).reason


@pytest.mark.parametrize(
    ("sentence", "consent"),
    [
        ("there never was one", None),
        ("withdrawn is silent", a_consent(act=Act.WITHDRAWN)),
        ("locked is silent", a_consent(act=Act.LOCKED)),
        ("of another case", a_consent(case_id=ELSEWHERE)),
    ],
)
def test_without_an_active_consent_everything_is_denied(sentence: str, consent: Consent | None) -> None:
    assert reason(consent) is Reason.NO_ACTIVE_CONSENT
    assert reason(consent, an_item(ARRIVAL), BACK) is Reason.NO_ACTIVE_CONSENT


@pytest.mark.parametrize(
    ("sentence", "item", "question"),
    [
        ("unknown purpose", an_item(), a_question(purpose=None)),
        ("unknown direction", an_item(), a_question(direction=None)),
        ("unknown kind", an_item(), a_question(kind=None)),
        ("unknown category", an_item(None), a_question()),
        ("labels not known", an_item(labels=None), a_question()),
        ("empty person", an_item(), a_question(person_id=None)),
        ("a category of the way back on the way there", an_item(OUTCOME), a_question()),
        ("a category of the way there on the way back", an_item(HOUSING), BACK),
        ("unknown basis", an_item(), a_question(basis=None)),
    ],
)
def test_whatever_is_unknown_is_denied(sentence: str, item: Item, question: Circumstances) -> None:
    assert reason(a_consent(), item, question) is Reason.UNKNOWN_VALUE


def test_what_is_unknown_is_denied_on_a_statutory_basis_too() -> None:
    act = StatutoryAct(CASE, HANNOVER, BRAUNSCHWEIG, frozenset(Category), NOW + HOUR)
    for unknown in ("purpose", "direction", "kind", "person_id"):
        question = a_question(basis=Basis.STATUTORY, **{unknown: None})
        assert reason(None, question=question, acts=(act,)) is Reason.UNKNOWN_VALUE
    assert reason(None, an_item(labels=None), a_question(basis=Basis.STATUTORY), acts=(act,)) is Reason.UNKNOWN_VALUE


def test_only_the_agencies_that_it_names() -> None:
    assert reason(a_consent(), question=a_question(recipient_id=ELSEWHERE)) is Reason.OTHER_RECIPIENT
    assert reason(a_consent(), question=a_question(discloser_id=ELSEWHERE)) is Reason.OTHER_RECIPIENT


def test_an_exception_works_within_the_purposes_and_cannot_add_one() -> None:
    consent = a_consent(permit(purposes=frozenset({Purpose.ADVICE})))
    assert reason(consent, question=a_question(purpose=Purpose.ADVICE)) is Reason.PURPOSE_NOT_PERMITTED


def test_an_excluded_person_reads_nothing_either_way() -> None:
    consent = a_consent(excluded_persons=frozenset({ANNA, BERTA}))
    assert reason(consent) is Reason.PERSON_EXCLUDED
    assert reason(consent, an_item(ARRIVAL), BACK) is Reason.PERSON_EXCLUDED


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "expected"),
    [
        (NOW, NOW + HOUR, Reason.PERMITTED_BY_BASE),
        (NOW - HOUR, NOW, Reason.OUTSIDE_PERIOD),
        (NOW + timedelta(microseconds=1), NOW + DAY, Reason.OUTSIDE_PERIOD),
    ],
)
def test_the_period_is_half_open(valid_from: datetime, valid_until: datetime, expected: Reason) -> None:
    assert reason(a_consent(valid_from=valid_from, valid_until=valid_until)) is expected


def represented(**changes: Any) -> Grantor:
    representation = Representation("guardian", frozenset({HOUSING}), way_back=False, until=NOW + DAY)
    return Grantor(representation=replace(representation, **changes))


@pytest.mark.parametrize(
    ("sentence", "grantor", "expected"),
    [
        ("within the list", represented(), Reason.PERMITTED_BY_BASE),
        ("outside of the list", represented(categories=frozenset({MONEY})), Reason.OUTSIDE_REPRESENTATION),
        ("from the end date on nothing", represented(until=NOW), Reason.OUTSIDE_REPRESENTATION),
        ("without end date", represented(until=None), Reason.PERMITTED_BY_BASE),
        ("one of two parents", Grantor(both_parents_needed=True, parents_agreed=1), Reason.OUTSIDE_REPRESENTATION),
        ("both parents", Grantor(both_parents_needed=True, parents_agreed=2), Reason.PERMITTED_BY_BASE),
        ("the child's own no", Grantor(assent=Assent.REFUSED), Reason.OUTSIDE_REPRESENTATION),
        ("the child's own yes", Grantor(assent=Assent.GIVEN), Reason.PERMITTED_BY_BASE),
    ],
)
def test_a_representative_decides_only_what_is_theirs(sentence: str, grantor: Grantor, expected: Reason) -> None:
    assert reason(a_consent(grantor=grantor)) is expected


def test_the_way_back_belongs_to_a_representative_only_where_it_is_said() -> None:
    assert reason(a_consent(grantor=represented()), an_item(ARRIVAL), BACK) is Reason.OUTSIDE_REPRESENTATION
    with_back = a_consent(grantor=represented(way_back=True))
    assert reason(with_back, an_item(ARRIVAL), BACK) is Reason.PERMITTED_WAY_BACK


@pytest.mark.parametrize(
    ("category", "age", "expected"),
    [
        (COVER, DAY, Reason.PERMITTED_BY_BASE),
        (Category.CONTACT, DAY, Reason.PERMITTED_BY_BASE),
        (Category.SAFE_CONTACT, DAY, Reason.PERMITTED_BY_BASE),
        (HOUSING, DAY, Reason.NOT_CONFIRMED),
        (COVER, 14 * DAY - HOUR, Reason.PERMITTED_BY_BASE),
        (COVER, 14 * DAY, Reason.NOT_CONFIRMED),
    ],
)
def test_an_unconfirmed_oral_decision_lets_three_categories_go_for_a_fortnight(
    category: Category, age: timedelta, expected: Reason
) -> None:
    assert reason(a_consent(unconfirmed_since=NOW - age), an_item(category)) is expected


def test_without_release_from_secrecy_of_that_direction_nothing_goes_there() -> None:
    only_back = a_consent(secrecy_release_forward=False)
    assert reason(only_back) is Reason.NO_SECRECY_RELEASE
    assert reason(only_back, an_item(ARRIVAL), BACK) is Reason.PERMITTED_WAY_BACK
    only_there = a_consent(secrecy_release_back=False)
    assert reason(only_there) is Reason.PERMITTED_BY_BASE
    assert reason(only_there, an_item(ARRIVAL), BACK) is Reason.NO_SECRECY_RELEASE


@pytest.mark.parametrize(
    ("sentence", "at", "expected"),
    [
        ("the evening before, German time", datetime(2026, 11, 30, 22, 59, tzinfo=UTC), Reason.NO_REGIME),
        ("German midnight", datetime(2026, 11, 30, 23, 0, tzinfo=UTC), Reason.PERMITTED_BY_BASE),
        ("the last moment", datetime(2026, 12, 31, 22, 59, tzinfo=UTC), Reason.PERMITTED_BY_BASE),
        ("the end is not within", datetime(2026, 12, 31, 23, 0, tzinfo=UTC), Reason.NO_REGIME),
    ],
)
def test_regimes_hold_on_german_days_half_open(sentence: str, at: datetime, expected: Reason) -> None:
    december = RegimeRow(BRAUNSCHWEIG, "dsg-ekd", (), date(2026, 12, 1), date(2027, 1, 1))
    grounds = the_grounds(a_consent(), (REGIMES[0], december))
    assert decide(an_item(), a_question(), grounds, at).reason is expected


def test_overlays_are_those_of_the_row_that_is_valid_on_the_german_day() -> None:
    church = RegimeRow(HANNOVER, "kdg", (), date(2020, 1, 1), date(2026, 12, 1))
    for_the_jugendamt = RegimeRow(HANNOVER, "kdg", ("sgb-viii",), date(2026, 12, 1), date(2027, 1, 1))
    rows = (REGIMES[1], for_the_jugendamt, church)
    assert regime_of(HANNOVER, rows, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)) == church
    assert regime_of(HANNOVER, rows, datetime(2026, 11, 30, 23, 0, tzinfo=UTC)) == for_the_jugendamt
    assert regime_of(HANNOVER, rows, datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) is None


def test_outside_the_network_only_the_disclosers_regime_counts_and_nothing_comes_back() -> None:
    consent = a_consent(recipient_in_network=False)
    assert reason(consent, regimes=REGIMES[:1]) is Reason.PERMITTED_BY_BASE
    assert reason(a_consent(), regimes=REGIMES[:1]) is Reason.NO_REGIME
    assert reason(consent, an_item(ARRIVAL), BACK) is Reason.WAY_BACK_NOT_PERMITTED


@pytest.mark.parametrize(
    ("way_back", "category", "expected"),
    [
        (WayBack.NOTHING, ARRIVAL, Reason.WAY_BACK_NOT_PERMITTED),
        (WayBack.NOTHING, OUTCOME, Reason.WAY_BACK_NOT_PERMITTED),
        (WayBack.ARRIVAL, ARRIVAL, Reason.PERMITTED_WAY_BACK),
        (WayBack.ARRIVAL, OUTCOME, Reason.WAY_BACK_NOT_PERMITTED),
        (WayBack.OUTCOME, ARRIVAL, Reason.PERMITTED_WAY_BACK),
        (WayBack.OUTCOME, OUTCOME, Reason.PERMITTED_WAY_BACK),
    ],
)
def test_the_way_back_reaches_as_far_as_she_said(way_back: WayBack, category: Category, expected: Reason) -> None:
    assert reason(a_consent(way_back=way_back), an_item(category), BACK) is expected


def test_base_and_exceptions_speak_of_the_way_there_only() -> None:
    assert reason(a_consent(deny(), base_permits=False), an_item(OUTCOME), BACK) is Reason.PERMITTED_WAY_BACK


def test_a_statutory_act_permits_what_it_names_until_its_time_ends_and_asks_for_no_consent() -> None:
    act = StatutoryAct(CASE, HANNOVER, BRAUNSCHWEIG, frozenset({HOUSING}), NOW + HOUR)
    question = a_question(basis=Basis.STATUTORY)
    assert reason(None, question=question, acts=(act,), regimes=()) is Reason.PERMITTED_BY_STATUTE
    assert reason(None, an_item(MONEY), question, acts=(act,)) is Reason.NO_STATUTORY_ACT
    assert reason(None, question=question, acts=(replace(act, until=NOW),)) is Reason.NO_STATUTORY_ACT
    assert reason(None, question=question, acts=(replace(act, recipient_id=ELSEWHERE),)) is Reason.NO_STATUTORY_ACT
    assert reason(a_consent(), question=question) is Reason.NO_STATUTORY_ACT
    assert reason(None, acts=(act,)) is Reason.NO_ACTIVE_CONSENT


@pytest.mark.parametrize(
    ("sentence", "consent", "expected"),
    [
        ("the consent ends", a_consent(valid_until=NOW + DAY), NOW + DAY),
        ("a permission ends", a_consent(permit(valid_until=NOW + HOUR), base_permits=False), NOW + HOUR),
        ("a denial begins", a_consent(deny(valid_from=NOW + HOUR)), NOW + HOUR),
        (
            "a fitting permission follows on the one that ends",
            a_consent(
                permit(valid_until=NOW + HOUR), permit(valid_from=NOW + HOUR, valid_until=NOW + DAY), base_permits=False
            ),
            NOW + DAY,
        ),
        ("a representative's time ends", a_consent(grantor=represented()), NOW + DAY),
    ],
)
def test_a_permit_says_when_time_alone_ends_it(sentence: str, consent: Consent, expected: datetime) -> None:
    assert decide(an_item(), a_question(), the_grounds(consent), NOW).permitted_until == expected


def test_a_permit_ends_with_the_german_day_on_which_a_regime_ends() -> None:
    rows = (REGIMES[0], replace(REGIMES[1], valid_until=date(2026, 12, 1)))
    decision = decide(an_item(), a_question(), the_grounds(a_consent(), rows), NOW)
    assert decision.permitted_until == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


def test_a_denial_names_no_end() -> None:
    assert decide(an_item(HEALTH), a_question(), the_grounds(a_consent()), NOW).permitted_until is None


def test_what_is_said_aloud_ends_with_its_fortnight_and_what_a_statute_permits_with_its_act() -> None:
    aloud = the_grounds(a_consent(unconfirmed_since=NOW - DAY))
    assert decide(an_item(COVER), a_question(), aloud, NOW).permitted_until == NOW + 13 * DAY
    act = StatutoryAct(CASE, HANNOVER, BRAUNSCHWEIG, frozenset({HOUSING}), NOW + HOUR)
    on_statute = a_question(basis=Basis.STATUTORY)
    assert decide(an_item(), on_statute, the_grounds(None, acts=(act,)), NOW).permitted_until == NOW + HOUR


def test_a_decision_names_the_revision_of_the_consent_that_it_comes_from_and_no_other() -> None:
    def named(consent: Consent, item: Item, question: Circumstances) -> tuple[UUID | None, int]:
        decision = decide(item, question, the_grounds(consent), NOW)
        return decision.consent_id, decision.revision

    third = a_consent(revision=3)
    assert named(third, an_item(), a_question()) == (CONSENT, 3)
    assert named(third, an_item(HEALTH), a_question()) == (CONSENT, 3)
    assert named(replace(third, act=Act.WITHDRAWN), an_item(), a_question()) == (None, 0)
    assert named(third, an_item(), a_question(basis=Basis.STATUTORY)) == (None, 0)
