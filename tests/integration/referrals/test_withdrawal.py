"""What follows when she takes back, when the discloser does, and when nobody answers."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import refused
from tests.integration.referrals.world import CONTACT, COVER, HEALTH, HOUSING, Offered, World, becomes

R = referral_pb2


async def test_a_part_taken_back_ends_that_part_and_leaves_the_state(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.withdrawn(offer, CONTACT)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    assert await world.read(offer.referral_id, HOUSING)

    [task] = await becomes(world.tasks, bool)
    assert list(task.categories) == [CONTACT]
    seen = await world.get(offer.referral_id, world.recipient)
    assert seen.state == R.REFERRAL_STATE_IN_PROGRESS
    assert {section.category for section in seen.sections} == {HOUSING}

    await world.acknowledge(task)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 1
    assert await world.read(offer.referral_id, HOUSING)


async def test_a_part_taken_back_at_the_desk_asks_for_its_copies_like_one_by_herself(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    asked = R.PreviewWithdrawalForClientRequest(referral_id=offer.referral_id)
    said = await world.stub.PreviewWithdrawalForClient(asked, metadata=world.as_staff(world.recipient))
    of_contact = next(part for part in said.parts if part.category == CONTACT)
    assert set(said.now.permitted) - set(of_contact.left.permitted) == {CONTACT}

    part = R.WithdrawForClientRequest(request_id=str(uuid4()), referral_id=offer.referral_id, categories=[CONTACT])
    done = await world.stub.WithdrawForClient(part, metadata=world.as_staff(world.recipient))
    assert done.receipt_id
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    assert await world.read(offer.referral_id, HOUSING)
    [task] = await becomes(world.tasks, bool)
    assert list(task.categories) == [CONTACT]
    assert (await world.get(offer.referral_id, world.recipient)).state == R.REFERRAL_STATE_IN_PROGRESS

    assert await world.stub.WithdrawForClient(part, metadata=world.as_staff(world.recipient)) == done
    another = R.WithdrawForClientRequest(
        request_id=part.request_id, referral_id=offer.referral_id, categories=[HOUSING]
    )
    with refused("REPEAT_KEY_REUSED"):
        await world.stub.WithdrawForClient(another, metadata=world.as_staff(world.recipient))
    assert await world.read(offer.referral_id, HOUSING)


async def test_a_category_that_never_crossed_asks_nobody_to_delete(world: World) -> None:
    offer = await world.in_progress(CONTACT, HEALTH, refused=(HEALTH,))
    await world.withdrawn(offer, HEALTH)
    await _told(world)
    assert not await world.tasks()


async def test_everything_taken_back_before_anything_was_sent_is_told_as_done_at_once(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    client_pass = await world.take_pass(token)
    seer = await world.redeem(client_pass)
    await world.withdraw(seer)
    listed = await becomes(
        lambda: world.own_list(seer), lambda own: own.consents[0].withdrawals[0].HasField("keys_destroyed_at")
    )
    assert not listed.consents[0].withdrawals[0].HasField("acknowledged_at")
    with refused("COVER_SHEET_NOT_PERMITTED"):
        await world.send(draft)


async def test_after_everything_the_recipient_sees_only_number_and_dates(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    [seen] = await world.inbox(world.recipient)
    assert seen.state == R.REFERRAL_STATE_WITHDRAWN
    assert not seen.HasField("cover_sheet")
    assert not seen.sections
    assert (seen.kind, seen.purpose, seen.discloser_id, seen.service_id) == (0, 0, "", "")
    assert seen.referral_id == offer.referral_id
    with refused("ILLEGAL_STATE"):
        await world.complete(seen)


async def test_the_due_date_destroys_without_an_acknowledgement(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    async with world.content.administered() as admin:
        await admin.execute("update deletion_task set due_at = clock_timestamp() - interval '1 second'")
    await world.referrals_service.restart()
    tasks = await becomes(world.tasks, lambda found: found[0].HasField("keys_destroyed_at"))
    assert not tasks[0].HasField("acknowledged_at")
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    await becomes(lambda: _destroyed_in_her_list(world, offer), bool)

    late = await world.acknowledge(tasks[0])
    assert late.HasField("acknowledged_at")


async def test_a_withdrawal_while_referrals_is_stopped_arrives_after_it_starts(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.referrals_service.stop()
    await world.withdrawn(offer)
    await asyncio.sleep(0.5)
    await world.referrals_service.start()
    [task] = await becomes(world.tasks, bool)
    assert task.referral_id == offer.referral_id


async def test_a_withdrawal_is_heard_once_also_when_the_cursor_is_set_back(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    before = await world.get(offer.referral_id, world.discloser)
    await world.referrals_service.stop()
    async with world.content.administered() as admin:
        await admin.execute("update feed_cursor set position = -1")
        await admin.execute("update withdrawal set told_destroyed = true, told_acknowledged = true")
    await world.referrals_service.start()
    await becomes(lambda: _cursor(world), lambda position: position > 0)
    assert len(await world.tasks()) == 1
    assert await world.get(offer.referral_id, world.discloser) == before


async def test_a_withdrawal_heard_again_does_not_end_what_she_permitted_since(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    draft = await world.draft(offer.case_id, CONTACT)
    await world.decide(await world.redeem((await world.ask(draft)).access_code), yes=(COVER, CONTACT))
    await world.send(await world.get(draft.referral_id, world.discloser))
    await world.referrals_service.stop()
    async with world.content.administered() as admin:
        await admin.execute("update feed_cursor set position = -1")
    await world.referrals_service.start()
    await becomes(lambda: _cursor(world), lambda position: position > 0)
    assert (await world.get(draft.referral_id, world.recipient)).state == R.REFERRAL_STATE_OFFERED
    assert len(await world.tasks()) == 1


async def test_she_is_not_told_that_keys_are_destroyed_while_some_still_wait_for_it(world: World) -> None:
    offer = await world.offered(CONTACT)
    await world.decline(offer.referral)
    async with world.content.administered() as admin:
        await admin.execute("update referral set keys_destroyed_at = null")  # as while the database of keys is away
    await world.withdrawn(offer)
    await becomes(lambda: _heard(world), bool)
    await asyncio.sleep(2.5)  # consent is told each second
    assert not await _destroyed_in_her_list(world, offer)
    await _destruction(world)
    await becomes(lambda: _destroyed_in_her_list(world, offer), bool)


async def test_keys_end_at_once_where_nobody_is_asked_for_copies(world: World) -> None:
    declined, recalled, returned = await world.offered(CONTACT), await world.offered(CONTACT), await world.accepted()
    await world.decline(declined.referral)
    await world.recall(recalled.referral)
    await world.give_back(returned.referral)
    for offer in (declined, recalled, returned):
        assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0


async def test_a_task_belongs_to_the_agency_that_has_to_delete(world: World) -> None:
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    [task] = await becomes(world.tasks, bool)
    assert not await world.tasks(world.discloser)
    assert not await world.tasks(world.third)
    for who in (world.discloser, world.third):
        with refused("NOT_FOUND"):
            await world.acknowledge(task, who)
    first = await world.acknowledge(task)
    assert await world.acknowledge(task) == first
    assert (await world.read_own(offer.case_id, CONTACT)).content.note


async def test_a_recall_before_acceptance_ends_the_keys_and_after_it_asks_for_copies(world: World) -> None:
    offer = await world.offered(CONTACT)
    recalled = await world.recall(offer.referral)
    assert recalled.state == R.REFERRAL_STATE_RECALLED
    assert not await world.tasks()
    await _destruction(world)
    await becomes(lambda: world.count_keys(world.recipient.agency, offer.referral_id), lambda count: count == 0)

    offer = await world.accepted(CONTACT)
    current = await world.get(offer.referral_id, world.discloser)
    with refused("INVALID_ARGUMENT"):
        await world.recall(current, R.TRANSITION_REASON_UNSPECIFIED)
    await world.recall(current)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    [task] = await world.tasks()
    await world.acknowledge(task)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0


async def test_declined_returned_and_expired_end_the_keys(world: World) -> None:
    declined = await world.offered(CONTACT)
    await world.decline(declined.referral)
    returned = await world.accepted(CONTACT)
    await world.give_back(returned.referral)
    expired = await world.offered(CONTACT)
    async with world.content.administered() as admin:
        await admin.execute(
            "update referral set answer_by = clock_timestamp() - interval '1 second' where referral_id = $1",
            UUID(expired.referral_id),
        )
    await _destruction(world)
    assert await becomes(
        lambda: world.get(expired.referral_id, world.recipient),
        lambda seen: seen.state == R.REFERRAL_STATE_EXPIRED,
    )
    await _destruction(world)
    for offer, reason in ((declined, R.TRANSITION_REASON_AT_CAPACITY), (returned, R.TRANSITION_REASON_NO_CONTACT)):
        seen = await world.get(offer.referral_id, world.discloser)
        assert seen.reason == reason
    for offer in (declined, returned, expired):
        await becomes(
            lambda each=offer: world.count_keys(world.recipient.agency, each.referral_id),  # type: ignore[misc]
            lambda count: count == 0,
        )
        assert (await world.read_own(offer.case_id, CONTACT)).content.note


async def test_an_outcome_that_she_keeps_back_is_not_readable_until_she_permits_it(world: World) -> None:
    offer = await world.offered(CONTACT, way_back=words.WAY_BACK_NOTHING)
    working = await world.start_work(await world.accept(offer.referral))
    done = await world.complete(working)
    assert not done.goes_back
    with refused("NOT_FOUND"):
        await world.read_outcome(offer.referral_id)
    assert await world.count_keys(world.discloser.agency, offer.referral_id) == 0


async def _told(world: World) -> None:
    """Referrals heard of a withdrawal and has told what there was to tell."""

    async def told() -> bool:
        async with world.content.administered() as admin:
            return bool(await admin.fetchval("select bool_and(told_destroyed) from withdrawal"))

    await becomes(told, bool)


async def _heard(world: World) -> int:
    async with world.content.administered() as admin:
        count: int = await admin.fetchval("select count(*) from withdrawal")
        return count


async def _cursor(world: World) -> int:
    async with world.content.administered() as admin:
        position: int = await admin.fetchval("select position from feed_cursor")
        return position


async def _destruction(world: World) -> None:
    """A start redoes what is due."""
    await world.referrals_service.restart()


async def _destroyed_in_her_list(world: World, offer: Offered) -> bool:
    own = await world.own_list(await world.redeem(offer.client_pass))
    return own.consents[0].withdrawals[0].HasField("keys_destroyed_at")
