"""Finding the partner. What is asked goes by POST and stands sealed under a random handle, in no address and no log."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.search import Search, SearchAnswer, search, topics
from gateway.web.counting import counted_once
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.question import form_of, named_languages, read_question, restored, shown_answer, stored
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/suche")
async def empty(reader: StaffOf, having: PartsOf) -> Response:
    """The form, with nothing asked yet."""
    return await _shown(reader, having, Form())


@router.post("/suche")
async def ask(reader: StaffOf, having: PartsOf, x_part: Annotated[str, Header(max_length=20)] = "") -> Response:
    """Keep the question and lead to its answer, so that the back button works.

    A script that asks while somebody types wants `X-Part: answer`: the part of the page below the form, with the handle
    under which the question is kept.
    """
    form = reader.form
    try:
        question = read_question(form, having.clock.now())
    except InvalidArgument as error:
        return await _shown(
            reader, having, form.with_faults(error, reader.language, {"open_at": "open_time"}), status=400
        )
    handle = await having.sessions.keep_search(reader.session_id, stored(question))
    if x_part == "answer":
        unfinished = question.model_copy(update={"while_typing": True})
        found = await search(unfinished, having.clients, reader.language)
        return await _shown(reader, having, form_of(question), asked=question, found=found, handle=handle)
    return RedirectResponse(f"/suche/{handle}", 303)


@router.get("/suche/{handle}")
async def answer(
    handle: Annotated[str, Path(max_length=60)], request: Request, reader: StaffOf, having: PartsOf
) -> Response:
    """What was found; an hour later the question is gone."""
    kept = await having.sessions.search(reader.session_id, handle)
    if kept is None:
        raise NotFound
    asked = restored(kept)
    counted = counted_once(asked, reader.session_id, request, having.asked_before)
    found = await search(counted, having.clients, reader.language)
    return await _shown(reader, having, form_of(asked), asked=asked, found=found)


async def _shown(
    reader: Reader,
    having: PartsOf,
    form: Form,
    *,
    status: int = 200,
    asked: Search | None = None,
    found: SearchAnswer | None = None,
    handle: str = "",
) -> Response:
    """The whole page, or with a handle only its answer."""
    known = await topics(having.clients, reader.language)
    return page(
        reader,
        "counsellor/found.html" if handle else "counsellor/search.html",
        status=status,
        form=form,
        now=having.clock.now(),
        topics=[(topic.slug, topic.label) for topic in known.topics],
        topic_names={topic.slug: topic.label for topic in known.topics},
        languages=named_languages(SPOKEN_LANGUAGES, reader.language),
        handle=handle,
        **shown_answer(asked, found, known.topics),
    )
