"""A client at the desk takes back what she permitted: what it does, then that it is done, with her receipt to print."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.referrals import get_referral
from gateway.api.v1.staff.withdrawals import Present, list_withdrawals, take_withdrawal_back, withdraw_for_client
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, LotseError

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


@router.get("/verweisungen/{referral_id}/widerruf/zuruecknehmen")
async def before_reinstating(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Which withdrawals can still be taken back, each for itself."""
    return await _withdrawals(reader, having, referral_id, Form())


@router.post("/verweisungen/{referral_id}/widerruf/{withdrawal_id}/zuruecknehmen")
async def reinstate(referral_id: Id, withdrawal_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """In force again, which somebody has to say that she wants and that she is there."""
    form, field = reader.form, f"present-{withdrawal_id}"
    back = reader.at_page(f"/verweisungen/{referral_id}/widerruf/zuruecknehmen")
    if not form.has(field, "yes"):
        missing = InvalidArgument(violations=[FieldViolation(field, "missing")])
        return await _withdrawals(back, having, referral_id, form.with_faults(missing, reader.language), status=400)
    present = body_of(Present, {"client_is_present": True})
    try:
        done = await take_withdrawal_back(referral_id, withdrawal_id, present, having.clients, form.repeat_key)
    except LotseError as error:
        if error.reason != "ILLEGAL_STATE":
            raise
        return await _withdrawals(back, having, referral_id, Form(), too_late=True, status=409)
    now = having.clock.now()
    return page(back, "counsellor/reinstated.html", referral_id=referral_id, receipt_id=done.receipt_id, now=now)


async def _withdrawals(
    reader: Reader, having: PartsOf, referral_id: str, form: Form, *, too_late: bool = False, status: int = 200
) -> Response:
    found = await list_withdrawals(referral_id, having.clients)
    return page(
        reader,
        "counsellor/reinstate.html",
        status=status,
        form=form,
        referral_id=referral_id,
        withdrawals=found.withdrawals,
        too_late=too_late,
    )
