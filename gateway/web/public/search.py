"""Finding help without a login. What is asked goes by POST and stands in no address and no log."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.search import Search, SearchAnswer, search, topics
from gateway.web.counting import counted_once
from gateway.web.dependencies import VisitorOf, remember_form
from gateway.web.forms import Form
from gateway.web.question import FIELDS, form_of, named_languages, read_question, restored, shown_answer, stored
from gateway.web.rendering import Reader, page
from gateway.web.vocabulary import SPOKEN_LANGUAGES
from services.common.errors import InvalidArgument, NotFound, ResourceExhausted

router = APIRouter(include_in_schema=False)


@router.get("/verzeichnis")
async def empty(reader: VisitorOf, having: PartsOf) -> Response:
    """The form, with nothing asked yet."""
    return await _shown(reader, having, Form())


@router.post("/verzeichnis")
async def ask(
    request: Request, reader: VisitorOf, having: PartsOf, x_part: Annotated[str, Header(max_length=20)] = ""
) -> Response:
    """Keep the question for an hour, for this browser only, and lead to its answer, so that the back button works.

    A script that asks while somebody types wants `X-Part: answer`, as on the staff's page.
    """
    is_typing = x_part == "answer"
    limit = having.public_typing if is_typing else having.public_searches
    if not limit.allow(request.client.host if request.client else ""):
        raise ResourceExhausted
    form = reader.form
    try:
        question = read_question(form, having.clock.now())
    except InvalidArgument as error:
        return await _shown(reader, having, form.with_faults(error, reader.language, FIELDS), status=400)
    handle = await having.sessions.keep_search(reader.csrf, stored(question))
    if is_typing:
        unfinished = question.model_copy(update={"while_typing": True})
        found = await search(unfinished, having.clients, reader.language)
        return await _shown(reader, having, form_of(question), question, found, handle=handle)
    return RedirectResponse(f"/verzeichnis/suche/{handle}", 303)


@router.get("/verzeichnis/suche/{handle}")
async def answer(
    handle: Annotated[str, Path(max_length=60)], request: Request, reader: VisitorOf, having: PartsOf
) -> Response:
    """What was found; an hour later, or in another browser, the question is not there."""
    kept = await having.sessions.search(reader.csrf, handle)
    if kept is None:
        raise NotFound
    asked = restored(kept)
    counted = counted_once(asked, reader.csrf, request, having.asked_before)
    return await _shown(reader, having, form_of(asked), asked, await search(counted, having.clients, reader.language))


async def _shown(
    reader: Reader,
    having: PartsOf,
    form: Form,
    asked: Search | None = None,
    found: SearchAnswer | None = None,
    *,
    status: int = 200,
    handle: str = "",
) -> Response:
    """The whole page, or with a handle only its answer."""
    known = await topics(having.clients, reader.language)
    response = page(
        reader,
        "public/found.html" if handle else "public/search.html",
        status=status,
        form=form,
        now=having.clock.now(),
        topics=[(topic.slug, topic.label) for topic in known.topics],
        topic_names={topic.slug: topic.label for topic in known.topics},
        languages=named_languages(SPOKEN_LANGUAGES, reader.language),
        handle=handle,
        **shown_answer(asked, found, known.topics),
    )
    remember_form(response, reader)
    return response
