"""What may be asked of her, with whom named, and when: case conference and evaluation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.consent.model.consent import Act, Consent
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.model.vocabulary import Purpose
from services.consent.rules.requests import (
    REQUEST_TIME,
    AnswerError,
    check_question,
    help_is_decided,
    would_end_help,
)
from tests.unit.consent.builders import BRAUNSCHWEIG, DAY, ELSEWHERE, HANNOVER, NOW, a_consent
from tests.unit.consent.test_requests import a_request


def about(*purposes: Purpose, **changes: Any) -> ConsentRequest:
    return a_request(purposes=frozenset(purposes), **changes)


BOTH = frozenset({HANNOVER, BRAUNSCHWEIG})
NAMED = "named where a case conference is asked about, and only there"


@pytest.mark.parametrize(
    ("sentence", "new", "field", "rule"),
    [
        ("a conference without its list", about(Purpose.CASE_CONFERENCE), "participant_ids", NAMED),
        ("a list without conference", about(Purpose.ADVICE, participants=BOTH), "participant_ids", NAMED),
        (
            "a list without the discloser",
            about(Purpose.CASE_CONFERENCE, participants=frozenset({BRAUNSCHWEIG, ELSEWHERE})),
            "participant_ids",
            "both agencies among them",
        ),
        (
            "a list without the recipient",
            about(Purpose.CASE_CONFERENCE, participants=frozenset({HANNOVER, ELSEWHERE})),
            "participant_ids",
            "both agencies among them",
        ),
        (
            "an evaluation together with help",
            about(Purpose.EVALUATION, Purpose.ADVICE),
            "purposes",
            "an evaluation is asked apart",
        ),
    ],
)
def test_a_question_that_may_not_be_asked_names_the_field(
    sentence: str, new: ConsentRequest, field: str, rule: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        check_question(new)
    assert (caught.value.field, caught.value.rule) == (field, rule), sentence


@pytest.mark.parametrize(
    "new",
    [
        about(Purpose.CASE_CONFERENCE, participants=BOTH),
        about(Purpose.CASE_CONFERENCE, Purpose.ADVICE, participants=BOTH | {ELSEWHERE}),
        about(Purpose.ADVICE, Purpose.HANDING_OVER),
        about(Purpose.EVALUATION),
    ],
)
def test_every_other_question_may_be_asked(new: ConsentRequest) -> None:
    check_question(new)


@pytest.mark.parametrize(
    ("ends", "new", "held"),
    [
        (True, about(Purpose.EVALUATION), a_consent()),
        (True, about(Purpose.EVALUATION), a_consent(valid_from=NOW + DAY, valid_until=NOW + 2 * DAY)),
        (False, about(Purpose.EVALUATION), None),
        (False, about(Purpose.EVALUATION), a_consent(act=Act.WITHDRAWN)),
        (False, about(Purpose.EVALUATION), a_consent(valid_until=NOW)),
        (False, about(Purpose.EVALUATION), a_consent(purposes=frozenset({Purpose.EVALUATION}))),
        (False, about(Purpose.ADVICE), a_consent()),
    ],
)
def test_an_evaluation_would_end_what_is_in_force_for_help(
    ends: bool, new: ConsentRequest, held: Consent | None
) -> None:
    assert would_end_help(new, held, NOW) is ends


def test_help_is_decided_when_she_said_yes_or_no_and_nothing_about_it_is_open() -> None:
    new = about(Purpose.EVALUATION, referral_id=UUID(int=90))
    yes, no = about(Purpose.ADVICE, ended_as=RequestState.GRANTED), a_request(ended_as=RequestState.REFUSED)
    partly = a_request(ended_as=RequestState.PARTLY_GRANTED)
    for decided in (yes, no, partly):
        assert help_is_decided(new, [decided], NOW)
        assert not help_is_decided(new, [decided, a_request()], NOW), "she is in the middle of it"
    assert not help_is_decided(new, [], NOW)
    for ended in (RequestState.EXPIRED, RequestState.CANCELLED):
        assert not help_is_decided(new, [a_request(ended_as=ended)], NOW)
    assert not help_is_decided(new, [about(Purpose.EVALUATION, ended_as=RequestState.GRANTED)], NOW)
    assert help_is_decided(new, [yes, about(Purpose.EVALUATION)], NOW), "another evaluation is not help"
    assert help_is_decided(new, [yes, a_request(requested_at=NOW - REQUEST_TIME)], NOW), "what expired is not open"
    same_referral = a_request(referral_id=new.referral_id)
    assert help_is_decided(new, [yes, same_referral], NOW), "the new question takes its place"
    assert not help_is_decided(new, [same_referral], NOW)
