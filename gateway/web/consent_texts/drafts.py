"""A draft as a client would see it; signing, publishing and discarding it."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.consent_text_drafts import (
    ReadText,
    ShownTextDraft,
    discard_draft,
    get_draft,
    publish_draft,
    sign_draft,
)
from gateway.api.v1.staff.consent_texts import Signature, list_texts
from gateway.web.consent_texts.neighbours import Place, artefact, changes_since, in_force, original_of
from gateway.web.consent_texts.versions import signature_of
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import IllegalState, InvalidArgument, StaleEtag

router = APIRouter(include_in_schema=False)


@router.get("/texte/entwuerfe/{draft_id}")
async def draft(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """With the German original beside it, and what it says otherwise than the version in force."""
    return await _shown(draft_id, reader, having, Form())


@router.post("/texte/entwuerfe/{draft_id}/unterschreiben")
async def signed(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The reviewer's name under the words that were read."""
    form = reader.form
    reader = reader.at_page(f"/texte/entwuerfe/{draft_id}")
    try:
        signature = body_of(Signature, signature_of(form, form.text("content_hash")))
        await sign_draft(draft_id, signature, having.clients, form.repeat_key)
    except InvalidArgument as error:
        return await _shown(draft_id, reader, having, form.with_faults(error, reader.language), status=400)
    except StaleEtag:
        return await _shown(draft_id, reader, having, form, status=409)
    return RedirectResponse(f"/texte/entwuerfe/{draft_id}", 303)


@router.get("/texte/entwuerfe/{draft_id}/veroeffentlichen")
async def before_publishing(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What will happen, before it does."""
    return await _asked(draft_id, reader, having)


@router.post("/texte/entwuerfe/{draft_id}/veroeffentlichen")
async def published(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Clients are shown it from their next page on."""
    form = reader.form
    read = body_of(ReadText, {"content_hash": form.text("content_hash")})
    try:
        version = await publish_draft(draft_id, read, having.clients, form.repeat_key)
    except StaleEtag:
        return await _shown(draft_id, reader.at_page(f"/texte/entwuerfe/{draft_id}"), having, Form(), status=409)
    except IllegalState as error:
        reader = reader.at_page(f"/texte/entwuerfe/{draft_id}/veroeffentlichen")
        return await _asked(draft_id, reader, having, status=409, hindered=error.metadata.get("state", ""))
    return RedirectResponse(f"/texte/fassungen/{version.content_hash}", 303)


@router.get("/texte/entwuerfe/{draft_id}/verwerfen")
async def before_discarding(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What will happen, before it does."""
    found = await get_draft(draft_id, having.clients, Response())
    return page(reader, "consent_texts/discard.html", draft=found.draft)


@router.post("/texte/entwuerfe/{draft_id}/verwerfen")
async def discarded(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Nobody writes on it any more."""
    await discard_draft(draft_id, having.clients, reader.form.repeat_key)
    return RedirectResponse("/texte", 303)


async def _asked(draft_id: str, reader: Reader, having: PartsOf, *, status: int = 200, hindered: str = "") -> Response:
    found = await get_draft(draft_id, having.clients, Response())
    texts = (await list_texts(having.clients)).texts
    return page(
        reader,
        "consent_texts/publish.html",
        status=status,
        draft=found.draft,
        html=artefact(found.html),
        now=in_force(texts, _place(found)),
        hindered=hindered,
    )


async def _shown(draft_id: str, reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await get_draft(draft_id, having.clients, Response())
    texts = (await list_texts(having.clients)).texts
    place = _place(found)
    now = in_force(texts, place)
    before = now.accompanied or next(iter(place.of(texts)), None)
    original = await original_of(having, texts, place)
    return page(
        reader,
        "consent_texts/draft.html",
        status=status,
        form=form,
        draft=found.draft,
        html=artefact(found.html),
        original=original.text if original else None,
        original_html=artefact(original.html) if original else "",
        before=before,
        changes=await changes_since(having, before, found.draft.title, found.draft.body),
        acts=found.acts,
        is_stale=status == 409,
        today=having.clock.now().date().isoformat(),
    )


def _place(found: ShownTextDraft) -> Place:
    return Place(found.draft.subject, found.draft.language, found.draft.variety)
