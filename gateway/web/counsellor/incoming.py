"""What other agencies hand over: the inbox, taking on, giving back, and what came of it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.referrals import Referral, get_referral, list_referrals
from gateway.api.v1.staff.search import topics
from gateway.api.v1.staff.transitions import Outcome, Why, accept, complete, decline, give_back, start
from gateway.clients import Clients
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import InvalidArgument

router = APIRouter(include_in_schema=False)
EndsWithReason = Callable[[str, Why, Clients, str, str, Response], Awaitable[Referral]]


@router.get("/eingang")
async def inbox(reader: StaffOf, having: PartsOf, page_token: Annotated[str, Query(max_length=500)] = "") -> Response:
    """By deadline."""
    found = await list_referrals(having.clients, "incoming", page_size=25, page_token=page_token)
    names = await names_if_there(having.clients, [entry.discloser_id for entry in found.referrals])
    known = await topics(having.clients, reader.language)
    labels = {topic.slug: topic.label for topic in known.topics}
    return page(reader, "counsellor/inbox.html", found=found, names=names, topic_names=labels)


@router.post("/verweisungen/{referral_id}/annehmen")
async def take_on(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """One of many wins; the others see that it is taken."""
    form = reader.form
    await accept(referral_id, having.clients, form.repeat_key, form.text("etag"), Response())
    return RedirectResponse(f"/verweisungen/{referral_id}", 303)


@router.post("/verweisungen/{referral_id}/beginnen")
async def begin(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The work has begun."""
    form = reader.form
    await start(referral_id, having.clients, form.repeat_key, form.text("etag"), Response())
    return RedirectResponse(f"/verweisungen/{referral_id}", 303)


@router.get("/verweisungen/{referral_id}/ablehnen")
async def before_declining(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Why not, in neutral words."""
    return await _why(reader, having, referral_id, "decline", Form())


@router.post("/verweisungen/{referral_id}/ablehnen")
async def refuse(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Say no; nobody here can read anything of it any more."""
    return await _ended(reader, having, referral_id, "decline", decline)


@router.get("/verweisungen/{referral_id}/zurueckgeben")
async def before_returning(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Why it goes back, in neutral words."""
    return await _why(reader, having, referral_id, "return", Form())


@router.post("/verweisungen/{referral_id}/zurueckgeben")
async def return_it(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Give it back; nobody here can read anything of it any more."""
    return await _ended(reader, having, referral_id, "return", give_back)


@router.get("/verweisungen/{referral_id}/ergebnis")
async def before_completing(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What came of it."""
    return await _outcome(reader, having, referral_id, Form())


@router.post("/verweisungen/{referral_id}/ergebnis")
async def finish(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Report it; it goes back as far as the client permits."""
    form = reader.form
    try:
        outcome = body_of(Outcome, {"result": form.text("result"), "note": form.text("note")})
    except InvalidArgument as error:
        return await _outcome(reader, having, referral_id, form.with_faults(error, reader.language), status=400)
    done = await complete(referral_id, outcome, having.clients, form.repeat_key, form.text("etag"))
    back = reader.at_page(f"/verweisungen/{referral_id}")
    return page(back, "counsellor/completed.html", referral_id=referral_id, goes_back=done.goes_back)


async def _ended(reader: Reader, having: PartsOf, referral_id: str, action: str, end: EndsWithReason) -> Response:
    form = reader.form
    try:
        why = body_of(Why, {"reason": form.text("reason")})
    except InvalidArgument as error:
        return await _why(reader, having, referral_id, action, form.with_faults(error, reader.language), status=400)
    await end(referral_id, why, having.clients, form.repeat_key, form.text("etag"), Response())
    return RedirectResponse("/eingang", 303)


async def _why(
    reader: Reader, having: PartsOf, referral_id: str, action: str, form: Form, *, status: int = 200
) -> Response:
    found = await get_referral(referral_id, having.clients, Response())
    return page(reader, "counsellor/why.html", status=status, referral=found, action=action, form=form)


async def _outcome(reader: Reader, having: PartsOf, referral_id: str, form: Form, *, status: int = 200) -> Response:
    found = await get_referral(referral_id, having.clients, Response())
    return page(reader, "counsellor/outcome_form.html", status=status, referral=found, form=form)
