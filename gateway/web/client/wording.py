"""In which language she reads, and which texts she has seen: her decision names those that she saw in the end."""

from collections.abc import Iterable
from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.consent_request import ConsentRequest, Text, consent_request
from gateway.api.v1.dependencies import PartsOf
from gateway.identity import cookies
from gateway.languages import CLIENT_LANGUAGES, name_of
from gateway.sessions.content import ClientContent
from gateway.web.client.steps import Step
from gateway.web.dependencies import Client, ClientOf
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)
_ON_THEIR_STEPS = {"way-back": "/question/way-back", "secrecy-release": "/question/release-forward"}


@router.post("/question/language")
async def choose(client: ClientOf, having: PartsOf) -> Response:
    """Read on in other words. What she answered stays; the texts are new to her, so she sees them all again."""
    language, _, variety = client.reader.form.text("wording").partition("/")
    asked = await question_of(client, having)
    if not any((one.language, one.variety) == (language, variety) for one in asked.wordings):
        raise NotFound

    async def chosen(content: ClientContent) -> ClientContent:
        return replace(content, text_language=language, text_variety=variety, texts_shown={})

    await having.sessions.change_client(client.session.id, chosen)
    response = RedirectResponse("/question", 303)
    if (name := name_of(language, variety)) in CLIENT_LANGUAGES:
        cookies.set_cookie(response, cookies.LANGUAGE, name)
    return response


async def question_of(client: Client, having: PartsOf) -> ConsentRequest:
    """What she is asked, in the words that she chose."""
    content = client.session.content
    return await consent_request(having.clients, client.session, content.text_language, content.text_variety)


def of_the_beginning(asked: ConsentRequest) -> list[Text]:
    """What she reads before the first question: what it is for, and her rights. The others stand at their questions."""
    return [text for text in asked.texts if text.subject not in _ON_THEIR_STEPS]


async def remember(client: Client, having: PartsOf, texts: Iterable[Text]) -> None:
    """These were on her screen. Texts in other words than those before do not add up with them."""
    shown = list(texts)
    if not shown:
        return
    wording = (shown[0].language, shown[0].variety)
    now = {text.subject: text.text_version_id for text in shown}

    def is_known(content: ClientContent) -> bool:
        same = (content.text_language, content.text_variety) == wording
        return same and now.items() <= content.texts_shown.items()

    async def seen(content: ClientContent) -> ClientContent | None:
        if is_known(content):
            return None
        same = (content.text_language, content.text_variety) == wording
        before = content.texts_shown if same else {}
        return replace(content, text_language=wording[0], text_variety=wording[1], texts_shown={**before, **now})

    if not is_known(client.session.content):
        await having.sessions.change_client(client.session.id, seen)


def not_seen(asked: ConsentRequest, client: Client) -> str:
    """The page with a text that she has not seen; "" when she has seen all."""
    for text in asked.texts:
        if text.subject not in client.session.content.texts_shown:
            return _ON_THEIR_STEPS.get(text.subject, "/question")
    return ""


async def forget_changed(client: Client, having: PartsOf, steps: Iterable[Step], subjects: set[str]) -> Client:
    """Her session without the texts that count no more, and without her answers to the questions that they ask.

    An answer to a section stays: that question is the same.
    """
    of_changed = {step.name for step in steps if step.text_subject in subjects}

    async def kept(content: ClientContent) -> ClientContent:
        return replace(
            content,
            answers={name: answer for name, answer in content.answers.items() if name not in of_changed},
            texts_shown={subject: one for subject, one in content.texts_shown.items() if subject not in subjects},
        )

    return replace(client, session=await having.sessions.change_client(client.session.id, kept))
