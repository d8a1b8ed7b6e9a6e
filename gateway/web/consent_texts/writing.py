"""Writing a text: what is typed is kept, whatever comes between."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.consent_text_drafts import NewText, TextDraft, begin_draft, get_draft, write_draft
from gateway.api.v1.staff.consent_texts import get_text, list_texts
from gateway.web.consent_texts.differences import differences
from gateway.web.consent_texts.neighbours import Place, artefact, in_force, original_of
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.text_words import TEXT_SUBJECTS, TEXT_VARIETIES
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import IllegalState, InvalidArgument, StaleEtag

router = APIRouter(include_in_schema=False)
_PLACE = ("subject", "language", "variety")
_FIELDS = (*_PLACE, "title", "body", "translator")
_NAMES = {f"text.{name}": name for name in (*_FIELDS, "material")}


@router.get("/texte/neu")
async def new(
    reader: StaffOf, having: PartsOf, aus: Annotated[str, Query(pattern="^([0-9a-f]{64})?$")] = ""
) -> Response:
    """An empty form, or the words of a version to write on."""
    form = Form.showing(variety="standard")
    if aus:
        text = (await get_text(aus, having.clients)).text
        form = Form.showing(**{name: getattr(text, name) for name in _FIELDS}, aus=aus)
    return await _shown(reader, having, form, None)


@router.post("/texte/neu")
async def begun(reader: StaffOf, having: PartsOf) -> Response:
    """A draft, which nobody is shown yet."""
    form = reader.form
    try:
        draft = await begin_draft(_words(form), having.clients, form.repeat_key, Response())
    except InvalidArgument as error:
        faulty = form.with_faults(error, reader.language, _NAMES)
        return await _shown(reader.at_page("/texte/neu"), having, faulty, None, status=400)
    return RedirectResponse(f"/texte/entwuerfe/{draft.draft_id}", 303)


@router.get("/texte/entwuerfe/{draft_id}/schreiben")
async def write_on(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The words as they stand."""
    draft = (await get_draft(draft_id, having.clients, Response())).draft
    material = "yes" if draft.material else "no"
    form = Form.showing(
        **{name: getattr(draft, name) for name in _FIELDS}, material=material, revision=str(draft.revision)
    )
    return await _shown(reader, having, form, draft)


@router.post("/texte/entwuerfe/{draft_id}/schreiben")
async def written(draft_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The next revision. Somebody who was faster is shown, and the words typed here stay in the form."""
    form = reader.form
    draft = (await get_draft(draft_id, having.clients, Response())).draft
    place = {name: (getattr(draft, name),) for name in _PLACE}
    form = Form({**form.values, **place}, form.faults)
    try:
        words, etag = _words(form), str(form.number("revision"))
        await write_draft(draft_id, words, having.clients, form.repeat_key, etag, Response())
    except InvalidArgument as error:
        return await _shown(reader, having, form.with_faults(error, reader.language, _NAMES), draft, status=400)
    except StaleEtag:
        draft = (await get_draft(draft_id, having.clients, Response())).draft
        newest = Form({**form.values, "revision": (str(draft.revision),)})
        return await _shown(reader, having, newest, draft, status=409, theirs=draft)
    except IllegalState:
        # Nothing can be added to it; the same words can begin another.
        return await _shown(reader.at_page("/texte/neu"), having, form, None, status=409, ended=draft)
    return RedirectResponse(f"/texte/entwuerfe/{draft_id}", 303)


def _words(form: Form) -> NewText:
    """What was typed; a field without words is missing."""
    given: dict[str, object] = {name: form.text(name) for name in _FIELDS if form.text(name)}
    if form.text("material") in {"yes", "no"}:
        given["material"] = form.text("material") == "yes"
    else:
        given["material"] = None
    return body_of(NewText, given)


async def _shown(
    reader: Reader,
    having: PartsOf,
    form: Form,
    draft: TextDraft | None,
    *,
    status: int = 200,
    theirs: TextDraft | None = None,
    ended: TextDraft | None = None,
) -> Response:
    texts = (await list_texts(having.clients)).texts
    place = Place(*(form.text(name) for name in _PLACE))
    original = await original_of(having, texts, place) if place.subject and place.language else None
    spoken = {*SPOKEN_LANGUAGES, *(text.language for text in texts)}
    return page(
        reader,
        "consent_texts/write.html",
        status=status,
        form=form,
        draft=draft,
        ended=ended,
        theirs=theirs,
        their_changes=differences(f"{theirs.title}\n\n{theirs.body}", f"{form.text('title')}\n\n{form.text('body')}")
        if theirs
        else [],
        now=in_force(texts, place),
        original=original.text if original else None,
        original_html=artefact(original.html) if original else "",
        subjects=list(TEXT_SUBJECTS),
        varieties=list(TEXT_VARIETIES),
        languages=sorted(spoken),
    )
