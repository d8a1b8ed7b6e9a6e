"""A version as the client sees it, beside its original and the version before; signing and retiring it."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.consent_texts import (
    ContentHash,
    Signature,
    get_text,
    list_acts,
    list_texts,
    retire_text,
    review_text,
)
from gateway.web.consent_texts.neighbours import (
    artefact,
    changes_since,
    in_force,
    original_of,
    place_of,
    version_before,
)
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import InvalidArgument

router = APIRouter(include_in_schema=False)


@router.get("/texte/fassungen/{content_hash}")
async def version(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """By the hash that stands in the evidence of a consent."""
    return await version_page(content_hash, reader, having, Form())


@router.post("/texte/fassungen/{content_hash}/unterschreiben")
async def signed(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """The reviewer's name under the words that were read; what comes of it is a version of its own."""
    form = reader.form
    found = await get_text(content_hash, having.clients)
    try:
        signature = body_of(Signature, signature_of(form, content_hash))
        new = await review_text(found.text.text_version_id, signature, having.clients, form.repeat_key)
    except InvalidArgument as error:
        reader = reader.at_page(f"/texte/fassungen/{content_hash}")
        return await version_page(content_hash, reader, having, form.with_faults(error, reader.language), status=400)
    return RedirectResponse(f"/texte/fassungen/{new.content_hash}", 303)


@router.get("/texte/fassungen/{content_hash}/stilllegen")
async def before_retiring(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """What will happen, before it does."""
    found = await get_text(content_hash, having.clients)
    texts = (await list_texts(having.clients)).texts
    return page(
        reader,
        "consent_texts/retire.html",
        text=found.text,
        now=in_force(texts, place_of(found.text)),
        then=in_force(texts, place_of(found.text), without=found.text.text_version_id),
    )


@router.post("/texte/fassungen/{content_hash}/stilllegen")
async def retired(content_hash: ContentHash, reader: StaffOf, having: PartsOf) -> Response:
    """From now on nobody is shown it."""
    found = await get_text(content_hash, having.clients)
    await retire_text(found.text.text_version_id, having.clients, reader.form.repeat_key)
    return RedirectResponse(f"/texte/fassungen/{content_hash}", 303)


def signature_of(form: Form, content_hash: str) -> dict[str, object]:
    """What a form says of a signature; a field without words is missing."""
    given = {name: form.text(name) for name in ("reviewer", "reviewed_on")}
    return {"content_hash": content_hash, **{name: text for name, text in given.items() if text}}


async def version_page(
    content_hash: str, reader: Reader, having: PartsOf, form: Form, *, status: int = 200
) -> Response:
    """The page of a version, with what was typed into one of its forms."""
    found = await get_text(content_hash, having.clients)
    texts = (await list_texts(having.clients)).texts
    listed = next((text for text in texts if text.content_hash == content_hash), found.text)
    before = version_before(texts, listed)
    original = await original_of(having, texts, place_of(listed))
    return page(
        reader,
        "consent_texts/version.html",
        status=status,
        form=form,
        text=listed,
        html=artefact(found.html) if found.html else "",
        original=original.text if original else None,
        original_html=artefact(original.html) if original else "",
        before=before,
        changes=await changes_since(having, before, found.text.title, found.text.body),
        acts=(await list_acts(listed.text_version_id, having.clients)).acts,
        is_operator=not reader.agency_id,
        today=having.clock.now().date().isoformat(),
    )
