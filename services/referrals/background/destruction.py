"""Destroys keys in stages that can be redone: content says due, keys go, content says gone, consent is told."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import grpc
import structlog
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import SERVICE_SCOPE, Database
from services.common.identity.context import use_principal
from services.common.identity.principals import Service
from services.common.status import RemoteError
from services.referrals.convert import category_value
from services.referrals.encryption.keyring import Keyring
from services.referrals.model import DeletionTask
from services.referrals.store import name_checks, tasks
from services.referrals.store.tasks import ObjectionToTell, ToTell

_log = structlog.get_logger(__name__)
_TOLD_AS = Service("lotse-referrals")
_Step = tuple[decision_pb2.WithdrawalStep.ValueType, str, tuple[str, ...]]
"""A step, who did it ("" for nobody), and what an objection keeps when not all."""


class Destruction:
    """Run at start, each minute, and after each acknowledgement."""

    def __init__(self, database: Database, keyring: Keyring, channel: grpc.aio.Channel) -> None:
        self._database = database
        self._keyring = keyring
        self._consent = decision_pb2_grpc.ConsentDecisionServiceStub(channel)

    async def run(self) -> None:
        """Destroy what is due. Raises Unavailable when a database is away; what is left is redone."""
        for task in await self._due():
            await self.destroy(task)
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            ended = await tasks.referrals_with_keys_due(tx)
        for referral_id, recipient_id in ended:
            await self.end(referral_id, recipient_id)

    async def end(self, referral_id: UUID, recipient_id: UUID) -> None:
        """Destroy the recipient's keys of a referral that is marked as ended, and write down that they are gone."""
        await self._keyring.destroy(referral_id, recipient_id, None)
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await tasks.mark_referral_destroyed(tx, referral_id)
        await self._end_names(referral_id)
        _log.info("keys.destroyed", referral=str(referral_id))

    async def destroy_if_due(self, deletion_task_id: UUID) -> None:
        """Destroy the keys of this task that no objection keeps, if it is acknowledged or due, or keeps only a part."""
        for task in await self._due(deletion_task_id):
            await self.destroy(task)

    async def destroy(self, task: DeletionTask) -> None:
        """Destroy what no objection keeps of one task, and write down that it is gone.

        What an objection to another task of the same referral keeps stays too; the next minute looks again.
        """
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            ending = await tasks.to_destroy(tx, task)
        await self._keyring.destroy(
            task.referral_id, task.agency_id, None if ending.items is None else list(ending.items)
        )
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await (tasks.mark_destroyed if ending.is_all else tasks.mark_rest_destroyed)(tx, task)
        await self._end_names(task.referral_id)
        _log.info("keys.destroyed", task=str(task.deletion_task_id), all=ending.is_all)

    async def tell(self) -> None:
        """Tell consent which steps of a withdrawal are done, so that the client sees them.

        One that consent refuses is logged and tried again, and does not keep the others waiting.
        """
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            objections, waiting = await tasks.objections_to_tell(tx), await tasks.to_tell(tx)
        for objection in objections:
            if await self._told(objection, objection.deletion_task_id, _steps_of_objection(objection)):
                async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
                    await tasks.mark_objection_told(tx, objection)
        for each in waiting:
            if await self._told(each, each.withdrawal_id, _steps(each)):
                async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
                    await tasks.mark_told(tx, each)

    async def _end_names(self, referral_id: UUID) -> None:
        """Destroy the names that were looked up, with the last of what was sent; what is left out the sweep finds."""
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            names = await name_checks.answered_without_keys(tx, referral_id)
        for held_for, agency_id, name_check_id in names:
            await self._keyring.destroy(held_for, agency_id, [name_check_id])

    async def _due(self, deletion_task_id: UUID | None = None) -> list[DeletionTask]:
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            return await tasks.due(tx, deletion_task_id)

    async def _told(self, of: ToTell | ObjectionToTell, named: UUID, steps: Sequence[_Step]) -> bool:
        """Whether consent has heard of these steps; `named` makes the repeat key of each."""
        try:
            with use_principal(_TOLD_AS):
                for step, person_id, kept in steps:
                    await self._consent.AcknowledgeWithdrawal(
                        decision_pb2.AcknowledgeWithdrawalRequest(
                            request_id=str(uuid5(named, str(step))),
                            case_id=str(of.case_id),
                            withdrawal_id=str(of.withdrawal_id),
                            step=step,
                            person_id=person_id,
                            categories=[category_value(category) for category in kept],
                        )
                    )
        except RemoteError as error:
            _log.error("withdrawal.not_told", withdrawal=str(of.withdrawal_id), reason=error.reason)
            return False
        return True


def _steps(each: ToTell) -> list[_Step]:
    steps: list[_Step] = []
    if each.acknowledged:
        steps.append((decision_pb2.WITHDRAWAL_STEP_ACKNOWLEDGED, str(each.acknowledged_by or ""), ()))
    if each.destroyed:
        steps.append((decision_pb2.WITHDRAWAL_STEP_KEYS_DESTROYED, "", ()))
    return steps


def _steps_of_objection(objection: ObjectionToTell) -> list[_Step]:
    steps: list[_Step] = [(decision_pb2.WITHDRAWAL_STEP_OBJECTED, str(objection.objected_by), objection.kept)]
    if objection.closed_by is not None:
        steps.append((decision_pb2.WITHDRAWAL_STEP_OBJECTION_CLOSED, str(objection.closed_by), ()))
    return steps
