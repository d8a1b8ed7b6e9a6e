"""What was changed in the entry, by whom, and putting it back."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.entry import Change, Changes, list_changes, undo_change
from gateway.web.coordinator.fields import field_label, kind_label
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)
_UNTOLD = {"updated", "expires_at", "taxonomy_term_id", "edited_at"}
"""Fields that only say when something was said."""

_PAGES = 5


@router.get("/eintrag/verlauf")
async def history(reader: StaffOf, having: PartsOf, page_token: Annotated[str, Query(max_length=500)] = "") -> Response:
    """Newest first."""
    found = await list_changes(reader.agency_id, having.clients, page_size=20, page_token=page_token)
    told = Changes(changes=[_told(change) for change in found.changes], next_page_token=found.next_page_token)
    return page(reader, "coordinator/history.html", found=told, kind_label=kind_label, field_label=field_label)


@router.get("/eintrag/verlauf/{change_id}")
async def before_undo(change_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What putting it back does, before it is done."""
    token = ""
    for _ in range(_PAGES):
        found = await list_changes(reader.agency_id, having.clients, page_size=100, page_token=token)
        change = next((each for each in found.changes if each.change_id == change_id), None)
        if change is not None:
            return page(
                reader, "coordinator/undo.html", change=_told(change), kind_label=kind_label, field_label=field_label
            )
        token = found.next_page_token
        if not token:
            break
    raise NotFound


@router.post("/eintrag/verlauf/{change_id}")
async def undo(change_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """As a new change."""
    await undo_change(reader.agency_id, change_id, having.clients, reader.form.repeat_key, Response())
    return RedirectResponse("/eintrag/verlauf", 303)


def _told(change: Change) -> Change:
    return change.model_copy(update={"fields": [each for each in change.fields if each.field_name not in _UNTOLD]})
