"""When a law makes an agency keep what it should delete, and what nobody answered in time."""

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, Word, number, numbers, word
from gateway.api.v1.staff.deletion_tasks import DeletionTask, deletion_task

router = APIRouter(prefix="/api/v1", tags=["deletion tasks"], dependencies=[Depends(as_staff)])


class NewObjection(Body):
    """The ground in the law; the note is for the agency's own data-protection officer."""

    ground: Word
    note: PlainText = Field("", max_length=2000)
    categories: list[Word] = Field(default=[], max_length=18, description="What has to be kept; empty means all.")
    copies_of_the_rest_are_gone: bool = Field(default=False, description="Has to be said where categories are named.")


class Objection(Answer):
    """Why it is kept."""

    ground: str
    note: str
    task: DeletionTask
    may_be_closed: bool


class EscalatedTasks(Answer):
    """Overdue tasks and open objections."""

    tasks: list[DeletionTask]


@router.post("/deletion-tasks/{deletion_task_id}/object", summary="Object to a deletion")
async def object_to(
    deletion_task_id: Id, body: NewObjection, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> DeletionTask:
    """It stays restricted and no key is destroyed, until the data-protection officer closes the objection.

    Where categories are named only those are kept; everything else is deleted at once.
    """
    request = referral_pb2.ObjectToDeletionRequest(
        request_id=repeat_key,
        deletion_task_id=deletion_task_id,
        etag=etag,
        ground=number(referral_pb2.ObjectionGround, body.ground, "ground"),  # type: ignore[arg-type]
        note=body.note,
        categories=numbers(vocabulary_pb2.DataCategory, body.categories, "categories"),  # type: ignore[arg-type]
        copies_of_the_rest_are_gone=body.copies_of_the_rest_are_gone,
    )
    return deletion_task((await having.deletion_tasks.ObjectToDeletion(request)).task)


@router.get("/deletion-tasks/{deletion_task_id}/objection", summary="Why something is kept")
async def objection(deletion_task_id: Id, having: ClientsOf) -> Objection:
    """Of one's own agency only."""
    request = referral_pb2.ReadObjectionRequest(deletion_task_id=deletion_task_id)
    found = await having.deletion_tasks.ReadObjection(request)
    return Objection(
        ground=word(referral_pb2.ObjectionGround, found.ground),
        note=found.note,
        task=deletion_task(found.task),
        may_be_closed=found.may_be_closed,
    )


@router.post("/deletion-tasks/{deletion_task_id}/close-objection", summary="Close an objection")
async def close_objection(deletion_task_id: Id, having: ClientsOf, repeat_key: RepeatKey, etag: Etag) -> DeletionTask:
    """For the data-protection officer: what is due is destroyed at once."""
    request = referral_pb2.CloseObjectionRequest(request_id=repeat_key, deletion_task_id=deletion_task_id, etag=etag)
    return deletion_task((await having.deletion_tasks.CloseObjection(request)).task)


@router.get("/escalated-deletion-tasks", summary="What nobody answered in time, and open objections")
async def escalated_tasks(having: ClientsOf) -> EscalatedTasks:
    """For coordinator and data-protection officer."""
    found = await having.deletion_tasks.ListEscalatedTasks(referral_pb2.ListEscalatedTasksRequest())
    return EscalatedTasks(tasks=[deletion_task(task) for task in found.tasks])
