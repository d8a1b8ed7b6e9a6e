"""The client's side of a tablet that the counsellor hands over: no code to type."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from lotse.consent.v1 import client_pb2

from gateway.api.v1.client.session import open_session
from gateway.api.v1.dependencies import PartsOf
from gateway.errors import SessionEnded
from gateway.identity import cookies

router = APIRouter(include_in_schema=False)


@router.get("/tablet")
async def begin(request: Request, having: PartsOf, ticket: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Begins her session once. A ticket that was used or is a minute old leads to the empty code page."""
    try:
        code = await having.sessions.take_hand_over(ticket)
    except SessionEnded:
        return RedirectResponse("/", 303)
    redeemed = await having.clients.consent.Redeem(client_pb2.RedeemRequest(request_id=str(uuid4()), secret=code))
    response = RedirectResponse("/question", 303)
    await open_session(redeemed, request.cookies.get(cookies.CLIENT), response, having, handed_over=True)
    cookies.clear_cookie(response, cookies.LANGUAGE)  # chosen by whoever held the tablet before
    return response
