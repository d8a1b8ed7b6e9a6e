"""Taking back a release, and making less without being asked anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.consent.model.consent import Act, Consent
from services.consent.model.record import Withdrawal
from services.consent.model.request import Reduction, Retraction
from services.consent.model.vocabulary import BACK_CATEGORIES, FORWARD_CATEGORIES, Category, Direction, WayBack
from services.consent.receipts.content import ended_by
from services.consent.rules.withdrawal import (
    Extent,
    ReductionError,
    extent_of,
    is_known,
    is_repeat,
    newest_of_pairs,
    parts_of,
    reduce,
    take_back,
)
from tests.unit.consent.builders import (
    ANNA,
    BRAUNSCHWEIG,
    DAY,
    ELSEWHERE,
    HANNOVER,
    NOW,
    REGIMES,
    a_consent,
    deny,
    permit,
)

FORWARD, BACK = frozenset({Direction.FORWARD}), frozenset({Direction.BACK})


def test_a_release_alone_ends_its_direction_and_leaves_what_was_permitted_as_it_is_written() -> None:
    consent = a_consent()
    there = take_back(consent, Retraction(releases=FORWARD), NOW)
    assert (there.everything, there.categories) == (False, FORWARD_CATEGORIES)
    assert there.consent.base_permits
    assert not there.consent.secrecy_release_forward
    assert there.consent.secrecy_release_back
    home = take_back(consent, Retraction(releases=BACK), NOW)
    assert (home.everything, home.categories) == (False, BACK_CATEGORIES)
    assert home.consent.way_back is WayBack.OUTCOME
    assert not home.consent.secrecy_release_back


@pytest.mark.parametrize(
    ("retraction", "changes"),
    [
        (
            Retraction(direction=Direction.FORWARD),
            {"base_permits": False, "exceptions": (), "secrecy_release_forward": False},
        ),
        (Retraction(frozenset({Category.HOUSING})), {"exceptions": (permit(Category.HEALTH), deny(Category.HOUSING))}),
        (Retraction(direction=Direction.BACK), {"way_back": WayBack.NOTHING, "secrecy_release_back": False}),
        (Retraction(frozenset({Category.OUTCOME})), {"way_back": WayBack.ARRIVAL}),
        (Retraction(releases=FORWARD), {"secrecy_release_forward": False}),
        (Retraction(releases=BACK), {"secrecy_release_back": False}),
    ],
)
def test_taking_back_changes_what_it_names_and_nothing_else(retraction: Retraction, changes: dict[str, Any]) -> None:
    before = a_consent(permit(Category.HEALTH))
    left = take_back(before, retraction, NOW).consent
    assert left == replace(before, act=Act.REDUCED, revision=2, at=NOW, **changes)


def test_whoever_takes_the_arrival_back_ends_the_outcome_too() -> None:
    assert take_back(a_consent(), Retraction(frozenset({Category.ARRIVAL})), NOW).categories == BACK_CATEGORIES


def test_both_releases_end_everything() -> None:
    remainder = take_back(a_consent(), Retraction(releases=FORWARD | BACK), NOW)
    assert remainder.everything
    assert remainder.consent.at == NOW


def test_the_last_release_ends_everything() -> None:
    left = take_back(a_consent(), Retraction(releases=FORWARD), NOW).consent
    assert take_back(left, Retraction(releases=BACK), NOW).everything


def test_a_release_and_a_category_are_taken_back_together() -> None:
    wanted = Retraction(frozenset({Category.CONTACT}), releases=BACK)
    remainder = take_back(a_consent(), wanted, NOW)
    assert remainder.categories == BACK_CATEGORIES | {Category.CONTACT}
    assert ended_by(a_consent(), remainder.consent) == BACK_CATEGORIES | {Category.CONTACT}


def test_a_receipt_names_only_what_could_cross_before() -> None:
    before = a_consent(way_back=WayBack.ARRIVAL)
    after = take_back(before, Retraction(), NOW).consent
    special = {Category.HEALTH, Category.RELIGION, Category.ORIGIN}
    assert ended_by(before, after) == (FORWARD_CATEGORIES - special) | {Category.ARRIVAL}


def test_an_earlier_end_and_an_excluded_person_leave_the_rest() -> None:
    consent = a_consent()
    less = reduce(consent, Reduction(NOW + DAY, frozenset({ANNA})), NOW)
    assert (less.act, less.revision, less.at) == (Act.REDUCED, consent.revision + 1, NOW)
    assert less.valid_until == NOW + DAY
    assert less.excluded_persons == {ANNA}
    assert less.base_permits


def test_an_earlier_end_is_enough_and_so_is_an_excluded_person() -> None:
    consent = a_consent()
    assert reduce(consent, Reduction(NOW + DAY), NOW).excluded_persons == frozenset()
    without_anna = Reduction(consent.valid_until, frozenset({ANNA}))
    assert reduce(consent, without_anna, NOW).excluded_persons == {ANNA}
    assert reduce(consent, Reduction(excluded_persons=frozenset({ANNA})), NOW).valid_until == consent.valid_until


@pytest.mark.parametrize("way_back", WayBack)
def test_taking_the_outcome_back_never_lets_more_come_than_before(way_back: WayBack) -> None:
    left = take_back(a_consent(way_back=way_back), Retraction(frozenset({Category.OUTCOME})), NOW).consent
    assert left.way_back is (WayBack.NOTHING if way_back is WayBack.NOTHING else WayBack.ARRIVAL)


def test_a_withdrawal_of_everything_stands_at_its_time_and_names_no_single_category() -> None:
    remainder = take_back(a_consent(), Retraction(), NOW)
    assert (remainder.consent.at, remainder.categories) == (NOW, frozenset())


@pytest.mark.parametrize(
    ("retraction", "known"),
    [
        (Retraction(FORWARD_CATEGORIES, Direction.FORWARD), True),
        (Retraction(BACK_CATEGORIES, Direction.BACK), True),
        (Retraction(frozenset({Category.ARRIVAL}), Direction.FORWARD), False),
        (Retraction(frozenset({Category.HOUSING}), Direction.BACK), False),
        (Retraction(frozenset(Category)), True),
    ],
)
def test_a_category_is_taken_back_only_with_the_direction_that_it_goes(retraction: Retraction, known: bool) -> None:
    assert is_known(retraction) is known


@pytest.mark.parametrize(
    ("reduction", "rule"),
    [
        (Reduction(a_consent().valid_until + DAY), "not-earlier"),
        (Reduction(a_consent().valid_until), "not-earlier"),
        (Reduction(), "not-earlier"),
        (Reduction(NOW), "over-already"),
        (Reduction(NOW - DAY), "over-already"),
    ],
)
def test_what_would_permit_more_or_change_nothing_is_refused(reduction: Reduction, rule: str) -> None:
    with pytest.raises(ReductionError) as caught:
        reduce(a_consent(), reduction, NOW)
    assert (caught.value.field, caught.value.rule) == ("valid_until", rule)
    assert str(caught.value) == f"valid_until: {rule}"


def test_whoever_is_excluded_already_is_not_excluded_again() -> None:
    with pytest.raises(ReductionError):
        reduce(a_consent(excluded_persons=frozenset({ANNA})), Reduction(excluded_persons=frozenset({ANNA})), NOW)


def test_a_consent_reaches_as_far_as_it_permits_until_it_ends() -> None:
    consent = a_consent(permit(Category.HEALTH))
    reached = extent_of(consent, REGIMES, NOW)
    unnamed = {Category.RELIGION, Category.ORIGIN}
    assert reached == Extent(True, FORWARD_CATEGORIES - unnamed, WayBack.OUTCOME, consent.valid_until)
    nothing = replace(reached, in_force=False, permitted=frozenset(), way_back=WayBack.NOTHING)
    assert extent_of(consent, REGIMES, consent.valid_until) == nothing
    assert extent_of(take_back(consent, Retraction(), NOW).consent, REGIMES, NOW) == nothing


def test_each_part_that_is_open_can_be_taken_back_by_itself() -> None:
    consent = a_consent(way_back=WayBack.ARRIVAL)
    extent = extent_of(consent, REGIMES, NOW)
    parts = parts_of(consent, extent)
    assert {category for part in parts for category in part.categories} == extent.permitted | {Category.ARRIVAL}
    assert [part.releases for part in parts if part.releases] == [FORWARD, BACK]
    assert all(len(part.categories) + len(part.releases) == 1 for part in parts)


def test_what_would_be_left_is_said_as_it_will_be() -> None:
    consent = a_consent()
    left = extent_of(take_back(consent, Retraction(releases=BACK), NOW).consent, REGIMES, NOW)
    assert left == replace(extent_of(consent, REGIMES, NOW), way_back=WayBack.NOTHING)
    ended = take_back(consent, Retraction(), NOW).consent
    assert not extent_of(ended, REGIMES, NOW).in_force
    assert parts_of(ended, extent_of(ended, REGIMES, NOW)) == ()


def test_the_newest_revision_counts_between_each_two_agencies() -> None:
    old, new = a_consent(), a_consent(revision=2)
    other, way_home = a_consent(recipient_id=ELSEWHERE), a_consent(discloser_id=BRAUNSCHWEIG, recipient_id=HANNOVER)
    assert newest_of_pairs([old, new, other, way_home]) == {
        (HANNOVER, BRAUNSCHWEIG): new,
        (HANNOVER, ELSEWHERE): other,
        (BRAUNSCHWEIG, HANNOVER): way_home,
    }


CONTACT, HOUSING = frozenset({Category.CONTACT}), frozenset({Category.HOUSING})


def taken(before: Consent, retraction: Retraction) -> tuple[Consent, Withdrawal]:
    """The revision and the row that are written down when this is taken back now."""
    left = take_back(before, retraction, NOW)
    row = Withdrawal(
        case_id=before.case_id,
        withdrawal_id=UUID(int=91),
        consent_id=before.consent_id,
        discloser_id=before.discloser_id,
        recipient_id=before.recipient_id,
        referral_id=None,
        revision=left.consent.revision,
        everything=left.everything,
        categories=left.categories,
        at=NOW,
        due_at=NOW + 7 * DAY,
        receipt_id=UUID(int=92),
        request_id=UUID(int=93),
    )
    return left.consent, row


PARTS = (
    Retraction(),
    Retraction(CONTACT),
    Retraction(HOUSING),
    Retraction(CONTACT | HOUSING),
    Retraction(direction=Direction.FORWARD),
    Retraction(direction=Direction.BACK),
    Retraction(frozenset({Category.OUTCOME})),
    Retraction(releases=FORWARD),
    Retraction(releases=BACK),
)


@pytest.mark.parametrize("first", PARTS)
def test_only_what_takes_back_the_same_is_a_repeat(first: Retraction) -> None:
    before = a_consent()
    left, row = taken(before, first)
    assert [part for part in PARTS if is_repeat([row], part, [before, left])] == [first]


def test_a_repeat_is_known_whatever_came_after_it() -> None:
    before = a_consent()
    left, row = taken(before, Retraction(CONTACT))
    later = replace(left, act=Act.WITHDRAWN, revision=3, at=NOW + DAY)
    anew = a_consent(consent_id=UUID(int=94), revision=4, at=NOW + 2 * DAY)
    assert is_repeat([row], Retraction(CONTACT), [before, left, later, anew])
    assert not is_repeat([row], Retraction(), [before, left, later, anew])


def test_where_the_way_back_was_closed_already_arrival_is_still_another_part_than_outcome() -> None:
    before = a_consent(way_back=WayBack.NOTHING, secrecy_release_back=False)
    left, row = taken(before, Retraction(frozenset({Category.OUTCOME})))
    assert not is_repeat([row], Retraction(frozenset({Category.ARRIVAL})), [before, left])


def test_all_is_the_same_again_only_if_all_that_was_in_force_then_was_taken_back() -> None:
    one = a_consent()
    other = a_consent(consent_id=UUID(int=95), recipient_id=ELSEWHERE)
    left, row = taken(one, Retraction())
    left_other, row_other = taken(other, Retraction())
    revisions = [one, left, other, left_other]
    assert is_repeat([row, row_other], Retraction(), revisions)
    assert not is_repeat([row, row_other], Retraction(), [one, left])
    assert not is_repeat([row], Retraction(), [one, left, other])
    assert is_repeat([row], Retraction(), [one, left, replace(other, act=Act.LOCKED)])
    assert is_repeat([row], Retraction(), [one, left, replace(other, at=NOW + DAY)])
