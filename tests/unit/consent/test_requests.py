"""From a request and an answer to a consent or a refusal; and what taking back leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.consent.model.consent import Act, Consent, ConsentState, Grantor
from services.consent.model.record import Circumstance
from services.consent.model.request import Answer, CategoryAsked, ConsentRequest, RequestState, Retraction
from services.consent.model.vocabulary import Category, Direction, Label, Purpose, WayBack
from services.consent.rules.reach import permits_nothing, written_categories
from services.consent.rules.requests import (
    AnswerError,
    Outcome,
    months_after,
    settle,
    state_of,
)
from services.consent.rules.withdrawal import state_of_consent, take_back
from tests.unit.consent.builders import (
    ANNA,
    BRAUNSCHWEIG,
    CASE,
    CONSENT,
    DAY,
    HANNOVER,
    HOUR,
    NOW,
    REFERRAL,
    a_consent,
    deny,
    permit,
)

COVER, HOUSING, HEALTH, PROTECTION = Category.COVER_SHEET, Category.HOUSING, Category.HEALTH, Category.PROTECTION
VIOLENCE = frozenset({Label.VIOLENCE})
TWO_YEARS = datetime(2028, 11, 24, 12, 0, tzinfo=UTC)
ASKED_PURPOSES = frozenset({Purpose.HANDING_OVER, Purpose.ADVICE})


def a_request(**changes: Any) -> ConsentRequest:
    """Cover sheet, housing, health, and protection with its label; for handing over and advice."""
    request = ConsentRequest(
        case_id=CASE,
        consent_request_id=UUID(int=7),
        referral_id=REFERRAL,
        draft_revision=1,
        discloser_id=HANNOVER,
        recipient_id=BRAUNSCHWEIG,
        categories=(
            CategoryAsked(COVER, frozenset()),
            CategoryAsked(HOUSING, frozenset()),
            CategoryAsked(HEALTH, frozenset()),
            CategoryAsked(PROTECTION, VIOLENCE),
        ),
        purposes=ASKED_PURPOSES,
        language="de",
        in_danger=False,
        text_version_ids=(),
        requested_by=ANNA,
        requested_at=NOW - DAY,
    )
    return replace(request, **changes)


def an_answer(*yes: Category, no: tuple[Category, ...] = (), **changes: Any) -> Answer:
    answer = Answer(
        base_permits=False,
        exceptions=(),
        answers=(*((category, True) for category in yes), *((category, False) for category in no)),
        way_back=WayBack.OUTCOME,
        secrecy_release_forward=True,
        secrecy_release_back=True,
        purposes=frozenset(),
        valid_from=None,
        valid_until=None,
        excluded_persons=frozenset(),
    )
    return replace(answer, **changes)


def settled(answer: Answer, circumstance: Circumstance | None = None) -> Outcome:
    how = circumstance or Circumstance()
    return settle(a_request(), answer, how, consent_id=CONSENT, revision=4, at=NOW)


def consent_of(answer: Answer) -> Consent:
    consent = settled(answer).consent
    assert consent is not None
    return consent


def test_who_decided_for_her_and_that_she_has_not_confirmed_it_stand_in_the_consent() -> None:
    parents = Grantor(both_parents_needed=True, parents_agreed=2)
    given = settled(an_answer(COVER), Circumstance(unconfirmed=True, grantor=parents)).consent
    assert given is not None
    assert (given.grantor, given.unconfirmed_since) == (parents, NOW)
    assert consent_of(an_answer(COVER)).unconfirmed_since is None


@pytest.mark.parametrize(
    ("sentence", "answer", "expected"),
    [
        ("all", an_answer(COVER, HOUSING, HEALTH, PROTECTION), RequestState.GRANTED),
        ("one category less", an_answer(COVER, HOUSING, PROTECTION), RequestState.PARTLY_GRANTED),
        ("a no", an_answer(COVER, HOUSING, PROTECTION, no=(HEALTH,)), RequestState.PARTLY_GRANTED),
        (
            "one purpose less",
            an_answer(COVER, HOUSING, HEALTH, PROTECTION, purposes=frozenset({Purpose.ADVICE})),
            RequestState.PARTLY_GRANTED,
        ),
        (
            "nothing back",
            an_answer(COVER, HOUSING, HEALTH, PROTECTION, way_back=WayBack.NOTHING),
            RequestState.PARTLY_GRANTED,
        ),
        (
            "no release for the way back",
            an_answer(COVER, HOUSING, HEALTH, PROTECTION, secrecy_release_back=False),
            RequestState.PARTLY_GRANTED,
        ),
        ("the base reaches what is ordinary", an_answer(base_permits=True), RequestState.PARTLY_GRANTED),
        (
            "a yes that leaves out what carries the label",
            an_answer(COVER, HOUSING, HEALTH, exceptions=(permit(PROTECTION),)),
            RequestState.PARTLY_GRANTED,
        ),
        (
            "a yes for each purpose by its name",
            an_answer(COVER, HOUSING, PROTECTION, exceptions=(permit(HEALTH, purposes=ASKED_PURPOSES),)),
            RequestState.GRANTED,
        ),
        (
            "a yes for one of two purposes",
            an_answer(COVER, HOUSING, PROTECTION, exceptions=(permit(HEALTH, purposes=frozenset({Purpose.ADVICE})),)),
            RequestState.PARTLY_GRANTED,
        ),
        (
            "a yes to what the asking agency wrote until now",
            an_answer(
                COVER,
                HOUSING,
                PROTECTION,
                exceptions=(permit(HEALTH, authoring_agencies=frozenset({HANNOVER}), written_until=NOW + HOUR),),
            ),
            RequestState.GRANTED,
        ),
        (
            "a yes that begins later",
            an_answer(COVER, HOUSING, PROTECTION, exceptions=(permit(HEALTH, valid_from=NOW + DAY),)),
            RequestState.PARTLY_GRANTED,
        ),
        ("only the way back", an_answer(), RequestState.PARTLY_GRANTED),
        ("nothing at all", an_answer(way_back=WayBack.NOTHING), RequestState.REFUSED),
        (
            "a yes that a no takes away",
            an_answer(exceptions=(permit(HOUSING), deny()), way_back=WayBack.NOTHING),
            RequestState.REFUSED,
        ),
        (
            "no release either way",
            an_answer(COVER, secrecy_release_forward=False, secrecy_release_back=False),
            RequestState.REFUSED,
        ),
        (
            "the other direction's release",
            an_answer(COVER, way_back=WayBack.NOTHING, secrecy_release_forward=False),
            RequestState.REFUSED,
        ),
    ],
)
def test_an_answer_is_granted_in_part_or_refused(sentence: str, answer: Answer, expected: RequestState) -> None:
    outcome = settled(answer)
    assert outcome.state is expected
    assert (outcome.consent is None) is (expected is RequestState.REFUSED)


def test_a_consent_says_what_was_asked_and_answered_and_nothing_else() -> None:
    given = an_answer(HOUSING, purposes=ASKED_PURPOSES, way_back=WayBack.ARRIVAL, excluded_persons=frozenset({ANNA}))
    assert consent_of(given) == Consent(
        case_id=CASE,
        consent_id=CONSENT,
        revision=4,
        act=Act.GRANTED,
        at=NOW,
        discloser_id=HANNOVER,
        recipient_id=BRAUNSCHWEIG,
        base_permits=False,
        purposes=ASKED_PURPOSES,
        valid_from=NOW,
        valid_until=months_after(NOW, 6),
        exceptions=(permit(HOUSING),),
        way_back=WayBack.ARRIVAL,
        secrecy_release_forward=True,
        secrecy_release_back=True,
        excluded_persons=frozenset({ANNA}),
    )


def test_a_consent_has_its_purposes_and_half_a_year_unless_she_says_otherwise() -> None:
    consent = consent_of(an_answer(COVER))
    assert consent.purposes == {Purpose.HANDING_OVER, Purpose.ADVICE}
    assert (consent.valid_from, consent.valid_until) == (NOW, datetime(2027, 5, 24, 12, 0, tzinfo=UTC))
    assert consent.revision == 4


def test_a_beginning_in_the_past_is_now() -> None:
    assert consent_of(an_answer(COVER, valid_from=NOW - DAY)).valid_from == NOW


def test_a_yes_to_a_labelled_category_speaks_of_that_category_alone_with_and_without_its_labels() -> None:
    yes = permit(PROTECTION), permit(PROTECTION, labels=VIOLENCE)
    assert consent_of(an_answer(PROTECTION)).exceptions == yes
    assert consent_of(an_answer(HOUSING)).exceptions == (permit(HOUSING),)
    assert consent_of(an_answer(COVER, no=(PROTECTION,))).exceptions == (permit(COVER), deny(PROTECTION))


def test_two_years_are_the_longest_that_she_can_say() -> None:
    assert consent_of(an_answer(COVER, valid_until=TWO_YEARS)).valid_until == TWO_YEARS


@pytest.mark.parametrize(
    ("answer", "field", "rule"),
    [
        (an_answer(Category.MONEY), "answers", "only categories that were asked"),
        (an_answer(COVER, COVER), "answers", "one answer for each category"),
        (an_answer(COVER, no=(COVER,)), "answers", "one answer for each category"),
        (an_answer(COVER, purposes=frozenset({Purpose.INTERPRETER})), "purposes", "only purposes that were asked"),
        (an_answer(COVER, valid_until=NOW), "valid_until", "after the beginning"),
        (an_answer(COVER, valid_from=NOW + DAY, valid_until=NOW + HOUR), "valid_until", "after the beginning"),
        (an_answer(COVER, valid_until=TWO_YEARS + HOUR), "valid_until", "at most two years from now"),
        (an_answer(COVER, valid_from=TWO_YEARS), "valid_from", "within two years from now"),
        (an_answer(COVER, valid_from=datetime(9999, 12, 31, tzinfo=UTC)), "valid_from", "within two years from now"),
    ],
)
def test_what_was_not_asked_or_cannot_be_is_no_answer_and_the_field_is_named(
    answer: Answer, field: str, rule: str
) -> None:
    with pytest.raises(AnswerError, match=f"^{field}: {rule}$") as caught:
        settled(answer)
    assert (caught.value.field, caught.value.rule) == (field, rule)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [((2026, 8, 31), 6, (2027, 2, 28)), ((2027, 8, 31), 6, (2028, 2, 29)), ((2026, 11, 24), 24, (2028, 11, 24))],
)
def test_half_a_year_after_the_31st_is_the_months_last_day(
    start: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_after(datetime(*start, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)


def test_a_request_expires_after_fourteen_days_unless_it_ended_otherwise() -> None:
    asked = a_request(requested_at=NOW)
    assert state_of(asked, NOW + 14 * DAY - HOUR) is RequestState.REQUESTED
    assert state_of(asked, NOW + 14 * DAY) is RequestState.EXPIRED
    assert state_of(replace(asked, ended_as=RequestState.GRANTED), NOW + 99 * DAY) is RequestState.GRANTED


@pytest.mark.parametrize(
    ("sentence", "retraction", "way_back", "categories"),
    [
        ("outcome leaves arrival", Retraction(frozenset({Category.OUTCOME})), WayBack.ARRIVAL, {HOUSING, COVER}),
        ("arrival ends both", Retraction(frozenset({Category.ARRIVAL})), WayBack.NOTHING, {HOUSING, COVER}),
        ("one category", Retraction(frozenset({HOUSING})), WayBack.OUTCOME, {COVER}),
        ("the way there", Retraction(direction=Direction.FORWARD), WayBack.OUTCOME, set()),
        ("the way back", Retraction(direction=Direction.BACK), WayBack.NOTHING, {HOUSING, COVER}),
    ],
)
def test_a_part_that_is_taken_back_leaves_the_rest(
    sentence: str, retraction: Retraction, way_back: WayBack, categories: set[Category]
) -> None:
    before = a_consent(permit(HOUSING), permit(COVER), base_permits=False)
    remainder = take_back(before, retraction, NOW)
    left = remainder.consent
    assert not remainder.everything
    assert (left.act, left.revision, left.at) == (Act.REDUCED, before.revision + 1, NOW)
    assert left.way_back is way_back
    assert written_categories(left) == categories


@pytest.mark.parametrize(
    "retraction",
    [Retraction(), Retraction(frozenset(Category)), Retraction(frozenset({HOUSING, COVER, Category.ARRIVAL}))],
)
def test_when_nothing_would_be_left_everything_ends(retraction: Retraction) -> None:
    remainder = take_back(a_consent(permit(HOUSING), permit(COVER), base_permits=False), retraction, NOW)
    assert remainder.everything
    assert remainder.consent.act is Act.WITHDRAWN
    assert not remainder.consent.in_force


def test_a_withdrawal_never_widens() -> None:
    before = a_consent(permit(HOUSING))
    for category in Category:
        left = take_back(before, Retraction(frozenset({category})), NOW).consent
        assert written_categories(left) <= written_categories(before)
        assert not permits_nothing(left)


@pytest.mark.parametrize(
    ("consent", "newest", "expected"),
    [
        (a_consent(), 1, ConsentState.ACTIVE),
        (a_consent(), 2, ConsentState.SUPERSEDED),
        (a_consent(valid_until=NOW), 1, ConsentState.EXPIRED),
        (a_consent(act=Act.WITHDRAWN), 5, ConsentState.WITHDRAWN),
        (a_consent(act=Act.LOCKED), 1, ConsentState.LOCKED),
    ],
)
def test_the_state_of_a_consent_comes_from_its_newest_revision_and_the_clock(
    consent: Consent, newest: int, expected: ConsentState
) -> None:
    assert state_of_consent(consent, newest, NOW) is expected
