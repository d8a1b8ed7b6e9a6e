"""Tasks to ask a client by her safe contact."""

from uuid import UUID

from services.common.database import Connection, queries_beside
from services.common.errors import StaleEtag
from services.referrals.model import ContactTask

SQL = queries_beside(__file__)


async def list_open(tx: Connection, agency_id: UUID, person_id: UUID) -> list[ContactTask]:
    """The agency's open tasks, the oldest first, each with whether this person works on its case."""
    return [ContactTask(**row) for row in await tx.fetch(SQL.open_tasks, agency_id, person_id)]


async def find(tx: Connection, contact_task_id: UUID, agency_id: UUID, person_id: UUID) -> ContactTask | None:
    """A task of this agency."""
    row = await tx.fetchrow(SQL.get_task, contact_task_id, agency_id, person_id)
    return ContactTask(**row) if row else None


async def close(tx: Connection, task: ContactTask, person_id: UUID, result: str) -> None:
    """She was asked, or could not be; raises StaleEtag when somebody said so meanwhile."""
    if await tx.fetchval(SQL.close_task, task.contact_task_id, person_id, result) is None:
        raise StaleEtag
