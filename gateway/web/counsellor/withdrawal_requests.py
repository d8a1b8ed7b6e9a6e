"""Asking another agency to take back for a client who is here, and answering such a question."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.search import topics
from gateway.api.v1.staff.withdrawal_requests import (
    NewWithdrawalRequest,
    WithdrawalAnswer,
    answer_withdrawal_request,
    create_withdrawal_request,
    get_withdrawal_request,
    list_withdrawal_requests,
)
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import FieldViolation, InvalidArgument

router = APIRouter(include_in_schema=False)
_FIELDS = ("to_agency_id", "receipt_id", "month", "topic", "language")
_NAMES = {f"hints.{field}": field for field in _FIELDS}


@router.get("/widerrufsanfragen")
async def requests(reader: StaffOf, having: PartsOf) -> Response:
    """What came, and what was sent from here."""
    incoming = (await list_withdrawal_requests(having.clients, "incoming")).withdrawal_requests
    outgoing = (await list_withdrawal_requests(having.clients, "outgoing")).withdrawal_requests
    others = [*(one.from_agency_id for one in incoming), *(one.to_agency_id for one in outgoing)]
    names = await names_if_there(having.clients, others)
    return page(reader, "counsellor/withdrawal_requests.html", incoming=incoming, outgoing=outgoing, names=names)


@router.get("/widerrufsanfragen/neu")
async def new(reader: StaffOf, having: PartsOf, stelle: Annotated[Id, Query()]) -> Response:
    """What she knows, and no name."""
    return await _form(reader, having, Form.showing(to_agency_id=stelle))


@router.post("/widerrufsanfragen/neu")
async def create(reader: StaffOf, having: PartsOf) -> Response:
    """Ask, and go to where the answer will stand."""
    form = reader.form
    try:
        await create_withdrawal_request(_wanted(form), having.clients, form.repeat_key)
    except InvalidArgument as error:
        return await _form(reader, having, form.with_faults(error, reader.language, _NAMES), status=400)
    return RedirectResponse("/widerrufsanfragen", 303)


@router.get("/widerrufsanfragen/{withdrawal_request_id}")
async def one(withdrawal_request_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What is asked, and the referrals that it may be about."""
    asked = await get_withdrawal_request(withdrawal_request_id, having.clients)
    known = await topics(having.clients, reader.language)
    others = [asked.withdrawal_request.from_agency_id, asked.withdrawal_request.other_agency_id]
    names = await names_if_there(having.clients, [*others, *(each.other_agency_id for each in asked.found)])
    return page(
        reader,
        "counsellor/withdrawal_request.html",
        asked=asked.withdrawal_request,
        found=asked.found,
        names=names,
        topic_names={topic.slug: topic.label for topic in known.topics},
    )


@router.post("/widerrufsanfragen/{withdrawal_request_id}")
async def answered(withdrawal_request_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Taken back at once, or not found."""
    form = reader.form
    answer = body_of(WithdrawalAnswer, {"referral_id": form.text("referral_id") or None})
    await answer_withdrawal_request(withdrawal_request_id, answer, having.clients, form.repeat_key, form.text("etag"))
    return RedirectResponse("/widerrufsanfragen", 303)


def _wanted(form: Form) -> NewWithdrawalRequest:
    if not form.text("receipt_id") and not form.text("month"):
        raise InvalidArgument(violations=[FieldViolation("receipt_id", "missing")])
    given = {field: form.text(field) or None for field in _FIELDS}
    return body_of(NewWithdrawalRequest, {**given, "receipt_id": form.text("receipt_id").lower() or None})


async def _form(reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    known = await topics(having.clients, reader.language)
    names = await names_if_there(having.clients, [form.text("to_agency_id")])
    return page(
        reader.at_page(f"/widerrufsanfragen/neu?stelle={form.text('to_agency_id')}"),
        "counsellor/withdrawal_request_form.html",
        status=status,
        form=form,
        agency=names[form.text("to_agency_id")],
        topics=[(topic.slug, topic.label) for topic in known.topics],
        languages=SPOKEN_LANGUAGES,
    )
