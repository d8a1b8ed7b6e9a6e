"""The recording of a text that she is asked with."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf
from gateway.api.v1.staff.consent_texts import ContentHash
from gateway.api.v1.staff.recordings import Range, sound

router = APIRouter(prefix="/api/v1", tags=["consent"])


@router.get("/consent-request/recordings/{content_hash}", summary="A text to be heard", response_class=Response)
async def recording(content_hash: ContentHash, having: ClientsOf, _: ClientSessionOf, part: Range = "") -> Response:
    """Sound, whole or in the part that the header Range names; by the hash of a text that has a `recording_type`."""
    return await sound(content_hash, having, part)
