"""What an agency has to delete after a withdrawal or a recall."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, category, moment, word

router = APIRouter(prefix="/api/v1", tags=["deletion tasks"], dependencies=[Depends(as_staff)])


class DeletionTask(Answer):
    """What is to be deleted until when. `kept` is what an objection keeps when not all, `at_hand` what one may name."""

    deletion_task_id: Id
    referral_id: Id
    state: str
    categories: list[str]
    created_at: datetime | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    keys_destroyed_at: datetime | None
    taken_back_at: datetime | None
    escalated_at: datetime | None
    ground: str
    objected_at: datetime | None
    objection_closed_at: datetime | None
    kept: list[str]
    at_hand: list[str]
    etag: str


class DeletionTasks(Answer):
    """A page of tasks."""

    tasks: list[DeletionTask]
    next_page_token: str


class Acknowledgement(Body):
    """Copies outside Lotsennetz are gone."""

    copies_are_gone: Literal[True]


@router.get("/deletion-tasks", summary="The agency's deletion tasks")
async def list_tasks(
    having: ClientsOf,
    page_size: Annotated[int, Query(ge=0, le=200)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> DeletionTasks:
    """Open ones first."""
    request = referral_pb2.ListDeletionTasksRequest(page_size=page_size, page_token=page_token)
    found = await having.deletion_tasks.ListDeletionTasks(request)
    return DeletionTasks(tasks=[deletion_task(task) for task in found.tasks], next_page_token=found.next_page_token)


@router.post("/deletion-tasks/{deletion_task_id}/acknowledge", summary="Say that copies outside are gone")
async def acknowledge(
    deletion_task_id: Id, body: Acknowledgement, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> DeletionTask:
    """The keys are destroyed at once, and the client sees it."""
    request = referral_pb2.AcknowledgeDeletionTaskRequest(
        request_id=repeat_key, deletion_task_id=deletion_task_id, etag=etag, copies_are_gone=body.copies_are_gone
    )
    return deletion_task((await having.deletion_tasks.AcknowledgeDeletionTask(request)).task)


def deletion_task(task: referral_pb2.DeletionTask) -> DeletionTask:
    """A task as JSON."""
    return DeletionTask(
        deletion_task_id=task.deletion_task_id,
        referral_id=task.referral_id,
        state=word(referral_pb2.DeletionTaskState, task.state),
        categories=[category(value) for value in task.categories],
        created_at=moment(task.created_at, present=task.HasField("created_at")),
        due_at=moment(task.due_at, present=task.HasField("due_at")),
        acknowledged_at=moment(task.acknowledged_at, present=task.HasField("acknowledged_at")),
        keys_destroyed_at=moment(task.keys_destroyed_at, present=task.HasField("keys_destroyed_at")),
        taken_back_at=moment(task.taken_back_at, present=task.HasField("taken_back_at")),
        escalated_at=moment(task.escalated_at, present=task.HasField("escalated_at")),
        ground=word(referral_pb2.ObjectionGround, task.ground),
        objected_at=moment(task.objected_at, present=task.HasField("objected_at")),
        objection_closed_at=moment(task.objection_closed_at, present=task.HasField("objection_closed_at")),
        kept=[category(value) for value in task.kept],
        at_hand=[category(value) for value in task.at_hand],
        etag=task.etag,
    )
