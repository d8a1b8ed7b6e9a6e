"""What agencies and clients do after a withdrawal, by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import case_pb2, contact_task_pb2, contact_task_pb2_grpc, referral_pb2

from tests.integration.consent.world import bearer
from tests.integration.referrals.world import CONTACT, COVER, Category, Offered, Worker, World, becomes

R = referral_pb2
SECOND_SECRET = "493817"
T = TypeVar("T")


def only(found: list[T]) -> T:
    [one] = found
    return one


async def permitted_with_second_secret(world: World, *, in_danger: bool = False) -> Offered:
    """A draft that its client permitted, whose pass has a second secret."""
    opened = case_pb2.CreateCaseRequest(request_id=str(uuid4()), handle="HB-1", in_danger=in_danger)
    case = (await world.cases.CreateCase(opened, metadata=world.as_staff(world.discloser))).case
    await world.write(case.case_id, CONTACT, "Kontakt")
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    wanted = client_pb2.TakePassRequest(request_id=str(uuid4()), second_secret=SECOND_SECRET)
    taken = await world.clients.TakePass(wanted, metadata=bearer(token))
    return Offered(case.case_id, await world.get(draft.referral_id, world.discloser), str(getattr(taken, "pass")))


async def withdraw_at_desk(
    world: World, referral_id: str, who: Worker | None = None, request_id: UUID | None = None
) -> str:
    """The number of the receipt; "" where nothing had been permitted."""
    request = R.WithdrawForClientRequest(request_id=str(request_id or uuid4()), referral_id=referral_id)
    answer = await world.stub.WithdrawForClient(request, metadata=world.as_staff(who or world.discloser))
    return answer.receipt_id


async def withdrawn_in_progress(world: World, *categories: Category) -> tuple[Offered, R.DeletionTask]:
    """A referral that the recipient worked on, all taken back, with the task that followed."""
    offer = await world.in_progress(*(categories or (CONTACT,)))
    await world.withdrawn(offer)
    return offer, only(await becomes(world.tasks, bool))


async def object_to(
    world: World,
    task: R.DeletionTask,
    note: str = "",
    who: Worker | None = None,
    ground: R.ObjectionGround.ValueType = R.OBJECTION_GROUND_FUNDING_PROOF,
    *,
    keep: Sequence[Category] = (),
    rest_gone: bool = True,
) -> R.DeletionTask:
    request = R.ObjectToDeletionRequest(
        request_id=str(uuid4()),
        deletion_task_id=task.deletion_task_id,
        etag=task.etag,
        ground=ground,
        note=note,
        categories=keep,
        copies_of_the_rest_are_gone=rest_gone,
    )
    return (await world.deletion.ObjectToDeletion(request, metadata=world.as_staff(who or world.recipient))).task


async def read_objection(world: World, task: R.DeletionTask, who: Worker) -> R.ReadObjectionResponse:
    request = R.ReadObjectionRequest(deletion_task_id=task.deletion_task_id)
    return await world.deletion.ReadObjection(request, metadata=world.as_staff(who))


async def close_objection(world: World, task: R.DeletionTask, who: Worker) -> R.DeletionTask:
    request = R.CloseObjectionRequest(request_id=str(uuid4()), deletion_task_id=task.deletion_task_id, etag=task.etag)
    return (await world.deletion.CloseObjection(request, metadata=world.as_staff(who))).task


async def escalated(world: World, who: Worker) -> list[R.DeletionTask]:
    answer = await world.deletion.ListEscalatedTasks(R.ListEscalatedTasksRequest(), metadata=world.as_staff(who))
    return list(answer.tasks)


async def withdrawals(world: World, offer: Offered, who: Worker | None = None) -> list[R.ReferralWithdrawal]:
    request = R.ListWithdrawalsRequest(referral_id=offer.referral_id)
    answer = await world.stub.ListWithdrawals(request, metadata=world.as_staff(who or world.discloser))
    return list(answer.withdrawals)


async def reinstate_at_desk(
    world: World, offer: Offered, withdrawal: R.ReferralWithdrawal, who: Worker | None = None
) -> str:
    """She is there and wants it again; the number of the receipt."""
    request = R.ReinstateConsentForClientRequest(
        request_id=str(uuid4()),
        referral_id=offer.referral_id,
        withdrawal_id=withdrawal.withdrawal_id,
        client_is_present=True,
    )
    answer = await world.stub.ReinstateConsentForClient(request, metadata=world.as_staff(who or world.discloser))
    return answer.receipt_id


async def own_withdrawals(world: World, offer: Offered) -> list[client_pb2.OwnWithdrawal]:
    """What she sees with her pass."""
    own = await world.own_list(await world.redeem(offer.client_pass))
    return [each for consent in own.consents for each in consent.withdrawals]


async def reinstate_by_herself(world: World, token: str, withdrawal_id: str) -> client_pb2.Receipt:
    request = client_pb2.ReinstateConsentRequest(request_id=str(uuid4()), withdrawal_id=withdrawal_id)
    return (await world.clients.ReinstateConsent(request, metadata=bearer(token))).receipt


async def contact_tasks(world: World, who: Worker) -> list[contact_task_pb2.ContactTask]:
    stub = contact_task_pb2_grpc.ContactTaskServiceStub(world.referrals)
    answer = await stub.ListContactTasks(contact_task_pb2.ListContactTasksRequest(), metadata=world.as_staff(who))
    return list(answer.tasks)


async def close_contact_task(
    world: World, task: contact_task_pb2.ContactTask, who: Worker
) -> contact_task_pb2.ContactTask:
    stub = contact_task_pb2_grpc.ContactTaskServiceStub(world.referrals)
    request = contact_task_pb2.CloseContactTaskRequest(
        request_id=str(uuid4()),
        contact_task_id=task.contact_task_id,
        etag=task.etag,
        result=contact_task_pb2.CONTACT_RESULT_CONFIRMED,
    )
    return (await stub.CloseContactTask(request, metadata=world.as_staff(who))).task


async def due_since(world: World, by: timedelta = timedelta(seconds=1)) -> None:
    """The due date of every task lies in the past, and background work has run."""
    async with world.content.administered() as admin:
        await admin.execute("update deletion_task set due_at = clock_timestamp() - $1::interval", by)
    await world.referrals_service.restart()
