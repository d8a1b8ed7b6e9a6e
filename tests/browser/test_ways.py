"""Ways to decide beside one's own phone: the agency's tablet, the talk, paper; and a no weighs as much as a yes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.people import Screen, Screens
from tests.support.pdf import opened

SCAN = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"
_LOOKS = """element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect()
    return [style.backgroundColor, style.borderColor, style.color, style.fontSize, style.fontWeight,
            Math.round(box.width), Math.round(box.height)].join(' ')
}"""

_VOICES = """
window.spoken = []
window.SpeechSynthesisUtterance = function (text) { this.text = text }
Object.defineProperty(window, 'speechSynthesis', {value: {
    getVoices: () => [{lang: 'de-DE', localService: LOCAL}], cancel() {}, addEventListener() {},
    speak(said) { window.spoken.push([said.lang, said.text]); setTimeout(() => { said.onstart(); said.onend() }) },
}})
"""
"""The voices of a device; this browser has none of its own."""


async def on_the_draft(screens: Screens, **looks: bool | int) -> tuple[Screen, str]:
    story = await screens.house.drafted()
    maren = await screens.staff(screens.house.cast.discloser, **looks)
    await maren.open(f"/verweisungen/{story.referral_id}")
    await maren.heading("An Diakonie")
    return maren, f"{maren.origin}/verweisungen/{story.referral_id}"


async def answer_all(screen: Screen, answers: dict[str, str]) -> None:
    while (name := screen.page.url.rsplit("/", 1)[1]) != "check":
        await screen.press(answers.get(name, "Nichts" if name == "way-back" else "Ja"))
        await screen.page.wait_for_url(lambda url, before=name: not url.endswith(f"/{before}"))  # type: ignore[misc]


async def test_the_tablet_is_handed_over_and_back_shows_nothing_of_the_staff(screens: Screens) -> None:
    maren, referral = await on_the_draft(screens)
    await maren.press("Dieses Gerät übergeben")
    await maren.page.wait_for_url("**/question")
    await maren.heading("Dürfen wir das weitergeben?")
    assert "ticket" not in maren.page.url
    for _ in range(2):
        await maren.page.go_back()
        await maren.sees_not("An Diakonie")
        await maren.sees_not("Deckblatt")
    await maren.page.goto(referral)
    await maren.heading("Bitte geben Sie das Gerät zurück")
    client = screens.house.constellation.environment.client_origin
    await maren.page.goto(f"{client}/question")
    await maren.press("Zur ersten Frage")
    await maren.page.wait_for_url("**/question/*")
    await answer_all(maren, {})
    await maren.press("So entscheide ich")
    await maren.heading("Ihre Entscheidung ist festgehalten")
    await maren.press("Kein Pass, fertig")
    await maren.page.wait_for_url("**/uebergeben")
    await maren.heading("Bitte geben Sie das Gerät zurück")
    await maren.press("Ich berate hier: neu anmelden")
    await maren.page.locator("#password").wait_for()  # although a login is open at Keycloak
    await maren.write("#password", screens.house.password)
    await maren.use("#kc-login")
    await maren.page.wait_for_url(referral)
    await maren.sees("Eingewilligt")


async def test_she_decides_in_the_talk_and_confirms_later_by_a_code(screens: Screens) -> None:
    maren, _ = await on_the_draft(screens)
    await maren.press("Im Gespräch entscheiden")
    await maren.page.wait_for_url("**/gespraech")
    await maren.heading("Im Gespräch entscheiden")
    await maren.press("Aufschreiben")
    await maren.sees("Etwas stimmt noch nicht")
    for name in ("answer-cover-sheet", "answer-contact", "release_forward", "answered_right"):
        await maren.hands.mark(maren.page.locator(f"input[name='{name}'][value='yes']"))
    await maren.press("Aufschreiben")
    await maren.heading("Ihre Entscheidung ist aufgeschrieben")
    await maren.press("Code zum Bestätigen erzeugen")
    await maren.heading("Zugangscode")
    code = await maren.page.locator("#access-code").inner_text()

    phone = await screens.client(width=320)
    await phone.open("/")
    await phone.type("Code oder Pass", code)
    await phone.press("Weiter")
    await phone.page.wait_for_url("**/question")
    await phone.look("confirm")
    await phone.press("Ja, das stimmt")
    await phone.heading("Ihre Entscheidung ist festgehalten")
    await phone.sees("Jetzt gilt es")


async def test_she_decides_on_paper_and_the_scan_can_be_opened(screens: Screens, tmp_path: Path) -> None:
    maren, referral = await on_the_draft(screens)
    await maren.press("Auf Papier entscheiden")
    await maren.page.wait_for_url("**/papier")
    async with maren.page.expect_download() as download:
        await maren.press("Das Blatt zum Drucken, als PDF")
    sheet = opened((await (await download.value).path()).read_bytes())
    assert sheet.is_tagged
    assert re.search(r"SHA-256 [0-9a-f]{64}", sheet.text)
    assert "☐ Ja" in sheet.text
    for name in ("answer-cover-sheet", "release_forward"):
        await maren.hands.mark(maren.page.locator(f"input[name='{name}'][value='yes']"))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN.replace(b"/Catalog", b"/Catalog/OpenAction 2 0 R"))
    await maren.page.set_input_files("#scan", scan)
    await maren.press("Aufschreiben")
    await maren.sees("von selbst ausführen")
    await expect(maren.page.locator("input[name='answer-cover-sheet'][value='yes']")).to_be_checked()
    scan.write_bytes(SCAN)
    await maren.page.set_input_files("#scan", scan)
    await maren.press("Aufschreiben")
    await maren.heading("Ihre Entscheidung ist aufgeschrieben")
    await maren.open(referral.removeprefix(maren.origin) + "/belege")
    await maren.look("evidence")
    async with maren.page.expect_download() as download:
        await maren.press("Öffnen")
    saved = await (await download.value).path()
    assert saved.read_bytes() == SCAN


async def test_no_and_later_look_and_weigh_the_same_as_yes(screens: Screens) -> None:
    story = await screens.house.drafted()
    desk = await screens.house.desk(screens.house.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    code = (await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body["access_code"]
    for width in (320, 1024):
        phone = await screens.client(width=width)
        await phone.open("/")
        await phone.type("Code oder Pass", code)
        await phone.press("Weiter")
        await phone.press("Zur ersten Frage")
        await phone.page.wait_for_url("**/question/*")
        choices = phone.page.locator(".choices .kern-btn")
        assert [text.strip() for text in await choices.all_inner_texts()] == ["Ja", "Nein", "Später entscheiden"]
        looks = {await choices.nth(number).evaluate(_LOOKS) for number in range(3)}
        assert len(looks) == 1, looks
        assert await phone.page.locator("input:checked, [autofocus]").count() == 0


@pytest.mark.parametrize("local", [True, False], ids=["a voice of the device", "a voice of somebody's server"])
async def test_a_question_is_read_aloud_by_a_voice_of_the_device_and_by_no_other(
    screens: Screens,
    local: bool,
) -> None:
    story = await screens.house.drafted()
    desk = await screens.house.desk(screens.house.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    code = (await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body["access_code"]
    phone = await screens.client()
    await phone.context.add_init_script(_VOICES.replace("LOCAL", "true" if local else "false"))
    await phone.open("/")
    await phone.type("Code oder Pass", code)
    await phone.press("Weiter")
    await phone.heading("Dürfen wir das weitergeben?")
    await phone.press("Zur ersten Frage")
    await phone.page.wait_for_url("**/question/*")
    button = phone.page.get_by_role("button", name="Vorlesen")
    if not local:
        await expect(button).to_be_hidden()
        return
    await button.click()
    await expect(button).to_contain_text("Vorlesen")  # to its end
    spoken = await phone.page.evaluate("window.spoken")
    assert [language for language, _ in spoken] == ["de"] * len(spoken)
    assert spoken[0][1] == "Dürfen wir weitergeben: Deckblatt?"
    assert "dieselbe Hilfe" in spoken[-1][1]
