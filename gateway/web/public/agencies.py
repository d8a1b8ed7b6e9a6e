"""An agency for everybody: what the public may know of it."""

from fastapi import APIRouter, Request, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import agency
from gateway.web.public.caching import cacheable
from gateway.web.public.reading import AnybodyOf
from gateway.web.rendering import page
from gateway.web.shown_agency import shown_agency

router = APIRouter(include_in_schema=False)


@router.get("/verzeichnis/{agency_id}")
async def shown(agency_id: Id, request: Request, reader: AnybodyOf, having: PartsOf) -> Response:
    """What helps to get there first; kept by browsers for some minutes."""
    found = await agency(agency_id, having.clients)
    return cacheable(request, page(reader, "public/agency.html", **await shown_agency(found, reader, having)))
