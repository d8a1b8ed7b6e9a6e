"""Logging in and out: bound to this browser, never a session that was there before, nowhere but here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import LOGIN_COOKIE, STAFF_COOKIE, Browser, World, running_gateway
from tests.support.server import TestNetwork


async def test_a_login_ends_with_a_session_on_the_page_asked_for(world: World) -> None:
    browser = world.staff()
    ended = await world.log_in(browser, path="/login?return=/desk")
    assert (ended.status_code, ended.headers["Location"]) == (303, "/desk")
    assert browser.cookie(STAFF_COOKIE)
    assert browser.cookie(LOGIN_COOKIE) is None
    session = await browser.get("/api/v1/session")
    assert session.json()["csrf_token"]


async def test_cookies_are_for_this_host_out_of_reach_of_scripts(world: World) -> None:
    browser = world.staff()
    begun = await browser.get("/login")
    ended = await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login()))
    for answer in (begun, ended):
        for cookie in answer.headers.get_list("Set-Cookie"):
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert cookie.startswith("__Host-")
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
            assert not any(attribute.startswith("domain") for attribute in attributes)


async def test_the_question_to_the_issuer_has_state_nonce_and_challenge_and_no_secret(world: World) -> None:
    location = (await world.staff().get("/login")).headers["Location"]
    query = parse_qs(urlsplit(location).query)
    assert query["scope"] == ["openid organization"]
    assert min(len(query[name][0]) for name in ("state", "nonce", "code_challenge")) >= 32
    assert "max_age" not in query
    assert "secret" not in location


async def test_the_gateway_may_reach_keycloak_by_another_way_than_browsers(
    world: World, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    inner = login_server.issuer
    login_server.public_url = "https://login.example"
    own = {"issuer": login_server.issuer, "realm_url": inner, "jwks_url": f"{inner}/protocol/openid-connect/certs"}
    async with running_gateway(tmp_path, world.database, network, login_server, **own) as inside:
        browser, login = inside.staff(), inside.a_login()
        begun = await browser.get("/login")
        assert begun.headers["Location"].startswith("https://login.example/realms/lotse/protocol/openid-connect/auth?")
        ended = await browser.get(login_server.approve(begun.headers["Location"], login))
        assert (ended.status_code, browser.cookie(STAFF_COOKIE) is not None) == (303, True)
        browser.csrf = (await browser.get("/api/v1/session")).json()["csrf_token"]
        assert (await browser.post("/api/v1/logout")).status_code == 200
        assert len(login_server.logouts) == 1


async def test_a_fresh_login_asks_for_the_password_again(world: World) -> None:
    location = (await world.staff().get("/login?fresh=1")).headers["Location"]
    assert parse_qs(urlsplit(location).query)["max_age"] == ["0"]


async def test_the_id_of_a_session_is_new_at_each_login_and_the_one_before_is_dead(world: World) -> None:
    browser = world.staff()
    await world.log_in(browser)
    before = browser.cookie(STAFF_COOKIE)
    await world.log_in(browser)
    assert browser.cookie(STAFF_COOKIE) != before
    assert (await with_cookie(world, STAFF_COOKIE, before)).status_code == 401
    assert await world.sessions("staff") == 1


async def test_an_id_that_somebody_planted_never_becomes_a_session(world: World) -> None:
    planted = "planted-by-somebody-else"
    browser = world.staff()
    browser.cookies.set(STAFF_COOKIE, planted, domain="staff.test")
    await world.log_in(browser)
    assert browser.cookies.get(STAFF_COOKIE, domain="staff.test") is not None
    assert (await with_cookie(world, STAFF_COOKIE, planted)).status_code == 401


async def test_coming_back_in_another_browser_is_refused(world: World) -> None:
    mine, other = world.staff(), world.staff()
    begun = await mine.get("/login")
    back = world.login_server.approve(begun.headers["Location"], world.a_login())
    refused(await other.get(back))
    await other.get("/login")
    refused(await other.get(back))
    assert await world.sessions("staff") == 0


async def test_a_login_can_be_finished_once(world: World) -> None:
    browser = world.staff()
    begun = await browser.get("/login")
    cookie = browser.cookie(LOGIN_COOKIE)
    back = world.login_server.approve(begun.headers["Location"], world.a_login())
    assert (await browser.get(back)).status_code == 303
    browser.cookies.set(LOGIN_COOKIE, cookie or "", domain="staff.test")
    refused(await browser.get(back))


@pytest.mark.parametrize("missing", ["state", "code"])
async def test_coming_back_without_state_or_code_is_refused(world: World, missing: str) -> None:
    browser = world.staff()
    begun = await browser.get("/login")
    back = httpx.URL(world.login_server.approve(begun.headers["Location"], world.a_login()))
    refused(await browser.get(str(back.copy_remove_param(missing))))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "lotse-api"},
        {"iss": "http://127.0.0.1:9/realms/other"},
        {"nonce": "of-another-login"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_this_login_is_refused(world: World, claims: dict[str, object]) -> None:
    world.login_server.id_claims = claims
    browser = world.staff()
    begun = await browser.get("/login")
    refused(await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login())))
    assert await world.sessions("staff") == 0


async def test_an_id_token_of_another_key_is_refused(world: World) -> None:
    browser = world.staff()
    await world.log_in(browser)  # the key is known now
    world.login_server.tokens.key = ec.generate_private_key(ec.SECP256R1())
    begun = await browser.get("/login")
    refused(await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login())))


async def test_while_the_issuer_is_away_a_login_says_so(world: World) -> None:
    browser = world.staff()
    begun = await browser.get("/login")
    back = world.login_server.approve(begun.headers["Location"], world.a_login())
    world.login_server.away = True
    answer = await browser.get(back)
    assert (answer.status_code, answer.json()["reason"]) == (503, "LOGIN_UNAVAILABLE")


async def test_logging_out_ends_the_session_and_the_login_at_the_issuer(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    cookie = browser.cookie(STAFF_COOKIE)
    answer = await browser.post("/api/v1/logout")
    assert answer.status_code == 200
    assert browser.cookie(STAFF_COOKIE) is None
    assert (await with_cookie(world, STAFF_COOKIE, cookie)).status_code == 401
    assert login.ended


@pytest.mark.parametrize("passed", [timedelta(), timedelta(seconds=301)], ids=["token lasts", "token is over"])
@pytest.mark.parametrize("path", ["/api/v1/logout", "/api/v1/switch-agency"])
async def test_while_the_issuer_is_away_logging_out_ends_the_session_and_says_what_is_left_to_do(
    world: World, path: str, passed: timedelta
) -> None:
    browser = world.staff()
    await world.log_in(browser)
    world.login_server.away = True
    world.clock.move(passed)
    answer = await browser.post(path)
    assert (answer.status_code, answer.json()["reason"]) == (503, "LOGOUT_INCOMPLETE")
    assert await world.sessions("staff") == 0
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_logging_out_needs_the_token_of_the_session(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    assert (await browser.post("/api/v1/logout", X_CSRF_Token="")).status_code == 403
    assert (await browser.post("/api/v1/logout", Sec_Fetch_Site="cross-site")).status_code == 403
    assert not login.ended


async def test_switching_the_agency_ends_session_and_login_first(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    answer = await browser.post("/api/v1/switch-agency")
    assert answer.json()["location"].startswith("/login")
    assert login.ended
    assert await world.sessions("staff") == 0


async def test_the_issuer_can_end_a_session(world: World) -> None:
    mine, login = world.staff(), world.a_login()
    other = world.staff()
    await world.log_in(mine, login)
    await world.log_in(other)
    answer = await back_channel(world, world.login_server.logout_token(login))
    assert answer.status_code == 200
    assert (await mine.get("/api/v1/session")).status_code == 401
    assert (await other.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "lotse-api"},
        {"iss": "http://127.0.0.1:9/realms/other"},
        {"events": {}},
        {"events": None},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "as-in-an-id-token"},
        {"iat": 1},
        {"sid": None},
    ],
    ids=str,
)
async def test_a_logout_token_that_is_none_ends_nothing(world: World, changes: dict[str, object]) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    assert (await back_channel(world, world.login_server.logout_token(login, **changes))).status_code == 400
    assert (await browser.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 11_000, "\x00"])
async def test_what_is_no_token_ends_nothing(world: World, token: str) -> None:
    assert (await back_channel(world, token)).status_code == 400


async def back_channel(world: World, token: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=world.app), base_url="https://staff.test") as http:
        return await http.post("/logout/back-channel", data={"logout_token": token})


async def with_cookie(world: World, name: str, value: str | None) -> httpx.Response:
    browser: Browser = world.staff()
    browser.cookies.set(name, value or str(uuid4()), domain="staff.test")
    return await browser.get("/api/v1/session")


def refused(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["reason"]) == (400, "LOGIN_FAILED")
    assert STAFF_COOKIE not in answer.headers.get("Set-Cookie", "")
