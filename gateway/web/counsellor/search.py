"""Finding the partner. What is asked goes by POST and stands sealed under a random handle, in no address and no log."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.search import Search, search, topics
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_PAGE = 10


@router.get("/suche")
async def empty(reader: StaffOf, having: PartsOf) -> Response:
    """The form, with nothing asked yet."""
    return await _shown(reader, having, Form())


@router.post("/suche")
async def ask(reader: StaffOf, having: PartsOf) -> Response:
    """Keep the question and lead to its answer, so that the back button works."""
    form = reader.form
    try:
        question = _question(form)
    except InvalidArgument as error:
        return await _shown(reader, having, form.with_faults(error, reader.language), status=400)
    handle = await having.sessions.keep_search(reader.session_id, question.model_dump())
    return RedirectResponse(f"/suche/{handle}", 303)


@router.get("/suche/{handle}")
async def answer(handle: Annotated[str, Path(max_length=60)], reader: StaffOf, having: PartsOf) -> Response:
    """What was found; an hour later the question is gone."""
    kept = await having.sessions.search(reader.session_id, handle)
    if kept is None:
        raise NotFound
    asked = Search(**kept)
    found = await search(asked, having.clients, reader.language)
    return await _shown(reader, having, _form_of(asked), found=found)


def _question(form: Form) -> Search:
    return body_of(
        Search,
        {
            "text": form.text("text"),
            "place": form.text("place"),
            "topics": [topic for topic in form.texts("topics") if topic],
            "languages": [language for language in form.texts("languages") if language],
            "radius_km": form.number("radius_km"),
            "accepts_handover": form.has("only", "accepts_handover"),
            "has_room": form.has("only", "has_room"),
            "page_size": _PAGE,
            "page_token": form.text("page_token"),
        },
    )


def _form_of(asked: Search) -> Form:
    only = [name for name in ("accepts_handover", "has_room") if getattr(asked, name)]
    return Form.showing(
        text=asked.text,
        place=asked.place,
        topics=asked.topics,
        languages=asked.languages,
        radius_km=str(asked.radius_km or ""),
        only=only,
    )


async def _shown(reader: Reader, having: PartsOf, form: Form, *, status: int = 200, found: object = None) -> Response:
    known = await topics(having.clients, reader.language)
    return page(
        reader,
        "counsellor/search.html",
        status=status,
        form=form,
        found=found,
        topics=[(topic.slug, topic.label) for topic in known.topics],
        topic_names={topic.slug: topic.label for topic in known.topics},
        languages=SPOKEN_LANGUAGES,
    )
