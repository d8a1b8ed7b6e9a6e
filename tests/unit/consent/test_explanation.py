"""Why something can be seen or not, what would have to change, and who can see what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given

from services.consent.model.consent import Act, Assent, Consent, Grantor, RegimeRow, Representation, StatutoryAct
from services.consent.model.question import Circumstances, Grounds, Item
from services.consent.model.vocabulary import (
    Basis,
    Category,
    Direction,
    Label,
    Purpose,
    Reason,
    Remedy,
    Sight,
    WayBack,
)
from services.consent.rules.decision import PERMITTING, decide
from services.consent.rules.explanation import RULE_OF, explain, sights_of
from services.consent.rules.reach import readable_categories
from tests.support.examples import times
from tests.unit.consent import second_model
from tests.unit.consent.builders import (
    ANNA,
    BRAUNSCHWEIG,
    CASE,
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
from tests.unit.consent.strategies import SPAN, World, worlds

HEALTH, HOUSING, ARRIVAL, OUTCOME = Category.HEALTH, Category.HOUSING, Category.ARRIVAL, Category.OUTCOME
BACK = a_question(direction=Direction.BACK)
ONE_PARENT = Grantor(both_parents_needed=True, parents_agreed=1)


def guardian(*categories: Category, **changes: Any) -> Grantor:
    return Grantor(representation=Representation("guardian", frozenset(categories), way_back=False, **changes))


def explained(
    consent: Consent | None, item: Item | None = None, question: Circumstances | None = None, **grounds: Any
) -> tuple[Reason, int, Remedy]:
    found = explain(item or an_item(), question or a_question(), the_grounds(consent, **grounds), NOW)
    return found.decision.reason, found.rule, found.remedy


SENTENCES: list[tuple[str, Consent | None, Item, Circumstances, Reason, int, Remedy]] = [
    ("never asked", None, an_item(), a_question(), Reason.NO_ACTIVE_CONSENT, 1, Remedy.ASK),
    (
        "she took it back",
        a_consent(act=Act.WITHDRAWN), an_item(), a_question(), Reason.NO_ACTIVE_CONSENT, 1, Remedy.HER_DECISION,
    ),
    (
        "locked by a restore",
        a_consent(act=Act.LOCKED), an_item(), a_question(), Reason.NO_ACTIVE_CONSENT, 1, Remedy.ASK,
    ),
    (
        "a word of a newer program",
        a_consent(), an_item(labels=None), a_question(), Reason.UNKNOWN_VALUE, 1, Remedy.OPERATOR,
    ),
    (
        "for another agency",
        a_consent(), an_item(), a_question(recipient_id=ELSEWHERE), Reason.OTHER_RECIPIENT, 2, Remedy.ASK,
    ),
    (
        "for another purpose",
        a_consent(), an_item(), a_question(purpose=Purpose.ADVICE), Reason.PURPOSE_NOT_PERMITTED, 2, Remedy.ASK,
    ),
    (
        "a person whom she excluded",
        a_consent(excluded_persons=frozenset({ANNA})),
        an_item(), a_question(), Reason.PERSON_EXCLUDED, 2, Remedy.COLLEAGUE,
    ),
    ("its time is over", a_consent(valid_until=NOW), an_item(), a_question(), Reason.OUTSIDE_PERIOD, 2, Remedy.ASK),
    (
        "its time has not come",
        a_consent(valid_from=NOW + HOUR), an_item(), a_question(), Reason.OUTSIDE_PERIOD, 2, Remedy.WAIT,
    ),
    (
        "more than a guardian may decide",
        a_consent(grantor=guardian(Category.MONEY)),
        an_item(), a_question(), Reason.OUTSIDE_REPRESENTATION, 2, Remedy.REPRESENTATION,
    ),
    (
        "a guardian whose time is over",
        a_consent(grantor=guardian(HOUSING, until=NOW)),
        an_item(), a_question(), Reason.OUTSIDE_REPRESENTATION, 2, Remedy.REPRESENTATION,
    ),
    (
        "one parent of two",
        a_consent(grantor=ONE_PARENT),
        an_item(), a_question(), Reason.OUTSIDE_REPRESENTATION, 2, Remedy.SECOND_PARENT,
    ),
    (
        "a child that does not want it, whoever agreed",
        a_consent(grantor=replace(ONE_PARENT, assent=Assent.REFUSED)),
        an_item(), a_question(), Reason.OUTSIDE_REPRESENTATION, 2, Remedy.HER_DECISION,
    ),
    (
        "both parents agreed, for a time that is over",
        a_consent(grantor=replace(guardian(HOUSING, until=NOW), both_parents_needed=True, parents_agreed=2)),
        an_item(), a_question(), Reason.OUTSIDE_REPRESENTATION, 2, Remedy.REPRESENTATION,
    ),
    (
        "said aloud and not confirmed",
        a_consent(unconfirmed_since=NOW - DAY), an_item(), a_question(), Reason.NOT_CONFIRMED, 2, Remedy.CONFIRM,
    ),
    (
        "said aloud too long ago",
        a_consent(unconfirmed_since=NOW - 14 * DAY), an_item(), a_question(), Reason.NOT_CONFIRMED, 2, Remedy.ASK,
    ),
    (
        "she said no",
        a_consent(deny(HOUSING)), an_item(), a_question(), Reason.DENIED_BY_EXCEPTION, 3, Remedy.HER_DECISION,
    ),
    (
        "she said not before tomorrow",
        a_consent(deny(HOUSING, valid_until=NOW + DAY)),
        an_item(), a_question(), Reason.DENIED_BY_EXCEPTION, 3, Remedy.WAIT,
    ),
    ("specially protected", a_consent(), an_item(HEALTH), a_question(), Reason.NOT_NAMED, 4, Remedy.ASK),
    ("labelled", a_consent(), an_item(HOUSING, Label.HIV), a_question(), Reason.NOT_NAMED, 4, Remedy.ASK),
    (
        "not asked about",
        a_consent(permit(HEALTH), base_permits=False),
        an_item(), a_question(), Reason.NOT_PERMITTED, 4, Remedy.ASK,
    ),
    (
        "secrecy is kept",
        a_consent(secrecy_release_forward=False),
        an_item(), a_question(), Reason.NO_SECRECY_RELEASE, 5, Remedy.HER_DECISION,
    ),
    (
        "nothing goes back",
        a_consent(way_back=WayBack.NOTHING),
        an_item(ARRIVAL), BACK, Reason.WAY_BACK_NOT_PERMITTED, 6, Remedy.HER_DECISION,
    ),
    (
        "from outside the network nothing comes",
        a_consent(recipient_in_network=False),
        an_item(ARRIVAL), BACK, Reason.WAY_BACK_NOT_PERMITTED, 6, Remedy.NOTHING,
    ),
    (
        "no act is recorded",
        None, an_item(), a_question(basis=Basis.STATUTORY), Reason.NO_STATUTORY_ACT, 0, Remedy.STATUTORY_ACT,
    ),
    ("permitted by the base", a_consent(), an_item(), a_question(), Reason.PERMITTED_BY_BASE, 4, Remedy.NOTHING),
    (
        "permitted by name",
        a_consent(permit(HEALTH)), an_item(HEALTH), a_question(), Reason.PERMITTED_BY_EXCEPTION, 3, Remedy.NOTHING,
    ),
    ("permitted back", a_consent(), an_item(OUTCOME), BACK, Reason.PERMITTED_WAY_BACK, 6, Remedy.NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "consent", "item", "question", "reason", "rule", "remedy"), SENTENCES)
def test_a_decision_says_its_rule_and_what_would_have_to_change(
    sentence: str,
    consent: Consent | None,
    item: Item,
    question: Circumstances,
    reason: Reason,
    rule: int,
    remedy: Remedy,
) -> None:
    assert explained(consent, item, question) == (reason, rule, remedy)


def test_a_regime_that_is_missing_is_the_operators_and_one_that_comes_is_waited_for() -> None:
    missing = REGIMES[:1]
    assert explained(a_consent(), regimes=missing) == (Reason.NO_REGIME, 5, Remedy.OPERATOR)
    tomorrow = RegimeRow(BRAUNSCHWEIG, "gdpr", (), (NOW + DAY).date())
    assert explained(a_consent(), regimes=(*missing, tomorrow)) == (Reason.NO_REGIME, 5, Remedy.WAIT)


def test_a_recorded_act_needs_nothing_else() -> None:
    act = StatutoryAct(CASE, HANNOVER, BRAUNSCHWEIG, frozenset({HOUSING}), NOW + HOUR)
    on_statute = a_question(basis=Basis.STATUTORY)
    assert explained(None, question=on_statute, acts=(act,)) == (Reason.PERMITTED_BY_STATUTE, 0, Remedy.NOTHING)


def test_every_reason_has_its_rule_and_is_explained_here() -> None:
    told = {reason for _, _, _, _, reason, _, _ in SENTENCES}
    assert set(Reason) == told | {Reason.NO_REGIME, Reason.PERMITTED_BY_STATUTE} == RULE_OF.keys()


@times(5)
@given(world=worlds)
def test_a_denial_opens_when_the_slow_model_says_so_and_only_then_one_waits(world: World) -> None:
    found = explain(world.item, world.question, world.grounds, world.at)
    event(found.remedy.value)
    assert found.decision == decide(world.item, world.question, world.grounds, world.at)
    if found.decision.permit:
        assert (found.remedy, found.permitted_from) == (Remedy.NOTHING, None)
        return
    opens = second_model.beginning_of_permit(world.item, world.question, world.grounds, world.at, hours=SPAN)
    assert found.permitted_from == opens
    assert (found.remedy is Remedy.WAIT) is (opens is not None)


def sights(consent: Consent) -> dict[Category, tuple[Sight, Reason]]:
    found = sights_of(Grounds(consent, REGIMES), NOW)
    return {each.category: (each.sight, each.explanation.decision.reason) for each in found}


def test_who_can_see_what_names_every_category_with_its_reason() -> None:
    found = sights(
        a_consent(
            permit(HEALTH),
            permit(Category.MONEY, written_until=NOW - DAY),
            deny(HOUSING),
            base_permits=False,
            way_back=WayBack.ARRIVAL,
        )
    )
    assert found.keys() == set(Category)
    assert found[HEALTH] == (Sight.SEEN, Reason.PERMITTED_BY_EXCEPTION)
    assert found[Category.MONEY] == (Sight.PARTLY, Reason.NOT_PERMITTED)
    assert found[HOUSING] == (Sight.HIDDEN, Reason.DENIED_BY_EXCEPTION)
    assert found[Category.ORIGIN] == (Sight.HIDDEN, Reason.NOT_PERMITTED)
    assert found[ARRIVAL] == (Sight.SEEN, Reason.PERMITTED_WAY_BACK)
    assert found[OUTCOME] == (Sight.HIDDEN, Reason.WAY_BACK_NOT_PERMITTED)


def test_what_one_of_her_purposes_permits_can_be_seen() -> None:
    for_advice = permit(HOUSING, purposes=frozenset({Purpose.ADVICE}))
    both = frozenset({Purpose.ADVICE, Purpose.HANDING_OVER})
    assert sights(a_consent(for_advice, base_permits=False, purposes=both))[HOUSING][0] is Sight.SEEN


def test_ordinary_data_of_a_category_is_what_the_discloser_writes_now() -> None:
    own = permit(HOUSING, authoring_agencies=frozenset({HANNOVER}), written_from=NOW, written_until=NOW + DAY)
    assert sights(a_consent(own, base_permits=False))[HOUSING] == (Sight.SEEN, Reason.PERMITTED_BY_EXCEPTION)
    foreign = permit(HOUSING, authoring_agencies=frozenset({BRAUNSCHWEIG}))
    assert sights(a_consent(foreign, base_permits=False))[HOUSING] == (Sight.PARTLY, Reason.NOT_PERMITTED)


def test_her_list_shows_nothing_that_secrecy_holds_back_or_that_begins_later() -> None:
    assert readable_categories(Grounds(a_consent(secrecy_release_forward=False), REGIMES), NOW) == frozenset()
    assert HOUSING in readable_categories(Grounds(a_consent(secrecy_release_back=False), REGIMES), NOW)
    later = a_consent(permit(HOUSING, valid_from=NOW + HOUR), base_permits=False)
    assert readable_categories(Grounds(later, REGIMES), NOW) == frozenset()
    assert readable_categories(Grounds(later, REGIMES), NOW + HOUR) == {HOUSING}


def test_after_a_withdrawal_and_without_consent_nobody_sees_anything() -> None:
    assert {sight for sight, _ in sights(a_consent(act=Act.WITHDRAWN)).values()} == {Sight.HIDDEN}
    assert sights_of(Grounds(None, REGIMES), NOW) == ()


@times(5)
@given(world=worlds)
def test_she_is_told_the_same_that_staff_are_held_to(world: World) -> None:
    readable = readable_categories(world.grounds, world.at)
    for each in sights_of(world.grounds, world.at):
        decision = each.explanation.decision
        assert (each.sight is Sight.SEEN) is (decision.reason in PERMITTING)
        if each.category not in {ARRIVAL, OUTCOME}:
            assert (each.sight is not Sight.HIDDEN) is (each.category in readable)
