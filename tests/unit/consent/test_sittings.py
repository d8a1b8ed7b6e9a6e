"""Which questions make one sitting, in which order they are asked, and what is unused when one agency takes it on."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from services.consent.model.consent import Act, Consent
from services.consent.model.record import ConsentRecord, EvidenceKind, Setting
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.model.vocabulary import Purpose
from services.consent.rules.requests import REQUEST_TIME, AnswerError
from services.consent.rules.sittings import check_joins, open_others, to_end, unused_of
from tests.unit.consent.builders import CASE, DAY, HANNOVER, HOUR, NOW, a_consent

AGENCIES = tuple(UUID(int=30 + number) for number in range(5))


def asked(
    number: int, *, to: int | None = None, ended: RequestState | None = None, purpose: Purpose = Purpose.HANDING_OVER
) -> ConsentRequest:
    """The question of referral `number`, to the agency of the same number unless it says otherwise."""
    return ConsentRequest(
        case_id=CASE,
        consent_request_id=UUID(int=100 + number),
        referral_id=referral(number),
        draft_revision=1,
        discloser_id=HANNOVER,
        recipient_id=AGENCIES[number if to is None else to],
        categories=(),
        purposes=frozenset({purpose}),
        language="de",
        in_danger=False,
        text_version_ids=(),
        requested_by=UUID(int=1),
        requested_at=NOW - HOUR,
        ended_as=ended,
    )


def referral(number: int) -> UUID:
    return UUID(int=200 + number)


def given(number: int, **changes: object) -> ConsentRecord:
    """The consent of referral `number`."""
    consent: Consent = replace(a_consent(), recipient_id=AGENCIES[number], **changes)  # type: ignore[arg-type]
    setting = Setting("de", (), EvidenceKind.OWN_DEVICE, UUID(int=100 + number), referral(number))
    return ConsentRecord(consent, setting, UUID(int=9))


def test_up_to_three_open_questions_about_three_agencies_make_a_sitting() -> None:
    check_joins(asked(2), [asked(0), asked(1)], NOW)
    check_joins(asked(3), [asked(0), asked(1, ended=RequestState.REFUSED), asked(2)], NOW)
    for new, sitting, rule in (
        (asked(3), [asked(0), asked(1), asked(2)], "at most three in one sitting"),
        (asked(1, to=0), [asked(0)], "another recipient for each"),
        (asked(1), [], "an open question of the same case"),
        (asked(1), [asked(0, ended=RequestState.GRANTED)], "an open question of the same case"),
        (asked(1, purpose=Purpose.EVALUATION), [asked(0)], "an evaluation is asked apart"),
        (asked(1), [asked(0, purpose=Purpose.EVALUATION)], "an evaluation is asked apart"),
    ):
        with pytest.raises(AnswerError) as caught:
            check_joins(new, sitting, NOW)
        assert (caught.value.field, caught.value.rule) == ("in_sitting_with", rule)


def test_the_next_question_is_the_one_after_this_and_then_what_was_left_for_later() -> None:
    sitting = [asked(0), asked(1), asked(2)]
    assert open_others(sitting, UUID(int=101), NOW) == [sitting[2], sitting[0]]
    decided = [asked(0), asked(1), asked(2, ended=RequestState.GRANTED)]
    assert open_others(decided, UUID(int=101), NOW) == [decided[0]]
    assert open_others(sitting, UUID(int=101), NOW + REQUEST_TIME) == []


def test_unused_is_the_sitting_without_what_agencies_work_on() -> None:
    sitting = [asked(0), asked(1), asked(2)]
    assert unused_of(sitting, sitting, {referral(0)}) == {referral(1), referral(2)}
    assert unused_of(sitting, sitting, {referral(0), referral(2)}) == {referral(1)}
    earlier = asked(4, to=1)  # the same agency works on another referral of this case: there is only one consent
    assert unused_of(sitting, [*sitting, earlier], {referral(0), referral(4)}) == {referral(2)}


def test_the_participants_of_a_case_conference_are_no_candidates() -> None:
    sitting = [asked(0), asked(1, purpose=Purpose.CASE_CONFERENCE), asked(2)]
    assert unused_of(sitting, sitting, {referral(0)}) == {referral(2)}


def test_only_the_newest_consent_of_two_agencies_ends_and_only_where_something_is_left() -> None:
    old, new = given(1), given(1, revision=2)
    unused = {referral(1), referral(2)}
    assert to_end([old, new, given(0)], unused, NOW) == [new]
    later = given(2, valid_from=NOW + DAY)
    assert to_end([later], unused, NOW) == [later]
    assert to_end([given(1, act=Act.WITHDRAWN)], unused, NOW) == []
    assert to_end([given(1, valid_until=NOW)], unused, NOW) == []
