"""The recording of a version: heard on its page, put beside the words, replaced and removed."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.consent_texts import ContentHash
from gateway.api.v1.staff.recordings import Range, put_recording, remove_recording, sound
from gateway.web.consent_texts.versions import version_page
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from services.common.errors import FieldViolation, InvalidArgument

router = APIRouter(include_in_schema=False)


@router.get("/texte/fassungen/{content_hash}/aufnahme")
async def recording(content_hash: ContentHash, _: StaffOf, having: PartsOf, part: Range = "") -> Response:
    """To be heard before clients do."""
    return await sound(content_hash, having.clients, part)


@router.post("/texte/fassungen/{content_hash}/aufnahme")
async def put(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """Clients can listen to it from their next page on."""
    form = reader.form
    try:
        await put_recording(content_hash, _recording(form), having.clients, form.repeat_key)
    except InvalidArgument as error:
        reader = reader.at_page(f"/texte/fassungen/{content_hash}")
        return await version_page(content_hash, reader, having, form.with_faults(error, reader.language), status=400)
    return RedirectResponse(f"/texte/fassungen/{content_hash}", 303)


@router.post("/texte/fassungen/{content_hash}/aufnahme/entfernen")
async def removed(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """Nobody hears it any more."""
    await remove_recording(content_hash, having.clients, reader.form.repeat_key)
    return RedirectResponse(f"/texte/fassungen/{content_hash}", 303)


def _recording(form: Form) -> bytes:
    if not (content := form.files.get("recording", b"")):
        raise InvalidArgument(violations=[FieldViolation("recording", "missing")])
    return content
