"""What an act without consent has to say, and which ones come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.consent.model.statutory import Body, Channel, Ground, RecordedAct, Review, ReviewedAct, Verdict
from services.consent.model.vocabulary import Category
from services.consent.rules.statutory import LONGEST_TO_CONFIRM, ActError, can_review, check_act, in_order
from tests.unit.consent.builders import ANNA, BRAUNSCHWEIG, CASE, HANNOVER, NOW, REFERRAL

ACT = RecordedAct(
    case_id=CASE,
    act_id=UUID(int=51),
    discloser_id=HANNOVER,
    recipient_id=BRAUNSCHWEIG,
    recipient_body=None,
    referral_id=REFERRAL,
    ground=Ground.PRESENT_DANGER,
    channel=Channel.NETWORK,
    categories=frozenset({Category.COVER_SHEET, Category.CONTACT}),
    at=NOW,
    until=NOW + timedelta(hours=72),
    confirm_by=NOW + timedelta(days=1),
    notice_withheld=None,
    reason_hash=bytes(32),
    recorded_by=ANNA,
    request_id=UUID(int=52),
)
BY_PHONE = replace(ACT, channel=Channel.PHONE, recipient_id=None, recipient_body=Body.POLICE, referral_id=None)


@pytest.mark.parametrize("act", [ACT, BY_PHONE, replace(BY_PHONE, categories=frozenset({Category.CONTACT}))])
def test_an_act_names_one_recipient_and_a_channel_that_reaches_it(act: RecordedAct) -> None:
    check_act(act)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (replace(ACT, recipient_body=Body.POLICE), "recipient_id"),
        (replace(ACT, recipient_id=None), "recipient_id"),
        (replace(ACT, recipient_id=HANNOVER), "recipient_id"),
        (replace(BY_PHONE, channel=Channel.NETWORK), "channel"),
        (replace(ACT, referral_id=None), "referral_id"),
        (replace(BY_PHONE, referral_id=REFERRAL), "referral_id"),
        (replace(ACT, categories=frozenset({Category.CONTACT})), "categories"),
        (replace(ACT, categories=frozenset({Category.COVER_SHEET, Category.OUTCOME})), "categories"),
        (replace(ACT, confirm_by=NOW), "confirm_by"),
        (replace(ACT, confirm_by=NOW + LONGEST_TO_CONFIRM + timedelta(seconds=1)), "confirm_by"),
    ],
)
def test_an_act_that_contradicts_itself_says_where(act: RecordedAct, field: str) -> None:
    with pytest.raises(ActError) as caught:
        check_act(act)
    assert caught.value.field == field


def test_whoever_acted_does_not_judge_it() -> None:
    assert not can_review(ACT, ANNA)
    assert can_review(ACT, UUID(int=99))


def test_the_longest_waiting_comes_first_and_what_was_looked_at_last() -> None:
    soon = ReviewedAct(replace(ACT, act_id=UUID(int=1), confirm_by=NOW + timedelta(hours=1)), None)
    later = ReviewedAct(replace(ACT, act_id=UUID(int=2)), None)
    review = Review(CASE, UUID(int=3), UUID(int=4), Verdict.CONFIRMED, UUID(int=99), NOW, UUID(int=5))
    done = ReviewedAct(replace(ACT, act_id=UUID(int=3)), review)
    assert in_order([done, later, soon]) == [soon, later, done]
    assert soon.is_escalated(NOW + timedelta(hours=1))
    assert not done.is_escalated(NOW + timedelta(days=9))
