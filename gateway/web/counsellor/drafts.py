"""Drafting a referral on one page, asking the client, and sending what she permits."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import agency
from gateway.api.v1.staff.cases import get_case, list_cases
from gateway.api.v1.staff.referrals import (
    Draft,
    create_referral,
    get_referral,
    request_consent,
    send,
    update_referral,
)
from gateway.api.v1.staff.search import topics
from gateway.api.v1.staff.transitions import discard
from gateway.web.counsellor.asking import question_in
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import FieldViolation, InvalidArgument, LotseError

router = APIRouter(include_in_schema=False)
_NAMES = {"cover_sheet.topics": "topics", "cover_sheet.language": "language", "cover_sheet.urgency": "urgency"}
_AT_THE_FIELD = {
    "HANDOVER_NOT_ACCEPTED": FieldViolation("recipient_id", "handover-not-accepted"),
    "SECTION_NOT_WRITTEN": FieldViolation("categories", "section-not-written"),
}


@router.get("/verweisungen/neu")
async def choose_case(
    reader: StaffOf, having: PartsOf, stelle: Annotated[Id, Query()], angebot: Annotated[Id | None, Query()] = None
) -> Response:
    """For which case somebody is to be referred to this agency."""
    recipient = await agency(stelle, having.clients)
    cases = await list_cases(having.clients, page_size=100, page_token="")
    return page(reader, "counsellor/choose_case.html", recipient=recipient, service_id=angebot or "", cases=cases.cases)


@router.get("/faelle/{case_id}/verweisung")
async def new(
    case_id: Id,
    reader: StaffOf,
    having: PartsOf,
    stelle: Annotated[Id, Query()],
    angebot: Annotated[Id | None, Query()] = None,
) -> Response:
    """An empty draft to this agency."""
    form = Form.showing(
        recipient_id=stelle,
        service_id=angebot or "",
        urgency="normal",
        kind="refer",
        purpose="handing-over",
        language="de",
    )
    return await _form(reader, having, case_id, form)


@router.post("/faelle/{case_id}/verweisung")
async def create(case_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Draft it and go there."""
    form = reader.form
    try:
        made = await create_referral(case_id, _draft(form), having.clients, form.repeat_key, Response())
    except LotseError as error:
        return await _form(reader, having, case_id, _kept(form, error, reader), status=400)
    return RedirectResponse(f"/verweisungen/{made.referral_id}", 303)


@router.get("/verweisungen/{referral_id}/entwurf")
async def edit(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The draft as it stands, to be changed."""
    found = await get_referral(referral_id, having.clients, Response())
    sheet = found.cover_sheet
    form = Form.showing(
        recipient_id=found.recipient_id,
        service_id=found.service_id,
        kind=found.kind,
        purpose=found.purpose,
        topics=sheet.topics if sheet else (),
        urgency=sheet.urgency if sheet else "normal",
        language=sheet.language if sheet else "de",
        categories=[section.category for section in found.sections],
        etag=found.etag,
    )
    return await _form(reader, having, found.case_id, form, referral_id=referral_id)


@router.post("/verweisungen/{referral_id}/entwurf")
async def change(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Write it anew; what she permitted stays, what is new is asked anew."""
    form = reader.form
    try:
        draft = _draft(form)
        await update_referral(referral_id, draft, having.clients, form.repeat_key, form.text("etag"), Response())
    except LotseError as error:
        kept = _kept(form, error, reader)
        found = await get_referral(referral_id, having.clients, Response())
        return await _form(reader, having, found.case_id, kept, referral_id=referral_id, status=400)
    return RedirectResponse(f"/verweisungen/{referral_id}", 303)


@router.post("/verweisungen/{referral_id}/einwilligung")
async def ask(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The code for the client, shown once. Asking again makes a new one and ends this one."""
    form = reader.form
    made = await request_consent(referral_id, question_in(form), having, form.repeat_key, form.text("etag"))
    return page(
        reader.at_page(f"/verweisungen/{referral_id}"),
        "counsellor/access_code.html",
        made=made,
        referral_id=referral_id,
    )


@router.post("/verweisungen/{referral_id}/senden")
async def send_it(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The payload is computed from her consent at this moment."""
    form = reader.form
    sent = await send(referral_id, having.clients, form.repeat_key, form.text("etag"), Response())
    return page(
        reader.at_page(f"/verweisungen/{referral_id}"), "counsellor/sent.html", sent=sent, referral_id=referral_id
    )


@router.get("/verweisungen/{referral_id}/verwerfen")
async def before_discarding(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Ask before a draft is thrown away."""
    found = await get_referral(referral_id, having.clients, Response())
    return page(reader, "counsellor/discard.html", referral=found)


@router.post("/verweisungen/{referral_id}/verwerfen")
async def throw_away(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The draft is gone; what was written in the case stays."""
    form = reader.form
    gone = await discard(referral_id, having.clients, form.repeat_key, form.text("etag"), Response())
    return RedirectResponse(f"/faelle/{gone.case_id}", 303)


def _draft(form: Form) -> Draft:
    return body_of(
        Draft,
        {
            "recipient_id": form.text("recipient_id"),
            "service_id": form.text("service_id") or None,
            "kind": form.text("kind", "refer"),
            "purpose": form.text("purpose", "handing-over"),
            "cover_sheet": {
                "topics": [topic for topic in form.texts("topics") if topic],
                "urgency": form.text("urgency"),
                "language": form.text("language"),
            },
            "categories": form.texts("categories"),
        },
    )


def _kept(form: Form, error: LotseError, reader: Reader) -> Form:
    """The form with what is wrong in it; any other error goes on."""
    if isinstance(error, InvalidArgument):
        return form.with_faults(error, reader.language, _NAMES)
    if (fault := _AT_THE_FIELD.get(error.reason)) is not None:
        return form.with_faults(InvalidArgument(violations=[fault]), reader.language)
    raise error


async def _form(
    reader: Reader, having: PartsOf, case_id: str, form: Form, *, referral_id: str = "", status: int = 200
) -> Response:
    case = await get_case(case_id, having.clients, Response())
    recipient = await agency(form.text("recipient_id"), having.clients)
    known = await topics(having.clients, reader.language)
    return page(
        reader,
        "counsellor/draft_form.html",
        status=status,
        form=form,
        case=case,
        recipient=recipient,
        referral_id=referral_id,
        topics=[(topic.slug, topic.label) for topic in known.topics],
        languages=SPOKEN_LANGUAGES,
        written=[section.category for section in case.sections],
    )
