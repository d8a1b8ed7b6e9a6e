"""The directory for everybody: a question stays with its browser, what is shown is public, a card is one page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lotse.directory.v1 import agency_pb2, search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.web import vocabulary
from gateway.web.forms import CSRF_FIELD
from gateway.web.public.card_texts import card_texts
from services.common.identity.principals import Public
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted_directory import Script, a_hit, scripted_directory
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

AGENCY = str(uuid4())
PAGE = {"Accept": "text/html"}


@dataclass
class Looking:
    world: World
    script: Script
    browser: Browser

    async def ask(self, browser: Browser | None = None, part: str = "", **form: Any) -> httpx.Response:
        browser = browser or self.browser
        await browser.get("/verzeichnis", headers=PAGE)
        sent = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin", **PAGE}
        sent |= {"X-Part": part} if part else {}
        token = browser.cookie("__Host-form") or ""
        return await browser.request("POST", "/verzeichnis", data={CSRF_FIELD: token, **form}, headers=sent)

    async def page(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(path, headers={**PAGE, **{k.replace("_", "-"): v for k, v in headers.items()}})


@asynccontextmanager
async def looking_at(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, folder: Path, **changes: Any
) -> AsyncIterator[Looking]:
    database = await database_of("gateway")
    async with (
        scripted_directory(network, login_server.tokens) as script,
        running_gateway(folder, database, network, login_server, **changes) as world,
    ):
        yield Looking(world, script, world.staff())


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
async def looking(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Looking]:
    async with looking_at(database_of, network, login_server, tmp_path) as looking:
        yield looking


def an_agency(**changes: Any) -> agency_pb2.GetAgencyResponse:
    values: dict[str, Any] = {
        "agency_id": AGENCY,
        "name": "Schuldnerberatung Mitte (Test)",
        "phones": ["+49 531 0000"],
        "address": "Hauptstraße 1, 38100 Braunschweig",
        "point": search_pb2.Coordinates(latitude=52.27, longitude=10.52),
        "accepts_handover": True,
        **changes,
    }
    service = agency_pb2.AgencyServiceEntry(
        service_id=str(uuid4()),
        name="Mietschulden",
        topics=["mietschulden"],
        languages=["ar", "de"],
        schedules=["Montag 9 bis 12 Uhr"],
        required_documents=["Mietvertrag"],
        fees="kostenlos",
        ways_in=[agency_pb2.WayInEntry(way=vocabulary_pb2.WAY_IN_WALK_IN)],
        interpretation_kinds=[vocabulary_pb2.INTERPRETATION_ARRANGED],
    )
    return agency_pb2.GetAgencyResponse(agency=agency_pb2.Agency(**values), services=[service])


async def test_a_search_without_a_login_stands_in_no_address_and_opens_in_no_other_browser(looking: Looking) -> None:
    looking.script.found = search_pb2.SearchServicesResponse(total=1, hits=[a_hit(accepts_handover=True)])
    led = await looking.ask(text="Gewalt zu Hause", place="Braunschweig")
    assert led.status_code == 303
    address = led.headers["Location"]
    assert re.fullmatch(r"/verzeichnis/suche/[\w-]{40,}", address)
    page = await looking.page(address)
    assert "Schuldnerberatung" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert (looking.script.asked[-1].text, looking.script.asked[-1].place) == ("Gewalt zu Hause", "Braunschweig")
    assert isinstance(looking.script.askers[-1], Public)
    assert "/verweisungen" not in page.text
    assert looking.world.settings.client_origin not in page.text
    other = looking.world.staff()
    await other.get("/verzeichnis", headers=PAGE)
    assert (await other.get(address, headers=PAGE)).status_code == 404


async def test_who_searches_without_end_is_slowed_down_and_nobody_else(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    async with looking_at(database_of, network, login_server, tmp_path, public_searches_per_hour=2) as looking:
        assert [(await looking.ask(text="Miete")).status_code for _ in range(3)] == [303, 303, 429]
        other = looking.world.staff(sender="192.0.2.2")
        assert (await looking.ask(other, text="Miete")).status_code == 303


async def test_answers_come_while_somebody_types_and_count_nothing(looking: Looking) -> None:
    looking.script.found = search_pb2.SearchServicesResponse(total=1, hits=[a_hit()])
    part = await looking.ask(part="answer", text="Schul")
    assert (part.status_code, "<html" in part.text, "Schuldnerberatung" in part.text) == (200, False, True)
    address = re.search(r'data-address="(/verzeichnis/suche/[\w-]{40,})"', part.text)
    assert address
    assert 'value="Schul"' in (await looking.page(address[1], User_Agent=FIREFOX)).text
    assert [asked.while_typing for asked in looking.script.asked] == [True, False]
    page = await looking.page("/verzeichnis")
    assert 'data-live="answer"' in page.text
    assert "search.js" in page.text


async def test_whoever_types_without_end_gets_no_more_answers_and_may_still_search(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    async with looking_at(database_of, network, login_server, tmp_path, public_typing_per_hour=2) as looking:
        typed = [(await looking.ask(part="answer", text="Miete"[:n])).status_code for n in (3, 4, 5)]
        assert typed == [200, 200, 429]
        assert (await looking.ask(text="Miete")).status_code == 303


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"])
async def test_what_a_robot_searches_in_vain_is_no_unmet_need(looking: Looking, agent: str) -> None:
    address = (await looking.ask(text="Schulden Peine")).headers["Location"]
    for sender in (agent, FIREFOX, FIREFOX):
        await looking.page(address, User_Agent=sender)
    assert [asked.while_typing for asked in looking.script.asked] == [True, False, True]


async def test_the_page_of_an_agency_is_for_everybody_and_may_be_kept(looking: Looking) -> None:
    looking.script.agency = an_agency()
    page = await looking.page(f"/verzeichnis/{AGENCY}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "max-age" in page.headers["Cache-Control"]
    for words in ("+49 531 0000", "Mietvertrag", "kostenlos", "Without an appointment", "<svg", "GeoNames", "/hsds"):
        assert words in page.text, words
    assert "Refer somebody there" not in page.text
    assert isinstance(looking.script.askers[-1], Public)
    again = await looking.page(f"/verzeichnis/{AGENCY}", If_None_Match=page.headers["ETag"])
    assert (again.status_code, again.text) == (304, "")


async def test_where_a_protected_place_is_stands_on_no_page(looking: Looking) -> None:
    looking.script.agency = an_agency(protected_location=True, address="Niedersachsen")
    for path in (f"/verzeichnis/{AGENCY}", f"/verzeichnis/{AGENCY}/karte"):
        page = await looking.page(path)
        assert 'href="#hit-1"' not in page.text
        assert "map__picture" not in page.text
    assert "Call. The agency tells you where to meet." in page.text


@pytest.mark.parametrize(
    ("variety", "word"), [("ar", "بدون موعد"), ("plain", "einfach hingehen"), ("uk", "без запису")]
)
async def test_a_card_speaks_the_language_of_whoever_carries_it(looking: Looking, variety: str, word: str) -> None:
    looking.script.agency = an_agency()
    page = await looking.page(f"/verzeichnis/{AGENCY}/karte?sprache={variety}")
    texts = card_texts()[variety]
    assert f'lang="{texts.tag}" dir="{texts.direction}"' in page.text
    assert word in page.text
    assert f"{looking.world.settings.staff_origin}/verzeichnis/{AGENCY}" in page.text
    assert "<svg" in page.text  # the QR code
    if texts.tag != "de":
        assert '<span lang="de" dir="ltr">Mietvertrag</span>' in page.text
        assert "nobody has reviewed them yet" in page.text


async def test_a_card_says_that_nobody_interprets_only_where_nobody_does(looking: Looking) -> None:
    looking.script.agency = an_agency()
    without = agency_pb2.AgencyServiceEntry(
        service_id=str(uuid4()), name="Insolvenz", interpretation_kinds=[vocabulary_pb2.INTERPRETATION_NONE]
    )
    looking.script.agency.services.append(without)
    address, none = f"/verzeichnis/{AGENCY}/karte?sprache=de", card_texts()["de"].interpreting["none"]
    assert none not in (await looking.page(address)).text
    assert none in (await looking.page(f"{address}&angebot={without.service_id}")).text


async def test_a_card_in_a_language_that_there_is_none_in_is_not_there(looking: Looking) -> None:
    looking.script.agency = an_agency()
    assert (await looking.page(f"/verzeichnis/{AGENCY}/karte?sprache=xx")).status_code == 404
    assert (await looking.page(f"/verzeichnis/{AGENCY}/karte?angebot={uuid4()}")).status_code == 404


def test_every_card_has_every_word() -> None:
    german = card_texts()["de"]
    for variety, texts in card_texts().items():
        assert texts.named.keys() == german.named.keys(), variety
        assert texts.ways.keys() == vocabulary.WAYS_IN.keys(), variety
        assert texts.interpreting.keys() == vocabulary.INTERPRETATIONS.keys(), variety
