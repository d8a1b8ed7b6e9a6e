"""The agency's entry with the age of each part, and saying that it is still right."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.entry import Confirmed, Entry, EntryPart, OwnEntry, confirm_entry, get_entry
from gateway.api.v1.staff.reports import ErrorReport, list_reports
from gateway.api.v1.staff.search import topics
from gateway.web.coordinator.fields import GROUPS
from gateway.web.coordinator.hints import Hint, hints_of
from gateway.web.coordinator.notes import notes_about
from gateway.web.coordinator.rows import names_of_rows
from gateway.web.dependencies import StaffOf
from gateway.web.forms import body_of
from gateway.web.rendering import Reader, page
from services.common.errors import COME_AGAIN, NotFound, PermissionDenied, StaleEtag

router = APIRouter(include_in_schema=False)
_SECONDS = 2.0


@router.get("/eintrag")
async def entry(reader: StaffOf, having: PartsOf) -> Response:
    """All of it, as partners see it."""
    return await _shown(reader, having, await get_entry(reader.agency_id, having.clients, Response()))


@router.post("/eintrag/bestaetigen")
async def confirm(reader: StaffOf, having: PartsOf) -> Response:
    """All, or one part, is still right; when it is no longer what she looked at, she is shown what is there."""
    form = reader.form
    said = body_of(Confirmed, {"field_groups": [group for group in form.texts("group") if group]})
    try:
        await confirm_entry(
            reader.agency_id, said, having.clients, form.repeat_key, form.text("etag") or "none", Response()
        )
    except StaleEtag:
        found = await get_entry(reader.agency_id, having.clients, Response())
        return await _shown(reader.at_page("/eintrag"), having, found, status=409)
    return RedirectResponse("/eintrag", 303)


async def _shown(reader: Reader, having: PartsOf, found: OwnEntry, *, status: int = 200) -> Response:
    known = await topics(having.clients, reader.language)
    return page(
        reader,
        "coordinator/entry.html",
        status=status,
        entry=found.entry,
        may_edit=found.may_edit,
        groups=GROUPS,
        names=names_of_rows(found.entry),
        topic_names={topic.slug: topic.label for topic in known.topics},
        reports=await open_reports(having) if found.may_edit else [],
        notes=await notes_about(having, reader.agency_id) or [],
        hints=await hints_of(having, found.entry) if found.may_edit else [],
        is_stale=status == 409,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What a coordinator has to look after: parts that are to be confirmed, errors that were reported, and declines."""

    entry: Entry
    asked: list[EntryPart]
    reports: list[ErrorReport]
    hints: list[Hint]


async def to_be_kept(having: PartsOf, agency_id: str) -> Kept | None:
    """For the desk; None for whoever may not write the entry, and while the directory is away: no desk waits for it."""
    try:
        async with asyncio.timeout(_SECONDS):
            found = await get_entry(agency_id, having.clients, Response())
            if not found.may_edit:
                return None
            asked = [part for part in found.entry.parts if part.standing != "fresh"]
            reports, hints = await asyncio.gather(open_reports(having), hints_of(having, found.entry))
            return Kept(found.entry, asked, reports, hints)
    except (NotFound, PermissionDenied, TimeoutError, *COME_AGAIN):
        return None


async def open_reports(having: PartsOf) -> list[ErrorReport]:
    """Errors that were reported about the own agency and not answered; none for whoever may not see them."""
    try:
        found = await list_reports(having.clients, "received", page_size=50, page_token="")
    except PermissionDenied:
        return []
    return [report for report in found.reports if report.state == "open"]
