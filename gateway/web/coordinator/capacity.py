"""Saying in two clicks whether there is room, also from a phone."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.entry import CapacityWord, Entry, EntryRow, get_entry, set_capacity
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument

router = APIRouter(include_in_schema=False)


@router.get("/eintrag/kapazitaet")
async def capacity(reader: StaffOf, having: PartsOf) -> Response:
    """Each service with what was said of it and until when that holds."""
    return await _shown(reader, having, Form())


@router.post("/eintrag/kapazitaet")
async def say(reader: StaffOf, having: PartsOf) -> Response:
    """One word for one service; the last one counts."""
    form = reader.form
    service_id = form.text("service_id")
    weeks = f"weeks-{service_id}"
    try:
        waits = form.text("state") == "waiting-list" and form.text(weeks)
        said = body_of(
            CapacityWord,
            {"service_id": service_id, "state": form.text("state"), "weeks": form.number(weeks) if waits else None},
        )
        await set_capacity(reader.agency_id, said, having.clients, form.repeat_key, Response())
    except InvalidArgument as error:
        named = InvalidArgument(
            violations=[
                FieldViolation(weeks if each.field == "weeks" else each.field, each.rule) for each in error.violations
            ]
        )
        return await _shown(reader, having, form.with_faults(named, reader.language), status=400)
    return RedirectResponse("/eintrag/kapazitaet", 303)


def said_of(entry: Entry) -> dict[str, dict[str, str]]:
    """The newest word on each service: state, updated, expires_at and weeks."""
    said: dict[str, dict[str, str]] = {}
    rows: list[EntryRow] = sorted(entry.part("capacity").rows, key=lambda row: row.fields.get("updated", ""))
    for row in rows:
        said[row.parent_id] = {**said.get(row.parent_id, {}), **row.fields}
    return said


async def _shown(reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await get_entry(reader.agency_id, having.clients, Response())
    services = [row for row in found.entry.part("services").rows if row.kind == "service"]
    return page(
        reader,
        "coordinator/capacity.html",
        status=status,
        form=form,
        services=services,
        said=said_of(found.entry),
        may_edit=found.may_edit,
        now=having.clock.now().isoformat(),
    )
