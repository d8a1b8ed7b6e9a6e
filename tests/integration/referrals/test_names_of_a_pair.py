"""Whom she does not want holds for all that goes from one agency to another, also after a referral ended unchecked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from lotse.referrals.v1 import case_pb2, name_check_pb2, referral_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.after_withdrawal import only
from tests.integration.referrals.naming import (
    DISCLOSERS_LEADER,
    LEADER,
    NAME,
    accepted_anew,
    accepted_with_names,
    answer,
    asked,
    listed,
    name,
    offered_with_names,
    opened,
    own_checks,
    see_names,
)
from tests.integration.referrals.sweeping import sweep
from tests.integration.referrals.test_candidates import draft_to
from tests.integration.referrals.test_discard import discard
from tests.integration.referrals.test_statutory import act
from tests.integration.referrals.world import (
    CANARY,
    CONTACT,
    COVER,
    DISCLOSER,
    RECIPIENT,
    THIRD,
    Offered,
    Worker,
    World,
    becomes,
)

N = name_check_pb2


async def _declined(world: World) -> Offered:
    offer = await offered_with_names(world, NAME)
    await world.decline(await world.get(offer.referral_id, world.recipient))
    return offer


async def _expired(world: World) -> Offered:
    offer = await offered_with_names(world, NAME)
    async with world.content.administered() as admin:
        past = "update referral set answer_by = clock_timestamp() - interval '1 second' where referral_id = $1"
        await admin.execute(past, UUID(offer.referral_id))
    for _ in ("it expires", "its keys end"):
        await world.referrals_service.restart()
        await becomes(lambda: _state(world, offer), lambda state: state == referral_pb2.REFERRAL_STATE_EXPIRED)
    return offer


async def _state(world: World, offer: Offered) -> referral_pb2.ReferralState.ValueType:
    return (await world.get(offer.referral_id, world.discloser)).state


async def _recalled(world: World) -> Offered:
    offer = await accepted_with_names(world, NAME)
    await world.recall(await world.get(offer.referral_id, world.discloser))
    await world.acknowledge(only(await world.tasks()))
    return offer


async def _returned(world: World) -> Offered:
    offer = await accepted_with_names(world, NAME)
    await world.give_back(await world.start_work(offer.referral))
    return offer


async def _withdrawn(world: World) -> Offered:
    offer = await accepted_with_names(world, NAME)
    await world.withdrawn(offer)
    await world.acknowledge(only(await becomes(world.tasks, bool)))
    return offer


async def _keys_are_gone(world: World, referral_id: str) -> None:
    await becomes(lambda: world.count_keys(RECIPIENT, referral_id), lambda count: count == 0)


@pytest.mark.parametrize("end", [_declined, _expired, _recalled, _returned, _withdrawn])
async def test_after_a_referral_ended_unchecked_nobody_reads_the_next_one_either(
    world: World, end: Callable[[World], Awaitable[Offered]]
) -> None:
    offer = await end(world)
    await _keys_are_gone(world, offer.referral_id)
    assert await sweep(world) == 0
    assert await listed(world) == []
    assert not (await world.get(offer.referral_id, LEADER)).name_check_is_open

    neighbour = world.recipient
    anew = await accepted_anew(world, offer.case_id)
    assert (await world.get(anew.referral_id, neighbour)).name_check_is_open
    with refused("NAME_CHECK_OPEN"):
        await world.read(anew.referral_id, CONTACT, neighbour)
    [check] = await listed(world)
    assert (check.referral_id, check.state) == (anew.referral_id, N.NAME_CHECK_STATE_OPEN)
    assert await opened(world, check) == NAME

    answered = await answer(world, check, neighbour)
    assert (answered.state, answered.has_to_be_reassigned) == (N.NAME_CHECK_STATE_EXCLUDED, True)
    with refused("NOT_FOUND"):
        await world.read(anew.referral_id, CONTACT, neighbour)
    await world.assign(await world.get(anew.referral_id, LEADER), world.other_colleague, by=LEADER)
    assert CANARY in await world.read(anew.referral_id, CONTACT, world.other_colleague)


async def test_the_same_holds_for_what_comes_back(world: World) -> None:
    offer = await accepted_with_names(world, NAME, side=N.NAMED_SIDE_DISCLOSER)
    await world.give_back(await world.start_work(offer.referral))
    anew = await accepted_anew(world, offer.case_id)
    assert CANARY in await world.read(anew.referral_id, CONTACT)
    await world.complete(await world.start_work(anew))
    with refused("NAME_CHECK_OPEN"):
        await world.read_outcome(anew.referral_id)
    [check] = await listed(world, DISCLOSERS_LEADER)
    assert await opened(world, check, DISCLOSERS_LEADER) == NAME
    await answer(world, check, world.colleague, who=DISCLOSERS_LEADER)
    assert (await world.read_outcome(anew.referral_id)).note


async def test_she_sees_that_it_still_holds(world: World) -> None:
    offer = await _declined(world)
    [own] = await own_checks(world, await see_names(world, offer))
    assert (own.agency_id, own.state) == (str(RECIPIENT), N.NAME_CHECK_STATE_OPEN)


async def test_whom_she_names_for_a_further_referral_must_not_read_an_older_one(world: World) -> None:
    older = await world.accepted(CONTACT)
    further = await world.draft(older.case_id, CONTACT)
    token = await world.redeem((await world.ask(further)).access_code)
    await name(world, token, NAME)
    assert CANARY in await world.read(older.referral_id, CONTACT)  # she may still say no to everything
    assert await listed(world) == []
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(further.referral_id, world.discloser))
    with refused("NAME_CHECK_OPEN"):
        await world.read(older.referral_id, CONTACT)
    [check] = await listed(world)
    assert check.referral_id == further.referral_id
    answered = await answer(world, check, world.recipient)
    assert (answered.referral_id, answered.has_to_be_reassigned) == (older.referral_id, True)
    await world.assign(await world.get(older.referral_id, LEADER), world.other_colleague, by=LEADER)
    [settled] = await listed(world)
    assert (settled.referral_id, settled.has_to_be_reassigned) == (further.referral_id, False)


async def test_what_she_named_for_a_draft_that_was_discarded_holds_for_the_one_that_is_sent(world: World) -> None:
    draft, token = await asked(world)
    await name(world, token, NAME)
    await world.decide(token, yes=(COVER, CONTACT))
    await discard(world, await world.get(draft.referral_id, world.discloser))
    assert await listed(world) == []
    other = await world.draft(draft.case_id, CONTACT)
    await world.send(await world.get(other.referral_id, world.discloser))
    await world.accept(await world.get(other.referral_id, world.recipient))
    with refused("NAME_CHECK_OPEN"):
        await world.read(other.referral_id, CONTACT)
    assert await opened(world, only(await listed(world))) == NAME


async def test_another_agency_is_not_kept_waiting(world: World) -> None:
    offer = await _declined(world)
    draft = await draft_to(world, case_pb2.Case(case_id=offer.case_id), THIRD)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(draft.referral_id, world.discloser))
    accepted = await world.accept(await world.get(draft.referral_id, world.third), who=world.third)
    assert not accepted.name_check_is_open
    assert CANARY in await world.read(draft.referral_id, CONTACT, world.third)
    assert await listed(world, Worker(THIRD, roles=("coordinator",))) == []


async def test_what_a_law_lets_pass_waits_for_no_name(world: World) -> None:
    offer = await _declined(world)
    draft = await world.draft(offer.case_id, CONTACT)
    await act(world, draft)
    await world.send(await world.get(draft.referral_id, world.discloser))
    accepted = await world.accept(await world.get(draft.referral_id, world.recipient))
    assert not (await world.get(accepted.referral_id, world.recipient)).name_check_is_open
    assert await world.read(accepted.referral_id, CONTACT)
    assert await listed(world) == []


async def test_a_name_that_was_looked_up_ends_with_the_last_referral_between_the_two(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    anew = await accepted_anew(world, offer.case_id)
    await answer(world, only(await listed(world)))
    await world.give_back(await world.start_work(await world.get(offer.referral_id, world.recipient)))
    await _keys_are_gone(world, offer.referral_id)
    assert await world.count_keys(RECIPIENT, offer.case_id) == 1
    assert await opened(world, only(await listed(world))) == NAME
    await world.give_back(await world.start_work(await world.get(anew.referral_id, world.recipient)))
    await _keys_are_gone(world, offer.case_id)
    assert await world.count_keys(DISCLOSER, offer.case_id) == 1  # her own section


async def test_what_destruction_left_of_a_name_the_sweep_finds(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    await answer(world, only(await listed(world)))
    assert await sweep(world) == 0
    async with world.content.administered() as admin:
        await admin.execute("update referral set keys_destroyed_at = clock_timestamp()")
    assert await sweep(world) == 2
    assert await world.count_keys(RECIPIENT, offer.case_id) == 0
