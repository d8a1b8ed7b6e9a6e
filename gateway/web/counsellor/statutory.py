"""Passing something on without consent because a law permits it, and the look of a second person at it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.cases import get_case
from gateway.api.v1.staff.referrals import get_referral
from gateway.api.v1.staff.statutory import (
    ActReason,
    NewAct,
    Review,
    list_acts,
    read_reason,
    record_act,
    review_act,
)
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import IllegalState, InvalidArgument

router = APIRouter(include_in_schema=False)
_HOURS = "72"


@router.get("/faelle/{case_id}/ohne-einwilligung")
async def form(
    case_id: Id, reader: StaffOf, having: PartsOf, verweisung: Annotated[Id | None, Query()] = None
) -> Response:
    """Before anything is done: what this is for, and what it takes."""
    return await _form(reader, having, case_id, Form.showing(hours=_HOURS, referral_id=verweisung or ""))


@router.post("/faelle/{case_id}/ohne-einwilligung")
async def act(case_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Write it down; with a draft back to it, from where it can be sent."""
    sent = reader.form
    referral_id = sent.text("referral_id")
    try:
        new = body_of(
            NewAct,
            {
                "referral_id": referral_id or None,
                "recipient_body": sent.text("recipient_body") or None,
                "ground": sent.text("ground"),
                "channel": "network" if referral_id else sent.text("channel"),
                "categories": sent.texts("categories"),
                "hours": sent.number("hours"),
                "reason": sent.text("reason"),
                "notice_withheld": sent.text("notice_withheld") or None,
            },
        )
        await record_act(case_id, new, having.clients, sent.repeat_key)
    except InvalidArgument as error:
        return await _form(reader, having, case_id, sent.with_faults(error, reader.language), status=400)
    return RedirectResponse(f"/verweisungen/{referral_id}" if referral_id else "/ohne-einwilligung", 303)


@router.get("/ohne-einwilligung")
async def queue(reader: StaffOf, having: PartsOf) -> Response:
    """What waits for a second person, then everything else."""
    return await _queue(reader, having)


@router.post("/ohne-einwilligung/{act_id}/grund")
async def reason(act_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The reason of one act; the look is written down."""
    return await _queue(reader, having, act_id, await read_reason(act_id, having.clients))


@router.post("/ohne-einwilligung/{act_id}")
async def review(act_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Confirmed, or objected; whoever acted is told that it takes somebody else."""
    sent = reader.form
    said = body_of(Review, {"case_id": sent.text("case_id"), "verdict": sent.text("verdict")})
    try:
        await review_act(act_id, said, having.clients, sent.repeat_key)
    except IllegalState:
        return await _queue(reader, having, act_id, status=409)
    return RedirectResponse("/ohne-einwilligung", 303)


async def _form(reader: Reader, having: PartsOf, case_id: str, form: Form, *, status: int = 200) -> Response:
    case = await get_case(case_id, having.clients, Response())
    referral_id = form.text("referral_id")
    referral = await get_referral(referral_id, having.clients, Response()) if referral_id else None
    names = await names_if_there(having.clients, [referral.recipient_id] if referral else [])
    return page(
        reader,
        "counsellor/statutory_form.html",
        status=status,
        form=form,
        case=case,
        referral=referral,
        recipient=names[referral.recipient_id] if referral else "",
    )


async def _queue(
    reader: Reader, having: PartsOf, act_id: str = "", reason: ActReason | None = None, *, status: int = 200
) -> Response:
    found = (await list_acts(having.clients)).acts
    names = await names_if_there(having.clients, [each.recipient_id for each in found])
    return page(
        reader.at_page("/ohne-einwilligung"),
        "counsellor/statutory.html",
        status=status,
        acts=found,
        names=names,
        act_id=act_id,
        reason=reason,
    )
