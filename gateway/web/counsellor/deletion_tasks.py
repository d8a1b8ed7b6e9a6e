"""What has to be deleted outside Lotsennetz after a withdrawal or a recall."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.deletion_tasks import Acknowledgement, acknowledge, list_tasks
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument

router = APIRouter(include_in_schema=False)


@router.get("/loeschaufgaben")
async def tasks(reader: StaffOf, having: PartsOf) -> Response:
    """Open ones first."""
    return await shown(reader, having, Form())


@router.post("/loeschaufgaben/{deletion_task_id}")
async def done(deletion_task_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Copies are gone, which somebody has to say in so many words: the keys are destroyed at once."""
    form = reader.form
    if not form.has(f"gone-{deletion_task_id}", "yes"):
        missing = InvalidArgument(violations=[FieldViolation(f"gone-{deletion_task_id}", "missing")])
        return await shown(reader, having, form.with_faults(missing, reader.language), status=400)
    said = Acknowledgement(copies_are_gone=True)
    await acknowledge(deletion_task_id, said, having.clients, form.repeat_key, form.text("etag"))
    return RedirectResponse("/loeschaufgaben", 303)


async def shown(reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    """The page with what a form on it holds."""
    found = await list_tasks(having.clients, page_size=100, page_token="")
    return page(
        reader.at_page("/loeschaufgaben"), "counsellor/deletion_tasks.html", status=status, form=form, tasks=found.tasks
    )
