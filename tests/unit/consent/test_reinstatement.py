"""Taking a withdrawal back leaves every other one as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.consent.model.consent import Act, Consent
from services.consent.model.request import Reduction, Retraction
from services.consent.model.vocabulary import FORWARD_CATEGORIES, Category
from services.consent.rules.reach import written_categories
from services.consent.rules.reinstatement import Hindrance, Taken, hindrance_of, reinstate
from services.consent.rules.withdrawal import DUE_TIME, reduce, take_back
from tests.unit.consent.builders import a_consent

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
ORDINARY = sorted(FORWARD_CATEGORIES - {Category.HEALTH, Category.RELIGION, Category.ORIGIN})


@dataclass
class Between:
    """What happened between two agencies, in order."""

    revisions: list[Consent] = field(default_factory=lambda: [a_consent()])
    taken: list[Taken] = field(default_factory=list)

    def withdraw(self, *categories: Category) -> Taken:
        left = take_back(self.revisions[-1], Retraction(frozenset(categories)), START)
        self.revisions.append(left.consent)
        consent = left.consent
        self.taken.append(
            Taken(uuid4(), consent.consent_id, consent.revision, left.everything, left.categories, START + DUE_TIME,
                  acknowledged=False, reinstated=False)
        )  # fmt: skip
        return self.taken[-1]

    def hindrance(self, taken: Taken, at: datetime = START) -> Hindrance | None:
        return hindrance_of(taken, self._others(taken), self.revisions, at)

    def reinstate(self, taken: Taken) -> Consent:
        self.revisions.append(reinstate(taken, self._others(taken), self.revisions, START))
        self.taken = [replace(one, reinstated=one.reinstated or one == taken) for one in self.taken]
        return self.revisions[-1]

    def _others(self, taken: Taken) -> list[Taken]:
        return [one for one in self.taken if one.withdrawal_id != taken.withdrawal_id]


def test_all_that_was_withdrawn_is_in_force_again_as_it_was_granted() -> None:
    between = Between()
    taken = between.withdraw()
    again = between.reinstate(taken)
    granted = between.revisions[0]
    assert (again.act, again.revision, again.at, again.in_force) == (Act.REINSTATED, 3, START, True)
    assert written_categories(again) == written_categories(granted)
    assert (again.way_back, again.secrecy_release_back) == (granted.way_back, granted.secrecy_release_back)


def test_the_last_part_that_ended_everything_comes_back_and_the_parts_before_do_not() -> None:
    between = Between()
    between.withdraw(Category.CONTACT)
    last = between.withdraw(*(FORWARD_CATEGORIES - {Category.CONTACT}), Category.ARRIVAL)
    again = between.reinstate(last)
    assert again.revision == 4
    assert Category.CONTACT not in written_categories(again)
    assert Category.HOUSING in written_categories(again)


def test_an_earlier_end_and_whom_she_excluded_stay_when_a_withdrawal_is_taken_back() -> None:
    between, nobody_of = Between(), uuid4()
    end = between.revisions[0].valid_until - timedelta(days=1)
    less = Reduction(valid_until=end, excluded_persons=frozenset({nobody_of}))
    between.revisions.append(reduce(between.revisions[-1], less, START))
    again = between.reinstate(between.withdraw(Category.CONTACT))
    assert (again.valid_until, nobody_of in again.excluded_persons) == (end, True)
    assert Category.CONTACT in written_categories(again)


@given(st.permutations(ORDINARY).flatmap(lambda names: st.tuples(st.just(names[:4]), st.permutations(range(4)))))
def test_parts_come_back_in_any_order_each_for_itself(given_: tuple[list[Category], list[int]]) -> None:
    names, order = given_
    between = Between()
    parts = [between.withdraw(name) for name in names]
    gone = set(names)
    for index in order:
        assert between.hindrance(parts[index]) is None
        gone.discard(names[index])
        assert written_categories(between.reinstate(parts[index])) == set(ORDINARY) - gone


def test_it_is_too_late_after_the_acknowledgement_at_the_due_date_and_after_a_new_grant() -> None:
    between = Between()
    taken = between.withdraw()
    assert between.hindrance(taken, START + DUE_TIME - timedelta(microseconds=1)) is None
    assert between.hindrance(taken, START + DUE_TIME) is Hindrance.OVERDUE
    assert between.hindrance(replace(taken, acknowledged=True)) is Hindrance.ACKNOWLEDGED
    between.revisions.append(a_consent(revision=3, consent_id=UUID(int=9)))
    assert between.hindrance(taken) is Hindrance.REPLACED
    assert between.hindrance(between.withdraw()) is None


def test_what_a_restore_locked_is_not_taken_back() -> None:
    between = Between()
    taken = between.withdraw()
    between.revisions.append(replace(between.revisions[-1], act=Act.LOCKED, revision=3))
    assert between.hindrance(taken) is Hindrance.REPLACED


@pytest.mark.parametrize("later", [(), (Category.CONTACT,)])
def test_a_later_withdrawal_that_covers_it_comes_first(later: tuple[Category, ...]) -> None:
    between = Between()
    first, second = between.withdraw(Category.CONTACT), between.withdraw(*later)
    assert between.hindrance(first) is Hindrance.COVERED
    between.reinstate(second)
    assert between.hindrance(first) is None
