"""What nobody answered in time stands before the agency's coordinator and data-protection officer."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.consent.world import refused
from tests.integration.referrals.after_withdrawal import due_since, escalated, only, withdrawn_in_progress
from tests.integration.referrals.world import World, becomes


async def test_an_overdue_deletion_task_escalates_until_somebody_says_that_copies_are_gone(world: World) -> None:
    _, task = await withdrawn_in_progress(world)
    coordinator = replace(world.other_colleague, roles=("coordinator",))
    officer = replace(world.other_colleague, roles=("data-protection-officer",))
    assert not await escalated(world, coordinator)
    await due_since(world)
    for who in (coordinator, officer):
        overdue = only(await becomes(lambda who=who: escalated(world, who), bool))  # type: ignore[misc]
        assert overdue.deletion_task_id == task.deletion_task_id
        assert overdue.HasField("escalated_at")
    for elsewhere in (world.discloser, world.third):
        assert not await escalated(world, replace(elsewhere, roles=("coordinator",)))
    with refused("PERMISSION_DENIED"):
        await escalated(world, world.recipient)
    destroyed = await becomes(world.tasks, lambda found: found[0].HasField("keys_destroyed_at"))  # a step of its own
    await world.acknowledge(only(destroyed))
    assert not await escalated(world, officer)
