"""Writes that a foreign page sends in somebody's name: of every route of both hosts, page and API, none is taken."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest

from gateway.identity.oidc import Oidc
from gateway.identity.sessions import Sessions
from gateway.sessions.content import Sealer
from gateway.sessions.store.sessions import SessionStore
from gateway.web.forms import CSRF_FIELD
from tests.integration.gateway.routes import filled, routes
from tests.integration.gateway.world import CLIENT_COOKIE, Browser, World

FROM = {
    "another site": {"Origin": "https://elsewhere.test", "Sec-Fetch-Site": "cross-site"},
    "another site, in an old browser": {"Origin": "https://elsewhere.test"},
    "a sandboxed frame": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "a sandboxed frame, in an old browser": {"Origin": "null"},
    "the other host": {"Origin": "THE OTHER", "Sec-Fetch-Site": "same-site"},
    "the other host, in an old browser": {"Origin": "THE OTHER"},
    "a host that begins alike": {"Origin": "https://staff.test.elsewhere.test"},
    "a page that hides where it is": {"Sec-Fetch-Site": "cross-site"},
    "the address line": {"Sec-Fetch-Site": "none"},
    "plain http": {"Origin": "http://staff.test"},
}
ONLY_ORIGIN = {"/language", "/leave", "/api/v1/session", "/", "/verzeichnis"}
"""What begins or ends something of the sender's own; where it came from is proof enough, or its form has a token."""

BY_SIGNATURE = {"/logout/back-channel"}
"""Keycloak says so, and signs it."""


async def a_browser(world: World, side: str) -> Browser:
    """With a session on that side."""
    if side == "staff":
        browser = world.staff()
        await world.log_in(browser)
        return browser
    browser = world.client()
    async with world.database.opened() as database, httpx.AsyncClient() as http:
        oidc = Oidc(world.settings, world.login_server.tokens.keys(), http)
        sealer = Sealer.from_file(world.settings.session_key_file)
        sessions = Sessions(SessionStore(database), sealer, oidc, world.settings, world.clock)
        until = world.clock.now().timestamp() + 3000
        session_id, content = await sessions.begin_client("a.b.c", until, until, ("see", "withdraw"))
    browser.cookies.set(CLIENT_COOKIE, session_id, domain="client.test")
    browser.csrf = content.csrf
    return browser


async def send(browser: Browser, method: str, path: str, token: str | None, headers: dict[str, str]) -> httpx.Response:
    key = str(uuid4())
    if path.startswith("/api/"):
        proof = {} if token is None else {"X-CSRF-Token": token}
        sent = {"Idempotency-Key": key, "If-Match": '"1"', **proof, **headers}
        body = {"secret": "x"} if path == "/api/v1/session" else {}
        return await browser.request(method, filled(path), json=body, headers=sent)
    form = {"repeat_key": key} | ({} if token is None else {CSRF_FIELD: token})
    return await browser.request(method, filled(path), data=form, headers={"Accept": "text/html", **headers})


@pytest.mark.parametrize("side", ["staff", "client"])
async def test_no_write_is_taken_from_elsewhere_even_with_the_token(world: World, side: str) -> None:
    browser = await a_browser(world, side)
    other = "https://client.test" if side == "staff" else "https://staff.test"
    unsafe = [pair for pair in routes(side, safe=False) if pair[1] not in BY_SIGNATURE]
    assert len(unsafe) > 10
    for method, path in unsafe:
        for where, headers in FROM.items():
            headers = {name: value.replace("THE OTHER", other) for name, value in headers.items()}  # noqa: PLW2901
            answer = await send(browser, method, path, browser.csrf, headers)
            assert answer.status_code == 403, (method, path, where, answer.text)
    assert await world.sessions(side) == 1


@pytest.mark.parametrize("side", ["staff", "client"])
async def test_no_write_is_taken_without_the_token_of_this_very_session(world: World, side: str) -> None:
    browser, other = await a_browser(world, side), await a_browser(world, side)
    ours = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    for method, path in routes(side, safe=False):
        if path in ONLY_ORIGIN | BY_SIGNATURE and (method, path) != ("DELETE", "/api/v1/session"):
            continue
        for token in (None, "", "guessed", other.csrf, browser.csrf[:-1], browser.csrf + "x"):
            answer = await send(browser, method, path, token, ours)
            # A form of an earlier session is shown again, to be sent with one click.
            expected = 403 if path.startswith("/api/") else 409
            assert answer.status_code == expected, (method, path, token, answer.text)
            assert expected == 403 or browser.csrf in answer.text
    assert await world.sessions(side) == 2


@pytest.mark.parametrize("side", ["staff", "client"])
async def test_every_route_takes_either_reads_or_writes(world: World, side: str) -> None:
    browser = await a_browser(world, side)
    both = {path for _, path in routes(side, safe=True)} & {path for _, path in routes(side, safe=False)}
    for _, path in routes(side, safe=False):
        if path in both or path.startswith("/question/"):
            continue  # a page with its form; what it does when it is only read, the next test says
        answer = await browser.get(filled(path), params={CSRF_FIELD: browser.csrf})
        assert answer.status_code in {404, 405}, path
        for header in ("X-HTTP-Method-Override", "X-Method-Override"):
            tricked = await browser.get(filled(path), headers={header: "POST", "Origin": browser.origin})
            assert tricked.status_code in {404, 405}, path
    assert await world.sessions(side) == 1


@pytest.mark.parametrize("side", ["staff", "client"])
async def test_no_read_ends_or_begins_a_session(world: World, side: str) -> None:
    browser = await a_browser(world, side)
    before = browser.cookie(CLIENT_COOKIE) if side == "client" else browser.cookie("__Host-lotse")
    few = asyncio.Semaphore(8)  # most wait for a service that is not there

    async def read(path: str) -> None:
        async with few:
            await browser.get(filled(path), headers={"Accept": "text/html", "Sec-Fetch-Site": "cross-site"})

    await asyncio.gather(*(read(path) for _, path in routes(side, safe=True)))
    after = browser.cookie(CLIENT_COOKIE) if side == "client" else browser.cookie("__Host-lotse")
    assert before == after
    assert await world.sessions(side) == 1


async def test_a_search_without_a_login_needs_the_token_of_this_browser(world: World) -> None:
    browser, other = world.staff(), world.staff()
    ours = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    for token in (None, "", "guessed", other.cookie("__Host-form")):
        assert (await send(browser, "POST", "/verzeichnis", token, ours)).status_code == 403
    assert await world.sessions("search") == 0


async def test_the_first_form_on_the_clients_host_needs_the_token_of_this_browser(world: World) -> None:
    browser, other = world.client(), world.client()
    for each in (browser, other):
        await each.get("/", headers={"Accept": "text/html"})
    ours = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    for token in (None, "", "guessed", other.cookie("__Host-form")):
        assert (await send(browser, "POST", "/", token, ours)).status_code == 403
    assert (await send(browser, "POST", "/", browser.cookie("__Host-form"), ours)).status_code == 400  # no code in it
