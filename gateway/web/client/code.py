"""Entering a code, and leaving fast."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.session import Secret, begin
from gateway.api.v1.dependencies import PartsOf
from gateway.identity import cookies, csrf
from gateway.web.dependencies import VisitorOf, remember_form
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, LotseError

router = APIRouter(include_in_schema=False)
_AT_THE_FIELD = {"SECRET_NOT_ACCEPTED": "code-not-accepted", "RESOURCE_EXHAUSTED": "too-many-tries"}


@router.get("/")
async def code(reader: VisitorOf) -> Response:
    """One field."""
    return _shown(reader, Form())


@router.post("/")
async def enter(request: Request, reader: VisitorOf, having: PartsOf) -> Response:
    """A question to answer, or her list, depending on what the code is. A wrong one stays in the field."""
    form = reader.form
    response = RedirectResponse("/mine", 303)
    try:
        secret = body_of(Secret, {"secret": form.text("code")})
        begun = await begin(secret, request, having, form.repeat_key, response)
    except InvalidArgument as error:
        return _shown(reader, form.with_faults(error, reader.language, {"secret": "code"}), status=400)
    except LotseError as error:
        if (rule := _AT_THE_FIELD.get(error.reason)) is None:
            raise
        wrong = InvalidArgument(violations=[FieldViolation("code", rule)])
        return _shown(reader, form.with_faults(wrong, reader.language), status=400)
    if "decide" in begun.scopes:
        response.headers["Location"] = "/question"
    return response


@router.post("/leave")
async def leave(request: Request, having: PartsOf) -> Response:
    """Away at once, from any page and in any state. Asks for no token: all it can do is to end her own session."""
    csrf.check_origin(request, having.settings.client_origin)
    address = having.settings.exit_address
    if (session_id := request.cookies.get(cookies.CLIENT)) is not None:
        if await having.sessions.is_handed_over(session_id):
            address = f"{having.settings.staff_origin}/uebergeben"
        await having.sessions.end_client(session_id)
    response = RedirectResponse(address, 303)
    for name in (cookies.CLIENT, cookies.FORM, cookies.LANGUAGE):
        cookies.clear_cookie(response, name)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _shown(reader: Reader, form: Form, *, status: int = 200) -> Response:
    response = page(reader, "client/code.html", status=status, form=form)
    remember_form(response, reader)
    return response
