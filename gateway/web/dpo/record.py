"""The record of processing activities."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.staff.audit import processing_record
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/datenschutz/verzeichnis")
async def record(reader: StaffOf, having: PartsOf) -> Response:
    """What crosses between the agency and its partners, with what holds for all of it."""
    found = await processing_record(having.clients)
    partners = [each.partner_id for each in found.activities] + [each.recipient_id for each in found.statutory]
    names = await names_if_there(having.clients, partners)
    return page(reader, "dpo/record.html", found=found, names=names, now=having.clock.now())
