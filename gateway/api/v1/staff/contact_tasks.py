"""To ask a client in danger, by her safe contact, whether it was her who withdrew."""

from datetime import datetime

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import contact_task_pb2

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Word, moment, number, word

router = APIRouter(prefix="/api/v1", tags=["contact tasks"], dependencies=[Depends(as_staff)])


class ContactTask(Answer):
    """Whom to ask; case and handle are "" for whoever does not work on it."""

    contact_task_id: Id
    case_id: str
    handle: str
    created_at: datetime | None
    closed_at: datetime | None
    result: str
    etag: str


class ContactTasks(Answer):
    """Open tasks."""

    tasks: list[ContactTask]


class Asked(Body):
    """What came of asking her."""

    result: Word


@router.get("/contact-tasks", summary="Clients to be asked by their safe contact")
async def list_contact_tasks(having: ClientsOf) -> ContactTasks:
    """The oldest first."""
    found = await having.contact_tasks.ListContactTasks(contact_task_pb2.ListContactTasksRequest())
    return ContactTasks(tasks=[_task(task) for task in found.tasks])


@router.post("/contact-tasks/{contact_task_id}/close", summary="Say what came of asking her")
async def close_contact_task(
    contact_task_id: Id, body: Asked, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> ContactTask:
    """For whoever works on the case."""
    request = contact_task_pb2.CloseContactTaskRequest(
        request_id=repeat_key,
        contact_task_id=contact_task_id,
        etag=etag,
        result=number(contact_task_pb2.ContactResult, body.result, "result"),  # type: ignore[arg-type]
    )
    return _task((await having.contact_tasks.CloseContactTask(request)).task)


def _task(task: contact_task_pb2.ContactTask) -> ContactTask:
    return ContactTask(
        contact_task_id=task.contact_task_id,
        case_id=task.case_id,
        handle=task.handle,
        created_at=moment(task.created_at),
        closed_at=moment(task.closed_at, present=task.HasField("closed_at")),
        result=word(contact_task_pb2.ContactResult, task.result),
        etag=task.etag,
    )
