"""Somebody who must not read, on the pages of both hosts: named by the client, found by the coordinator."""

from __future__ import annotations

import re

from tests.integration.gateway.test_after_withdrawal import House, house
from tests.integration.gateway.test_coordinator import PAGE, form_of, opened, send, set_field
from tests.integration.gateway.world import Browser
from tests.integration.referrals.after_withdrawal import SECOND_SECRET
from tests.integration.referrals.naming import LEADER, NAME
from tests.integration.referrals.world import CANARY, CONTACT, Worker

__all__ = ["house"]
Fields = list[tuple[str, str]]


def register(house: House, *people: tuple[Worker, str]) -> None:
    """Who works there, as Keycloak says it."""
    house.gateway.login_server.people = [
        {"id": str(who.person), "username": name.casefold(), "firstName": "", "lastName": name, "enabled": True}
        for who, name in people
    ]


async def test_named_while_deciding_found_by_the_coordinator_refused_to_that_person_and_read_by_a_colleague(
    house: House,
) -> None:
    world = house.services
    register(house, (world.recipient, "Nachbarin"), (world.other_colleague, "Kollege"))
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    code = (await world.ask(draft)).access_code
    phone = house.gateway.client()
    phone.csrf = (await phone.post("/api/v1/session", {"secret": code})).json()["csrf_token"]
    await _answer(phone)
    assert "Nobody named" in await opened(phone, "/question/check")
    form = form_of(await opened(phone, "/question/persons"), "/question/persons")
    faulty = await send(phone, "/question/persons", set_field(form, "name", NAME))
    assert (faulty.status_code, NAME in faulty.text) == (400, True)
    for name in ("Herr Irrtum", NAME):
        filled = [*set_field(form, "name", name), ("side", "recipient")]
        assert (await send(phone, "/question/persons", filled)).status_code == 303
    gone = form_of(await opened(phone, "/question/persons"), "/question/persons/remove")
    assert dict(gone)["name"] == "Herr Irrtum"
    assert (await send(phone, "/question/persons/remove", gone)).status_code == 303
    check = await opened(phone, "/question/check")
    assert "1 person" in check
    assert (await send(phone, "/question/decide", form_of(check, "/question/decide"))).status_code == 200
    taken = (await phone.post("/api/v1/pass", {"second_secret": SECOND_SECRET})).json()["lotsenpass"]

    await world.send(await world.get(draft.referral_id, world.discloser))
    await world.accept(await world.get(draft.referral_id, world.recipient))
    neighbour, colleague, leader = [
        await house.desk(who) for who in (world.recipient, world.other_colleague, LEADER)
    ]  # fmt: skip
    page = await opened(neighbour, f"/verweisungen/{draft.referral_id}")
    assert "Your coordinator has to look at it first" in page
    assert "/abschnitte/contact" not in page
    assert "1 client named somebody here" in await opened(leader, "/")
    listed = await opened(leader, "/namen")
    assert NAME not in listed
    reading = _action(listed, "/lesen")
    name_page = (await send(leader, reading, form_of(listed, reading))).text
    assert NAME in name_page
    assert (name_page.index("Kollege"), "Nachbarin" in name_page) == (name_page.index("Kollege"), True)
    answering = reading.removesuffix("/lesen")
    nobody_chosen = [*form_of(name_page, answering), ("answer", "exclude")]
    assert (await send(leader, answering, nobody_chosen)).status_code == 400
    chosen = [*form_of(name_page, answering), ("person", str(world.recipient.person)), ("answer", "exclude")]
    assert (await send(leader, answering, chosen)).status_code == 303

    gone_page = await neighbour.get(f"/verweisungen/{draft.referral_id}", headers=PAGE)
    assert gone_page.status_code == 404
    listed = await opened(leader, "/namen")
    assert "Somebody else has to work on it" in listed
    name_page = (await send(leader, reading, form_of(listed, reading))).text
    giving = f"{answering}/weitergeben"
    given = set_field(form_of(name_page, giving), "colleague", str(world.other_colleague.person))
    assert (await send(leader, giving, given)).status_code == 303
    action = f"/verweisungen/{draft.referral_id}/abschnitte/contact"
    read = await send(colleague, action, form_of(await opened(colleague, f"/verweisungen/{draft.referral_id}"), action))
    assert CANARY in read.text

    phone = house.gateway.client()
    phone.csrf = (await phone.post("/api/v1/session", {"secret": taken})).json()["csrf_token"]
    mine = await opened(phone, "/mine")
    assert "the person you named cannot read it" in mine
    assert NAME not in mine


async def test_named_later_with_her_second_secret_and_seen_as_nobody_of_that_name(house: House) -> None:
    world = house.services
    register(house, (world.recipient, "Kollegin"))
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    phone = house.gateway.client()
    code = (await world.ask(draft)).access_code
    phone.csrf = (await phone.post("/api/v1/session", {"secret": code})).json()["csrf_token"]
    await _answer(phone)
    await send(phone, "/question/decide", form_of(await opened(phone, "/question/check"), "/question/decide"))
    taken = (await phone.post("/api/v1/pass", {"second_secret": SECOND_SECRET})).json()["lotsenpass"]
    await world.send(await world.get(draft.referral_id, world.discloser))
    phone = house.gateway.client()
    phone.csrf = (await phone.post("/api/v1/session", {"secret": taken})).json()["csrf_token"]
    assert "/mine/persons" not in await opened(phone, "/mine")
    consent = (await phone.get("/api/v1/consents")).json()["consents"][0]["consent_id"]
    assert (await phone.get(f"/mine/persons?consent={consent}", headers=PAGE)).status_code == 404
    await phone.post("/api/v1/second-secret", {"second_secret": SECOND_SECRET})
    assert f"/mine/persons?consent={consent}" in await opened(phone, "/mine")
    form = form_of(await opened(phone, f"/mine/persons?consent={consent}"), "/mine/persons")
    filled = [*set_field(form, "name", NAME), ("side", "recipient")]
    assert (await send(phone, "/mine/persons", filled)).status_code == 200
    assert "Not checked yet" in await opened(phone, "/mine")
    assert "Until the agency has found out who it is" in await opened(phone, "/mine/who")

    leader = await house.desk(LEADER)
    listed = await opened(leader, "/namen")
    reading = _action(listed, "/lesen")
    house.gateway.login_server.away = True
    assert "cannot be fetched" in (await send(leader, reading, form_of(listed, reading))).text
    house.gateway.login_server.away = False
    name_page = (await send(leader, reading, form_of(listed, reading))).text
    answering = reading.removesuffix("/lesen")
    nobody = [*form_of(name_page, answering), ("answer", "nobody")]
    assert (await send(leader, answering, nobody)).status_code == 303
    assert "nobody of that name works there" in await opened(phone, "/mine")
    assert "Until the agency has found out who it is" not in await opened(phone, "/mine/who")


async def _answer(phone: Browser) -> None:
    """Yes to everything, question by question, so that she has seen all texts."""
    await opened(phone, "/question")
    for name in ("cover-sheet", "contact", "way-back", "release-forward", "release-back"):
        action = f"/question/{name}"
        page = await opened(phone, action)
        given = "outcome" if name == "way-back" else "yes"
        answered = await send(phone, action, [*_hidden(page, action), ("answer", given)])
        assert answered.status_code == 303


def _hidden(page: str, action: str) -> Fields:
    form = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page, re.DOTALL)
    assert form, action
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])


def _action(page: str, end: str) -> str:
    found = re.search(rf'action="(/namen/[0-9a-f-]+{end})"', page)
    assert found
    return found[1]


async def test_a_name_too_many_is_refused_and_one_sent_twice_counts_once(house: House) -> None:
    world = house.services
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    code = (await world.ask(draft)).access_code
    phone = house.gateway.client()
    phone.csrf = (await phone.post("/api/v1/session", {"secret": code})).json()["csrf_token"]
    form = form_of(await opened(phone, "/question/persons"), "/question/persons")
    for name in ("eins", "zwei", "zwei", "drei", "vier", "fuenf"):
        filled = [*set_field(form, "name", name), ("side", "recipient")]
        assert (await send(phone, "/question/persons", filled)).status_code == 303
    refused = await send(phone, "/question/persons", [*set_field(form, "name", "sechs"), ("side", "recipient")])
    assert refused.status_code == 400
    assert "5 entries at most" in refused.text
    assert "5 persons" in await opened(phone, "/question/check")
