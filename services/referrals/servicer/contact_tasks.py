"""ContactTaskService: to ask a client in danger, by her safe contact, whether it was her who withdrew."""

from uuid import UUID

from lotse.referrals.v1 import contact_task_pb2, contact_task_pb2_grpc

from services.common.errors import NotFound, StaleEtag
from services.common.protobuf.enums import enum_text, enum_value
from services.common.protobuf.times import to_timestamp
from services.referrals.model import ContactTask
from services.referrals.servicer.desk import Context, Desk, member, scope
from services.referrals.store import contact_tasks


class ContactTaskServicer(contact_task_pb2_grpc.ContactTaskServiceServicer):
    """For whoever works on the case; a coordinator sees that somebody has to ask, and not whom."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListContactTasks(
        self, request: contact_task_pb2.ListContactTasksRequest, context: Context
    ) -> contact_task_pb2.ListContactTasksResponse:
        """Open ones, the oldest first."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await contact_tasks.list_open(tx, agency_id, who.person)
        seen = [task for task in found if task.is_assigned or "coordinator" in who.roles]
        return contact_task_pb2.ListContactTasksResponse(tasks=[_shown(task) for task in seen])

    async def CloseContactTask(
        self, request: contact_task_pb2.CloseContactTaskRequest, context: Context
    ) -> contact_task_pb2.CloseContactTaskResponse:
        """What came of asking; done before, it answers the task as it is."""
        who, agency_id = member()
        task_id = UUID(request.contact_task_id)
        async with self._desk.database.transaction(scope(who)) as tx:
            task = await contact_tasks.find(tx, task_id, agency_id, who.person)
            if task is None or not task.is_assigned:
                raise NotFound
            if task.closed_at is None:
                if request.etag != task.etag:
                    raise StaleEtag
                result = enum_text(contact_task_pb2.ContactResult, request.result)
                await contact_tasks.close(tx, task, who.person, result)
            closed = await contact_tasks.find(tx, task_id, agency_id, who.person)
        return contact_task_pb2.CloseContactTaskResponse(task=_shown(closed or task))


def _shown(task: ContactTask) -> contact_task_pb2.ContactTask:
    return contact_task_pb2.ContactTask(
        contact_task_id=str(task.contact_task_id),
        case_id=str(task.case_id) if task.is_assigned else "",
        handle=task.handle if task.is_assigned else "",
        created_at=to_timestamp(task.created_at),
        closed_at=to_timestamp(task.closed_at),
        result=enum_value(contact_task_pb2.ContactResult, task.result or ""),
        etag=task.etag,
    )
