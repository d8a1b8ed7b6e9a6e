"""A client whose neighbour works at the other agency: the neighbour reads nothing, her colleague does."""

from __future__ import annotations

from playwright.async_api import expect

from deploy.demo.cast import player
from deploy.demo.planted import DOSSIER, UNWANTED
from deploy.demo.story import SECOND_SECRET
from tests.browser.people import Screen, Screens
from tests.support.house import PLAN

COORDINATOR = player(PLAN, "gesine", "diakonie-braunschweig")


async def test_the_one_she_named_reads_nothing_and_a_colleague_does(screens: Screens) -> None:
    house = screens.house
    story = await house.drafted()
    desk = await house.desk(house.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    asked = (await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body
    phone = await screens.client(width=320)
    lotsenpass = await _decide_without(phone, asked["access_code"], UNWANTED)
    etag = (await desk.get(story.etag_path)).etag
    await desk.post(f"{story.etag_path}/send", etag=etag)
    page = f"/verweisungen/{story.referral_id}"

    samira = await screens.staff(house.cast.recipient)
    await samira.open(page)
    await samira.press("Annehmen")
    await samira.sees("Ihre Leitung muss zuerst darauf schauen")
    await samira.sees_not(UNWANTED)
    await samira.look("before the check")
    read = await house.read(story)
    assert (read.status, read.reason) == (409, "NAME_CHECK_OPEN")
    await phone.open("/")
    await phone.type("Code oder Pass", lotsenpass)
    await phone.press("Weiter")
    await phone.heading("Was Sie erlaubt haben")
    await phone.press("Wer kann was sehen?")
    await phone.sees("Bis die Stelle herausgefunden hat, wer gemeint ist, liest dort niemand")
    await phone.look("who sees what before the check")

    gesine = await screens.staff(COORDINATOR)
    await gesine.sees("Prüfen: Konflikt")
    await gesine.open("/namen")
    await gesine.heading("Prüfen: Konflikt")
    await gesine.sees_not(UNWANTED)
    card = gesine.page.locator("article", has_text=story.referral_id[:8])
    await card.get_by_role("button", name="Den Namen öffnen").click()
    await gesine.heading("Wer ist gemeint?")
    await gesine.sees(UNWANTED)
    await gesine.sees_not("Lindhorst")  # of another agency
    await gesine.tick("Oelkers Samira")
    await gesine.press("Gewählte ausschließen")
    await gesine.heading("Prüfen: Konflikt")
    await expect(card).to_contain_text("Jemand anderes muss sie übernehmen")
    await card.get_by_role("button", name="Den Namen öffnen").click()
    await gesine.heading("Wer ist gemeint?")
    await gesine.choose("Weitergeben an", "Papenburg Gesine")
    await gesine.press("Weitergeben")
    await gesine.heading("Prüfen: Konflikt")

    gone = await samira.page.goto(f"{samira.origin}{page}")
    assert gone is not None
    assert gone.status == 404
    assert (await house.read(story)).status == 404
    await gesine.open(page)
    await gesine.press("Lesen: Kontakt")
    await gesine.sees(DOSSIER["contact"].note)

    await phone.open("/mine")
    await phone.sees("Die Person, die Sie genannt haben, kann es nicht lesen.")
    await phone.sees_not(UNWANTED)


async def _decide_without(phone: Screen, code: str, name: str) -> str:
    """She says yes to everything, names somebody, and takes her pass."""
    await phone.open("/")
    await phone.type("Code oder Pass", code)
    await phone.press("Weiter")
    await phone.heading("Dürfen wir das weitergeben?")
    await phone.press("Zur ersten Frage")
    await phone.page.wait_for_url("**/question/*")
    while (step := phone.page.url.rsplit("/", 1)[1]) != "check":
        await phone.press("Ob man Ihnen helfen konnte" if step == "way-back" else "Ja")
        await phone.page.wait_for_url(lambda url, before=step: not url.endswith(f"/{before}"))  # type: ignore[misc]
    await phone.sees("Niemand genannt")
    await phone.use("a[href='/question/persons']")
    await phone.heading("Jemand, der es nicht lesen soll")
    await phone.press("Diese Person nennen")
    await phone.sees("Etwas stimmt noch nicht")
    await phone.look("nobody named")
    for each in ("Herr Irrtum", name):
        await phone.use("#side-recipient")
        await phone.type("Name der Person", each)
        await phone.press("Diese Person nennen")
        await phone.sees(each)
    await phone.press("Wegnehmen Herr Irrtum")
    await phone.sees_not("Herr Irrtum")
    await phone.look("named")
    await phone.press("Zurück zu Ihren Antworten")
    await phone.sees("1 Person")
    await phone.press("So entscheide ich")
    await phone.heading("Ihre Entscheidung ist festgehalten")
    await phone.write("#second_secret", SECOND_SECRET)
    await phone.press("Einen Pass nehmen")
    await phone.heading("Ihr Pass")
    return await phone.page.locator("#pass").inner_text()
