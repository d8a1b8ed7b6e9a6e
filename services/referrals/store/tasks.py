"""Deletion tasks, and what background work reads and marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection, Record, queries_beside
from services.common.errors import StaleEtag
from services.referrals.model import DeletionTask, KeptWithdrawal, Objection, Referral, Reinstatement, State, Withdrawal
from services.referrals.store.keys import Key
from services.referrals.store.referrals import referral

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class ToTell:
    """Steps of a withdrawal that consent has not heard of."""

    withdrawal_id: UUID
    case_id: UUID
    tasks: int
    acknowledged_by: UUID | None
    acknowledged: bool
    destroyed: bool


@dataclass(frozen=True, slots=True)
class ToDestroy:
    """The items whose keys end, None for all of the referral; and whether that is all of the task."""

    items: tuple[UUID, ...] | None
    is_all: bool


@dataclass(frozen=True, slots=True)
class ObjectionToTell:
    """An objection to a withdrawal; closed when somebody closed it."""

    deletion_task_id: UUID
    withdrawal_id: UUID
    case_id: UUID
    objected_by: UUID
    closed_by: UUID | None
    kept: tuple[str, ...]


async def insert(
    tx: Connection,
    of: Referral,
    agency_id: UUID,
    withdrawal_id: UUID | None,
    categories: Sequence[str],
    due_at: datetime,
) -> None:
    """Ask an agency to delete; asked before for the same reason it stays one task."""
    await tx.execute(
        SQL.insert_task, of.case_id, uuid4(), of.referral_id, agency_id, withdrawal_id, list(categories), due_at
    )


async def find(tx: Connection, deletion_task_id: UUID, agency_id: UUID) -> DeletionTask | None:
    """A task of this agency."""
    row = await tx.fetchrow(SQL.get_task, deletion_task_id, agency_id)
    return _task(row) if row else None


async def list_of(
    tx: Connection, agency_id: UUID, before: tuple[bool, datetime, UUID], limit: int
) -> list[DeletionTask]:
    """An agency's tasks, open ones first, newest first."""
    return [_task(row) for row in await tx.fetch(SQL.list_tasks, agency_id, *before, limit)]


async def list_escalated(tx: Connection, agency_id: UUID) -> list[DeletionTask]:
    """Tasks that nobody answered in time, and those under an open objection; the oldest due date first."""
    return [_task(row) for row in await tx.fetch(SQL.list_escalated, agency_id)]


async def acknowledge(tx: Connection, task: DeletionTask, person_id: UUID, request_id: UUID) -> None:
    """Copies outside are gone; raises StaleEtag when somebody said so meanwhile."""
    if await tx.fetchval(SQL.acknowledge, task.deletion_task_id, person_id, request_id) is None:
        raise StaleEtag


async def object_to(tx: Connection, task: DeletionTask, objection: Objection, person_id: UUID) -> None:
    """Keep an objection; raises StaleEtag when the task was answered, taken back or due meanwhile."""
    objected_at = await tx.fetchval(
        SQL.object_to, task.deletion_task_id, person_id, objection.ground, objection.item_id, objection.ciphertext,
        list(objection.kept),
    )  # fmt: skip
    if objected_at is None:
        raise StaleEtag


async def objection_of(tx: Connection, deletion_task_id: UUID, agency_id: UUID) -> Objection | None:
    """The objection to a task of this agency, with its encrypted note."""
    row = await tx.fetchrow(SQL.get_objection, deletion_task_id, agency_id)
    return Objection(row["objection_ground"], row["objection_item_id"], row["objection_ciphertext"]) if row else None


async def close_objection(tx: Connection, task: DeletionTask, person_id: UUID) -> None:
    """The ground holds no more; raises StaleEtag when somebody closed it meanwhile."""
    if await tx.fetchval(SQL.close_objection, task.deletion_task_id, person_id) is None:
        raise StaleEtag


async def at_hand(tx: Connection, tasks: Sequence[DeletionTask]) -> dict[UUID, tuple[str, ...]]:
    """The categories that crossed and are to be deleted, by task; none of what came back to a discloser."""
    rows = await tx.fetch(SQL.at_hand, [task.deletion_task_id for task in tasks])
    return {row["deletion_task_id"]: tuple(row["categories"]) for row in rows}


async def due(tx: Connection, deletion_task_id: UUID | None = None) -> list[DeletionTask]:
    """Tasks whose keys are to be destroyed now; or this one, if it is among them."""
    return [_task(row) for row in await tx.fetch(SQL.due_tasks, deletion_task_id)]


async def escalate_overdue(tx: Connection) -> list[UUID]:
    """Mark tasks that nobody answered by the due date; those that were marked now."""
    return [row["deletion_task_id"] for row in await tx.fetch(SQL.escalate_overdue)]


async def to_destroy(tx: Connection, task: DeletionTask) -> ToDestroy:
    """What of a task is to go now: all that no objection keeps."""
    found = await tx.fetch(SQL.kept_by_objections, task.referral_id, task.agency_id, task.deletion_task_id)
    kept = [tuple(row["categories"]) for row in found]
    if not kept and not task.categories:
        return ToDestroy(None, is_all=True)
    if () in kept:
        return ToDestroy((), is_all=False)
    of_task, named = list(task.categories), sorted({category for each in kept for category in each})
    rows = await tx.fetch(SQL.items_to_destroy, task.referral_id, of_task, named)
    items = tuple(row["item_id"] for row in rows)
    return ToDestroy(items, is_all=not named or (bool(of_task) and not set(named) & set(of_task)))


async def mark_destroyed(tx: Connection, task: DeletionTask) -> None:
    """The keys are gone."""
    await tx.execute(SQL.mark_destroyed, task.deletion_task_id)


async def mark_rest_destroyed(tx: Connection, task: DeletionTask) -> None:
    """The keys of what no objection keeps are gone."""
    await tx.execute(SQL.mark_rest_destroyed, task.deletion_task_id)


async def referrals_with_keys_due(tx: Connection) -> list[tuple[UUID, UUID]]:
    """Referrals that ended without a task, with their recipients."""
    return [(row["referral_id"], row["recipient_id"]) for row in await tx.fetch(SQL.referrals_with_keys_due)]


async def mark_referral_destroyed(tx: Connection, referral_id: UUID) -> None:
    """The recipient's keys are gone."""
    await tx.execute(SQL.mark_referral_destroyed, referral_id)


async def lock_case(tx: Connection, case_id: UUID) -> None:
    """What happens to this case now happens before or after, never beside; the key is that of the kit's `Lock`."""
    await tx.execute(SQL.lock_case, str(case_id))


async def insert_withdrawal(tx: Connection, heard: Withdrawal) -> bool:
    """Keep what consent told; False when it was heard before, or the case is not here and so none of ours."""
    kept = await tx.fetchval(
        SQL.insert_withdrawal, heard.case_id, heard.withdrawal_id, heard.discloser_id, heard.recipient_id,
        heard.everything, list(heard.categories), heard.at, heard.due_at,
    )  # fmt: skip
    return kept is not None


async def insert_contact_task(tx: Connection, heard: Withdrawal) -> bool:
    """Ask the discloser to ask her, where her case is in danger; False where it is not, or is asked already."""
    made = await tx.fetchval(SQL.insert_contact_task, heard.case_id, uuid4(), heard.withdrawal_id)
    return made is not None


async def mark_reinstated(tx: Connection, heard: Reinstatement) -> tuple[UUID, UUID] | None:
    """Keep that a withdrawal was taken back; its two agencies, or None when heard before or none of ours."""
    row = await tx.fetchrow(SQL.mark_reinstated, heard.case_id, heard.withdrawal_id, heard.at)
    return (row["discloser_id"], row["recipient_id"]) if row else None


async def take_back(tx: Connection, of: Referral, withdrawal_id: UUID) -> bool:
    """Ends the tasks of a withdrawal that nobody carried out; False when the recipient has deleted already."""
    await tx.execute(SQL.take_tasks_back, of.referral_id, withdrawal_id)
    done: bool = await tx.fetchval(SQL.task_is_done, of.referral_id, withdrawal_id, of.recipient_id)
    return not done


async def reinstate_items(tx: Connection, referral_id: UUID, withdrawal_id: UUID) -> None:
    """What this withdrawal ended may be read again within consent."""
    await tx.execute(SQL.reinstate_items, referral_id, withdrawal_id)


async def state_before(tx: Connection, referral_id: UUID, request_id: UUID) -> State | None:
    """The state from which this request moved a referral."""
    found: str | None = await tx.fetchval(SQL.state_before, referral_id, request_id)
    return State(found) if found else None


async def withdrawals_of(tx: Connection, of: Referral) -> list[KeptWithdrawal]:
    """What she took back between the two agencies of a referral, newest first."""
    rows = await tx.fetch(SQL.withdrawals_of_referral, of.case_id, of.discloser_id, of.recipient_id)
    return [KeptWithdrawal(**{**row, "categories": tuple(row["categories"])}) for row in rows]


async def objections_to_tell(tx: Connection) -> list[ObjectionToTell]:
    """Objections that consent has not heard of, or not of their end."""
    return [ObjectionToTell(**{**row, "kept": tuple(row["kept"])}) for row in await tx.fetch(SQL.objections_to_tell)]


async def mark_objection_told(tx: Connection, told: ObjectionToTell) -> None:
    """Consent has heard."""
    await tx.execute(SQL.mark_objection_told, told.deletion_task_id, told.closed_by is not None)


async def to_tell(tx: Connection) -> list[ToTell]:
    """Withdrawals with a step that consent has not heard of."""
    return [ToTell(**row) for row in await tx.fetch(SQL.withdrawals_to_tell)]


async def mark_told(tx: Connection, told: ToTell) -> None:
    """Consent has heard; where there was nothing to delete nobody will ever acknowledge."""
    acknowledged = told.acknowledged or told.tasks == 0
    await tx.execute(SQL.mark_told, told.case_id, told.withdrawal_id, acknowledged, told.destroyed, told.acknowledged)


async def referrals_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> list[Referral]:
    """The sent referrals of a case between two agencies, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_of_pair, case_id, discloser_id, recipient_id)]


async def end_items(tx: Connection, referral_id: UUID, categories: Sequence[str], withdrawal_id: UUID) -> list[str]:
    """End what was sent of these categories, of all where none is named; the categories that ended now, sorted."""
    rows = await tx.fetch(SQL.end_items, referral_id, list(categories), withdrawal_id)
    return sorted(row["category"] for row in rows)


async def past_deadline(tx: Connection) -> list[Referral]:
    """Offers that nobody answered in time, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_past_deadline)]


async def live_keys(tx: Connection, keys: Sequence[Key]) -> set[Key]:
    """Which of these keys an item and a reason to read it still name."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    rows = await tx.fetch(SQL.live_keys, *columns)
    return {(row["item_id"], row["version"], row["agency_id"], row["held_for"]) for row in rows}


async def hear_all_again(tx: Connection) -> None:
    """The feed of consent is read from its beginning; what was heard before changes nothing."""
    await tx.execute(SQL.hear_all_again)


async def installation(tx: Connection) -> UUID:
    """The id by which the database of the keys knows this one."""
    found: UUID = await tx.fetchval(SQL.installation)
    return found


def _task(row: Record) -> DeletionTask:
    return DeletionTask(**{**row, "categories": tuple(row["categories"]), "kept": tuple(row["kept"])})
