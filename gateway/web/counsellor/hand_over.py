"""Hand-over mode: the agency's tablet shows the client's pages, and the counsellor's session is locked behind them."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.referrals import ask
from gateway.identity import cookies
from gateway.web.counsellor.asking import question_in
from gateway.web.dependencies import StaffOf, VisitorOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.post("/verweisungen/{referral_id}/tablet")
async def hand_over(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Ask, lock, and go to the client's host, in this order: what fails before the lock leaves her logged in.

    The code itself reaches no browser: a ticket that is good once leads to it.
    """
    form = reader.form
    made = await ask(referral_id, question_in(form), having, form.repeat_key, form.text("etag"), on_tablet=True)
    ticket = await having.sessions.begin_hand_over(made.access_code)
    await having.sessions.lock_staff(reader.session_id, f"/verweisungen/{referral_id}")
    response = RedirectResponse(f"{having.settings.client_origin}/tablet?{urlencode({'ticket': ticket})}", 303)
    response.headers["Clear-Site-Data"] = '"cache"'  # the pages before, which the back button would show
    return response


@router.get("/uebergeben")
async def locked(request: Request, reader: VisitorOf, having: PartsOf) -> Response:
    """What stands on the tablet while it is handed over; to the desk when it is not."""
    cookie = request.cookies.get(cookies.STAFF)
    lock = await having.sessions.lock_of(cookie) if cookie else None
    if lock is None:
        return RedirectResponse("/", 303)
    return page(reader, "counsellor/locked.html", path=lock.path)
