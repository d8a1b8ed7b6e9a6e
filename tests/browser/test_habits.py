"""What people do with pages: type wrongly, click twice, use the keyboard alone, leave fast, read English."""

from __future__ import annotations

from uuid import uuid4

from playwright.async_api import expect

from tests.browser.people import Screens


async def test_what_was_typed_stays_and_the_fault_stands_on_top_and_at_the_field(screens: Screens) -> None:
    phone = await screens.client()
    await phone.open("/")
    await phone.type("Code oder Pass", "AAAA-BBBB-CC")
    await phone.press("Weiter")
    await expect(phone.page.get_by_role("alert")).to_contain_text("Etwas stimmt noch nicht")
    await phone.heading("Code")
    assert (await phone.page.title()).startswith("Fehler: ")
    field = phone.page.get_by_label("Code oder Pass")
    await expect(field).to_have_value("AAAA-BBBB-CC")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await phone.page.get_by_role("alert").get_by_role("link").click()
    await expect(field).to_be_focused()


async def test_two_clicks_open_one_case(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser)
    handle = f"HB-{uuid4().hex[:8]}"
    await maren.open("/faelle")
    await maren.type("Aktenzeichen", handle)
    await maren.page.get_by_role("button", name="Fall anlegen").dblclick()
    await maren.heading(f"Fall {handle}")
    await maren.open("/faelle")
    await expect(maren.page.get_by_role("link", name=handle)).to_have_count(1)


async def test_a_form_of_an_ended_session_is_sent_again_after_logging_in(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser)
    handle = f"HB-{uuid4().hex[:8]}"
    await maren.open("/faelle")
    await maren.type("Aktenzeichen", handle)
    await maren.context.clear_cookies(name="__Host-lotse")
    await maren.press("Fall anlegen")
    await maren.heading("Sitzung")
    async with maren.context.expect_page() as opened:
        await maren.press("Neu anmelden (öffnet ein neues Fenster)")
    other = await opened.value
    await expect(other.get_by_role("heading", level=1)).to_contain_text("Sie sind angemeldet")
    await maren.press("Noch einmal senden")  # whose form is from the session before
    await maren.heading("früheren Sitzung")
    await maren.press("Noch einmal senden")
    await maren.heading(f"Fall {handle}")


async def test_the_client_can_say_no_to_everything_by_keyboard_alone(screens: Screens) -> None:
    story = await screens.house.drafted()
    desk = await screens.house.desk(screens.house.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    asked = (await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body
    phone = await screens.client(width=320, keyboard=True)
    await phone.open("/")
    await phone.type("Code oder Pass", asked["access_code"])
    await phone.page.keyboard.press("Enter")
    await phone.page.wait_for_url("**/question")
    await phone.press("Zur ersten Frage")
    await phone.page.wait_for_url("**/question/*")
    while not phone.page.url.endswith("/check"):
        before = phone.page.url
        await phone.press("Nichts" if before.endswith("way-back") else "Nein")
        await phone.page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
    await phone.press("So entscheide ich")
    await phone.heading("Ihre Entscheidung ist festgehalten")
    await phone.sees("Sie haben nein gesagt")


async def test_leaving_fast_leaves_nothing_behind(screens: Screens) -> None:
    story = await screens.house.permitted()
    phone = await screens.client()
    await phone.open("/")
    await phone.type("Code oder Pass", story.lotsenpass)
    await phone.press("Weiter")
    await phone.heading("Was Sie erlaubt haben")
    await phone.page.get_by_role("button", name="Seite schnell verlassen").click()
    await phone.page.wait_for_url(lambda url: not url.startswith(phone.origin))  # no name is resolved here
    assert "www.dwd.de" in phone.asked
    assert await phone.cookies() == set()
    await phone.page.go_back()
    await phone.sees_not("Was Sie erlaubt haben")
    await phone.open("/mine")
    await phone.sees_not("Was Sie erlaubt haben")


async def test_pages_speak_english_when_asked_to(screens: Screens) -> None:
    phone = await screens.client(language="en-GB")
    await phone.open("/")
    await phone.heading("Type your code")
    await phone.choose_language("Deutsch")
    await phone.heading("Geben Sie Ihren Code ein")


async def test_neither_host_gets_the_cookie_of_the_other(screens: Screens) -> None:
    maren = await screens.staff(screens.house.cast.discloser)
    client = screens.house.constellation.environment.client_origin
    assert "__Host-lotse" in await maren.cookies()
    await maren.page.goto(f"{client}/")
    request = await maren.page.evaluate("document.cookie")
    assert request == ""
    assert "__Host-lotse" not in {cookie["name"] for cookie in await maren.context.cookies(client)}


async def test_every_component_looks_as_it_should(screens: Screens) -> None:
    anybody = await screens.anybody()
    await anybody.open("/components")
    await anybody.heading("Components")
