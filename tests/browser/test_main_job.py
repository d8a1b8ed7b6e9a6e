"""The main job by hand: two counsellors and a client in browsers of their own."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from deploy.demo.planted import DOSSIER, OUTCOME_NOTE, SEARCH
from deploy.demo.story import SECOND_SECRET
from tests.browser.people import Screen, Screens

LOOKS = [
    pytest.param({"script": True}, id="with JavaScript"),
    pytest.param({"script": False}, id="without JavaScript"),
    pytest.param({"width": 320}, id="320 pixels wide"),
    pytest.param({"keyboard": True}, id="by keyboard alone"),
]


@pytest.mark.parametrize("looks", LOOKS)
async def test_a_case_goes_from_one_agency_to_another_and_back(screens: Screens, looks: dict[str, bool | int]) -> None:
    cast = screens.house.cast
    maren = await screens.staff(cast.discloser, **looks)
    await maren.heading("Was auf Sie wartet")
    case = await write_a_case(maren)
    await find(maren, cast.recipient.agency_name)
    referral = await draft(maren, case)

    code = await ask(maren)
    phone = await screens.client(**looks)
    lotsenpass = await decide(phone, code)
    await send(maren, referral)

    samira = await screens.staff(cast.recipient, **looks)
    await take_on(samira, referral)
    await complete(samira, referral)
    await read_outcome(maren, referral)

    again = await screens.client(**looks)
    await take_back(again, lotsenpass, cast.recipient.agency_name)
    await nothing_left(samira, referral)
    await acknowledge(maren, referral)  # of the outcome, which had gone back
    await still_own(maren, case)
    await see_it_is_done(again)
    for screen in (maren, samira, phone, again):
        hosts = {screens.house.origin.split("//")[1], screens.house.constellation.addresses.keycloak.split("//")[1]}
        if screen in (phone, again):
            hosts = {screen.origin.split("//")[1]}
        assert screen.asked <= hosts, screen.asked - hosts


async def write_a_case(maren: Screen) -> str:
    await maren.press("Fall anlegen")
    await maren.type("Aktenzeichen", "HB-4711")
    await maren.press("Fall anlegen")
    await maren.heading("Fall HB-4711")
    case = maren.page.url.rsplit("/", 1)[1]
    for category, text in DOSSIER.items():
        await maren.open(f"/faelle/{case}/abschnitte/{category}")
        for name, value in text.fields.items():
            await maren.write(f"[name='field-{name}']", value)
        await maren.write("[name='note']", text.note)
        await maren.look(category)
        await maren.press("Speichern")
        await maren.heading("Fall HB-4711")
    return case


async def find(maren: Screen, agency: str) -> None:
    await maren.open("/suche")
    await maren.heading("Stelle finden")
    await maren.type("Worum geht es?", SEARCH)
    await maren.press("Suche")
    await expect(maren.page).to_have_url(re.compile(r"/suche/[\w-]{20,}$"))
    first = maren.page.locator("article").first
    await expect(first).to_contain_text(agency)
    await expect(first).to_contain_text("Arabisch")
    await maren.look("hits")
    await maren.press("Stelle ansehen")
    await maren.heading(agency)
    await maren.press("Dorthin verweisen")


async def draft(maren: Screen, case: str) -> str:
    await maren.heading("Wen möchten Sie")
    await maren.use(f"a[href^='/faelle/{case}/']")
    await maren.heading("Verweisen an")
    await maren.choose("Thema", "mietschulden")
    await maren.choose("Dringlichkeit", "soon")
    await maren.choose("Sprache der ratsuchenden Person", "ar")
    for category in DOSSIER:
        await maren.hands.mark(maren.page.locator(f"#categories-{category}"))
    await maren.press("Entwurf speichern")
    await maren.heading("An Diakonie")
    await maren.sees("Noch nicht gefragt")
    return maren.page.url.rsplit("/", 1)[1]


async def ask(maren: Screen) -> str:
    await maren.press("Zugangscode erzeugen")
    await maren.heading("Zugangscode")
    return await maren.page.locator("#access-code").inner_text()


async def decide(phone: Screen, code: str) -> str:
    if phone.script:
        await phone.open(f"/#{code}")
        await expect(phone.page.get_by_label("Code oder Pass")).to_have_value(code)
        assert "#" not in phone.page.url
    else:
        await phone.open("/")
        await phone.type("Code oder Pass", code)
    await phone.heading("Code")
    await phone.press("Weiter")
    await phone.heading("Dürfen wir das weitergeben?")
    await phone.press("Zur ersten Frage")
    await phone.page.wait_for_url("**/question/*")
    answers = {"cover-sheet": "Ja", "contact": "Ja", "housing": "Ja", "health": "Nein"}
    while (name := phone.page.url.rsplit("/", 1)[1]) != "check":
        if name == "health":
            await phone.press("Genau diesen Text ansehen")
            await phone.sees(DOSSIER["health"].note)
            await phone.press("Zurück zur Frage")
            await phone.page.wait_for_url("**/question/health")
        await phone.look(name)
        await phone.press(answers.get(name, "Ob man Ihnen helfen konnte" if name == "way-back" else "Ja"))
        await phone.page.wait_for_url(lambda url, before=name: not url.endswith(f"/{before}"))  # type: ignore[misc]
    await phone.heading("Ihre Antworten")
    await phone.press("So entscheide ich")
    await phone.heading("Ihre Entscheidung ist festgehalten")
    await phone.write("#second_secret", SECOND_SECRET)
    await phone.press("Einen Pass nehmen")
    await phone.heading("Ihr Pass")
    return await phone.page.locator("#pass").inner_text()


async def send(maren: Screen, referral: str) -> None:
    await maren.open(f"/verweisungen/{referral}")
    await maren.sees("Eingewilligt")
    await expect(maren.page.locator("tr", has_text="Gesundheit")).to_contain_text("bleibt hier")
    await maren.look("preview")
    await maren.press("Jetzt senden")
    await maren.heading("Gesendet")
    await maren.sees("Sie hat nein dazu gesagt")


async def take_on(samira: Screen, referral: str) -> None:
    await samira.open("/eingang")
    await samira.heading("Eingang")
    await samira.use(f"a[href='/verweisungen/{referral}']")
    await samira.heading("Von Caritas")
    await samira.sees_not("Gesundheit")
    await samira.press("Annehmen")
    await samira.sees("Angenommen")
    await samira.press("Arbeit beginnen")
    await samira.sees("In Arbeit")
    for category, title in (("contact", "Kontakt"), ("housing", "Wohnen")):
        await samira.press(f"Lesen: {title}")
        await samira.heading(title)
        await samira.sees(DOSSIER[category].note)
        await samira.press("Zurück zur Verweisung")
    await samira.sees_not("Gesundheit")


async def complete(samira: Screen, referral: str) -> None:
    await samira.open(f"/verweisungen/{referral}")
    await samira.press("Ergebnis melden")
    await samira.heading("Was ist daraus geworden?")
    await samira.tick("Geholfen")
    await samira.write("#note", OUTCOME_NOTE)
    await samira.press("Abschließen")
    await samira.heading("Abgeschlossen")
    await samira.sees("Die abgebende Stelle kann es lesen")


async def read_outcome(maren: Screen, referral: str) -> None:
    await maren.open(f"/verweisungen/{referral}")
    await maren.press("Ergebnis lesen")
    await maren.heading("Was daraus wurde")
    await maren.sees(OUTCOME_NOTE)


async def take_back(phone: Screen, lotsenpass: str, agency: str) -> None:
    await phone.open("/")
    await phone.type("Code oder Pass", lotsenpass)
    await phone.press("Weiter")
    await phone.heading("Was Sie erlaubt haben")
    await phone.sees_not(agency)
    await phone.type("Ihre Geheimzahl", SECOND_SECRET)
    await phone.press("Namen zeigen")
    await phone.sees(agency)
    await phone.sees("Kontakt, gelesen")
    await phone.press("Zurücknehmen")
    await phone.heading("Zurücknehmen?")
    await phone.press("Zurücknehmen")
    await phone.heading("Es ist zurückgenommen")


async def nothing_left(samira: Screen, referral: str) -> None:
    await samira.open(f"/verweisungen/{referral}")
    button = samira.page.get_by_role("button", name="Lesen: Kontakt", exact=True)
    if await button.count():  # lists follow within thirty seconds, reading ends at once
        await samira.hands.use(button)
        await samira.page.wait_for_url("**/abschnitte/contact")
    await samira.sees_not(DOSSIER["contact"].note)
    task = await deletion_task(samira, referral)
    await samira.hands.use(task.get_by_role("button", name="Löschung bestätigen"))
    await samira.sees("Nichts wurde gespeichert")
    await samira.heading("Löschaufgaben")
    await acknowledge(samira, referral)


async def acknowledge(screen: Screen, referral: str) -> None:
    task = await deletion_task(screen, referral)
    await screen.hands.mark(task.get_by_label("Alle Kopien außerhalb von Lotsennetz sind gelöscht"))
    await screen.hands.use(task.get_by_role("button", name="Löschung bestätigen"))
    await expect(task).to_contain_text(re.compile("Bestätigt|vernichtet"))
    await screen.look("done")


async def deletion_task(screen: Screen, referral: str) -> Locator:
    """The task, as soon as the withdrawal was heard."""
    await screen.open("/loeschaufgaben")
    task = screen.page.locator("article", has_text=referral[:8])
    for _ in range(50):
        if await task.count():
            break
        await screen.page.wait_for_timeout(200)
        await screen.page.reload()
    return task


async def still_own(maren: Screen, case: str) -> None:
    await maren.open(f"/faelle/{case}/abschnitte/contact")
    await expect(maren.page.locator("[name='note']")).to_have_value(DOSSIER["contact"].note)


async def see_it_is_done(phone: Screen) -> None:
    await phone.open("/mine")
    for _ in range(50):
        if "Endgültig vernichtet" in await phone.page.locator("body").inner_text():
            break
        await phone.page.wait_for_timeout(200)
        await phone.page.reload()
    await phone.sees("Endgültig vernichtet")
    await phone.look("done")
