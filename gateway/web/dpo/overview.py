"""Where the officer begins, and what is overdue."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.staff.audit import OverdueDeletion, overdue_deletions
from gateway.api.v1.staff.statutory import list_acts
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/datenschutz")
async def overview(reader: StaffOf, having: PartsOf) -> Response:
    """All pages of the office, and how much is overdue."""
    found = await overdue_deletions(having.clients)
    acts = (await list_acts(having.clients)).acts
    escalated = sum(each.is_escalated for each in acts)
    return page(reader, "dpo/overview.html", overdue=len(found.deletions), escalated=escalated)


@router.get("/datenschutz/loeschungen")
async def overdue(reader: StaffOf, having: PartsOf) -> Response:
    """Withdrawals whose keys should be gone, the longest overdue first."""
    found = (await overdue_deletions(having.clients)).deletions
    names = await names_if_there(having.clients, [_partner(each, reader.agency_id) for each in found])
    return page(
        reader,
        "dpo/overdue.html",
        deletions=[(each, names[_partner(each, reader.agency_id)]) for each in found],
        now=having.clock.now(),
    )


def _partner(each: OverdueDeletion, agency_id: str) -> str:
    return each.recipient_id if each.discloser_id == agency_id else each.discloser_id
