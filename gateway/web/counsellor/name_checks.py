"""Check: conflict. A client named somebody here who must not read; the coordinator finds out who it is."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.name_checks import (
    Found,
    answer_name_check,
    list_name_checks,
    read_name_check,
)
from gateway.api.v1.staff.referrals import get_referral
from gateway.api.v1.staff.transitions import Assignment, assign
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_PAGE = "/namen"


@router.get("/namen")
async def checks(reader: StaffOf, having: PartsOf) -> Response:
    """Open ones first; no name is opened for it."""
    found = await list_name_checks(having.clients)
    return page(reader, "counsellor/name_checks.html", checks=found.checks)


@router.post("/namen/{name_check_id}/lesen")
async def opened(name_check_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The name beside the people of the agency; each opening is written down, so it is no link."""
    return await _opened(reader, having, name_check_id, Form())


@router.post("/namen/{name_check_id}")
async def answer(name_check_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Who it is, or that nobody of that name works here."""
    form = reader.form
    try:
        found = _found(form)
        await answer_name_check(name_check_id, found, having.clients, form.repeat_key, form.text("etag"))
    except InvalidArgument as error:
        faulty = form.with_faults(error, reader.language, {"person_ids": "person"})
        return await _opened(reader, having, name_check_id, faulty, status=400)
    return RedirectResponse(_PAGE, 303)


@router.post("/namen/{name_check_id}/weitergeben")
async def give_on(name_check_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Somebody else takes on what the excluded person worked on, so that the client is not left waiting."""
    form = reader.form
    listed = (await list_name_checks(having.clients)).checks
    check = next((one for one in listed if one.name_check_id == name_check_id), None)
    if check is None or not check.has_to_be_reassigned:
        raise NotFound
    try:
        to = body_of(Assignment, {"person_id": form.text("colleague")})
    except InvalidArgument as error:
        faulty = form.with_faults(error, reader.language, {"person_id": "colleague"})
        return await _opened(reader, having, name_check_id, faulty, status=400)
    referral = await get_referral(check.referral_id, having.clients, Response())
    await assign(check.referral_id, to, having.clients, form.repeat_key, referral.etag, Response())
    return RedirectResponse(_PAGE, 303)


def _found(form: Form) -> Found:
    """Whom she chose; raises InvalidArgument where neither somebody nor "nobody" is said."""
    if form.text("answer") == "nobody":
        return Found()
    if not (people := form.texts("person")):
        raise InvalidArgument(violations=[FieldViolation("person", "nothing-chosen")])
    return body_of(Found, {"person_ids": people})


async def _opened(reader: Reader, having: PartsOf, name_check_id: str, form: Form, *, status: int = 200) -> Response:
    found = await read_name_check(name_check_id, having)
    return page(
        reader.at_page(_PAGE),
        "counsellor/name_check.html",
        status=status,
        form=form,
        check=found.check,
        name=found.name,
        people=found.people,
        excluded=set(found.check.excluded_person_ids),
    )
