"""What follows a withdrawal, and what services do without being asked."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2, request_pb2, request_pb2_grpc, text_pb2, text_pb2_grpc
from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import bearer
from tests.integration.faults.scene import Scene, refused
from tests.integration.referrals.world import CONTACT, HOUSING, RECIPIENT, Offered, Worker, World, becomes
from tests.support.processes import Processes

_CLOSED = {"NOT_FOUND", "ILLEGAL_STATE"}


async def withdrawing(world: World, _: Processes) -> Scene:
    """She takes everything back; the recipient acknowledges; she sees that the keys are gone."""
    offer = await world.in_progress(CONTACT)
    await world.complete(offer.referral)
    mine = bearer(await world.redeem(offer.client_pass))
    request = client_pb2.WithdrawRequest(request_id=str(uuid4()))
    receipts = set[str]()

    async def do(world: World) -> None:
        answer = await world.clients.Withdraw(request, metadata=mine)
        receipts.update(receipt.receipt_id for receipt in answer.receipts)
        assert await refused(world.read(offer.referral_id, CONTACT)) in _CLOSED
        await both_acknowledge(world, offer)

    async def check(world: World) -> None:
        assert len(receipts) == 1
        assert await refused(world.read(offer.referral_id, CONTACT)) in _CLOSED
        assert await refused(world.read_outcome(offer.referral_id)) in _CLOSED
        for who in (world.recipient, world.discloser):
            assert len(await tasks_of(world, offer, who)) == 1
            assert await world.count_keys(who.agency, offer.referral_id) == 0
        assert (await world.read_own(offer.case_id, CONTACT)).content.note
        await becomes(lambda: _steps(world, offer), lambda steps: steps == (True, True), 20)

    return Scene(do, check)


async def withdrawing_a_part(world: World, _: Processes) -> Scene:
    """One category goes, the other stays readable."""
    offer = await world.in_progress(CONTACT, HOUSING)
    mine = bearer(await world.redeem(offer.client_pass))
    request = client_pb2.WithdrawRequest(request_id=str(uuid4()), categories=[HOUSING])

    async def do(world: World) -> None:
        await world.clients.Withdraw(request, metadata=mine)
        [task] = await becomes(lambda: tasks_of(world, offer, world.recipient), bool, 20)
        await world.acknowledge(task)

    async def check(world: World) -> None:
        assert await world.read(offer.referral_id, CONTACT)
        assert await refused(world.read(offer.referral_id, HOUSING)) in _CLOSED
        assert await world.count_keys(RECIPIENT, offer.referral_id) == 1
        await becomes(lambda: _steps(world, offer), lambda steps: steps == (True, True), 20)

    return Scene(do, check)


async def withdrawing_before_anybody_accepts(world: World, processes: Processes) -> Scene:
    """The agency does it for a client who stands before it."""
    offer = await world.offered(CONTACT)
    request = request_pb2.WithdrawForClientRequest(
        request_id=str(uuid4()), case_id=offer.case_id,
        discloser_id=str(world.discloser.agency), recipient_id=str(RECIPIENT),
    )  # fmt: skip
    receipts = set[str]()

    async def do(world: World) -> None:
        channel = processes.channel("referrals", "consent")
        try:
            stub = request_pb2_grpc.ConsentRequestServiceStub(channel)
            answer = await stub.WithdrawForClient(request, metadata=world.as_staff(world.discloser))
        finally:
            await channel.close()
        receipts.add(answer.receipt_id)

    async def check(world: World) -> None:
        assert len(receipts) == 1
        assert await refused(world.accept(offer.referral)) in {*_CLOSED, "STALE_ETAG"}
        [task] = await becomes(lambda: tasks_of(world, offer, world.recipient), bool, 20)
        await world.acknowledge(task)
        assert await world.count_keys(RECIPIENT, offer.referral_id) == 0

    return Scene(do, check)


async def starting_consent(world: World, processes: Processes) -> Scene:
    """It reads the regimes, of which one is lost, and forgets what was typed wrongly long ago."""
    await becomes(lambda: _regime_of(world, RECIPIENT), bool, 30)
    started = False

    async def do(world: World) -> None:
        nonlocal started
        if not started:
            started = True
            async with world.consent_database.administered() as admin:
                await admin.execute("delete from regime where agency_id = $1", RECIPIENT)
            await processes.restart("consent")
        await becomes(lambda: _regime_of(world, RECIPIENT), bool, 30)

    return Scene(do, do)


async def _regime_of(world: World, agency: UUID) -> bool:
    async with world.consent_database.administered() as admin:
        known: bool = await admin.fetchval("select exists (select from regime where agency_id = $1)", agency)
    return known


async def starting_referrals_with_work_left(world: World, processes: Processes) -> Scene:
    """An offer is past its deadline, a deletion past its day, and a key belongs to nothing."""
    late, due = await world.offered(CONTACT), await world.in_progress(CONTACT)
    await world.withdrawn(due)
    await becomes(lambda: tasks_of(world, due, world.recipient), bool, 20)
    async with world.content.administered() as admin:
        await admin.execute("update referral set answer_by = now() where referral_id = $1", late.referral_id)
        await admin.execute("update deletion_task set due_at = now() where referral_id = $1", due.referral_id)
    async with world.keys.administered() as admin:
        await admin.execute(
            "insert into content_key values (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), '\\x01', "
            "now() - interval '2 hours')"
        )

    started = False

    async def do(world: World) -> None:
        nonlocal started
        if not started:
            started = True
            await processes.restart("referrals")
        await becomes(lambda: _left(world, late, due), lambda left: not left, 30)

    async def check(world: World) -> None:
        assert (await world.get(late.referral_id, world.discloser)).state == referral_pb2.REFERRAL_STATE_EXPIRED
        await becomes(lambda: _steps(world, due), lambda steps: steps[1], 20)
        assert (await world.read_own(due.case_id, CONTACT)).content.note

    return Scene(do, check)


async def publishing_a_text(world: World, processes: Processes) -> Scene:
    """A version, and its end."""
    publish = text_pb2.PublishTextRequest(
        request_id=str(uuid4()),
        text=text_pb2.TextVersion(
            subject="advice", language="de", variety="standard", title="Beratung", body=f"Text {uuid4()}.",
            reviewer="Dr. Erfunden", reviewed_on="2026-11-01", demo=True,
        ),
    )  # fmt: skip
    published = set[str]()

    async def do(world: World) -> None:
        channel = processes.channel("cli", "consent")
        try:
            stub = text_pb2_grpc.ConsentTextServiceStub(channel)
            published.add((await stub.PublishText(publish)).text.text_version_id)
            await stub.RetireText(text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=min(published)))
        finally:
            await channel.close()

    async def check(world: World) -> None:
        assert len(published) == 1

    return Scene(do, check)


async def both_acknowledge(world: World, offer: Offered) -> None:
    """Recipient and discloser say that copies are gone."""
    for who in (world.recipient, world.discloser):
        [task] = await becomes(lambda who=who: tasks_of(world, offer, who), bool, 20)  # type: ignore[misc]
        await world.acknowledge(task, who)


async def tasks_of(world: World, offer: Offered, who: Worker) -> list[referral_pb2.DeletionTask]:
    """What this agency has to delete of it."""
    found: list[referral_pb2.DeletionTask] = []
    request = referral_pb2.ListDeletionTasksRequest(page_size=100)
    while True:
        answer = await world.deletion.ListDeletionTasks(request, metadata=world.as_staff(who))
        found += [task for task in answer.tasks if task.referral_id == offer.referral_id]
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


async def _steps(world: World, offer: Offered) -> tuple[bool, bool]:
    """Whether the client sees the acknowledgement, and that the keys are gone."""
    [held] = (await world.own_list(await world.redeem(offer.client_pass))).consents
    [withdrawal] = held.withdrawals
    return withdrawal.HasField("acknowledged_at"), withdrawal.HasField("keys_destroyed_at")


async def _left(world: World, late: Offered, due: Offered) -> int:
    """Keys that should be gone."""
    async with world.keys.administered() as admin:
        orphans: int = await admin.fetchval(
            "select count(*) from content_key where touched_at < now() - interval '1 hour' and wrapped = '\\x01'"
        )
    left = [await world.count_keys(RECIPIENT, offer.referral_id) for offer in (late, due)]
    return orphans + sum(left)
