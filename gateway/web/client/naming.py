"""Somebody who must not read: named before she decides, or later on her page. Nothing of it is required."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.named_persons import (
    MOST,
    NamedPerson,
    NamedPersons,
    OwnNameCheck,
    name_checks_of,
    name_for_consent,
    name_for_question,
)
from gateway.api.v1.client.own_list import Consent, own_list
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.sessions.content import ClientContent
from gateway.web.client.steps import OPEN
from gateway.web.client.wording import question_of
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import page
from services.common.errors import COME_AGAIN, InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_HERE = "/question/persons"
_SECONDS = 2.0


@router.get("/question/persons")
async def persons(client: ClientOf, having: PartsOf) -> Response:
    """Whom she named so far, each to be taken away again, and a field for one more."""
    return await _for_question(client, having, Form())


@router.post("/question/persons")
async def add(client: ClientOf, having: PartsOf) -> Response:
    """Keep one more in her session; nobody is told before she decides."""
    form, known = client.reader.form, client.session.content.named
    try:
        person = _person(form).model_dump()
        if person not in known:
            body_of(NamedPersons, {"persons": [*known, person]})
    except InvalidArgument as error:
        faulty = form.with_faults(error, client.reader.language, {"persons": "name"})
        return await _for_question(client, having, faulty, status=400)

    async def named(content: ClientContent) -> ClientContent:
        others = [each for each in content.named if each != person]
        return replace(content, named=[*others, person], has_named=True)

    await having.sessions.change_client(client.session.id, named)
    return RedirectResponse(_HERE, 303)


@router.post("/question/persons/remove")
async def remove(client: ClientOf, having: PartsOf) -> Response:
    """As if she had not named that one."""
    form = client.reader.form
    gone = {"side": form.text("side"), "name": form.text("name")}

    async def unnamed(content: ClientContent) -> ClientContent:
        return replace(content, named=[each for each in content.named if each != gone])

    await having.sessions.change_client(client.session.id, unnamed)
    return RedirectResponse(_HERE, 303)


@router.get("/mine/persons")
async def later(client: ClientOf, having: PartsOf, consent: Annotated[Id, Query()]) -> Response:
    """Whom she does not want at either agency of what is in force; needs the names of both."""
    return _for_consent(client, await _consent_of(client, having, consent), Form())


@router.post("/mine/persons")
async def send(client: ClientOf, having: PartsOf) -> Response:
    """Holds at once: nobody of that agency reads before it has found out who it is."""
    form = client.reader.form
    consent = await _consent_of(client, having, form.text("consent"))
    try:
        wanted = NamedPersons(persons=[_person(form)])
        await name_for_consent(consent.consent_id, wanted, having.clients, client.session, form.repeat_key)
    except InvalidArgument as error:
        return _for_consent(client, consent, form.with_faults(error, client.reader.language), status=400)
    return page(client.reader.at_page("/mine"), "client/persons_sent.html", agency=_agency(consent, form.text("side")))


async def keep_names(client: Client, having: PartsOf) -> None:
    """Hand over whom she named, before she decides: what is decided then holds with it.

    Where she sends twice the same form nothing is named twice, and what she took away since counts no more.
    """
    content = client.session.content
    if content.has_named:
        wanted = NamedPersons(persons=[NamedPerson(**each) for each in content.named])  # type: ignore[arg-type]
        key = uuid5(UUID(client.reader.form.repeat_key), "named persons")
        await name_for_question(wanted, having.clients, client.session, str(key))


async def own_name_checks(having: PartsOf) -> list[OwnNameCheck] | None:
    """What became of whom she named; None where referrals is away: her pages do not wait for it."""
    try:
        return (await name_checks_of(having.clients, seconds=_SECONDS)).checks
    except COME_AGAIN:
        return None


def _person(form: Form) -> NamedPerson:
    return body_of(NamedPerson, {"side": form.text("side"), "name": form.text("name")})


def _agency(consent: Consent, side: str) -> str:
    return consent.discloser if side == "discloser" else consent.recipient


async def _for_question(client: Client, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    asked = await question_of(client, having)
    if asked.state != OPEN:
        return RedirectResponse("/question", 303)
    return page(
        client.reader.at_page(_HERE),
        "client/persons.html",
        status=status,
        form=form,
        named=client.session.content.named,
        agencies={"recipient": asked.recipient.name, "discloser": asked.discloser.name},
        most=MOST,
    )


def _for_consent(client: Client, consent: Consent, form: Form, *, status: int = 200) -> Response:
    return page(
        client.reader.at_page("/mine"),
        "client/persons_later.html",
        status=status,
        form=form,
        consent=consent,
        agencies={"recipient": consent.recipient, "discloser": consent.discloser},
    )


async def _consent_of(client: Client, having: PartsOf, consent_id: str) -> Consent:
    """The consent in force of her list; NotFound for any other, and while names are hidden."""
    if "see-names" in client.session.content.scopes:
        found = await own_list(having.clients, client.session)
        for consent in found.consents:
            if consent.consent_id == consent_id and consent.state == "active":
                return consent
    raise NotFound
