"""Writing one field group of the entry: rows come and go by buttons, and a faster colleague costs no typing."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.entry import NewPart, OwnEntry, get_entry, update_entry
from gateway.api.v1.staff.search import topics
from gateway.web.coordinator.fields import GROUPS
from gateway.web.coordinator.rows import (
    Difference,
    blocks_of,
    differences,
    fields_of,
    joined,
    names_of_fields,
    names_of_rows,
    rows_of,
    shown_form,
    typed,
    with_row,
    without_row,
)
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import COME_AGAIN, InvalidArgument, NotFound, PermissionDenied, StaleEtag

router = APIRouter(include_in_schema=False)
Group = Annotated[str, Path(pattern="^[a-z-]{1,40}$")]


@router.get("/eintrag/gruppen/{group}")
async def form(group: Group, reader: StaffOf, having: PartsOf) -> Response:
    """The group as it stands, to be written on."""
    found = await _editable(reader, having, group)
    return await _shown(reader, having, found, group, shown_form(found.entry.part(group)))


@router.post("/eintrag/gruppen/{group}")
async def write(group: Group, reader: StaffOf, having: PartsOf) -> Response:
    """Add a row, remove one, or store the group."""
    found, sent = await _editable(reader, having, group), reader.form
    rows = rows_of(sent, group)
    if removed := sent.text("remove"):
        return await _shown(reader, having, found, group, without_row(sent, rows, removed))
    if added := sent.text("add"):
        kind, _, parent_id = added.partition(" ")
        if kind not in GROUPS[group]:
            raise InvalidArgument
        more, new_id = with_row(sent, kind, parent_id)
        return await _shown(reader, having, found, group, more, focus=new_id)
    try:
        new = body_of(
            NewPart,
            {
                "rows": [
                    {
                        "kind": row.kind,
                        "row_id": row.row_id,
                        "parent_id": row.parent_id or None,
                        "fields": typed(sent, row, GROUPS[group][row.kind]),
                    }
                    for row in rows
                ]
            },
        )
        etag = sent.text("etag") or "none"
        await update_entry(reader.agency_id, group, new, having.clients, sent.repeat_key, etag, Response())
    except InvalidArgument as error:
        faulty = sent.with_faults(error, reader.language, names_of_fields(rows, group))
        return await _shown(reader, having, found, group, faulty, status=400)
    except StaleEtag:
        now = await get_entry(reader.agency_id, having.clients, Response())
        part = now.entry.part(group)
        changed = differences(sent, group, part)
        return await _shown(reader, having, now, group, joined(sent, group, part), status=409, changed=changed)
    except COME_AGAIN:
        return await _shown(reader, having, found, group, sent, status=503, is_away=True)
    return RedirectResponse(f"/eintrag#{group}", 303)


async def _editable(reader: Reader, having: PartsOf, group: str) -> OwnEntry:
    if group not in GROUPS or group == "capacity":
        raise NotFound
    found = await get_entry(reader.agency_id, having.clients, Response())
    if not found.may_edit:
        raise PermissionDenied
    return found


async def _shown(
    reader: Reader,
    having: PartsOf,
    found: OwnEntry,
    group: str,
    form: Form,
    *,
    status: int = 200,
    focus: str = "",
    changed: list[Difference] | None = None,
    is_away: bool = False,
) -> Response:
    known = await topics(having.clients, reader.language)
    rows = rows_of(form, group)
    spoken = {*SPOKEN_LANGUAGES, *(text for row in rows for text in form.texts(f"{row.row_id}.code") if text)}
    return page(
        reader,
        "coordinator/edit.html",
        status=status,
        form=form,
        group=group,
        kinds=GROUPS[group],
        blocks=blocks_of(group, rows, found.entry),
        fields=fields_of(rows, group),
        names=names_of_rows(found.entry),
        topics=[(topic.slug, topic.label) for topic in known.topics],
        languages=sorted(spoken),
        focus=focus,
        changed=changed,
        is_away=is_away,
    )
