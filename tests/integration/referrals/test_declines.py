"""What an agency's declines say about its entry, and what they do not say."""

from __future__ import annotations

from datetime import UTC, datetime

from lotse.referrals.v1 import referral_pb2

from services.common.protobuf.times import from_timestamp, to_timestamp
from tests.integration.consent.world import refused
from tests.integration.referrals.world import CONTACT, RECIPIENT, THIRD, Worker, World

R = referral_pb2
FULL, UNFIT = R.TRANSITION_REASON_AT_CAPACITY, R.TRANSITION_REASON_NOT_ELIGIBLE
LEAD = Worker(RECIPIENT, roles=("coordinator",))


async def count(
    world: World, reason: R.TransitionReason.ValueType = FULL, *, who: Worker = LEAD, since: datetime | None = None
) -> R.CountDeclinesResponse:
    request = R.CountDeclinesRequest(reason=reason, since=to_timestamp(since))
    return await world.stub.CountDeclines(request, metadata=world.as_staff(who))


async def decline(world: World, times: int) -> None:
    for _ in range(times):
        await world.decline((await world.offered(CONTACT)).referral)


async def test_a_coordinator_learns_from_three_on_how_often_her_agency_declined(world: World) -> None:
    await decline(world, 2)
    assert not (await count(world)).counts, "two could be told apart"
    await decline(world, 1)
    found = await count(world)
    assert [(each.service_id, each.count) for each in found.counts] == [("", 3)]
    assert 89 <= (datetime.now(UTC) - from_timestamp(found.since)).days <= 90
    assert not (await count(world, UNFIT)).counts
    assert not (await count(world, since=datetime.now(UTC))).counts, "she has looked at the entry since"
    assert not (await count(world, who=Worker(THIRD, roles=("coordinator",)))).counts
    with refused("PERMISSION_DENIED"):
        await count(world, who=world.recipient)


async def test_nobody_asks_about_more_than_ninety_days(world: World) -> None:
    await decline(world, 3)
    async with world.content.administered() as admin:
        await admin.execute("update referral set changed_at = changed_at - interval '91 days'")
    assert not (await count(world, since=datetime(2000, 1, 1, tzinfo=UTC))).counts
