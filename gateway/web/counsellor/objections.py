"""An agency objects to a deletion, and its data-protection officer closes the objection."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.objections import NewObjection, close_objection, object_to, objection
from gateway.web.counsellor.deletion_tasks import shown
from gateway.web.dependencies import StaffOf
from gateway.web.forms import body_of
from gateway.web.rendering import page
from services.common.errors import InvalidArgument

router = APIRouter(include_in_schema=False)
_FIELDS = {"ground": "ground", "note": "note", "categories": "kept", "copies_of_the_rest_are_gone": "rest"}


@router.post("/loeschaufgaben/{deletion_task_id}/einspruch")
async def objected(deletion_task_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """A ground in the law, for all or for single categories, and a note for the data-protection officer if needed."""
    form = reader.form
    names = {field: f"{name}-{deletion_task_id}" for field, name in _FIELDS.items()}
    values = {
        **{field: form.text(names[field]) for field in ("ground", "note")},
        "categories": form.texts(names["categories"]),
        "copies_of_the_rest_are_gone": form.has(names["copies_of_the_rest_are_gone"], "yes"),
    }
    try:
        given = body_of(NewObjection, values)
        await object_to(deletion_task_id, given, having.clients, form.repeat_key, form.text("etag"))
    except InvalidArgument as error:
        return await shown(reader, having, form.with_faults(error, reader.language, names), status=400)
    return RedirectResponse(f"/loeschaufgaben/{deletion_task_id}/einspruch", 303)


@router.get("/loeschaufgaben/{deletion_task_id}/einspruch")
async def looked_at(deletion_task_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Why it is kept, and for the data-protection officer the way to end that."""
    found = await objection(deletion_task_id, having.clients)
    return page(reader, "counsellor/objection.html", objection=found, task=found.task)


@router.post("/loeschaufgaben/{deletion_task_id}/einspruch/ende")
async def closed(deletion_task_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The task goes on as any other."""
    form = reader.form
    await close_objection(deletion_task_id, having.clients, form.repeat_key, form.text("etag"))
    return RedirectResponse("/loeschaufgaben", 303)
