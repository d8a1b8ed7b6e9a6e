"""The client's side of a tablet that the counsellor hands over: no code to type."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from lotse.consent.v1 import client_pb2
from lotse.options.v1 import access_pb2

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import words
from gateway.errors import SessionEnded
from gateway.identity import cookies
from services.common.protobuf.times import from_timestamp

router = APIRouter(include_in_schema=False)


@router.get("/tablet")
async def begin(having: PartsOf, ticket: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Begins her session once. A ticket that was used or is a minute old leads to the empty code page."""
    try:
        code = await having.sessions.take_hand_over(ticket)
    except SessionEnded:
        return RedirectResponse("/", 303)
    redeemed = await having.clients.consent.Redeem(client_pb2.RedeemRequest(request_id=str(uuid4()), secret=code))
    session_id, _ = await having.sessions.begin_client(
        redeemed.client_token,
        from_timestamp(redeemed.expires_at).timestamp(),
        from_timestamp(redeemed.session_ends_at).timestamp(),
        tuple(words(access_pb2.ClientScope, list(redeemed.scopes))),
        handed_over=True,
    )
    response = RedirectResponse("/question", 303)
    cookies.set_cookie(response, cookies.CLIENT, session_id)
    return response
