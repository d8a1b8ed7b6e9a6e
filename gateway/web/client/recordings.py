"""The words of a text as a person speaks them, beside the question that they belong to."""

from fastapi import APIRouter, Response

from gateway.api.v1.client.recordings import recording
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.consent_texts import ContentHash
from gateway.api.v1.staff.recordings import Range
from gateway.web.dependencies import ClientOf

router = APIRouter(include_in_schema=False)


@router.get("/question/recordings/{content_hash}")
async def heard(content_hash: ContentHash, client: ClientOf, having: PartsOf, part: Range = "") -> Response:
    """Fetched only when she presses play."""
    return await recording(content_hash, having.clients, client.session, part)
