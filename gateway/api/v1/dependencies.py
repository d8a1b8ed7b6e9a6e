"""What routes ask for: the services, the session or token behind a request, and the headers of a write.

All of it is `async`, also where nothing is awaited: FastAPI hands anything else to a thread, for each request.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from lotse.consent.v1 import client_pb2

from gateway.clients import Clients
from gateway.errors import IfMatchRequired, RepeatKeyRequired, SessionEnded, TwoCredentials
from gateway.hsds.streaming import Streams
from gateway.http.limits import Attempts
from gateway.identity import cookies, csrf
from gateway.identity.oidc import Oidc
from gateway.identity.people import People
from gateway.identity.sessions import ClientSession, Sessions, StaffSession
from gateway.sessions.content import ClientContent
from gateway.settings import GatewaySettings
from services.common.clock import Clock
from services.common.errors import Unauthenticated
from services.common.identity.context import use_credential
from services.common.protobuf.times import from_timestamp

RENEW_SECONDS = 60
_RENEWAL_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of; one for the life of the process."""

    settings: GatewaySettings
    clients: Clients
    sessions: Sessions
    oidc: Oidc
    attempts: Attempts
    public_searches: Attempts
    public_typing: Attempts
    asked_before: Attempts
    """Of each question of a session the first one in an hour is counted, under a salted hash in memory."""

    streams: Streams
    clock: Clock
    people: People


async def parts(request: Request) -> Parts:
    """The parts of this application."""
    found: Parts = request.app.state.parts
    return found


PartsOf = Annotated[Parts, Depends(parts)]


async def clients(having: PartsOf) -> Clients:
    """The services."""
    return having.clients


ClientsOf = Annotated[Clients, Depends(clients)]


async def staff_session(request: Request, having: PartsOf) -> StaffSession:
    """The session of the cookie; for a write only when it came from our own pages."""
    refuse_bearer(request)
    cookie = request.cookies.get(cookies.STAFF)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.staff(cookie)
    csrf.check_write(request, having.settings.staff_origin, session.csrf)
    return session


async def ending_staff_session(request: Request, having: PartsOf) -> StaffSession:
    """The session of the cookie, to be ended: it takes neither a token that lasts nor Keycloak to give one."""
    refuse_bearer(request)
    cookie = request.cookies.get(cookies.STAFF)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.staff_as_it_stands(cookie)
    csrf.check_write(request, having.settings.staff_origin, session.csrf)
    return session


def refuse_bearer(request: Request) -> None:
    """Raises TwoCredentials: beside a session no other credential may stand, since it is unclear who is meant."""
    if "Authorization" in request.headers:
        raise TwoCredentials


async def as_staff(request: Request, having: PartsOf) -> AsyncIterator[None]:
    """Calls within the request bear the token of the session, or the bearer token that was sent, never both."""
    header = request.headers.get("Authorization")
    if header is None or cookies.STAFF in request.cookies:
        token = (await staff_session(request, having)).access_token
    else:
        token = _bearer_token(header)
    with use_credential(token):
        yield


def _bearer_token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    # gRPC takes nothing else into metadata; what raises there would be a fault of ours.
    if scheme.lower() != "bearer" or not (token.isascii() and token.isprintable()):
        raise Unauthenticated
    return token


async def ending_client_session(request: Request, having: PartsOf) -> ClientSession:
    """The client's session, to be ended: it takes neither a token that lasts nor consent to give one."""
    refuse_bearer(request)
    cookie = request.cookies.get(cookies.CLIENT)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.client(cookie)
    csrf.check_write(request, having.settings.client_origin, session.content.csrf)
    return session


async def client_session(
    session: Annotated[ClientSession, Depends(ending_client_session)], having: PartsOf
) -> AsyncIterator[ClientSession]:
    """The client's session; calls within the request bear her capability token."""
    session = await renewed(having, session)
    with use_credential(session.content.token):
        yield session


async def renewed(having: Parts, session: ClientSession) -> ClientSession:
    """The session with a token that lasts a while, as long as consent renews it.

    It is renewed while the row is locked: a second tab gets what the first one fetched, and none takes back names
    that the second secret has just opened.
    """
    if _lasts(session.content, having):
        return session

    async def renew(content: ClientContent) -> ClientContent | None:
        if _lasts(content, having):
            return None  # another request was faster
        with use_credential(content.token):
            new = await having.clients.consent.RenewToken(client_pb2.RenewTokenRequest(), timeout=_RENEWAL_SECONDS)
        return replace(content, token=new.client_token, token_expires=from_timestamp(new.expires_at).timestamp())

    return await having.sessions.change_client(session.id, renew)


def _lasts(content: ClientContent, having: Parts) -> bool:
    now = having.clock.now().timestamp()
    return content.token_expires - now > RENEW_SECONDS or content.session_ends - now < RENEW_SECONDS


async def repeat_key(idempotency_key: Annotated[str | None, Header()] = None) -> str:
    """The repeat key of a write: a UUID; the same again asks for the same again."""
    try:
        return str(UUID(idempotency_key or ""))
    except ValueError:
        raise RepeatKeyRequired from None


async def etag(if_match: Annotated[str | None, Header()] = None) -> str:
    """The etag that was read before this change; `*`, which means any, is none."""
    if not if_match or if_match == "*":
        raise IfMatchRequired
    return if_match.removeprefix("W/").strip('"')


def answer_etag(response: Response, value: str) -> None:
    """Say the etag in the header where HTTP expects it."""
    response.headers["ETag"] = f'"{value}"'


StaffSessionOf = Annotated[StaffSession, Depends(staff_session)]
EndingStaffSessionOf = Annotated[StaffSession, Depends(ending_staff_session)]
ClientSessionOf = Annotated[ClientSession, Depends(client_session)]
EndingClientSessionOf = Annotated[ClientSession, Depends(ending_client_session)]
RepeatKey = Annotated[str, Depends(repeat_key)]
Etag = Annotated[str, Depends(etag)]
AcceptLanguage = Annotated[str, Header(alias="Accept-Language")]
