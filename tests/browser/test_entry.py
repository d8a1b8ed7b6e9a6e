"""A coordinator keeps her agency's entry, without script, on a small phone and by keyboard."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.browser.people import Screens
from tests.browser.test_every_page import COORDINATOR


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
async def test_capacity_is_said_from_the_desk_in_two_clicks(screens: Screens, *, keyboard: bool) -> None:
    gesine = await screens.staff(COORDINATOR, script=False, width=320, keyboard=keyboard)
    await gesine.open("/")
    await gesine.press("Freie Plätze melden")
    await gesine.heading("Haben Sie Platz?")
    await gesine.press("Warteliste")
    await gesine.heading("Haben Sie Platz?")
    await gesine.sees("gilt bis")


async def test_a_telephone_is_added_and_taken_away_and_the_history_tells(screens: Screens) -> None:
    number = f"0531 {uuid4().int % 10**8}"
    gesine = await screens.staff(COORDINATOR, script=False, width=320)
    await gesine.open("/eintrag")
    await gesine.press("Ändern: Telefon und Anschrift")
    await gesine.press("Hinzufügen: Telefon")
    await gesine.press("Speichern")
    await expect(gesine.page.get_by_role("alert")).to_contain_text("Telefon, Nummer: fehlt")
    await gesine.page.get_by_role("alert").get_by_role("link").click()
    await gesine.page.keyboard.insert_text(number)
    await gesine.heading("Telefon und Anschrift")
    await gesine.press("Speichern")
    await gesine.heading("Unser Eintrag")
    await gesine.sees(number)
    await gesine.press("Verlauf")
    await gesine.heading("Verlauf")
    await gesine.page.get_by_role("link", name="Zurücknehmen").first.click()
    await gesine.heading("Zurücknehmen, was geändert wurde")
    await gesine.sees(number)
    await gesine.press("Zurücknehmen")
    await gesine.open("/eintrag")
    await gesine.sees_not(number)


async def test_an_error_is_reported_and_answered(screens: Screens) -> None:
    words = f"Seit Mai geschlossen ({uuid4().hex[:6]})"
    maren = await screens.staff(screens.house.cast.discloser, script=False, width=320)
    await maren.open(f"/stellen/{COORDINATOR.agency_id}")
    await maren.page.get_by_role("link", name="Stimmt nicht? Telefon").first.click()
    await maren.heading("Fehler melden")
    await maren.hands.write(maren.page.get_by_role("textbox", name="In Ihren Worten"), words)
    await maren.press("Es hat einmal gestimmt")
    await maren.heading("Meldungen")
    gesine = await screens.staff(COORDINATOR, script=False, width=320)
    await gesine.open("/meldungen")
    await gesine.sees(words)
    await gesine.press("Ist berichtigt")
    await maren.open("/meldungen")
    await maren.sees("Berichtigt")
