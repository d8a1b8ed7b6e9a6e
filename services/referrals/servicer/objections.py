"""What an agency answers when a law makes it keep what it should delete, until its officer closes the objection."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from lotse.referrals.v1 import referral_pb2

from services.common.errors import COME_AGAIN, IllegalState, NotFound, StaleEtag
from services.common.identity.principals import Staff
from services.common.protobuf.enums import enum_text, enum_value
from services.referrals.background.destruction import Destruction
from services.referrals.convert import category_word, from_task, invalid
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.model import DeletionTask, Objection
from services.referrals.servicer.desk import Context, Desk, member, scope
from services.referrals.store import tasks

_NOTE = "objection"
"""Stands where other items have their category."""


class ObjectionRpcs:
    """The RPCs of objections. Restriction stays: nobody reads, and no key is destroyed."""

    _desk: Desk
    _destruction: Destruction

    async def ObjectToDeletion(
        self, request: referral_pb2.ObjectToDeletionRequest, context: Context
    ) -> referral_pb2.ObjectToDeletionResponse:
        """Keeps the ground; done before, it answers the task as it is.

        Where it names categories, of everything else copies are gone by the same word, and its keys are destroyed.
        """
        who, _ = member()
        task = await self._task(UUID(request.deletion_task_id))
        if task.objected_at is None:
            _check_open(task)
            if request.etag != task.etag:
                raise StaleEtag
            kept = await self._kept(who, task, request)
            ground = enum_text(referral_pb2.ObjectionGround, request.ground)
            objection = replace(await self._sealed(task, ground, request.note), kept=kept)
            async with self._desk.database.transaction(scope(who)) as tx:
                await tasks.object_to(tx, task, objection, who.person)
            if kept:
                with suppress(*COME_AGAIN):  # it is kept what has to be: the next minute deletes the rest
                    await self._destruction.destroy_if_due(task.deletion_task_id)
        return referral_pb2.ObjectToDeletionResponse(task=from_task(await self._task(task.deletion_task_id)))

    async def ReadObjection(
        self, request: referral_pb2.ReadObjectionRequest, context: Context
    ) -> referral_pb2.ReadObjectionResponse:
        """The ground with its note, for the agency's own people."""
        who, agency_id = member()
        task = await self._task(UUID(request.deletion_task_id))
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await tasks.objection_of(tx, task.deletion_task_id, agency_id)
        if found is None:
            raise NotFound
        note = ""
        if found.item_id is not None and found.ciphertext is not None:
            plain = await self._desk.open_item(
                _holding(task, found.item_id), _name(task, found.item_id), found.ciphertext
            )
            note = plain.decode()
        return referral_pb2.ReadObjectionResponse(
            ground=enum_value(referral_pb2.ObjectionGround, found.ground),
            note=note,
            task=from_task(task),
            may_be_closed=task.is_objected and "data-protection-officer" in who.roles,
        )

    async def CloseObjection(
        self, request: referral_pb2.CloseObjectionRequest, context: Context
    ) -> referral_pb2.CloseObjectionResponse:
        """From now on the task goes on as any other: what is due is destroyed at once. A repeat answers it as it is."""
        who, _ = member()
        task = await self._task(UUID(request.deletion_task_id))
        if task.objected_at is None:
            raise IllegalState(metadata={"state": "open", "possible": ""})
        if task.objection_closed_at is None:
            if request.etag != task.etag:
                raise StaleEtag
            async with self._desk.database.transaction(scope(who)) as tx:
                await tasks.close_objection(tx, task, who.person)
        with suppress(*COME_AGAIN):  # it is closed: the next minute redoes it
            await self._destruction.destroy_if_due(task.deletion_task_id)
        return referral_pb2.CloseObjectionResponse(task=from_task(await self._task(task.deletion_task_id)))

    async def _task(self, deletion_task_id: UUID) -> DeletionTask:
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            task = await tasks.find(tx, deletion_task_id, agency_id)
        if task is None:
            raise NotFound
        return task

    async def _kept(
        self, who: Staff, task: DeletionTask, request: referral_pb2.ObjectToDeletionRequest
    ) -> tuple[str, ...]:
        """The categories that are to be kept, none where that is all of the task; InvalidArgument for any other."""
        named = {category_word(value) for value in request.categories}
        if not named:
            return ()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            at_hand = set((await tasks.at_hand(tx, [task])).get(task.deletion_task_id, ()))
        if not named <= at_hand:
            raise invalid("categories", "categories that are to be deleted by this task")
        if named == at_hand:
            return ()
        if not request.copies_of_the_rest_are_gone:
            raise invalid("copies_of_the_rest_are_gone", "said, since everything else is deleted at once")
        return tuple(sorted(named))

    async def _sealed(self, task: DeletionTask, ground: str, note: str) -> Objection:
        """The objection with its note encrypted, the key kept first."""
        if not note:
            return Objection(ground)
        item_id = uuid4()
        data_key = await self._desk.keyring.make(_holding(task, item_id))
        return Objection(ground, item_id, encrypt(data_key, note.encode(), _name(task, item_id)))


def _check_open(task: DeletionTask) -> None:
    ended = {
        "keys-destroyed": task.keys_destroyed_at,
        "taken-back": task.taken_back_at,
        "acknowledged": task.acknowledged_at,
    }
    for state, at in ended.items():
        if at is not None:
            raise IllegalState(metadata={"state": state, "possible": ""})


def _holding(task: DeletionTask, item_id: UUID) -> Holding:
    return Holding(item_id, 1, task.agency_id, task.deletion_task_id)


def _name(task: DeletionTask, item_id: UUID) -> ItemName:
    return ItemName(task.case_id, item_id, 1, _NOTE)
