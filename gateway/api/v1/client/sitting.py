"""The next candidate of the same sitting: a consent of its own, in a session of its own."""

from dataclasses import replace

from fastapi import APIRouter, Response
from lotse.consent.v1 import client_pb2
from lotse.options.v1 import access_pb2

from gateway.api.v1.client.session import ClientSessionAnswer, session_answer
from gateway.api.v1.dependencies import ClientSessionOf, Parts, PartsOf, RepeatKey
from gateway.api.v1.schemas import words
from gateway.identity import cookies
from gateway.identity.sessions import ClientSession
from gateway.sessions.content import ClientContent
from services.common.protobuf.times import from_timestamp

router = APIRouter(prefix="/api/v1", tags=["consent"])


@router.post("/consent-request/next", summary="Go on to the next question of the sitting")
async def go_on(
    session: ClientSessionOf, having: PartsOf, repeat_key: RepeatKey, response: Response
) -> ClientSessionAnswer:
    """Nothing is carried over but her language. 404 when no other question of the sitting is open."""
    return session_answer((await begin_next(session, having, repeat_key, response)).content)


async def begin_next(session: ClientSession, having: Parts, repeat_key: str, response: Response) -> ClientSession:
    """The session of the next question in place of this one; NotFound, and this one stays, when none is open."""
    begun = await having.clients.consent.NextInSitting(client_pb2.NextInSittingRequest(request_id=repeat_key))
    before = session.content
    session_id, _ = await having.sessions.begin_client(
        begun.client_token,
        from_timestamp(begun.expires_at).timestamp(),
        from_timestamp(begun.session_ends_at).timestamp(),
        tuple(words(access_pb2.ClientScope, list(begun.scopes))),
        handed_over=before.handed_over,
    )

    async def as_read(content: ClientContent) -> ClientContent:
        return replace(content, text_language=before.text_language, text_variety=before.text_variety)

    following = await having.sessions.change_client(session_id, as_read)
    await having.sessions.end_client(session.id)
    cookies.set_cookie(response, cookies.CLIENT, session_id)
    return following
