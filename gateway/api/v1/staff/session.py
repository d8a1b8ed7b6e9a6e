"""Logging in and out, and what the session is."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from gateway.api.v1.dependencies import EndingStaffSessionOf, PartsOf, StaffSessionOf
from gateway.api.v1.schemas import Answer
from gateway.errors import LoginFailed, SessionEnded
from gateway.identity import cookies
from gateway.identity.paths import local_path

router = APIRouter(tags=["session"])
_LOGIN_SECONDS = 600


class SessionAnswer(Answer):
    """The session of this browser."""

    csrf_token: str = Field(description="To be sent as X-CSRF-Token with every write.")


class LoggedOut(Answer):
    """Where to go next."""

    location: str


@router.get("/login", status_code=303, summary="Begin a login at Keycloak", response_class=RedirectResponse)
async def login(
    request: Request,
    having: PartsOf,
    return_to: Annotated[str, Query(alias="return", max_length=300)] = "/",
    *,
    fresh: Annotated[bool, Query(description="Ask for the password even if a login is open.")] = False,
    second_factor: Annotated[bool, Query(description="Ask for a second factor as well.")] = False,
) -> Response:
    """Send the browser to Keycloak. `return` is a path of this host; anything else leads to the start page.

    On a tablet that is handed over only a password opens anything again, also where a login is open at Keycloak.
    """
    await having.oidc.require_there()
    cookie = request.cookies.get(cookies.STAFF)
    lock = await having.sessions.lock_of(cookie) if cookie else None
    content, address = having.oidc.begin(
        local_path(return_to),
        fresh=fresh or lock is not None,
        second_factor=second_factor,
        not_before=lock.at if lock else 0.0,
    )
    response = RedirectResponse(address, 303)
    cookies.set_cookie(response, cookies.LOGIN, await having.sessions.begin_login(content), seconds=_LOGIN_SECONDS)
    return response


@router.get("/login/callback", status_code=303, summary="Come back from Keycloak", response_class=RedirectResponse)
async def callback(
    request: Request,
    having: PartsOf,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Finish the login that began in this browser and begin a session of a new id."""
    cookie = request.cookies.get(cookies.LOGIN)
    if cookie is None or not code:
        raise LoginFailed
    try:
        content = await having.sessions.take_login(cookie)
    except SessionEnded:
        raise LoginFailed from None
    tokens = await having.oidc.finish(content, state, code)
    response = RedirectResponse(content.return_to, 303)
    cookies.set_cookie(response, cookies.STAFF, await having.sessions.begin_staff(tokens))
    if (before := request.cookies.get(cookies.STAFF)) is not None:
        await having.sessions.drop_staff(before)
    cookies.clear_cookie(response, cookies.LOGIN)
    return response


@router.get("/api/v1/session", summary="The session of this browser")
async def session(current: StaffSessionOf) -> SessionAnswer:
    """Who is logged in says the agency's own page; here is what a write needs."""
    return SessionAnswer(csrf_token=current.csrf)


@router.post("/api/v1/logout", summary="End the session here and the login at Keycloak")
async def logout(current: EndingStaffSessionOf, having: PartsOf, response: Response) -> LoggedOut:
    """End both."""
    cookies.clear_cookie(response, cookies.STAFF)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    await having.sessions.end_staff(current.id)
    return LoggedOut(location="/login")


@router.post("/api/v1/switch-agency", summary="End the session, to log in for another agency")
async def switch_agency(current: EndingStaffSessionOf, having: PartsOf, response: Response) -> LoggedOut:
    """End the session and the login first: an old token renewed after a switch would mix two agencies."""
    cookies.clear_cookie(response, cookies.STAFF)
    await having.sessions.end_staff(current.id)
    return LoggedOut(location="/login")


@router.post("/logout/back-channel", summary="Keycloak says that a login ended", include_in_schema=False)
async def back_channel_logout(having: PartsOf, logout_token: Annotated[str, Form(max_length=10_000)]) -> Response:
    """End the sessions of that login. The token's signature is the credential."""
    await having.sessions.end_login(await having.oidc.ended_login(logout_token))
    return Response(status_code=200)
