"""The agency's own cases and what is written in them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id, Word
from gateway.api.v1.staff.cases import (
    Case,
    NewCase,
    NewSection,
    create_case,
    get_case,
    list_cases,
    read_section,
    write_section,
)
from gateway.api.v1.staff.referrals import list_referrals
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.sections import SECTIONS
from services.common.errors import InvalidArgument, NotFound, StaleEtag

router = APIRouter(include_in_schema=False)


@router.get("/faelle")
async def cases(reader: StaffOf, having: PartsOf, page_token: Annotated[str, Query(max_length=500)] = "") -> Response:
    """The person's cases, and the form for a new one."""
    return await _list(reader, having, Form(), page_token=page_token)


@router.post("/faelle")
async def open_case(reader: StaffOf, having: PartsOf) -> Response:
    """Open a case and go there."""
    form = reader.form
    try:
        new = body_of(NewCase, {"handle": form.text("handle"), "in_danger": form.has("in_danger", "yes")})
        made = await create_case(new, having.clients, form.repeat_key, Response())
    except InvalidArgument as error:
        return await _list(reader, having, form.with_faults(error, reader.language), status=400)
    return RedirectResponse(f"/faelle/{made.case_id}", 303)


@router.get("/faelle/{case_id}")
async def case(case_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """One case: its sections and its referrals."""
    found = await get_case(case_id, having.clients, Response())
    sent = await list_referrals(having.clients, "outgoing", page_size=200, page_token="")
    referrals = [entry for entry in sent.referrals if entry.case_id == case_id]
    names = await names_if_there(having.clients, [entry.recipient_id for entry in referrals])
    return page(reader, "counsellor/case.html", case=found, referrals=referrals, names=names)


@router.get("/faelle/{case_id}/abschnitte/{category}")
async def section(case_id: Id, category: Word, reader: StaffOf, having: PartsOf) -> Response:
    """What is written in a section, to be written on."""
    found = await get_case(case_id, having.clients, Response())
    return await _section(reader, found, category, await _written(found, category, having))


@router.post("/faelle/{case_id}/abschnitte/{category}")
async def write(case_id: Id, category: Word, reader: StaffOf, having: PartsOf) -> Response:
    """A new version. When somebody wrote meanwhile, what was typed stays beside what stands there now."""
    form = reader.form
    found = await get_case(case_id, having.clients, Response())
    _known(category)
    try:
        new = body_of(
            NewSection,
            {
                "fields": {
                    name: form.text(f"field-{name}") for name in SECTIONS[category] if form.text(f"field-{name}")
                },
                "note": form.text("note"),
                "labels": form.texts("labels"),
                "base_version": form.number("base_version"),
                "entrusted_by_another": form.has("entrusted", "yes"),
            },
        )
        await write_section(case_id, category, new, having.clients, form.repeat_key)
    except InvalidArgument as error:
        return await _section(reader, found, category, form.with_faults(error, reader.language), status=400)
    except StaleEtag:
        now = await _written(found, category, having)
        return await _section(reader, found, category, form, other=now, status=409)
    return RedirectResponse(f"/faelle/{case_id}", 303)


async def _list(reader: Reader, having: PartsOf, form: Form, *, page_token: str = "", status: int = 200) -> Response:
    found = await list_cases(having.clients, page_size=25, page_token=page_token)
    return page(reader, "counsellor/cases.html", status=status, form=form, found=found)


async def _written(found: Case, category: str, having: PartsOf) -> Form:
    _known(category)
    newest = next((one for one in found.sections if one.category == category), None)
    if newest is None:
        return Form.showing(base_version="0")
    read = await read_section(found.case_id, category, having.clients, newest.version)
    fields = {f"field-{name}": value for name, value in read.fields.items()}
    entrusted = ["yes"] if newest.entrusted_by_another else []
    return Form.showing(
        note=read.note, labels=newest.labels, base_version=str(newest.version), entrusted=entrusted, **fields
    )


async def _section(
    reader: Reader, found: Case, category: str, form: Form, *, other: Form | None = None, status: int = 200
) -> Response:
    if other is not None:
        form = Form({**form.values, "base_version": other.values["base_version"]}, form.faults)
    return page(reader, "counsellor/section.html", status=status, case=found, category=category, form=form, other=other)


def _known(category: str) -> None:
    if category not in SECTIONS:
        raise NotFound
