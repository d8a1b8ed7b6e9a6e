"""A law makes an agency keep what it should delete: it is restricted until its officer closes the objection."""

from __future__ import annotations

from dataclasses import replace

from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.after_withdrawal import (
    close_objection,
    due_since,
    escalated,
    object_to,
    only,
    own_withdrawals,
    read_objection,
    withdrawals,
    withdrawn_in_progress,
)
from tests.integration.referrals.sweeping import sweep
from tests.integration.referrals.world import CONTACT, HEALTH, HOUSING, MONEY, Offered, World, becomes

R = referral_pb2
NOTE = "Verwendungsnachweis 2026, Bescheid vom März."


async def test_under_an_open_objection_nobody_reads_and_no_key_is_destroyed_until_it_is_closed(world: World) -> None:
    offer, task = await withdrawn_in_progress(world)
    objected = await object_to(world, task, NOTE)
    assert objected.state == R.DELETION_TASK_STATE_OBJECTED
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    with refused("ILLEGAL_STATE"):
        await world.acknowledge(objected)

    await due_since(world)
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    waiting = only(await escalated(world, officer))
    assert (waiting.state, waiting.ground) == (R.DELETION_TASK_STATE_OBJECTED, R.OBJECTION_GROUND_FUNDING_PROOF)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    seen = await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("objected_at"))
    assert not seen[0].HasField("objection_closed_at")
    assert not seen[0].HasField("keys_destroyed_at")

    closed = await close_objection(world, waiting, officer)
    assert closed.state == R.DELETION_TASK_STATE_KEYS_DESTROYED
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("keys_destroyed_at"))
    seen = await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("objection_closed_at"))
    assert not seen[0].HasField("acknowledged_at")


async def test_an_objection_that_is_closed_before_the_due_date_leaves_the_task_to_be_answered(world: World) -> None:
    offer, task = await withdrawn_in_progress(world)
    objected = await object_to(world, task)
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    again = await close_objection(world, objected, officer)
    assert again.state == R.DELETION_TASK_STATE_OPEN
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    assert await close_objection(world, objected, officer) == again
    assert (await world.acknowledge(again)).state == R.DELETION_TASK_STATE_KEYS_DESTROYED


async def test_single_categories_are_kept_and_everything_else_is_deleted_at_once(world: World) -> None:
    offer, _ = await withdrawn_in_progress(world, CONTACT, HOUSING, HEALTH)
    task = only(await world.tasks())
    assert set(task.at_hand) == {CONTACT, HOUSING, HEALTH}
    with refused("INVALID_ARGUMENT"):
        await object_to(world, task, keep=[MONEY])
    with refused("INVALID_ARGUMENT"):
        await object_to(world, task, keep=[HOUSING], rest_gone=False)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 3

    objected = await object_to(world, task, keep=[HOUSING])
    assert (objected.state, list(objected.kept)) == (R.DELETION_TASK_STATE_OBJECTED, [HOUSING])
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, HOUSING)
    seen = only(await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("objected_at")))
    assert list(seen.kept) == [HOUSING]
    assert not seen.HasField("keys_destroyed_at")
    assert not seen.may_be_taken_back
    assert not only(await withdrawals(world, offer)).may_be_taken_back

    await due_since(world)
    await sweep(world)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    closed = await close_objection(world, only(await escalated(world, officer)), officer)
    assert closed.state == R.DELETION_TASK_STATE_KEYS_DESTROYED
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("keys_destroyed_at"))


async def test_what_one_objection_keeps_no_other_task_of_the_referral_deletes(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.withdrawn(offer, CONTACT)
    first = only(await becomes(world.tasks, bool))
    assert list(first.at_hand) == [CONTACT]
    objected = await object_to(world, first, keep=[CONTACT])
    assert not objected.kept, "all of it is kept, so nothing is named"
    await world.withdrawn(offer)
    [second] = [each for each in await becomes(world.tasks, lambda found: len(found) == 2) if not each.categories]
    assert (await world.acknowledge(second)).state == R.DELETION_TASK_STATE_ACKNOWLEDGED
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    await world.acknowledge(await close_objection(world, objected, officer))
    await world.referrals_service.restart()
    await becomes(world.tasks, lambda found: all(each.HasField("keys_destroyed_at") for each in found))
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0


async def test_closed_before_the_due_date_what_was_kept_waits_for_an_answer_of_its_own(world: World) -> None:
    offer, _ = await withdrawn_in_progress(world, CONTACT, HOUSING)
    objected = await object_to(world, only(await world.tasks()), keep=[HOUSING])
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    again = await close_objection(world, objected, officer)
    assert again.state == R.DELETION_TASK_STATE_OPEN
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    assert (await world.acknowledge(again)).state == R.DELETION_TASK_STATE_KEYS_DESTROYED
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0


async def test_the_note_is_encrypted_and_read_only_by_the_own_agency(world: World) -> None:
    _, task = await withdrawn_in_progress(world)
    objected = await object_to(world, task, NOTE)
    assert await object_to(world, task, "anders") == objected
    async with world.content.administered() as admin:
        kept = await admin.fetchval("select objection_ciphertext from deletion_task")
    assert NOTE.encode() not in kept
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    for who, may_close in ((world.recipient, False), (officer, True)):
        found = await read_objection(world, task, who)
        assert (found.note, found.may_be_closed) == (NOTE, may_close)
    for who in (world.discloser, world.third):
        with refused("NOT_FOUND"):
            await read_objection(world, task, who)
        with refused("NOT_FOUND"):
            await object_to(world, task, NOTE, who)
    for who in (world.recipient, replace(world.recipient, roles=("coordinator",))):
        with refused("PERMISSION_DENIED"):
            await close_objection(world, objected, who)


async def test_the_sweep_leaves_the_key_of_a_note(world: World) -> None:
    _, task = await withdrawn_in_progress(world)
    await object_to(world, task, NOTE)
    await sweep(world)
    assert (await read_objection(world, task, world.recipient)).note == NOTE


async def test_what_is_answered_or_due_is_not_objected_to_any_more(world: World) -> None:
    _, task = await withdrawn_in_progress(world)
    done = await world.acknowledge(task)
    with refused("ILLEGAL_STATE"):
        await object_to(world, done)
    offer, late = await _another(world)
    async with world.content.administered() as admin:
        await admin.execute("update deletion_task set due_at = clock_timestamp() where keys_destroyed_at is null")
    with refused("STALE_ETAG"):
        await object_to(world, late)
    assert offer.referral_id == late.referral_id


async def _another(world: World) -> tuple[Offered, R.DeletionTask]:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    found = await becomes(world.tasks, lambda tasks: any(task.referral_id == offer.referral_id for task in tasks))
    return offer, next(task for task in found if task.referral_id == offer.referral_id)
