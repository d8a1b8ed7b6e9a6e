"""A client at the desk takes back what she permitted: what it does, then that it is done, with her receipt to print."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.referrals import get_referral
from gateway.api.v1.staff.withdrawals import (
    EarlierEnd,
    PartOfConsent,
    PartTakenBack,
    Present,
    WithdrawnForClient,
    list_withdrawals,
    preview_withdrawal,
    reduce_for_client,
    take_withdrawal_back,
    withdraw_for_client,
)
from gateway.web.dependencies import StaffOf
from gateway.web.effects import effect_between
from gateway.web.forms import Form, body_of
from gateway.web.last_day import day_of, end_of, last_instant
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, LotseError

router = APIRouter(include_in_schema=False)
_RELEASE = "release-"


@router.get("/verweisungen/{referral_id}/widerruf")
async def before(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What it does, whole and part by part, before it is done."""
    return await _offered(reader, having, referral_id, Form())


@router.post("/verweisungen/{referral_id}/widerruf")
async def take_back(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """At once, without a reason and in any state; the page is hers to take along."""
    done = await withdraw_for_client(referral_id, having.clients, reader.form.repeat_key)
    return _withdrawn(reader, having, referral_id, done)


@router.post("/verweisungen/{referral_id}/widerruf/teil")
async def take_part_back(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """One part, by itself; what it does stood beside the button."""
    chosen = reader.form.text("part")
    if not chosen:
        raise InvalidArgument(violations=[FieldViolation("part", "missing")])
    release = chosen.removeprefix(_RELEASE)
    part = {"categories": [chosen]} if release == chosen else {"secrecy_releases": [release]}
    body = body_of(PartTakenBack, part)
    done = await withdraw_for_client(referral_id, having.clients, reader.form.repeat_key, body)
    return _withdrawn(reader, having, referral_id, done, in_part=True)


@router.post("/verweisungen/{referral_id}/widerruf/ende")
async def end_earlier(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """From now on it ends on the day that she says."""
    form, back = reader.form, reader.at_page(f"/verweisungen/{referral_id}/widerruf")
    try:
        wanted = EarlierEnd(valid_until=end_of(form.text("last_day")))
        done = await reduce_for_client(referral_id, wanted, having.clients, form.repeat_key)
    except InvalidArgument as error:
        shown = form.with_faults(error, reader.language, {"valid_until": "last_day"})
        return await _offered(back, having, referral_id, shown, status=400)
    return page(
        back,
        "counsellor/reduced.html",
        referral_id=referral_id,
        receipt_id=done.receipt_id,
        last_day=last_instant(wanted.valid_until),
        now=having.clock.now(),
    )


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


def _withdrawn(
    reader: Reader, having: PartsOf, referral_id: str, done: WithdrawnForClient, *, in_part: bool = False
) -> Response:
    return page(
        reader.at_page(f"/verweisungen/{referral_id}"),
        "counsellor/withdrawn.html",
        referral_id=referral_id,
        receipt_id=done.receipt_id,
        in_part=in_part,
        now=having.clock.now(),
    )


async def _offered(reader: Reader, having: PartsOf, referral_id: str, form: Form, *, status: int = 200) -> Response:
    """All that she can take back, with what each would do; the whole also where nothing is in force any more."""
    found = await get_referral(referral_id, having.clients, Response())
    would = await preview_withdrawal(referral_id, having.clients)
    own = found.discloser_id == reader.agency_id
    names = await names_if_there(having.clients, [found.discloser_id, found.recipient_id])
    recipient = names[found.recipient_id]
    now = would.now
    ends = last_instant(now.valid_until) if now and now.in_force else None
    return page(
        reader,
        "counsellor/withdraw.html",
        status=status,
        form=form if form.faults else Form.showing(last_day=day_of(ends) if ends else ""),
        referral=found,
        own=own,
        other=recipient if own else names[found.discloser_id],
        parts_offered=[
            (_name_of(part), effect_between(now, part.left, recipient)) for part in would.parts if now is not None
        ],
        ends=ends,
        longest=day_of(ends) if ends else "",
    )


def _name_of(part: PartOfConsent) -> str:
    """What a form sends for a part."""
    return part.category or f"{_RELEASE}{part.secrecy_release}"


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
