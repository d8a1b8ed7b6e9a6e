"""What goes wrong while a client decides: the back button, a question that ends, and a talk beside her phone."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx

from gateway.web.forms import CSRF_FIELD
from tests.integration.consent.world import Asked
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_sessions import send
from tests.integration.gateway.world import Browser

READER = {"Accept": "text/html"}
YES = ("cover-sheet", "contact", "release-forward")


async def read(browser: Browser) -> None:
    """She opens every page on which a text stands."""
    for path in ("/question", "/question/way-back", "/question/release-forward"):
        await browser.get(path, headers=READER)


async def on_the_last_page(phone: Phone) -> tuple[Asked, str]:
    """All is read and answered; gives the repeat key that the last page holds."""
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    await read(phone.browser)
    for name in YES:
        await send(phone.browser, f"/question/{name}", answer="yes")
    page = await phone.browser.get("/question/check", headers=READER)
    form = page.text.partition('action="/question/decide"')[2]
    found = re.search(r'name="repeat_key" value="([^"]+)"', form)
    assert found
    return asked, found[1]


async def decide(browser: Browser, repeat_key: str) -> httpx.Response:
    form = {CSRF_FIELD: browser.csrf, "repeat_key": repeat_key}
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin", **READER}
    return await browser.request("POST", "/question/decide", data=form, headers=headers)


async def decisions(phone: Phone) -> int:
    async with phone.consent.database.administered() as admin:
        count: int = await admin.fetchval("select count(*) from consent_revision")
    return count


async def test_after_deciding_the_back_button_leads_to_a_page_that_says_so(phone: Phone) -> None:
    _, key = await on_the_last_page(phone)
    await decide(phone.browser, key)
    for path in ("/question/contact", "/question/check"):
        back = await phone.browser.get(path, headers=READER)
        assert (back.status_code, back.headers["Location"]) == (303, "/question")
    said = await phone.browser.get("/question", headers=READER)
    assert "answered already" in said.text
    assert "/question/decide" not in said.text
    again = await decide(phone.browser, str(uuid4()))  # a page that the browser had kept
    assert (again.status_code, again.headers["Location"]) == (303, "/question")
    assert await decisions(phone) == 1


async def test_a_question_that_ends_while_she_decides_gives_no_consent_and_says_so(phone: Phone) -> None:
    asked, key = await on_the_last_page(phone)
    async with phone.consent.database.administered() as admin:
        await admin.execute(
            "create or replace function legal_time() returns timestamptz language sql volatile "
            "return clock_timestamp() + interval '15 days'"
        )
    late = await decide(phone.browser, key)
    assert (late.status_code, late.headers["Location"]) == (303, "/question")
    said = await phone.browser.get("/question", headers=READER)
    assert "has ended" in said.text
    assert await decisions(phone) == 0
    assert (await phone.enter(asked.access_code, phone.gateway.client())).status_code == 401


async def test_what_she_decided_in_the_talk_meanwhile_is_not_decided_again_on_her_phone(phone: Phone) -> None:
    asked, key = await on_the_last_page(phone)
    await phone.consent.said(asked)  # she said no in the talk, while her phone lay beside
    assert (await decide(phone.browser, key)).headers["Location"] == "/question"


async def test_in_danger_the_very_text_is_not_shown_on_her_own_phone(phone: Phone) -> None:
    asked = await phone.consent.ask(to=phone.recipient, in_danger=True)
    await phone.enter(asked.access_code)
    shown = await phone.browser.get("/question/contact", headers=READER)
    assert "/question/contact/text" not in shown.text
    assert (await phone.browser.get("/question/contact/text", headers=READER)).status_code == 404
