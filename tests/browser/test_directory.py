"""Finding an agency by hand: answers while typing, narrowing and widening by buttons, the map, a card to take along."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from deploy.demo.planted import SEARCH
from gateway.web.public.card_texts import card_texts
from tests.browser.people import Screens


async def test_answers_come_while_somebody_types_and_leave_no_trace(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser)
    await maren.open("/suche")
    before = await maren.page.evaluate("history.length")
    field = maren.page.get_by_label("Worum geht es?", exact=True)
    await field.press_sequentially("Schuldnerberatung Hannov", delay=20)
    hits = maren.page.locator("#answer article")
    await expect(hits.first).to_be_visible()
    await expect(maren.page.get_by_role("status")).to_contain_text("Angebot")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Schuldnerberatung Hannov")
    await maren.look("while typing")
    assert re.fullmatch(rf"{re.escape(maren.origin)}/suche/[\w-]{{20,}}", maren.page.url)
    assert await maren.page.evaluate("history.length") == before
    await maren.press("Stelle ansehen")
    await maren.page.wait_for_url("**/stellen/*")
    await maren.page.go_back()
    await expect(maren.page.locator("#answer article").first).to_be_visible()
    await expect(field).to_have_value("Schuldnerberatung Hannov")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_buttons_narrow_a_search_and_take_it_back(screens: Screens, script: bool) -> None:
    maren = await screens.staff(screens.house.cast.discloser, width=320, script=script)
    await maren.open("/suche")
    await maren.type("Worum geht es?", "Schulden Niedersachsen")
    await maren.press("Suche")
    heading = maren.page.get_by_role("heading", level=2).first
    await expect(heading).to_contain_text("Angebote")
    all_of_them = await heading.inner_text()
    await maren.page.get_by_text("Eingrenzen", exact=True).click()
    await maren.page.get_by_role("button", name=re.compile(r"^Arabisch \(")).click()
    taken_back = maren.page.get_by_role("button", name=re.compile("Zurücknehmen: Arabisch"))
    await expect(taken_back).to_be_visible()
    await maren.look("narrowed")
    assert await heading.inner_text() != all_of_them
    await taken_back.click()
    await expect(heading).to_have_text(all_of_them)


async def test_numbers_on_the_map_lead_to_the_list(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser, width=1280)
    await maren.open("/suche")
    await maren.type("Worum geht es?", SEARCH)
    await maren.press("Suche")
    picture = maren.page.locator(".map__picture")
    await expect(picture).to_be_visible()
    marker = picture.locator("a").last
    number = (await marker.get_attribute("href") or "").removeprefix("#hit-")
    await marker.click()
    assert maren.page.url.endswith(f"#hit-{number}")
    await expect(maren.page.locator(f"#hit-{number}")).to_be_in_viewport()
    await maren.look("map")


async def test_what_nobody_offers_is_found_by_leaving_something_out(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser)
    await maren.open("/suche")
    await maren.type("Worum geht es?", "Mietschulden, Vietnamesisch, Braunschweig")
    await maren.press("Suche")
    helping = maren.page.get_by_role("group", name="Was helfen würde").get_by_role("button").first
    await helping.click()
    await expect(maren.page.locator("article").first).to_be_visible()
    await maren.look("relaxed")


@pytest.mark.parametrize("variety", ["ar", "fa", "plain"])
async def test_a_card_in_a_language_of_its_own_fits_a_phone(screens: Screens, variety: str) -> None:
    anybody = await screens.anybody(width=320)
    agency = screens.house.cast.recipient.agency_id
    await anybody.open(f"/verzeichnis/{agency}/karte?sprache={variety}")
    card = anybody.page.locator("article.card")
    assert await card.get_attribute("dir") == ("ltr" if variety == "plain" else "rtl")
    await anybody.look(f"card {variety}")
    await anybody.page.emulate_media(media="print")
    await expect(anybody.page.get_by_role("heading", level=1)).to_be_hidden()
    await expect(card).to_be_visible()


async def test_a_card_is_one_page_of_paper_in_every_language(screens: Screens) -> None:
    anybody = await screens.anybody()
    for variety in card_texts():
        await anybody.open(f"/verzeichnis/{screens.house.cast.recipient.agency_id}/karte?sprache={variety}")
        paper = await anybody.page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, variety


async def test_somebody_without_a_login_finds_an_agency_by_keyboard_alone(screens: Screens) -> None:
    anybody = await screens.anybody(keyboard=True)
    await anybody.open("/verzeichnis")
    await anybody.type("Worum geht es?", "Miete")
    await anybody.write("#place", "Braunschweig")
    await anybody.press("Suche")
    await anybody.page.wait_for_url("**/verzeichnis/suche/*")
    await anybody.press("Stelle ansehen")
    await anybody.page.wait_for_url(re.compile(r"/verzeichnis/[0-9a-f-]{36}$"))
    await anybody.heading("(Demo)")
