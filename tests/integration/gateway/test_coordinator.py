"""Keeping an agency's entry through the gateway, on pages and as JSON, with a real directory behind it."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.web.coordinator.fields import GROUPS, REPORTED_OF_AGENCY, REPORTED_OF_SERVICE
from gateway.web.forms import CSRF_FIELD
from gateway.web.vocabulary import REPORTED_FIELDS
from services.directory.editing import fields as directory_fields
from services.directory.rules.reporting import AGENCY_FIELDS, SERVICE_FIELDS
from tests.integration.directory.conftest import FILLED, Directory, demo_id, directory_at
from tests.integration.gateway.login_server import Login, running_login_server
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.server import TestNetwork

DIAKONIE = UUID(demo_id("organization", "diakonie-braunschweig-schuldnerberatung"))
RENT = demo_id("service", "diakonie-braunschweig-schuldnerberatung/miete")
CARITAS = UUID(demo_id("organization", "caritas-hannover-sozialberatung"))
PAGE = {"Accept": "text/html"}


@dataclass
class House:
    world: World
    directory: Directory

    async def browser(self, *roles: str, agency: UUID | None = DIAKONIE) -> Browser:
        browser = self.world.staff()
        await self.world.log_in(browser, Login(uuid4(), agency, roles or ("coordinator",)))
        return browser


@pytest.fixture
async def house(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> AsyncIterator[House]:
    async with running_login_server() as login_server, directory_at(postgres, network, FILLED) as directory:
        login_server.tokens = directory.issuer
        async with running_gateway(tmp_path, await database_of("gateway"), network, login_server) as world:
            yield House(world, directory)


Fields = list[tuple[str, str]]


def form_of(page: str, action: str) -> Fields:
    """What a browser would send of a form: hidden fields, lines, texts, chosen options, ticked boxes."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page, re.DOTALL)
    assert form, action
    found: Fields = []
    for tag in re.finditer(r"<input[^>]*>|<textarea[^>]*>.*?</textarea>|<select[^>]*>.*?</select>", form[1], re.DOTALL):
        text = tag[0]
        name = re.search(r'name="([^"]*)"', text)
        assert name
        if text.startswith("<textarea"):
            value = re.sub(r"^\n", "", re.sub(r"<[^>]*>", "", text))
        elif text.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', text)
            value = chosen[1] if chosen else ""
        else:
            if re.search(r'type="(checkbox|radio)"', text) and " checked" not in text:
                continue
            given = re.search(r'value="([^"]*)"', text)
            value = given[1] if given else ""
        found.append((name[1], html.unescape(value)))
    return found


def set_field(fields: Fields, name: str, value: str) -> Fields:
    return [(each, value if each == name else old) for each, old in fields]


async def send(browser: Browser, path: str, fields: Fields) -> httpx.Response:
    headers = {
        "Origin": browser.origin, "Sec-Fetch-Site": "same-origin", **PAGE,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    return await browser.request("POST", path, content=urlencode(fields), headers=headers)


async def opened(browser: Browser, path: str) -> str:
    answer = await browser.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def row_id(fields: Fields, kind: str, number: int = 0) -> str:
    return [value.split(" ")[1] for name, value in fields if name == "row" and value.startswith(f"{kind} ")][number]


def test_pages_show_exactly_what_the_directory_lets_an_agency_write() -> None:
    assert list(GROUPS) == list(directory_fields.GROUPS)
    for group, kinds in GROUPS.items():
        theirs = {one.kind: one for one in directory_fields.GROUPS[group]}
        assert list(kinds) == list(theirs), group
        for name, kind in kinds.items():
            assert set(kind.fields) == set(theirs[name].fields), name
            assert set(kind.parents) == set(theirs[name].parents), name
            assert kind.is_fixed == theirs[name].is_fixed, name
            needed = {field for field, shown in kind.fields.items() if shown.is_needed}
            assert needed == {field for field, one in theirs[name].fields.items() if one.required} - (
                {"state", "updated", "expires_at", "weeks"} if group == "capacity" else set()
            ), name


def test_every_field_that_can_be_reported_has_a_link_and_a_word() -> None:
    assert set(REPORTED_OF_AGENCY) == set(AGENCY_FIELDS)
    assert set(REPORTED_OF_SERVICE) == set(SERVICE_FIELDS)
    assert set(REPORTED_FIELDS) == set(AGENCY_FIELDS) | set(SERVICE_FIELDS)


async def test_a_coordinator_confirms_everything_with_one_click(house: House) -> None:
    browser = await house.browser()
    page = await opened(browser, "/eintrag")
    assert "Klosterhof 8" in page
    assert "Not confirmed for over a year" in page
    done = await send(browser, "/eintrag/bestaetigen", form_of(page, "/eintrag/bestaetigen"))
    assert (done.status_code, done.headers["Location"]) == (303, "/eintrag")
    again = await opened(browser, "/eintrag")
    assert "Not confirmed for over a year" not in again
    assert again.count("Confirmed lately") == 8
    stale = await send(browser, "/eintrag/bestaetigen", set_field(form_of(again, "/eintrag/bestaetigen"), "etag", "x"))
    assert stale.status_code == 409
    assert "The entry was changed meanwhile" in stale.text


async def test_a_counsellor_reads_the_entry_and_cannot_write_it(house: House) -> None:
    browser = await house.browser("counsellor")
    page = await opened(browser, "/eintrag")
    assert "Klosterhof 8" in page
    assert '<form method="post" action="/eintrag' not in page
    for path in ("/eintrag/gruppen/contact", "/eintrag/verlauf"):
        assert (await browser.get(path, headers=PAGE)).status_code == 403, path


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "capacity"])
async def test_storing_a_form_as_it_came_changes_nothing(house: House, group: str) -> None:
    browser = await house.browser()
    path = f"/eintrag/gruppen/{group}"
    etag = (await browser.get(f"/api/v1/agencies/{DIAKONIE}/entry")).headers["ETag"]
    stored = await send(browser, path, form_of(await opened(browser, path), path))
    assert (stored.status_code, stored.headers["Location"]) == (303, f"/eintrag#{group}")
    assert (await browser.get(f"/api/v1/agencies/{DIAKONIE}/entry")).headers["ETag"] == etag


async def test_rows_come_and_go_by_buttons_and_nothing_typed_is_lost(house: House) -> None:
    browser, path = await house.browser(), "/eintrag/gruppen/contact"
    fields = form_of(await opened(browser, path), path)
    agency = row_id(fields, "organization")
    fields = set_field(fields, f"{agency}.email", "neu@stelle.example")
    more = await send(browser, path, [*fields, ("add", "phone ")])
    assert more.status_code == 200
    fields = form_of(more.text, path)
    assert ("neu@stelle.example") in dict(fields).values()
    new = row_id(fields, "phone", 1)
    refused = await send(browser, path, fields)
    assert refused.status_code == 400
    assert f'href="#{new}.number"' in refused.text
    assert "<title>Error:" in refused.text
    fields = set_field(form_of(refused.text, path), f"{new}.number", "0531 4711")
    assert (await send(browser, path, fields)).status_code == 303
    page = await opened(browser, "/eintrag")
    assert "0531 4711" in page
    assert "neu@stelle.example" in page
    fields = form_of(await opened(browser, path), path)
    gone = next(name.partition(".")[0] for name, value in fields if value == "0531 4711")
    fewer = await send(browser, path, [*fields, ("remove", gone)])
    assert "0531 4711" not in fewer.text
    assert (await send(browser, path, form_of(fewer.text, path))).status_code == 303
    assert "0531 4711" not in await opened(browser, "/eintrag")


async def test_an_agency_with_two_places_writes_hours_of_an_offer_at_one_of_them(house: House) -> None:
    browser, contact, hours = await house.browser(), "/eintrag/gruppen/contact", "/eintrag/gruppen/opening-hours"
    assert "At this place" not in await opened(browser, hours), "one place: nothing to tell apart"
    more = await send(browser, contact, [*form_of(await opened(browser, contact), contact), ("add", "location ")])
    fields = form_of(more.text, contact)
    place = row_id(fields, "location", 1)
    assert (await send(browser, contact, set_field(fields, f"{place}.name", "Nebenstelle"))).status_code == 303
    page = await opened(browser, hours)
    legend = re.search(r"At this place: ([^<]*, Nebenstelle)</legend>", page)
    assert legend
    assert "Add: Hours</span>" not in page, "each button says what it adds to"
    added = re.search(
        rf'value="(schedule [0-9a-f-]+)"><span class="kern-label">Add: Hours \({re.escape(legend[1])}\)', page
    )
    assert added
    fields = form_of((await send(browser, hours, [*form_of(page, hours), ("add", added[1])])).text, hours)
    new = next(
        value.split(" ")[1] for name, value in fields if name == "row" and value.endswith(added[1].split(" ")[1])
    )
    fields = set_field(fields, f"{new}.opens_at", "09:00")
    assert (await send(browser, hours, [*fields, (f"{new}.byday", "SA")])).status_code == 303
    _, _, below = (await opened(browser, "/eintrag")).partition(f"{legend[1]}</h3>")
    assert re.search(r"Hours</dt>\s*<dd[^>]*>Days: Saturday", below.partition("</h3>")[0])


async def test_whoever_was_slower_sees_the_difference_and_loses_nothing(house: House) -> None:
    one, other, path = await house.browser(), await house.browser(), "/eintrag/gruppen/contact"
    mine, theirs = form_of(await opened(one, path), path), form_of(await opened(other, path), path)
    agency = row_id(mine, "organization")
    added = form_of((await send(other, path, [*theirs, ("add", "phone ")])).text, path)
    added = set_field(added, f"{row_id(added, 'phone', 1)}.number", "0531 99")
    await send(other, path, set_field(added, f"{agency}.description", "Von der anderen"))
    conflict = await send(one, path, set_field(mine, f"{agency}.description", "Von mir"))
    assert conflict.status_code == 409
    assert re.search(r"Von mir</td>.*Von der anderen</td>", conflict.text)
    merged = form_of(conflict.text, path)
    assert dict(merged)[f"{agency}.description"] == "Von mir"
    assert "0531 99" in dict(merged).values()
    assert (await send(one, path, merged)).status_code == 303
    page = await opened(one, "/eintrag")
    assert "Von mir" in page
    assert "0531 99" in page


async def test_hours_of_a_way_in_stand_at_its_offer_and_name_it(house: House) -> None:
    page = await opened(await house.browser(), "/eintrag")
    hours = page.partition('id="opening-hours"')[2].partition('id="services"')[0]
    offers = re.split(r"<h3[^>]*>", hours)[1:]
    assert len(offers) == 2
    for offer in offers:
        assert re.search("Hours . By telephone", offer)
    assert "Every how many weeks" not in hours  # each week, as a matter of course


async def test_capacity_is_two_clicks_and_says_until_when_it_holds(house: House) -> None:
    browser, path = await house.browser(), "/eintrag/kapazitaet"
    page = await opened(browser, path)
    fields = [(name, value) for name, value in form_of(page, path) if name in (CSRF_FIELD, "repeat_key")]
    said: Fields = [*fields, ("service_id", RENT), (f"weeks-{RENT}", "viele"), ("state", "waiting-list")]
    refused = await send(browser, path, said)
    assert refused.status_code == 400
    assert f'href="#weeks-{RENT}"' in refused.text
    done = await send(browser, path, set_field(said, f"weeks-{RENT}", "6"))
    assert done.status_code == 303
    assert "Weeks to wait: 6" in await opened(browser, path)
    foreign = await house.browser(agency=CARITAS)
    page = await opened(foreign, path)
    proof = [(name, value) for name, value in form_of(page, path) if name in (CSRF_FIELD, "repeat_key")]
    assert (await send(foreign, path, [*proof, ("service_id", RENT), ("state", "free")])).status_code == 404


async def test_a_change_is_seen_in_words_and_put_back_after_asking(house: House) -> None:
    browser, path = await house.browser(), "/eintrag/gruppen/contact"
    fields = form_of(await opened(browser, path), path)
    agency = row_id(fields, "organization")
    await send(browser, path, set_field(fields, f"{agency}.description", "Falsch"))
    page = await opened(browser, "/eintrag/verlauf")
    assert "Description: Erfundene Demo-Daten. Die Stelle gibt es nicht. → Falsch" in page
    link = re.search(r'href="(/eintrag/verlauf/[0-9a-f-]{36})"', page)
    assert link
    asked = await opened(browser, link[1])
    assert (await send(browser, link[1], form_of(asked, link[1]))).status_code == 303
    assert "Falsch" not in await opened(browser, "/eintrag")
    await send(browser, path, set_field(form_of(await opened(browser, path), path), f"{agency}.description", "Neu"))
    late = await send(browser, link[1], form_of(asked, link[1]))
    assert late.status_code == 409
    assert "The same was changed again afterwards" in late.text


async def test_an_error_is_reported_in_two_clicks_and_answered(house: House) -> None:
    maren = await house.browser("counsellor", agency=CARITAS)
    agency = await opened(maren, f"/stellen/{DIAKONIE}")
    path = f"/stellen/{DIAKONIE}/melden"
    link = f"{path}?angebot={RENT}&amp;feld=opening-hours"
    assert link in agency
    form = form_of(await opened(maren, html.unescape(link)), path)
    assert dict(form)["field_name"] == "opening-hours"
    assert (await send(maren, path, form)).status_code == 400, "no reason was chosen"
    assert (await send(maren, path, [*form, ("reason", "outdated")])).status_code == 303
    assert (await send(maren, path, [*form, ("reason", "outdated")])).status_code == 303, "a second click"
    gesine = await house.browser()
    assert "1 error was reported" in await opened(gesine, "/eintrag")
    page = await opened(gesine, "/meldungen")
    assert "Caritas Sozialberatung Hannover (Demo)" in page
    action = re.search(r'action="(/meldungen/[0-9a-f-]{36})"', page)
    assert action
    assert page.count('action="/meldungen/') == 1
    answer = form_of(page, action[1])
    unsaid = await send(gesine, action[1], [*answer, ("state", "answered")])
    assert unsaid.status_code == 400
    said = [(name, "Danke!" if name.startswith("answer-") else value) for name, value in answer]
    assert (await send(gesine, action[1], [*said, ("state", "answered")])).status_code == 303
    assert "Danke!" in await opened(maren, "/meldungen")


async def test_partners_note_how_to_work_together_and_nobody_else_reads_it(house: House) -> None:
    maren, gesine = await house.browser("counsellor", agency=CARITAS), await house.browser()
    page, path = f"/stellen/{DIAKONIE}", f"/stellen/{DIAKONIE}/notizen"
    form = form_of(await opened(maren, page), path)
    empty = await send(maren, path, form)
    assert empty.status_code == 400
    assert 'href="#text"' in empty.text
    long = await send(maren, path, set_field(form, "text", "x" * 501))
    assert long.status_code == 400
    assert "x" * 501 in long.text, "what was typed is kept"
    said = set_field(form, "text", "Vor zehn anrufen.")
    assert (await send(maren, path, said)).status_code == 303
    assert (await send(maren, path, said)).status_code == 303, "a second click"
    shown = await opened(maren, page)
    assert shown.count("Vor zehn anrufen.</p>") == 1
    assert "Caritas Sozialberatung Hannover (Demo)" in shown
    assert "Vor zehn" not in (await house.world.staff().get(f"/verzeichnis/{DIAKONIE}", headers=PAGE)).text
    assert f'action="{path}"' not in await opened(gesine, page), "nobody notes anything about herself"
    entry = await opened(gesine, "/eintrag")
    action = re.search(rf'action="({re.escape(path)}/[0-9a-f-]{{36}})"', entry)
    assert action
    removed = await send(gesine, action[1], form_of(entry, action[1]))
    assert (removed.status_code, removed.headers["Location"]) == (303, "/eintrag#notes")
    assert "Vor zehn" not in await opened(maren, page)


async def test_software_writes_with_the_etag_it_read_and_the_operator_sees_ages(house: House) -> None:
    browser = await house.browser()
    path = f"/api/v1/agencies/{DIAKONIE}/entry"
    read = (await browser.get(path)).json()["entry"]
    part = next(part for part in read["parts"] if part["field_group"] == "languages")
    rows = [{key: row[key] for key in ("kind", "row_id", "parent_id", "fields")} for row in part["rows"]]
    rows.append({"kind": "language", "row_id": str(uuid4()), "parent_id": RENT, "fields": {"code": "xx"}})
    refused = await browser.write("PUT", f"{path}/languages", {"rows": rows}, If_Match=part["etag"])
    said = "is no language that is known. Use its code, such as ar"
    assert refused.json()["errors"] == [{"field": f"rows[{len(rows) - 1}].fields.code", "message": said}]
    rows[-1]["fields"] = {"code": "ku"}
    assert (await browser.write("PUT", f"{path}/languages", {"rows": rows})).status_code == 428
    written = await browser.write("PUT", f"{path}/languages", {"rows": rows}, If_Match=part["etag"])
    assert written.status_code == 200, written.text
    rows.pop()
    late = await browser.write("PUT", f"{path}/languages", {"rows": rows}, If_Match=part["etag"])
    assert late.status_code == 412
    foreign = f"/api/v1/agencies/{CARITAS}"
    assert (await browser.get(f"{foreign}/entry")).status_code == 404
    assert (await browser.get(f"{foreign}/changes")).status_code == 404
    assert (await browser.get("/api/v1/freshness")).status_code == 403
    betty = await house.browser("operator", agency=None)
    ages = (await betty.get("/api/v1/freshness?order=name&page_size=5")).json()
    assert len(ages["entries"]) == 5
    assert ages["next_page_token"]
