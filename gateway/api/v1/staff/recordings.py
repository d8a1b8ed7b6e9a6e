"""Recordings of consent texts: putting, hearing and removing what a client can listen to beside the words."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from lotse.consent.v1 import recording_pb2 as pb
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Body, decoded
from gateway.api.v1.staff.consent_texts import ConsentText, ContentHash, consent_text
from gateway.clients import Clients
from gateway.http.ranges import in_ranges

router = APIRouter(prefix="/api/v1", tags=["consent texts"], dependencies=[Depends(as_staff)])
Range = Annotated[str, Header(alias="Range", max_length=100, include_in_schema=False)]
_MOST_BASE64 = 4 * 1024 * 1024 + 4


class NewRecording(Body):
    """The recording as base64."""

    recording: str = Field(min_length=1, max_length=_MOST_BASE64)


@router.get("/consent-texts/{content_hash}/recording", summary="A version to be heard", response_class=Response)
async def recording(content_hash: ContentHash, having: ClientsOf, part: Range = "") -> Response:
    """Sound, whole or in the part that the header Range names."""
    return await sound(content_hash, having, part)


@router.put("/consent-texts/{content_hash}/recording", summary="Put a recording beside a version")
async def put(content_hash: ContentHash, body: NewRecording, having: ClientsOf, repeat_key: RepeatKey) -> ConsentText:
    """Ogg Opus, MP3 or M4A, told by content; it takes the place of the one before."""
    content = decoded(body.recording, "recording", "not-a-recording")
    return await put_recording(content_hash, content, having, repeat_key)


@router.post("/consent-texts/{content_hash}/recording/remove", summary="Remove the recording of a version")
async def remove_recording(content_hash: ContentHash, having: ClientsOf, repeat_key: RepeatKey) -> ConsentText:
    """It is gone then; that it was there stays in the log."""
    request = pb.RemoveRecordingRequest(request_id=repeat_key, content_hash=content_hash)
    return consent_text((await having.recordings.RemoveRecording(request)).text)


async def put_recording(content_hash: str, content: bytes, having: Clients, repeat_key: str) -> ConsentText:
    """The same with the bytes as a form sends them."""
    request = pb.PutRecordingRequest(request_id=repeat_key, content_hash=content_hash, recording=content)
    return consent_text((await having.recordings.PutRecording(request)).text)


async def sound(content_hash: str, having: Clients, part: str) -> Response:
    """The recording, for whoever may hear it."""
    found = await having.recordings.GetRecording(pb.GetRecordingRequest(content_hash=content_hash))
    return in_ranges(found.recording, found.media_type, part)
