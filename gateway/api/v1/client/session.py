"""A client's session: begun with an access code or a pass, never with a name."""

import time
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from lotse.consent.v1 import client_pb2
from lotse.options.v1 import access_pb2
from pydantic import Field

from gateway.api.v1.dependencies import (
    ClientSessionOf,
    EndingClientSessionOf,
    Parts,
    PartsOf,
    RepeatKey,
    refuse_bearer,
)
from gateway.api.v1.schemas import Answer, Body, PlainText, words
from gateway.identity import cookies, csrf
from gateway.sessions.content import ClientContent
from services.common.errors import InvalidArgument, ResourceExhausted
from services.common.protobuf.times import from_timestamp

router = APIRouter(prefix="/api/v1", tags=["session"])


class Secret(Body):
    """What she types."""

    secret: PlainText = Field(
        min_length=1, max_length=60, description="Access code or pass, as it is written or spoken."
    )


class SecondSecret(Body):
    """Six digits that only she knows."""

    second_secret: str = Field(pattern=r"^[0-9]{6}$")


class ClientSessionAnswer(Answer):
    """What her session may do."""

    scopes: list[str]
    csrf_token: str
    ends_at: datetime


@router.post("/session", status_code=201, summary="Begin with an access code or a pass")
async def begin(
    body: Secret, request: Request, having: PartsOf, repeat_key: RepeatKey, response: Response
) -> ClientSessionAnswer:
    """Wrong and unknown codes answer alike; what can be no code at all is named and counts for nothing."""
    csrf.check_origin(request, having.settings.client_origin)
    refuse_bearer(request)
    sender = request.client.host if request.client else ""
    if not having.attempts.allow(sender):
        raise ResourceExhausted
    wanted = client_pb2.RedeemRequest(request_id=repeat_key, secret=body.secret)
    try:
        redeemed = await having.clients.consent.Redeem(wanted)
    except InvalidArgument:
        having.attempts.was_no_guess(sender)
        raise
    having.attempts.was_no_guess(sender)
    _, content = await open_session(redeemed, request.cookies.get(cookies.CLIENT), response, having)
    return session_answer(content)


async def open_session(
    opened: client_pb2.RedeemResponse | client_pb2.NextInSittingResponse,
    before: str | None,
    response: Response,
    having: Parts,
    *,
    handed_over: bool = False,
) -> tuple[str, ClientContent]:
    """Her session in this browser from now on, by its id; the one that this browser had `before` has ended."""
    session_id, content = await having.sessions.begin_client(
        opened.client_token,
        from_timestamp(opened.expires_at).timestamp(),
        from_timestamp(opened.session_ends_at).timestamp(),
        tuple(words(access_pb2.ClientScope, list(opened.scopes))),
        handed_over=handed_over,
    )
    if before is not None:
        await having.sessions.end_client(before)
    cookies.set_cookie(response, cookies.CLIENT, session_id)
    return session_id, content


@router.get("/session", summary="The session of this browser")
async def current(session: ClientSessionOf) -> ClientSessionAnswer:
    """What it may do and when it ends."""
    return session_answer(session.content)


@router.delete("/session", status_code=204, summary="End the session")
async def end(session: EndingClientSessionOf, having: PartsOf, response: Response) -> None:
    """Nothing stays in this browser."""
    await having.sessions.end_client(session.id)
    cookies.clear_cookie(response, cookies.CLIENT)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@router.post("/second-secret", summary="Show names too")
async def confirm_second_secret(
    body: SecondSecret, session: ClientSessionOf, having: PartsOf, response: Response
) -> ClientSessionAnswer:
    """Five errors hide names for a day; withdrawing stays possible. The session goes on under a new id."""
    request = client_pb2.ConfirmSecondSecretRequest(second_secret=body.second_secret)
    confirmed = await having.clients.consent.ConfirmSecondSecret(request)
    # What may more now has another id: whoever knew the one before has gained nothing.
    widened = await having.sessions.widen_client(
        session.id,
        confirmed.client_token,
        from_timestamp(confirmed.expires_at).timestamp(),
        tuple(sorted({*session.content.scopes, "see-names"})),
    )
    cookies.set_cookie(response, cookies.CLIENT, widened.id)
    return session_answer(widened.content)


def session_answer(content: ClientContent) -> ClientSessionAnswer:
    """What a session may do and when it ends."""
    return ClientSessionAnswer(
        scopes=list(content.scopes),
        csrf_token=content.csrf,
        ends_at=datetime.fromtimestamp(max(content.session_ends, time.time()), UTC),
    )
