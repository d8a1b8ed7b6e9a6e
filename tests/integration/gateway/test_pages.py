"""Pages on both hosts: where they lead, what keeps what was typed, and what every answer bears."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx

from gateway.web.forms import CSRF_FIELD
from tests.integration.gateway.world import CLIENT_COOKIE, Browser, World


async def send(browser: Browser, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
    usual = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html", **headers}
    return await browser.request(
        "POST", path, data=form, headers={name: value for name, value in usual.items() if value}
    )


async def test_whoever_is_not_logged_in_is_sent_to_log_in_and_back(world: World) -> None:
    answer = await world.staff().get("/faelle", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?return=%2Ffaelle"


async def test_what_was_typed_when_the_session_ended_can_be_sent_again(world: World) -> None:
    browser = world.staff()
    await world.log_in(browser)
    typed = {CSRF_FIELD: browser.csrf, "repeat_key": str(uuid4()), "note": 'typed "before"'}
    browser.cookies.clear()
    ended = await send(browser, f"/faelle/{uuid4()}/abschnitte/contact", typed)
    assert ended.status_code == 401
    assert 'value="typed &#34;before&#34;"' in ended.text
    assert browser.csrf not in ended.text
    assert "/login?return=/logged-in" in ended.text


async def test_while_keycloak_is_away_logging_in_leads_to_a_page_that_says_so(world: World) -> None:
    world.login_server.away = True
    answer = await world.staff().get("/login", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "Logging in is not possible at the moment" in answer.text
    assert answer.headers["Retry-After"]


async def test_problems_are_pages_for_readers_and_json_for_software(world: World) -> None:
    browser = world.client()
    page = await browser.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1" in page.text
    for path, accept in (("/api/v1/nowhere", "text/html"), ("/nowhere", "application/json")):
        answer = await browser.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")


async def test_pages_say_nothing_to_others_and_load_nothing_from_them(world: World) -> None:
    page = await world.client().get("/", headers={"Accept": "text/html"})
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|https?://", page.text)
    assert "otsennetz" not in page.text


async def test_leaving_fast_ends_everything_here_and_leads_elsewhere(world: World) -> None:
    browser = world.client()
    await browser.get("/", headers={"Accept": "text/html"})
    answer = await send(browser, "/leave", {})
    assert answer.status_code == 303
    assert answer.headers["Location"] == world.settings.exit_address
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookie(CLIENT_COOKIE) is None


async def test_assets_are_kept_for_a_year_under_an_address_that_changes_with_them(world: World) -> None:
    browser = world.staff()
    page = await world.client().get("/", headers={"Accept": "text/html"})
    found = re.search(r'href="(/assets/(\w+)/page\.css)"', page.text)
    assert found
    sheet = await browser.get(found[1])
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert "immutable" in sheet.headers["Cache-Control"]
    for path in (f"/assets/{found[2]}/package.json", "/assets/other/page.css", f"/assets/{found[2]}/..%2f..%2fapp.py"):
        assert (await browser.get(path)).status_code == 404
