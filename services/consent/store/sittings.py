"""Which requests are answered in one sitting; the newest row of a request counts."""

from uuid import UUID

from services.common.database import Connection, queries_beside
from services.consent.model.request import ConsentRequest
from services.consent.store.requests import request_of

SQL = queries_beside(__file__)


async def join(tx: Connection, request: ConsentRequest, led_by: UUID) -> None:
    """Lets a request be answered in the sitting that another one leads."""
    await tx.execute(SQL.join, request.case_id, request.consent_request_id, led_by)


async def list_of(tx: Connection, case_id: UUID, consent_request_id: UUID) -> list[ConsentRequest]:
    """All requests of the sitting that this one belongs to, in order; itself alone where there is none."""
    leader = await tx.fetchval(SQL.leader_of, case_id, consent_request_id) or consent_request_id
    return [request_of(row) for row in await tx.fetch(SQL.list_of, case_id, leader)]


async def ended_by_acceptance(tx: Connection, case_id: UUID) -> frozenset[UUID]:
    """The requests that ended unanswered because another agency took the case."""
    return frozenset(row["consent_request_id"] for row in await tx.fetch(SQL.ended_by_acceptance, case_id))
