"""Taking back succeeds whatever became of the referral, at the desk of either side, and by pass while others are away.

No state is left out: the builders are held against the enum.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.after_withdrawal import withdraw_at_desk
from tests.integration.referrals.world import CONTACT, Offered, World, becomes

R = referral_pb2
State: TypeAlias = R.ReferralState.ValueType
NOT_FOR_THE_RECIPIENT = {R.REFERRAL_STATE_DRAFT, R.REFERRAL_STATE_DISCARDED}


async def _declined(world: World) -> Offered:
    offer = await world.offered(CONTACT)
    return offer.at(await world.decline(offer.referral))


async def _expired(world: World) -> Offered:
    offer = await world.offered(CONTACT)
    async with world.content.administered() as admin:
        past = "update referral set answer_by = clock_timestamp() - interval '1 second' where referral_id = $1"
        await admin.execute(past, UUID(offer.referral_id))
    await world.referrals_service.restart()
    return offer


async def _recalled(world: World) -> Offered:
    offer = await world.accepted(CONTACT)
    return offer.at(await world.recall(await world.get(offer.referral_id, world.discloser)))


async def _returned(world: World) -> Offered:
    offer = await world.accepted(CONTACT)
    return offer.at(await world.give_back(offer.referral))


async def _completed(world: World) -> Offered:
    offer = await world.in_progress(CONTACT)
    return offer.at((await world.complete(offer.referral)).referral)


async def _withdrawn(world: World) -> Offered:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    return offer


async def _discarded(world: World) -> Offered:
    permitted = await world.permitted(CONTACT)
    request = R.DiscardReferralRequest(
        request_id=str(uuid4()), referral_id=permitted.referral_id, etag=permitted.referral.etag
    )
    await world.stub.DiscardReferral(request, metadata=world.as_staff(world.discloser))
    return permitted


IN_STATE: Mapping[State, Callable[[World], Awaitable[Offered]]] = {
    R.REFERRAL_STATE_DRAFT: lambda world: world.permitted(CONTACT),
    R.REFERRAL_STATE_OFFERED: lambda world: world.offered(CONTACT),
    R.REFERRAL_STATE_ACCEPTED: lambda world: world.accepted(CONTACT),
    R.REFERRAL_STATE_IN_PROGRESS: lambda world: world.in_progress(CONTACT),
    R.REFERRAL_STATE_COMPLETED: _completed,
    R.REFERRAL_STATE_DECLINED: _declined,
    R.REFERRAL_STATE_EXPIRED: _expired,
    R.REFERRAL_STATE_RECALLED: _recalled,
    R.REFERRAL_STATE_RETURNED: _returned,
    R.REFERRAL_STATE_WITHDRAWN: _withdrawn,
    R.REFERRAL_STATE_DISCARDED: _discarded,
}


async def in_every_state(world: World) -> dict[State, Offered]:
    """A referral in each state that there is, all permitted by their clients."""
    assert set(IN_STATE) == {value for value in R.ReferralState.values() if value}
    made = {state: await make(world) for state, make in IN_STATE.items()}
    for state, offer in made.items():
        await becomes(
            lambda each=offer: world.get(each.referral_id, world.discloser),  # type: ignore[misc]
            lambda seen, wanted=state: seen.state == wanted,  # type: ignore[misc]
        )
    return made


async def is_withdrawn(world: World, offer: Offered) -> bool:
    own = await world.own_list(await world.redeem(offer.client_pass))
    return [consent.state for consent in own.consents] == [client_pb2.CONSENT_STATE_WITHDRAWN]


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_either_side_takes_back_at_the_desk_in_every_state_while_the_directory_is_away(
    world: World, side: str
) -> None:
    made = await in_every_state(world)
    await world.directory_service.stop()
    for state, offer in made.items():
        if side == "recipient" and state in NOT_FOR_THE_RECIPIENT:
            with refused("NOT_FOUND"):
                await withdraw_at_desk(world, offer.referral_id, world.recipient)
            continue
        receipt_id = await withdraw_at_desk(world, offer.referral_id, getattr(world, side))
        assert UUID(receipt_id), state
        assert await is_withdrawn(world, offer), state
        with refused("NOT_FOUND"):
            await world.read(offer.referral_id, CONTACT)
    await world.directory_service.start()


async def test_she_takes_back_by_pass_in_every_state_while_referrals_is_away(world: World) -> None:
    made = await in_every_state(world)
    await world.referrals_service.stop()
    for state, offer in made.items():
        await world.withdrawn(offer)
        assert await is_withdrawn(world, offer), state
    await world.referrals_service.start()
    live = (
        R.REFERRAL_STATE_OFFERED,
        R.REFERRAL_STATE_ACCEPTED,
        R.REFERRAL_STATE_IN_PROGRESS,
        R.REFERRAL_STATE_COMPLETED,
    )
    for state in live:
        await becomes(
            lambda each=made[state]: world.get(each.referral_id, world.discloser),  # type: ignore[misc]
            lambda seen: seen.state == R.REFERRAL_STATE_WITHDRAWN,
        )


async def test_what_was_taken_back_before_gives_the_receipt_of_then_and_nothing_permitted_gives_none(
    world: World,
) -> None:
    offer = await world.in_progress(CONTACT)
    first = await withdraw_at_desk(world, offer.referral_id)
    assert await withdraw_at_desk(world, offer.referral_id, world.recipient) == first
    case = await world.dossier(CONTACT)
    never_asked = await world.draft(case.case_id, CONTACT)
    assert await withdraw_at_desk(world, never_asked.referral_id) == ""


async def test_a_coordinator_takes_back_when_nobody_assigned_is_there_and_nobody_else_does(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    for who in (world.colleague, world.third):
        with refused("NOT_FOUND"):
            await withdraw_at_desk(world, offer.referral_id, who)
    officer = replace(world.colleague, roles=("data-protection-officer",))
    with refused("PERMISSION_DENIED"):
        await withdraw_at_desk(world, offer.referral_id, officer)
    assert await withdraw_at_desk(world, offer.referral_id, replace(world.colleague, roles=("coordinator",)))
