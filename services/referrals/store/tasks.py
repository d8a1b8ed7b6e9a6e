"""Deletion tasks, and what background work reads and marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection, Record, queries_beside
from services.common.errors import StaleEtag
from services.referrals.model import DeletionTask, Referral, Withdrawal
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


async def lock_case(tx: Connection, case_id: UUID) -> None:
    """What happens to this case now happens before or after, never beside; the key is that of the kit's `Lock`."""
    await tx.execute(SQL.lock_case, str(case_id))


async def insert_withdrawal(tx: Connection, heard: Withdrawal) -> bool:
    """Keep what consent told; False when it was heard before, or the case is not here and so none of ours."""
    kept = await tx.fetchval(
        SQL.insert_withdrawal, heard.case_id, heard.withdrawal_id, heard.discloser_id, heard.recipient_id,
        heard.everything, list(heard.categories), heard.at,
    )  # fmt: skip
    return kept is not None


async def to_tell(tx: Connection) -> list[ToTell]:
    """Withdrawals with a step that consent has not heard of."""
    return [ToTell(**row) for row in await tx.fetch(SQL.withdrawals_to_tell)]


async def mark_told(tx: Connection, told: ToTell) -> None:
    """Consent has heard; where there was nothing to delete nobody will ever acknowledge."""
    acknowledged = told.acknowledged or told.tasks == 0
    await tx.execute(SQL.mark_told, told.case_id, told.withdrawal_id, acknowledged, told.destroyed)


async def referrals_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> list[Referral]:
    """The sent referrals of a case between two agencies, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_of_pair, case_id, discloser_id, recipient_id)]


async def end_items(tx: Connection, referral_id: UUID, categories: Sequence[str]) -> list[str]:
    """End what was sent of these categories, of all where none is named; the categories that ended now, sorted."""
    return sorted(row["category"] for row in await tx.fetch(SQL.end_items, referral_id, list(categories)))


async def past_deadline(tx: Connection) -> list[Referral]:
    """Offers that nobody answered in time, locked."""
    return [referral(row) for row in await tx.fetch(SQL.referrals_past_deadline)]


async def live_keys(tx: Connection, keys: Sequence[Key]) -> set[Key]:
    """Which of these keys an item and a reason to read it still name."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    rows = await tx.fetch(SQL.live_keys, *columns)
    return {(row["item_id"], row["version"], row["agency_id"], row["held_for"]) for row in rows}


async def installation(tx: Connection) -> UUID:
    """The id by which the database of the keys knows this one."""
    found: UUID = await tx.fetchval(SQL.installation)
    return found


def _task(row: Record) -> DeletionTask:
    return DeletionTask(**{**row, "categories": tuple(row["categories"])})
