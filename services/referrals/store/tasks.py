"""Deletion tasks, and what background work reads and marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection, Record, queries_beside
from services.common.errors import StaleEtag
from services.referrals.model import DeletionTask, Referral
from services.referrals.store.referrals import referral

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class ToTell:
    """Steps of a withdrawal that consent has not heard of."""

    withdrawal_id: UUID
    case_id: UUID
    acknowledged: bool
    acknowledged_by: UUID | None
    destroyed: bool


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


async def acknowledge(tx: Connection, task: DeletionTask, person_id: UUID, request_id: UUID) -> None:
    """Copies outside are gone; raises StaleEtag when somebody said so meanwhile."""
    if await tx.fetchval(SQL.acknowledge, task.deletion_task_id, person_id, request_id) is None:
        raise StaleEtag


async def due(tx: Connection) -> list[DeletionTask]:
    """Tasks whose keys are to be destroyed now."""
    return [_task(row) for row in await tx.fetch(SQL.due_tasks)]


async def items_to_destroy(tx: Connection, task: DeletionTask) -> list[UUID] | None:
    """The items whose keys end; None for all of the referral."""
    if not task.categories:
        return None
    rows = await tx.fetch(SQL.items_of_categories, task.referral_id, list(task.categories))
    items = [row["item_id"] for row in rows]
    if {"outcome", "arrival"} & set(task.categories):
        items += [row["item_id"] for row in await tx.fetch(SQL.outcome_item, task.referral_id)]
    return items


async def mark_destroyed(tx: Connection, task: DeletionTask) -> None:
    """The keys are gone."""
    await tx.execute(SQL.mark_destroyed, task.deletion_task_id)


async def referrals_with_keys_due(tx: Connection) -> list[tuple[UUID, UUID]]:
    """Referrals that ended without a task, with their recipients."""
    return [(row["referral_id"], row["recipient_id"]) for row in await tx.fetch(SQL.referrals_with_keys_due)]


async def mark_referral_destroyed(tx: Connection, referral_id: UUID) -> None:
    """The recipient's keys are gone."""
    await tx.execute(SQL.mark_referral_destroyed, referral_id)


async def to_tell(tx: Connection) -> list[ToTell]:
    """Withdrawals with a step that consent has not heard of."""
    rows = await tx.fetch(SQL.withdrawals_to_tell)
    return [ToTell(**row) for row in rows if row["acknowledged"] or row["destroyed"]]


async def mark_told(tx: Connection, told: ToTell) -> None:
    """Consent has heard."""
    await tx.execute(SQL.mark_told, told.withdrawal_id, told.acknowledged, told.destroyed)


async def referrals_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> list[Referral]:
    """The sent referrals of a case between two agencies, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_of_pair, case_id, discloser_id, recipient_id)]


async def end_items(tx: Connection, referral_id: UUID, categories: Sequence[str]) -> None:
    """Items of these categories ended; of all where none is named."""
    await tx.execute(SQL.end_items, referral_id, list(categories))


async def past_deadline(tx: Connection) -> list[Referral]:
    """Offers that nobody answered in time, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_past_deadline)]


def _task(row: Record) -> DeletionTask:
    return DeletionTask(**{**row, "categories": tuple(row["categories"])})
