"""DeletionTaskService: what an agency has to delete, and its word that copies are gone."""

from datetime import UTC, datetime
from uuid import UUID

from lotse.referrals.v1 import referral_pb2, referral_pb2_grpc

from services.common.errors import IllegalState, NotFound, StaleEtag
from services.referrals.background.destruction import Destruction
from services.referrals.convert import from_page_token, from_task, page_token, to_edge
from services.referrals.servicer.desk import Context, Desk, member, scope
from services.referrals.servicer.objections import ObjectionRpcs
from services.referrals.store import tasks

_PAGE = 50
_FIRST = (True, datetime(9999, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))


class DeletionTaskServicer(ObjectionRpcs, referral_pb2_grpc.DeletionTaskServiceServicer):
    """Names no client: only the referral's number and what ended."""

    def __init__(self, desk: Desk, destruction: Destruction) -> None:
        self._desk = desk
        self._destruction = destruction

    async def ListDeletionTasks(
        self, request: referral_pb2.ListDeletionTasksRequest, context: Context
    ) -> referral_pb2.ListDeletionTasksResponse:
        """The agency's tasks, open ones first."""
        who, agency_id = member()
        size = request.page_size or _PAGE
        before = _before(request.page_token) if request.page_token else _FIRST
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await tasks.list_of(tx, agency_id, before, size + 1)
            at_hand = await tasks.at_hand(tx, [task for task in found if task.may_be_objected_to])
        page = found[:size]
        more = ""
        if len(found) > size:
            last = page[-1]
            waits = last.acknowledged_at is None and last.taken_back_at is None
            more = page_token(waits, last.created_at, last.deletion_task_id)
        return referral_pb2.ListDeletionTasksResponse(
            tasks=[from_task(task, at_hand.get(task.deletion_task_id, ())) for task in page], next_page_token=more
        )

    async def ListEscalatedTasks(
        self, request: referral_pb2.ListEscalatedTasksRequest, context: Context
    ) -> referral_pb2.ListEscalatedTasksResponse:
        """What nobody answered in time, and open objections; the oldest due date first."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await tasks.list_escalated(tx, agency_id)
        return referral_pb2.ListEscalatedTasksResponse(tasks=[from_task(task) for task in found])

    async def AcknowledgeDeletionTask(
        self, request: referral_pb2.AcknowledgeDeletionTaskRequest, context: Context
    ) -> referral_pb2.AcknowledgeDeletionTaskResponse:
        """Writes the word down and destroys the keys at once; done before, it answers the task as it is."""
        who, agency_id = member()
        task_id = UUID(request.deletion_task_id)
        async with self._desk.database.transaction(scope(who)) as tx:
            task = await tasks.find(tx, task_id, agency_id)
            if task is None:
                raise NotFound
            if task.taken_back_at is not None:
                raise IllegalState(metadata={"state": "taken-back", "possible": ""})
            if task.acknowledged_at is None:
                if task.is_objected:
                    raise IllegalState(metadata={"state": "objected", "possible": "close the objection"})
                if request.etag != task.etag:
                    raise StaleEtag
                await tasks.acknowledge(tx, task, who.person, UUID(request.request_id))
        if task.keys_destroyed_at is None:
            await self._destruction.destroy(task)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            after = await tasks.find(tx, task_id, agency_id)
        return referral_pb2.AcknowledgeDeletionTaskResponse(task=from_task(after or task))


def _before(token: str) -> tuple[bool, datetime, UUID]:
    is_open, *edge = from_page_token(token)
    return (is_open == "True", *to_edge(edge))
