"""The decision agrees with a slow model that was written from the design alone, in every world that is tried."""

from __future__ import annotations

from hypothesis import event, given

from services.consent.model.vocabulary import FORWARD_CATEGORIES
from services.consent.rules.decision import PERMITTING, decide, written_reason
from services.consent.rules.reach import permits_nothing, readable_categories, written_categories
from tests.support.examples import times
from tests.unit.consent import second_model
from tests.unit.consent.strategies import SPAN, World, worlds, written_worlds


@times(5)
@given(world=worlds)
def test_it_permits_exactly_what_the_second_model_permits(world: World) -> None:
    decision = decide(world.item, world.question, world.grounds, world.at)
    event(decision.reason.value)
    assert decision.reason in second_model.allowed_reasons(world.item, world.question, world.grounds, world.at)
    assert decision.permit is second_model.permitted(world.item, world.question, world.grounds, world.at)
    assert decision.permit is (decision.reason in PERMITTING)


@times(5)
@given(world=written_worlds)
def test_exceptions_fit_exactly_where_the_second_model_lets_them(world: World) -> None:
    decision = decide(world.item, world.question, world.grounds, world.at)
    event(decision.reason.value)
    assert decision.permit is second_model.permitted(world.item, world.question, world.grounds, world.at)


@times(5)
@given(world=worlds)
def test_a_permit_ends_when_the_second_model_says_so(world: World) -> None:
    decision = decide(world.item, world.question, world.grounds, world.at)
    if not decision.permit:
        return
    expected = second_model.end_of_permit(world.item, world.question, world.grounds, world.at, hours=SPAN)
    event("ends" if expected else "does not end in this time")
    assert decision.permitted_until == expected


@times(5)
@given(world=worlds)
def test_what_permits_something_is_never_called_nothing(world: World) -> None:
    consent, item, question = world.grounds.consent, world.item, world.question
    if consent is None or item.labels is None or item.category not in FORWARD_CATEGORIES:
        return
    if question.purpose not in consent.purposes or question.person_id in {None, *consent.excluded_persons}:
        return
    if not consent.valid_from <= world.at < consent.valid_until:
        return
    if written_reason(consent, item, question, world.at) in PERMITTING:
        event("permits")
        assert item.category in written_categories(consent)
        assert not (consent.secrecy_release_forward and permits_nothing(consent))


@times(5)
@given(world=worlds)
def test_her_list_names_every_category_that_can_be_read(world: World) -> None:
    decision = decide(world.item, world.question, world.grounds, world.at)
    if decision.permit and world.question.basis == "consent" and world.question.direction == "forward":
        event("permits")
        assert decision.item.category in readable_categories(world.grounds, world.at)
