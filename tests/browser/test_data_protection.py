"""Danger without consent, a second person's look at it, and an officer who takes the proof away with her code."""

from __future__ import annotations

from deploy.demo.cast import player
from tests.browser.people import Screen, Screens
from tests.support.house import PLAN
from tests.support.one_time_codes import unused_code

SECOND = player(PLAN, "ulrike", "caritas-hannover")
OFFICER = player(PLAN, "hauke", "caritas-hannover")
WHY = "Das Kind ist seit gestern Abend nicht mehr gesehen worden."


async def test_danger_is_written_down_looked_at_by_another_person_and_proved_by_the_officer(screens: Screens) -> None:
    story = await screens.house.drafted()
    maren = await screens.staff(screens.house.cast.discloser)
    await maren.open(f"/faelle/{story.case_id}/ohne-einwilligung?verweisung={story.referral_id}")
    await maren.heading("Ohne Einwilligung, weil ein Gesetz es erlaubt")
    await maren.press("Aufschreiben")
    await maren.heading("Ohne Einwilligung, weil ein Gesetz es erlaubt")
    await maren.tick("Kindeswohlgefährdung, Berufsgeheimnis (§ 4 KKG)")
    await maren.write("[name=reason]", WHY)
    await maren.press("Aufschreiben")
    await maren.page.wait_for_url(f"**/verweisungen/{story.referral_id}")

    ulrike = await screens.staff(SECOND)
    await ulrike.sees("auf eine zweite Person")
    await ulrike.look("desk")
    await ulrike.open("/ohne-einwilligung")
    await ulrike.press("Begründung lesen")
    await ulrike.sees(WHY)
    await ulrike.look("reason")
    await ulrike.press("Es war richtig")
    await ulrike.sees("Bestätigt")

    hauke = await screens.staff(OFFICER)
    await hauke.open("/datenschutz/nachweis")
    await hauke.type("Nummer", story.referral_id)
    await hauke.press("Suchen")
    await hauke.sees("Zu diesem Fall ist festgehalten")
    await hauke.look("found")
    await hauke.press("Nachweis als Datei ausgeben")
    await hauke.look("too weak")
    await _with_code(hauke, screens.house.password)
    await hauke.press("Noch einmal senden")
    async with hauke.page.expect_download() as taken:
        await hauke.press("Noch einmal senden")
    file = await (await taken.value).path()
    assert '"format": "lotse-evidence-v1"' in file.read_text(encoding="utf-8")
    await hauke.open("/datenschutz/verzeichnis")
    await hauke.sees("Was wir ohne Einwilligung weitergegeben haben")
    await hauke.sees("Kindeswohlgefährdung, Berufsgeheimnis (§ 4 KKG)")
    await hauke.look("record")


async def _with_code(officer: Screen, password: str) -> None:
    """Log in with password and one-time code, in the window that the page opens for it."""
    async with officer.context.expect_page() as opened:
        await officer.page.get_by_role("link", name="neues Fenster").click()
    window = await opened.value
    await window.locator("#password").fill(password)
    await window.locator("#kc-login").click()
    await window.locator("#otp").fill(unused_code(officer.name))
    await window.locator("#kc-login").click()
    await window.wait_for_url("**/logged-in")
    await window.close()
