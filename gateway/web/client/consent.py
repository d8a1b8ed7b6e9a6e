"""The question to a client: one thing on each page, nothing ticked before, no and later as easy as yes."""

from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.consent_request import (
    CategoryAnswer,
    Confirmation,
    ConsentRequest,
    Decision,
    PassWanted,
    Receipt,
    confirm,
    decide,
    draft_section,
    take_pass,
)
from gateway.api.v1.dependencies import PartsOf
from gateway.sessions.content import ClientContent
from gateway.web.client.naming import keep_names
from gateway.web.client.sitting import candidates, open_others
from gateway.web.client.steps import CHECK, OPEN, Step, steps_of
from gateway.web.client.wording import forget_changed, not_seen, of_the_beginning, question_of, remember
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import page
from services.common.errors import COME_AGAIN, InvalidArgument, LotseError, NotFound

router = APIRouter(include_in_schema=False)
_BEGIN = "/question"
_PERMITTED = frozenset({"granted", "partly-granted", "confirmed"})


@router.get("/question")
async def begin(client: ClientOf, having: PartsOf) -> Response:
    """Who asks what, in the words of the text that she agrees to."""
    return await _beginning(await question_of(client, having), client, having)


@router.get("/later")
async def later(client: ClientOf, having: PartsOf) -> Response:
    """Nothing is decided, and nothing is lost; another candidate of the same sitting can be answered now."""
    try:
        others = open_others(await question_of(client, having))
    except COME_AGAIN:
        others = 0  # "later" needs nobody; the other questions come round again by the same code
    return page(client.reader, "client/later.html", others=others)


@router.get("/question/{name}")
async def step(name: str, client: ClientOf, having: PartsOf) -> Response:
    """One question, or the last page with all her answers; what has ended leads to the page that says so."""
    asked = await question_of(client, having)
    if asked.state != OPEN:
        return RedirectResponse(_BEGIN, 303)
    steps = steps_of(asked)
    if name == CHECK:
        return page(
            client.reader,
            "client/check.html",
            asked=asked,
            steps=steps,
            answers=client.session.content.answers,
            named=client.session.content.named,
        )
    found = _step(steps, name)
    text = next((one for one in asked.texts if one.subject == found.text_subject), None)
    is_new = text is not None and text.text_version_id not in client.session.content.texts_shown.values()
    await remember(client, having, [text] if text else [])
    return page(
        client.reader,
        "client/question.html",
        asked=asked,
        step=found,
        number=steps.index(found) + 1,
        count=len(steps),
        text=text,
        is_new=is_new,
        answer=client.session.content.answers.get(name, ""),
        shows_text=_shows_text(found, asked, client),
    )


@router.post("/question/decide")
async def decided(client: ClientOf, having: PartsOf) -> Response:
    """Record what she answered. What she did not answer is a no, and what she was not shown she cannot decide."""
    asked = await question_of(client, having)
    if unseen := not_seen(asked, client):
        return RedirectResponse(unseen, 303)
    try:
        await keep_names(client, having)
        done = await decide(_decision(asked, client), having.clients, client.session, client.reader.form.repeat_key)
    except LotseError as error:
        if error.reason == "ILLEGAL_STATE":  # answered on another device, taken back, or ended while she decided
            return RedirectResponse(_BEGIN, 303)
        if error.reason != "TEXT_CHANGED":
            raise
        subjects = set(error.metadata.get("subjects", "").split(","))
        client = await forget_changed(client, having, steps_of(asked), subjects)
        return await _beginning(await question_of(client, having), client, having, changed=True)
    return _after(client, Form(), asked, done.state, must=asked.second_secret_is_mandatory, receipt=done.receipt)


@router.post("/question/confirm")
async def confirmed(client: ClientOf, having: PartsOf) -> Response:
    """Her word on what was written down of what she said; a no takes it back."""
    form = client.reader.form
    word = form.text("is_right")
    if word not in {"yes", "no"}:
        raise NotFound
    asked = await question_of(client, having)
    done = await confirm(Confirmation(is_right=word == "yes"), having.clients, client.session, form.repeat_key)
    state = "confirmed" if word == "yes" else "not-confirmed"
    return _after(client, Form(), asked, state, must=asked.second_secret_is_mandatory, receipt=done)


@router.post("/question/pass")
async def with_pass(client: ClientOf, having: PartsOf) -> Response:
    """A pass, shown once."""
    form = client.reader.form
    asked = await question_of(client, having)
    try:
        wanted = body_of(PassWanted, {"second_secret": form.digits("second_secret") or None})
        taken = await take_pass(wanted, having.clients, client.session, form.repeat_key)
    except InvalidArgument as error:
        form = form.with_faults(error, client.reader.language)
        return _after(client, form, asked, form.text("state"), status=400)
    except LotseError as error:
        if error.reason != "SECOND_SECRET_MISSING":
            raise
        return _after(client, form, asked, form.text("state"), must=True, status=400)
    others = open_others(asked)
    return page(client.reader.at_page("/"), "client/pass.html", lotsenpass=taken.lotsenpass, others=others)


@router.post("/question/{name}")
async def answer(name: str, client: ClientOf, having: PartsOf) -> Response:
    """Keep the answer in her session and go on. Later means: not now, and nothing is decided."""
    asked = await question_of(client, having)
    steps = steps_of(asked)
    found = _step(steps, name)
    given = client.reader.form.text("answer")
    if given not in found.answers:
        raise NotFound

    async def answered(content: ClientContent) -> ClientContent:
        return replace(content, answers={**content.answers, name: given})

    await having.sessions.change_client(client.session.id, answered)
    after = steps.index(found) + 1
    onward = steps[after].name if after < len(steps) else CHECK
    return RedirectResponse(f"/question/{onward}", 303)


@router.get("/question/{name}/text")
async def text(name: str, client: ClientOf, having: PartsOf) -> Response:
    """The very text that would go."""
    asked = await question_of(client, having)
    found = _step(steps_of(asked), name)
    if not _shows_text(found, asked, client):
        raise NotFound
    shown = await draft_section(name, having.clients, client.session)
    return page(client.reader, "client/text.html", step=found, shown=shown)


def _shows_text(step: Step, asked: ConsentRequest, client: Client) -> bool:
    """In danger only on the agency's tablet: whoever looks over her shoulder at home reads along."""
    return step.has_text and (client.session.content.handed_over or not asked.second_secret_is_mandatory)


def _decision(asked: ConsentRequest, client: Client) -> Decision:
    answers = client.session.content.answers
    return Decision(
        answers=[
            CategoryAnswer(category=each.category, permit=answers.get(each.category) == "yes")
            for each in asked.categories
        ],
        way_back=answers.get("way-back", "nothing"),
        secrecy_release_forward=answers.get("release-forward") == "yes",
        secrecy_release_back=answers.get("release-back") == "yes",
        text_version_ids=list(client.session.content.texts_shown.values()),
    )


def _after(
    client: Client,
    form: Form,
    asked: ConsentRequest,
    state: str,
    *,
    must: bool = False,
    receipt: Receipt | None = None,
    status: int = 200,
) -> Response:
    decided = candidates(asked, state)
    return page(
        client.reader.at_page("/"),
        "client/decided.html",
        status=status,
        form=form,
        state=state,
        must=must,
        receipt=receipt.receipt_id if receipt else "",
        others=open_others(asked),
        candidates=decided,
        may_take_pass=any(each in _PERMITTED for each in (state, *(one.state for one in decided))),
    )


async def _beginning(asked: ConsentRequest, client: Client, having: PartsOf, *, changed: bool = False) -> Response:
    """Who asks what; `changed` says that the words are others than those she decided on, and nothing was decided."""
    texts = of_the_beginning(asked)
    await remember(client, having, texts)
    reader = client.reader.asked_in(texts[0].language, texts[0].variety) if texts else client.reader
    return page(
        reader.at_page("/question"),
        "client/begin.html",
        status=409 if changed else 200,
        asked=asked,
        texts=texts,
        changed=changed,
        first=CHECK if changed else _first(asked),
    )


def _first(asked: ConsentRequest) -> str:
    steps = steps_of(asked)
    return steps[0].name if steps else CHECK


def _step(steps: list[Step], name: str) -> Step:
    for one in steps:
        if one.name == name:
            return one
    raise NotFound
