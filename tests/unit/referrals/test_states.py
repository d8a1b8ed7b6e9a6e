"""The state machine agrees with a slow model of the design, whatever is tried in whatever order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.referrals.model import Action, Side, State
from services.referrals.rules import ENDED, READABLE, after, keys_end_at_once, needs_deletion_task, possible, reinstated
from tests.unit.referrals import slow_model

EVERYTHING = list(itertools.product(Side, Action, State))
STAYS = {Action.UPDATE, Action.ASSIGN, Action.REINSTATE}


@pytest.mark.parametrize(("side", "action", "state"), EVERYTHING)
def test_everybody_may_do_exactly_what_the_design_says(side: Side, action: Action, state: State) -> None:
    to = after(action, side, state)
    assert (to.value if to else None) == slow_model.becomes(side.value, action.value, state.value)


@pytest.mark.parametrize(("side", "state"), list(itertools.product(Side, State)))
def test_possible_names_exactly_what_would_be_carried_out(side: Side, state: State) -> None:
    named = {action for action in Action if slow_model.becomes(side.value, action.value, state.value)}
    assert set(possible(side, state)) == named
    assert len(possible(side, state)) == len(named)


@pytest.mark.parametrize(("state", "before"), list(itertools.product(State, State)))
def test_a_withdrawal_that_is_taken_back_leads_to_the_state_that_it_ended(state: State, before: State) -> None:
    ended = slow_model.becomes("system", "withdraw", before.value) == "withdrawn"
    assert reinstated(state, before) == (before if ended and state is State.WITHDRAWN else None)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_keys_end_as_the_slow_model_says_along_every_history(data: st.DataObject) -> None:
    state, history = State.DRAFT, list[tuple[str, str]]()
    at_once = by_task = False
    for _ in range(data.draw(st.integers(0, 8), label="deeds")):
        moves = [(side, action) for side in Side for action in possible(side, state) if action not in STAYS]
        if not moves:
            break
        side, action = data.draw(st.sampled_from(moves))
        history.append((action.value, state.value))
        at_once = at_once or keys_end_at_once(action, state)
        by_task = by_task or needs_deletion_task(action, state)
        to = after(action, side, state)
        assert to is not None
        assert to.value == slow_model.becomes(side.value, action.value, state.value)
        state = to
    event(f"{state.value} after {len(history)}")
    keys = slow_model.keys_of_the_recipient(history)
    assert (at_once, by_task) == (keys == "due at once", keys == "due by a task")
    assert (state in ENDED) is (at_once or by_task)
    assert (state in {State.DRAFT, State.DISCARDED}) is (keys == "none")
    if state in READABLE:
        assert keys == "held"


@pytest.mark.parametrize("state", sorted(ENDED - {State.WITHDRAWN} | {State.DISCARDED}))
def test_what_has_ended_stays_ended(state: State) -> None:
    assert [action for side in Side for action in possible(side, state)] == []
