"""An agency as the directory knows it, with what partners note about it."""

from contextlib import suppress

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import agency
from gateway.api.v1.staff.notes import NewNote, remove_note, write_note
from gateway.web.coordinator.notes import notes_about
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.shown_agency import shown_agency
from services.common.errors import InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/stellen/{agency_id}")
async def shown(agency_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What it offers, and the way to a referral."""
    return await _shown(agency_id, reader, having, Form())


@router.post("/stellen/{agency_id}/notizen")
async def write(agency_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """A note about the agency or one of its services."""
    sent = reader.form
    try:
        new = body_of(NewNote, {"service_id": sent.text("service_id") or None, "text": sent.text("text").strip()})
        await write_note(agency_id, new, having.clients, sent.repeat_key)
    except InvalidArgument as error:
        faulty = sent.with_faults(error, reader.language)
        return await _shown(agency_id, reader.at_page(f"/stellen/{agency_id}"), having, faulty, status=400)
    return RedirectResponse(f"/stellen/{agency_id}#notes", 303)


@router.post("/stellen/{agency_id}/notizen/{note_id}")
async def remove(agency_id: Id, note_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """It is gone for good; whoever clicks twice, or after a colleague, sees that it is."""
    with suppress(NotFound):
        await remove_note(note_id, having.clients, reader.form.repeat_key)
    return RedirectResponse("/eintrag#notes" if agency_id == reader.agency_id else f"/stellen/{agency_id}#notes", 303)


async def _shown(agency_id: str, reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await agency(agency_id, having.clients)
    return page(
        reader,
        "counsellor/agency.html",
        status=status,
        form=form,
        own=agency_id == reader.agency_id,
        notes=await notes_about(having, agency_id) if reader.agency_id else None,
        **await shown_agency(found, reader, having),
    )
