"""A client at the desk takes back what she permitted: what it does, then that it is done, with her receipt to print."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.referrals import get_referral
from gateway.api.v1.staff.withdrawals import withdraw_for_client
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/verweisungen/{referral_id}/widerruf")
async def before(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What it does, before it is done."""
    found = await get_referral(referral_id, having.clients, Response())
    own = found.discloser_id == reader.agency_id
    other = found.recipient_id if own else found.discloser_id
    names = await names_if_there(having.clients, [other])
    return page(reader, "counsellor/withdraw.html", referral=found, own=own, other=names[other])


@router.post("/verweisungen/{referral_id}/widerruf")
async def take_back(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """At once, without a reason and in any state; the page is hers to take along."""
    done = await withdraw_for_client(referral_id, having.clients, reader.form.repeat_key)
    back = reader.at_page(f"/verweisungen/{referral_id}")
    now = having.clock.now()
    return page(back, "counsellor/withdrawn.html", referral_id=referral_id, receipt_id=done.receipt_id, now=now)
