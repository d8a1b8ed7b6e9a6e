"""Two candidates in one sitting, on her phone: each question for itself, and at the end all that she decided."""

from __future__ import annotations

from uuid import uuid4

from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_sessions import send
from tests.integration.gateway.test_deciding_faults import READER, YES, read


async def test_after_one_candidate_the_next_is_asked_and_the_last_page_names_both_decisions(phone: Phone) -> None:
    browser, first = phone.browser, await phone.asked()
    await phone.consent.ask(to=uuid4(), case=first.case, in_sitting_with=first.consent_request_id)
    await phone.enter(first.access_code)
    assert "2 agencies" in (await browser.get("/question", headers=READER)).text
    assert "one more question" in (await browser.get("/later", headers=READER)).text
    await read(browser)
    for name in YES:
        await send(browser, f"/question/{name}", answer="yes")
    done = await send(browser, "/question/decide")
    assert "You said yes to a part" in done.text
    assert "one more question" in done.text

    onward = await send(browser, "/question/next")
    assert onward.headers["Location"] == "/question"
    browser.csrf = (await browser.get("/api/v1/session")).json()["csrf_token"]
    await read(browser)
    check = await browser.get("/question/check", headers=READER)
    assert check.text.count("counts as no") > 0  # nothing is carried over from one candidate to another
    last = await send(browser, "/question/decide")
    assert "You said no" in last.text
    assert "You said yes to a part" in last.text
    assert 'action="/question/next"' not in last.text
    assert 'action="/question/pass"' in last.text
    assert (await send(browser, "/question/next")).headers["Location"] == "/question"
    async with phone.consent.database.administered() as admin:
        assert await admin.fetchval("select count(*) from consent_revision") == 1
        assert await admin.fetchval("select count(*) from refusal") == 1
