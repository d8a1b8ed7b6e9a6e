"""A client's session in two tabs at once, and under which id it goes on: what one tab got, no other takes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import structlog

from gateway.identity.oidc import Oidc
from gateway.identity.sessions import Sessions
from gateway.sessions.content import ClientContent, Sealer
from gateway.sessions.store.sessions import SessionStore
from gateway.web.forms import CSRF_FIELD
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.world import CLIENT_COOKIE, Browser

NEARLY_OVER = timedelta(minutes=9, seconds=30)
SECOND_SECRET = "123456"


async def test_many_tabs_at_once_renew_her_token_once(phone: Phone) -> None:
    await phone.enter((await phone.asked()).access_code)
    phone.consent.clock.move(NEARLY_OVER)
    with structlog.testing.capture_logs() as lines:
        answers = await asyncio.gather(*(phone.browser.get("/api/v1/consent-request") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    renewals = [line for line in lines if str(line.get("method", "")).endswith("/RenewToken")]
    assert len(renewals) == 1


async def test_answers_of_two_tabs_at_once_are_both_kept(phone: Phone) -> None:
    await phone.enter((await phone.asked()).access_code)
    given = await asyncio.gather(*(answer(phone, name, "yes") for name in ("contact", "health", "release-back")))
    assert {each.status_code for each in given} == {303}
    check = await phone.browser.get("/question/check", headers={"Accept": "text/html"})
    assert check.text.count(">Yes \N{EN DASH} <a") == 3


async def test_a_renewal_under_way_does_not_take_back_the_names_that_she_opened(phone: Phone) -> None:
    await with_a_pass(phone)
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def slow_renewal(content: ClientContent) -> ClientContent:
        begun.set()
        await goes_on.wait()
        return replace(content, token_expires=content.token_expires + 1)

    async with another_replica(phone) as sessions:
        renewal = asyncio.create_task(sessions.change_client(phone.browser.cookie(CLIENT_COOKIE) or "", slow_renewal))
        await begun.wait()
        confirming = asyncio.create_task(confirm(phone.browser))
        await asyncio.sleep(0.3)
        assert not confirming.done()
        goes_on.set()
        await renewal
        assert (await confirming).status_code == 200
    assert (await phone.browser.get("/api/v1/session")).json()["scopes"] == ["see", "see-names", "withdraw"]


async def test_the_second_secret_gives_the_session_another_id_and_the_one_before_is_dead(phone: Phone) -> None:
    await with_a_pass(phone)
    before = phone.browser.cookie(CLIENT_COOKIE)
    assert (await confirm(phone.browser)).status_code == 200
    after = phone.browser.cookie(CLIENT_COOKIE)
    assert after != before
    assert await is_dead(phone, before)
    assert await phone.gateway.sessions("client") == 1
    assert (await phone.browser.post("/api/v1/withdrawals", {"validate_only": True})).status_code == 200


async def test_on_the_page_too_the_second_secret_gives_the_session_another_id(phone: Phone) -> None:
    await with_a_pass(phone)
    before = phone.browser.cookie(CLIENT_COOKIE)
    wrong = await send(phone.browser, "/mine/names", second_secret="654321")
    assert (wrong.status_code, phone.browser.cookie(CLIENT_COOKIE)) == (400, before)
    assert (await send(phone.browser, "/mine/names", second_secret=SECOND_SECRET)).status_code == 303
    assert await is_dead(phone, before)
    shown = await phone.browser.get("/mine", headers={"Accept": "text/html"})
    assert shown.status_code == 200
    assert 'name="second_secret"' not in shown.text


async def test_an_id_that_somebody_planted_never_becomes_her_session(phone: Phone) -> None:
    planted = "planted-by-whoever-had-the-phone-before"
    phone.browser.cookies.set(CLIENT_COOKIE, planted, domain="client.test")
    entered = await phone.enter((await phone.asked()).access_code)
    assert entered.status_code == 201
    assert planted not in entered.headers["Set-Cookie"]
    assert await is_dead(phone, planted)


async def with_a_pass(phone: Phone) -> None:
    """She has decided, taken a pass and come back with it."""
    await phone.enter((await phone.asked()).access_code)
    await phone.decide("cover-sheet", "contact")
    taken = await phone.browser.post("/api/v1/pass", {"second_secret": SECOND_SECRET})
    await phone.enter(taken.json()["lotsenpass"])


async def confirm(browser: Browser) -> httpx.Response:
    return await browser.post("/api/v1/second-secret", {"second_secret": SECOND_SECRET})


async def answer(phone: Phone, name: str, given: str) -> httpx.Response:
    return await send(phone.browser, f"/question/{name}", answer=given)


async def send(browser: Browser, path: str, **fields: str) -> httpx.Response:
    form = {CSRF_FIELD: browser.csrf, "repeat_key": str(uuid4()), **fields}
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    return await browser.request("POST", path, data=form, headers=headers)


async def is_dead(phone: Phone, session_id: str | None) -> bool:
    headers = {"Cookie": f"{CLIENT_COOKIE}={session_id}"}
    return (await phone.gateway.client().get("/api/v1/session", headers=headers)).status_code == 401


@asynccontextmanager
async def another_replica(phone: Phone) -> AsyncIterator[Sessions]:
    """The sessions as another process of the gateway has them."""
    settings, login_server = phone.gateway.settings, phone.gateway.login_server
    async with phone.gateway.database.opened() as database, httpx.AsyncClient() as http:
        oidc = Oidc(settings, login_server.tokens.keys(), http)
        sealer = Sealer.from_file(settings.session_key_file)
        yield Sessions(SessionStore(database), sealer, oidc, settings, phone.consent.clock)
