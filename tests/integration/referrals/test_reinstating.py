"""She takes a withdrawal back: in person at the discloser or with her second secret, until copies are deleted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lotse.consent.v1 import client_pb2, request_pb2, request_pb2_grpc
from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.after_withdrawal import (
    SECOND_SECRET,
    due_since,
    only,
    own_withdrawals,
    permitted_with_second_secret,
    reinstate_at_desk,
    reinstate_by_herself,
    withdrawals,
    withdrawn_in_progress,
)
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, Offered, World, becomes

R = referral_pb2


async def _is(world: World, offer: Offered, state: R.ReferralState.ValueType) -> None:
    await becomes(lambda: world.get(offer.referral_id, world.discloser), lambda seen: seen.state == state)


@pytest.mark.parametrize("state", ["offered", "accepted", "in_progress", "completed"])
async def test_taken_back_in_person_the_referral_is_again_what_it_was(world: World, state: str) -> None:
    offer = await (world.in_progress(CONTACT) if state == "completed" else getattr(world, state)(CONTACT))
    if state == "completed":
        offer = offer.at((await world.complete(offer.referral)).referral)
    before = (await world.get(offer.referral_id, world.discloser)).state
    await world.withdrawn(offer)
    await _is(world, offer, R.REFERRAL_STATE_WITHDRAWN)

    withdrawal = only(await withdrawals(world, offer))
    assert withdrawal.may_be_taken_back
    receipt_id = await reinstate_at_desk(world, offer, withdrawal)
    await _is(world, offer, before)
    assert await reinstate_at_desk(world, offer, withdrawal) == receipt_id
    if state in {"in_progress", "completed"}:
        assert await world.read(offer.referral_id, CONTACT)
    if state == "completed":
        assert (await world.read_outcome(offer.referral_id)).note

    task = only(await world.tasks())
    assert task.state == R.DELETION_TASK_STATE_TAKEN_BACK
    with refused("ILLEGAL_STATE"):
        await world.acknowledge(task)
    await due_since(world)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) > 0
    seen = only(await own_withdrawals(world, offer))
    assert seen.HasField("taken_back_at")
    assert not seen.may_be_taken_back
    assert not seen.HasField("keys_destroyed_at")


async def test_with_her_second_secret_she_does_it_herself_and_with_her_pass_alone_she_cannot(world: World) -> None:
    permitted = await permitted_with_second_secret(world)
    offer = permitted.at((await world.send(permitted.referral)).referral)
    await world.withdrawn(offer)
    await _is(world, offer, R.REFERRAL_STATE_WITHDRAWN)

    withdrawal_id = only(await own_withdrawals(world, offer)).withdrawal_id
    with_pass = await world.redeem(offer.client_pass)
    with refused("PERMISSION_DENIED"):
        await reinstate_by_herself(world, with_pass, withdrawal_id)
    confirmed = await world.clients.ConfirmSecondSecret(
        client_pb2.ConfirmSecondSecretRequest(second_secret=SECOND_SECRET), metadata=bearer(with_pass)
    )
    assert (await reinstate_by_herself(world, confirmed.client_token, withdrawal_id)).signature
    await _is(world, offer, R.REFERRAL_STATE_OFFERED)
    with refused("NOT_FOUND"):
        await reinstate_by_herself(world, confirmed.client_token, str(uuid4()))


async def test_each_withdrawal_is_taken_back_for_itself(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.withdrawn(offer, CONTACT)
    await world.withdrawn(offer, HOUSING)
    found = await becomes(lambda: withdrawals(world, offer), lambda found: len(found) == 2)
    of_contact = next(each for each in found if list(each.categories) == [CONTACT])
    await reinstate_at_desk(world, offer, of_contact)
    await becomes(
        lambda: world.get(offer.referral_id, world.recipient),
        lambda seen: {section.category for section in seen.sections} == {CONTACT},
    )
    assert await world.read(offer.referral_id, CONTACT)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, HOUSING)
    states = {tuple(task.categories): task.state for task in await world.tasks()}
    assert states == {(CONTACT,): R.DELETION_TASK_STATE_TAKEN_BACK, (HOUSING,): R.DELETION_TASK_STATE_OPEN}


async def test_only_the_discloser_may_do_it_for_her(world: World) -> None:
    offer, _ = await withdrawn_in_progress(world)
    withdrawal = only(await withdrawals(world, offer))
    for who in (world.recipient, world.third, world.colleague):
        with refused("NOT_FOUND"):
            await reinstate_at_desk(world, offer, withdrawal, who)
        with refused("NOT_FOUND"):
            await withdrawals(world, offer, who)
    missing = R.ReinstateConsentForClientRequest(
        request_id=str(uuid4()), referral_id=offer.referral_id, withdrawal_id=withdrawal.withdrawal_id
    )
    with refused("INVALID_ARGUMENT"):
        await world.stub.ReinstateConsentForClient(missing, metadata=world.as_staff(world.discloser))
    other = await world.in_progress(CONTACT)
    with refused("NOT_FOUND"):
        await reinstate_at_desk(world, other, withdrawal)


async def test_after_the_acknowledgement_it_is_too_late(world: World) -> None:
    offer, task = await withdrawn_in_progress(world)
    withdrawal = only(await withdrawals(world, offer))
    await world.acknowledge(task)
    await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("acknowledged_at"))
    with refused("ILLEGAL_STATE"):
        await reinstate_at_desk(world, offer, withdrawal)
    assert not only(await own_withdrawals(world, offer)).may_be_taken_back


async def test_where_the_recipient_was_faster_the_referral_stays_ended_and_the_consent_lets_send_anew(
    world: World,
) -> None:
    offer, task = await withdrawn_in_progress(world)
    withdrawal_id = only(await withdrawals(world, offer)).withdrawal_id
    await world.referrals_service.stop()
    async with world.content.administered() as admin:  # said, and consent has not heard it yet
        await admin.execute("update deletion_task set acknowledged_at = clock_timestamp(), acknowledged_by = agency_id")
    await _reinstated_in_consent(world, offer, withdrawal_id)
    await world.referrals_service.start()
    await becomes(lambda: withdrawals(world, offer), lambda found: found[0].HasField("taken_back_at"))
    assert (await world.get(offer.referral_id, world.discloser)).state == R.REFERRAL_STATE_WITHDRAWN
    await becomes(lambda: world.count_keys(world.recipient.agency, offer.referral_id), lambda count: count == 0)
    again = await world.draft(offer.case_id, CONTACT)
    assert (await world.send(again)).sent == [COVER, CONTACT]
    assert task.referral_id == offer.referral_id


async def _reinstated_in_consent(world: World, offer: Offered, withdrawal_id: str) -> None:
    """The discloser's word reaches consent while referrals is away from the feed."""
    async with world.network.channel("lotse-referrals", "consent") as channel:
        await request_pb2_grpc.ConsentRequestServiceStub(channel).ReinstateConsentForClient(
            request_pb2.ReinstateConsentForClientRequest(
                request_id=str(uuid4()), case_id=offer.case_id, withdrawal_id=withdrawal_id
            ),
            metadata=world.as_staff(world.discloser),
        )
