"""Consent texts in a real browser: two people with second factors, one on a phone and by keyboard."""

from __future__ import annotations

from fastapi.routing import APIRoute
from playwright.async_api import FilePayload, expect

from deploy.demo.cast import player
from gateway.web import consent_texts
from tests.browser.people import Screen, Screens
from tests.support.house import PLAN
from tests.support.one_time_codes import unused_code
from tests.support.sounds import MP3

OFFICER = player(PLAN, "hauke", "caritas-hannover")
BODY = "Dürfen wir hören, wie es weiterging?\n\nSie entscheiden, was zurückkommt.\n\n<b>Kein</b> Markup wirkt hier."


async def strengthen(screen: Screen, username: str, password: str) -> None:
    """A fresh login of class 2, as a page that needs it leads there."""
    await screen.open("/login?return=/texte&second_factor=true&fresh=true")
    page = screen.page
    await page.locator("#password").wait_for()
    if await page.locator("#username[type='text']").count():
        await page.locator("#username").fill(username)
    await page.locator("#password").fill(password)
    await page.locator("#kc-login").click()
    await page.locator("#otp").fill(unused_code(username))
    await page.locator("#kc-login").click()
    await page.wait_for_url(f"{screen.origin}/texte")


async def look_at(screen: Screen, address: str) -> None:
    """On a desk and on a small phone."""
    for width in (1280, 320):
        await screen.page.set_viewport_size({"width": width, "height": 800})
        answer = await screen.page.goto(f"{screen.origin}{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert await screen.page.get_by_role("heading", level=1).count() == 1, address
        await screen.look(f"{width}{address[:30]}")


_PLAYABLE = """audio => new Promise((heard, failed) => {
    audio.onloadedmetadata = () => heard(audio.duration);
    audio.querySelector("source").onerror = () => failed(new Error("cannot be played"));
    audio.preload = "metadata";
    audio.load();
})"""
"""Its seconds, as the browser finds them out under the policy of the page."""


def path_of(screen: Screen) -> str:
    return screen.page.url.removeprefix(screen.origin)


async def test_one_writes_and_another_signs_and_publishes(screens: Screens) -> None:
    password = screens.house.password
    betty = await screens.operator("betrieb")
    hauke = await screens.staff(OFFICER, width=320, keyboard=True)
    await betty.open("/texte?sprache=ar&gegenstand=way-back")
    version = await betty.page.locator("main a[href^='/texte/fassungen/']").first.get_attribute("href")
    assert version is not None

    # Without the second factor: what was typed waits on the page that asks for it.
    await betty.open(f"/texte/neu?aus={version.rpartition('/')[2]}")
    await betty.type("Text", BODY)
    await betty.page.get_by_label("Ja, er sagt etwas anderes").check()
    await betty.press("Als Entwurf speichern")
    await betty.heading("Dafür ist ein zweiter Faktor nötig")
    await betty.sees("Ihre Eingabe ist nicht verloren")

    await strengthen(betty, "betrieb", password)
    await betty.open(f"/texte/neu?aus={version.rpartition('/')[2]}")
    await betty.type("Überschrift", "")
    await betty.type("Text", BODY)
    await betty.page.get_by_label("Ja, er sagt etwas anderes").check()
    await betty.press("Als Entwurf speichern")
    await betty.heading("Text schreiben")
    await betty.sees("Überschrift: fehlt")
    await betty.type("Überschrift", "هل نسمع؟")
    await betty.press("Als Entwurf speichern")
    await betty.heading("Der Rückweg, Arabisch")
    await betty.sees("Ab hier macht jemand anderes weiter")
    draft = path_of(betty)

    await betty.open(version)
    silence = FilePayload(name="rueckweg.mp3", mimeType="audio/mpeg", buffer=MP3 * 40)
    await betty.page.get_by_label("Die Aufnahme").set_input_files(silence)
    await betty.press("Zum Text legen")
    await betty.sees("Aufnahme dazugelegt")
    assert await betty.page.locator("audio").evaluate(_PLAYABLE) > 1

    await strengthen(hauke, "hauke", password)
    await hauke.open(draft)
    await hauke.heading("Der Rückweg, Arabisch")
    await hauke.type("Name der prüfenden Person", "Dr. Amira Beispiel")
    await hauke.page.get_by_label("Tag der Prüfung").fill("2026-11-20")
    await hauke.press("Unterschreiben")
    await hauke.sees("Dr. Amira Beispiel, 20. November 2026")
    await hauke.press("Veröffentlichen")
    await hauke.heading("„Der Rückweg“, Arabisch, veröffentlichen?")
    await hauke.sees("Er sagt etwas anderes. Wer gefragt wurde und noch nicht entschieden hat, liest ihn zuerst")

    pages = {
        "/texte": "/texte?alle=ja",
        "/texte/neu": "/texte/neu",
        "/texte/entwuerfe/{draft_id}": draft,
        "/texte/entwuerfe/{draft_id}/schreiben": f"{draft}/schreiben",
        "/texte/entwuerfe/{draft_id}/veroeffentlichen": f"{draft}/veroeffentlichen",
        "/texte/entwuerfe/{draft_id}/verwerfen": f"{draft}/verwerfen",
        "/texte/fassungen/{content_hash}": version,
        "/texte/fassungen/{content_hash}/stilllegen": f"{version}/stilllegen",
    }
    routes = [route for router in consent_texts.routers() for route in router.routes if isinstance(route, APIRoute)]
    of_get = {route.path for route in routes if "GET" in (route.methods or ())}
    assert pages.keys() == {path for path in of_get if not path.endswith("/aufnahme")}  # which is sound
    for address in pages.values():
        await look_at(betty, address)
    for address in (draft, f"{draft}/veroeffentlichen"):
        await look_at(hauke, address)

    await hauke.open(f"{draft}/veroeffentlichen")
    await hauke.press("Veröffentlichen")
    await hauke.heading("Der Rückweg, Arabisch")
    await hauke.sees("Geprüft, in Kraft")
    await expect(hauke.page.locator(".artefact article").first).to_have_attribute("dir", "rtl")
    published = path_of(hauke)

    await betty.open(f"{published}/stilllegen")
    await betty.sees("An ihrer Stelle lesen Ratsuchende wieder die Fassung vom")
    await betty.press("Stilllegen")
    await betty.sees("Stillgelegt")
    await look_at(betty, published)
