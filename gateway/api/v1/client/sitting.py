"""The next candidate of the same sitting: a consent of its own, in a session of its own."""

from dataclasses import replace

from fastapi import APIRouter, Response
from lotse.consent.v1 import client_pb2

from gateway.api.v1.client.session import ClientSessionAnswer, open_session, session_answer
from gateway.api.v1.dependencies import ClientSessionOf, Parts, PartsOf, RepeatKey
from gateway.identity.sessions import ClientSession
from gateway.sessions.content import ClientContent

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
    session_id, _ = await open_session(begun, session.id, response, having, handed_over=before.handed_over)

    async def as_read(content: ClientContent) -> ClientContent:
        return replace(content, text_language=before.text_language, text_variety=before.text_variety)

    return await having.sessions.change_client(session_id, as_read)
