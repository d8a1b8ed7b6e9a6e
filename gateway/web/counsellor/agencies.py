"""An agency as the directory knows it."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import agency
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page
from gateway.web.shown_agency import shown_agency

router = APIRouter(include_in_schema=False)


@router.get("/stellen/{agency_id}")
async def shown(agency_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What it offers, and the way to a referral."""
    found = await agency(agency_id, having.clients)
    own = agency_id == reader.agency_id
    return page(reader, "counsellor/agency.html", own=own, **await shown_agency(found, reader, having))
