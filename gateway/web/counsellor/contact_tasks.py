"""Clients in danger who withdrew with their pass: whoever counsels them asks by the safe contact."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.contact_tasks import Asked, close_contact_task, list_contact_tasks
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import InvalidArgument

router = APIRouter(include_in_schema=False)


@router.get("/rueckfragen")
async def tasks(reader: StaffOf, having: PartsOf) -> Response:
    """The oldest first."""
    return await _shown(reader, having, Form())


@router.post("/rueckfragen/{contact_task_id}")
async def asked(contact_task_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What came of asking her."""
    form = reader.form
    field = f"result-{contact_task_id}"
    try:
        result = body_of(Asked, {"result": form.text(field)})
        await close_contact_task(contact_task_id, result, having.clients, form.repeat_key, form.text("etag"))
    except InvalidArgument as error:
        faulty = form.with_faults(error, reader.language, {"result": field})
        return await _shown(reader.at_page("/rueckfragen"), having, faulty, status=400)
    return RedirectResponse("/rueckfragen", 303)


async def _shown(reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await list_contact_tasks(having.clients)
    return page(reader, "counsellor/contact_tasks.html", status=status, form=form, tasks=found.tasks)
