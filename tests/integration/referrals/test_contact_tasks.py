"""Somebody else may hold the pass of a client in danger: whoever counsels her asks by the safe contact."""

from __future__ import annotations

from dataclasses import replace

from lotse.referrals.v1 import contact_task_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.after_withdrawal import (
    close_contact_task,
    contact_tasks,
    only,
    permitted_with_second_secret,
    withdraw_at_desk,
)
from tests.integration.referrals.world import CONTACT, World, becomes


async def test_a_withdrawal_by_pass_in_danger_asks_whoever_works_on_the_case(world: World) -> None:
    offer = await permitted_with_second_secret(world, in_danger=True)
    await world.withdrawn(offer)
    task = only(await becomes(lambda: contact_tasks(world, world.discloser), bool))
    assert (task.case_id, task.handle) == (offer.case_id, "HB-1")
    for who in (world.colleague, world.recipient, world.third):
        assert not await contact_tasks(world, who)
        with refused("NOT_FOUND"):
            await close_contact_task(world, task, who)
    overseen = only(await contact_tasks(world, replace(world.colleague, roles=("coordinator",))))
    assert (overseen.case_id, overseen.handle) == ("", "")

    closed = await close_contact_task(world, task, world.discloser)
    assert closed.result == contact_task_pb2.CONTACT_RESULT_CONFIRMED
    assert await close_contact_task(world, task, world.discloser) == closed
    assert not await contact_tasks(world, world.discloser)


async def test_nobody_is_asked_about_what_was_taken_back_at_the_desk_or_without_danger(world: World) -> None:
    at_the_desk = await permitted_with_second_secret(world, in_danger=True)
    safe = await world.in_progress(CONTACT)
    await withdraw_at_desk(world, at_the_desk.referral_id)
    await world.withdrawn(safe)
    await becomes(world.tasks, bool)
    assert not await contact_tasks(world, world.discloser)
