"""Every page of both hosts, enumerated from their routes: none keeps anybody out, none is wider than a small phone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import uuid4

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.async_api import expect

from deploy.demo.acts.taking_back import consents_of
from deploy.demo.cast import player
from deploy.demo.planted import SEARCH
from deploy.demo.story import SECOND_SECRET, soon
from gateway.web import client as client_pages
from gateway.web import counsellor as staff_pages
from gateway.web.coordinator.fields import GROUPS
from tests.browser.people import Screen, Screens
from tests.support.house import PLAN, House

_NO_PAGES = (".csv", "/file", "/pdf", "/recordings/{content_hash}", "/aufnahme")
_WIDTHS = (320, 1280)
_IN_LATIN_LETTERS = """names => [...document.querySelectorAll("body *")]
    .filter(each => !each.closest("[lang]:not(html), script, [translate=no]"))
    .flatMap(each => [...each.childNodes].filter(node => node.nodeType === Node.TEXT_NODE))
    .map(node => names.reduce((text, name) => text.replaceAll(name, ""), node.textContent).trim())
    .map(text => text.replace(/\\b[0-9a-f]{8}[0-9a-f-]*\\b|PDF|JSON|SHA-256/g, ""))
    .filter(text => /[A-Za-z]{2}/.test(text))"""
"""What a page in another script says in Latin letters, beside names, numbers and what is marked as another language."""
COORDINATOR = player(PLAN, "gesine", "diakonie-braunschweig")
OFFICER = player(PLAN, "hauke", "caritas-hannover")


@pytest.mark.timeout(900, func_only=True)
async def test_every_page_of_the_staff_is_for_everybody(screens: Screens) -> None:
    house = screens.house
    draft, offered, taken_on = await house.drafted(), await house.offered(), await house.in_progress()
    withdrawn = await house.in_progress()
    await house.withdraw(withdrawn)
    maren = await screens.staff(house.cast.discloser)
    samira = await screens.staff(house.cast.recipient)
    own, case = f"/verweisungen/{draft.referral_id}", f"/faelle/{draft.case_id}"
    new = f"stelle={house.cast.recipient.agency_id}"
    question = await house.drafted()
    desk = await house.desk(house.cast.discloser)
    etag = (await desk.get(question.etag_path)).etag
    await desk.post(f"{question.etag_path}/consent-requests", {"language": "de"}, etag=etag)
    asked = f"/verweisungen/{question.referral_id}"
    of_maren = {
        "/": "/",
        "/components": "/components",
        "/logged-in": "/logged-in",
        "/suche": "/suche",
        "/suche/{handle}": await _searched(maren, SEARCH),
        "/stellen/{agency_id}": f"/stellen/{house.cast.recipient.agency_id}",
        "/stellen/{agency_id}/karte": f"/stellen/{house.cast.recipient.agency_id}/karte?sprache=ar",
        "/abdeckung": "/abdeckung?land=NI&thema=mietschulden",
        "/abdeckung/kreise/{district_code}": "/abdeckung/kreise/03101",
        "/faelle": "/faelle",
        "/faelle/{case_id}": case,
        "/faelle/{case_id}/abschnitte/{category}": f"{case}/abschnitte/contact",
        "/faelle/{case_id}/verweisung": f"{case}/verweisung?{new}",
        "/faelle/{case_id}/ohne-einwilligung": f"{case}/ohne-einwilligung",
        "/ohne-einwilligung": "/ohne-einwilligung",
        "/verweisungen/neu": f"/verweisungen/neu?{new}",
        "/verweisungen/{referral_id}": own,
        "/verweisungen/{referral_id}/entwurf": f"{own}/entwurf",
        "/verweisungen/{referral_id}/verwerfen": f"{own}/verwerfen",
        "/verweisungen/{referral_id}/zurueckholen": f"/verweisungen/{offered.referral_id}/zurueckholen",
        "/verweisungen/{referral_id}/widerruf": f"{own}/widerruf",
        "/verweisungen/{referral_id}/widerruf/zuruecknehmen": (
            f"/verweisungen/{withdrawn.referral_id}/widerruf/zuruecknehmen"
        ),
        "/rueckfragen": "/rueckfragen",
        "/widerrufsanfragen/neu": f"/widerrufsanfragen/neu?{new}",
        "/verweisungen/{referral_id}/gespraech": f"{asked}/gespraech",
        "/verweisungen/{referral_id}/papier": f"{asked}/papier",
        "/verweisungen/{referral_id}/belege": f"{asked}/belege",
        "/uebergeben": "/uebergeben",  # to the desk, where nothing is handed over
    }
    of_samira = {
        "/eingang": "/eingang",
        "/verweisungen/{referral_id}/ablehnen": f"/verweisungen/{offered.referral_id}/ablehnen",
        "/verweisungen/{referral_id}/zurueckgeben": f"/verweisungen/{taken_on.referral_id}/zurueckgeben",
        "/verweisungen/{referral_id}/ergebnis": f"/verweisungen/{taken_on.referral_id}/ergebnis",
        "/loeschaufgaben": "/loeschaufgaben",
        "/loeschaufgaben/{deletion_task_id}/einspruch": f"/loeschaufgaben/{await _objected(house)}/einspruch",
        "/widerrufsanfragen": "/widerrufsanfragen",
        "/widerrufsanfragen/{withdrawal_request_id}": f"/widerrufsanfragen/{await _asked(house)}",
    }
    gesine = await screens.staff(COORDINATOR)
    changes = await (await house.desk(COORDINATOR, fresh=True)).get(f"/agencies/{COORDINATOR.agency_id}/changes")
    of_gesine = {
        "/eintrag": "/eintrag",
        "/eintrag/gruppen/{group}": "/eintrag/gruppen/contact",
        "/eintrag/kapazitaet": "/eintrag/kapazitaet",
        "/eintrag/verlauf": "/eintrag/verlauf",
        "/eintrag/verlauf/{change_id}": f"/eintrag/verlauf/{changes.body['changes'][0]['change_id']}",
        "/meldungen": "/meldungen",
        "/namen": "/namen",  # what is behind it: test_name_check.py
        "/stellen/{agency_id}/melden": f"/stellen/{house.cast.discloser.agency_id}/melden?feld=phone",
    }
    hauke = await screens.staff(OFFICER)
    of_hauke = {
        path: path
        for path in ("/datenschutz", *(f"/datenschutz/{each}" for each in (
            "nachweis", "loeschungen", "anfragen", "ablehnungen", "verzeichnis")))
    }  # fmt: skip
    of_anybody = {
        "/verzeichnis": "/verzeichnis",
        "/verzeichnis/{agency_id}": f"/verzeichnis/{house.cast.recipient.agency_id}",
        "/verzeichnis/{agency_id}/karte": f"/verzeichnis/{house.cast.recipient.agency_id}/karte?sprache=plain",
    }
    anybody = await screens.anybody()
    of_anybody["/verzeichnis/suche/{handle}"] = await _searched(anybody, SEARCH, "/verzeichnis")
    of_all = of_maren.keys() | of_samira.keys() | of_gesine.keys() | of_hauke.keys() | of_anybody.keys()
    elsewhere = ("/betrieb", "/texte")  # below, and in test_consent_texts.py
    assert of_all == {path for path in _pages(staff_pages.routers()) if not path.startswith(elsewhere)}

    await _look_at(maren, of_maren.values())
    await _look_at(samira, of_samira.values())
    await _look_at(gesine, ["/", *of_gesine.values()])
    await _look_at(hauke, ["/", *of_hauke.values()])
    await _look_at(gesine, [f"/eintrag/gruppen/{group}" for group in GROUPS if group != "capacity"])
    await _look_at(anybody, of_anybody.values())
    await _look_at(anybody, [f"/verzeichnis/{uuid4()}"], status=404)
    await _look_at(maren, ["/abdeckung"])  # all of Germany
    await _look_at(maren, [await _searched(maren, "Unterwassergeigenbau in Kiel")])  # which nobody offers
    await _look_at(maren, [await _searched(maren, "mein Onkel schimpft, kann Miete nicht zahlen, Braunschweig")])
    await expect(maren.page.get_by_text("danach nicht gesucht: onkel, schimpft")).to_have_count(1)
    await _look_at(maren, [f"/stellen/{uuid4()}", f"/faelle/{uuid4()}", "/das/gibt/es/nicht"], status=404)
    await maren.open("/")
    await maren.page.get_by_role("button", name="Abmelden").click()
    await maren.heading("Sie sind abgemeldet")
    await _at_each_width(maren, "abgemeldet")


async def test_every_page_of_the_operator_is_for_everybody(screens: Screens) -> None:
    betty = await screens.operator("betrieb")
    await betty.open("/betrieb/importe")
    one = await betty.page.locator("a[href^='/betrieb/importe/']").first.get_attribute("href")
    of_betty = {
        "/betrieb": "/betrieb",
        "/betrieb/importe": "/betrieb/importe",
        "/betrieb/importe/{import_id}": one or "",
        "/betrieb/frische": "/betrieb/frische?reihenfolge=name",
    }
    assert of_betty.keys() == {path for path in _pages(staff_pages.routers()) if path.startswith("/betrieb")}
    await _look_at(betty, of_betty.values())
    await _look_at(betty, ["/abdeckung"])
    await betty.page.get_by_role("button", name="Abmelden").click()
    await betty.heading("Sie sind abgemeldet")
    await _at_each_width(betty, "abgemeldet")


async def test_every_page_of_the_client_is_for_everybody(screens: Screens) -> None:
    house = screens.house
    asked, decided = await house.drafted(), await house.permitted()
    desk = await house.desk(house.cast.discloser)
    etag = (await desk.get(asked.etag_path)).etag
    request = (await desk.post(f"{asked.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body
    deciding, returning = await screens.client(), await screens.client()
    while_deciding = {
        "/": "/",
        "/tablet": "/tablet",  # to the code, without a ticket
        "/question": "/question",
        "/question/{name}": "/question/contact",
        "/question/{name}/text": "/question/contact/text",
        "/question/persons": "/question/persons",
        "/later": "/later",
    }
    of_pass = await house.phone(decided.lotsenpass)
    consent = (await consents_of(of_pass))[0]["consent_id"]
    receipt = (await of_pass.get("/acts")).body["acts"][0]["receipt_id"]
    # Not everything, since only a consent in force can be ended earlier.
    await of_pass.post("/withdrawals", {"consent_id": consent, "categories": ["housing"]})
    withdrawal = (await consents_of(of_pass))[0]["withdrawals"][0]["withdrawal_id"]
    with_pass = {
        "/mine": "/mine",
        "/mine/withdraw": "/mine/withdraw",
        "/mine/who": "/mine/who",
        "/mine/withdrawals/{withdrawal_id}": f"/mine/withdrawals/{withdrawal}",
        "/mine/change": f"/mine/change?consent={consent}",
        "/mine/history": "/mine/history",
        "/mine/receipts": "/mine/receipts",
        "/receipts/{receipt_id}": f"/receipts/{receipt}",
    }
    with_names = {"/mine/persons": f"/mine/persons?consent={consent}"}
    assert while_deciding.keys() | with_pass.keys() | with_names.keys() == _pages(client_pages.routers())

    await _enter(deciding, request["access_code"])
    await _look_at(deciding, while_deciding.values())
    await _look_at(deciding, ["/question/way-back", "/question/release-forward", "/question/check"])
    for language, heading in (("العربية", "هل تسمحون لنا"), ("Leichte Sprache", "Dürfen wir das weiter-geben?")):
        await deciding.open("/question")
        await deciding.press(language)
        await deciding.heading(heading)
        await _at_each_width(deciding, language)
    await _enter(returning, decided.lotsenpass)
    await _look_at(returning, with_pass.values())
    await _look_at(returning, ["/das/gibt/es/nicht", *with_names.values()], status=404)
    await returning.open("/mine")
    await returning.type("Ihre Geheimzahl", SECOND_SECRET)
    await returning.press("Namen zeigen")
    await returning.sees("Dort soll es jemand nicht lesen")
    await _look_at(returning, with_names.values())
    agencies = [house.cast.discloser.agency_name, house.cast.recipient.agency_name]
    await returning.choose_language("فارسی")
    for address in (*with_pass.values(), *with_names.values()):
        await returning.page.goto(f"{returning.origin}{address}")
        await returning.resize(_WIDTHS[0])
        await returning.look(f"fa {re.sub(r'[0-9a-f-]{36}', '', address)}")
        assert await returning.page.evaluate(_IN_LATIN_LETTERS, agencies) == [], address


async def _objected(house: House) -> str:
    """A deletion task of the recipient that it objected to."""
    desk = await house.desk(house.cast.recipient)

    async def first() -> dict[str, str] | None:
        tasks = (await desk.get("/deletion-tasks?page_size=200")).body["tasks"]
        return next((task for task in tasks if task["state"] == "open"), None)

    task = await soon(first, "the deletion task")
    body = {"ground": "funding-proof", "note": "Bescheid vom März"}
    await desk.post(f"/deletion-tasks/{task['deletion_task_id']}/object", body, etag=task["etag"])
    return task["deletion_task_id"]


async def _asked(house: House) -> str:
    """A withdrawal request of the discloser to the recipient."""
    body = {"to_agency_id": str(house.cast.recipient.agency_id), "month": "2026-11", "topic": "mietschulden"}
    asked = await (await house.desk(house.cast.discloser)).post("/withdrawal-requests", body)
    return str(asked.body["withdrawal_request_id"])


async def _look_at(screen: Screen, addresses: Iterable[str], *, status: int = 200) -> None:
    for address in addresses:
        answer = await screen.page.goto(f"{screen.origin}{address}")
        assert answer is not None
        assert answer.status == status, address
        assert await screen.page.get_by_role("heading", level=1).count() == 1, address
        await _at_each_width(screen, re.sub(r"[0-9a-f-]{36}", "", address))


async def _at_each_width(screen: Screen, name: str) -> None:
    for width in _WIDTHS:
        await screen.resize(width)
        await screen.look(f"{width} {name}")


async def _searched(screen: Screen, text: str, path: str = "/suche") -> str:
    await screen.open(path)
    await screen.type("Worum geht es?", text)
    await screen.press("Suche")
    await screen.page.wait_for_url(re.compile(r"/suche/[\w-]{20,}$"))
    return screen.page.url.removeprefix(screen.origin)


async def _enter(phone: Screen, secret: str) -> None:
    await phone.open("/")
    await phone.type("Code oder Pass", secret)
    await phone.press("Weiter")
    await phone.page.wait_for_url(lambda url: not url.endswith("/"))


def _pages(routers: list[APIRouter]) -> set[str]:
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return {route.path for route in routes if "GET" in (route.methods or ()) and not route.path.endswith(_NO_PAGES)}
