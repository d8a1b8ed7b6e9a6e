"""Staff and clients live on hosts of their own; every answer of either bears the headers that protect it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import CLIENT_COOKIE, STAFF_COOKIE, Browser, World, running_gateway
from tests.support.server import TestNetwork

STAFF_ONLY = [
    ("GET", "/login"),
    ("GET", "/login/callback"),
    ("POST", "/api/v1/logout"),
    ("POST", "/api/v1/switch-agency"),
    ("POST", "/logout/back-channel"),
    ("POST", "/api/v1/searches"),
    ("GET", "/api/v1/topics"),
    ("GET", "/api/v1/agencies/0c5f3a52-7a4b-4f0e-9d53-1f0f5a8a2b11"),
    ("GET", "/api/v1/cases"),
    ("POST", "/api/v1/cases"),
    ("GET", "/api/v1/referrals?box=incoming"),
    ("GET", "/api/v1/deletion-tasks"),
]
CLIENT_ONLY = [
    ("GET", "/api/v1/consent-request"),
    ("GET", "/api/v1/consent-request/sections/contact"),
    ("POST", "/api/v1/decision"),
    ("POST", "/api/v1/pass"),
    ("POST", "/api/v1/second-secret"),
    ("GET", "/api/v1/consents"),
    ("POST", "/api/v1/withdrawals"),
]
ALWAYS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Strict-Transport-Security": "max-age=",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(("method", "path"), STAFF_ONLY)
async def test_what_is_for_staff_does_not_exist_on_the_clients_host(world: World, method: str, path: str) -> None:
    answer = await world.client().write(method, path, {} if path.startswith("/api/") else None)
    assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), CLIENT_ONLY)
async def test_what_is_for_clients_does_not_exist_on_the_staffs_host(world: World, method: str, path: str) -> None:
    browser = world.staff()
    await world.log_in(browser)
    answer = await browser.write(method, path, {})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")


async def test_the_staffs_cookie_is_none_on_the_clients_host(world: World) -> None:
    browser = world.staff()
    await world.log_in(browser)
    value = browser.cookie(STAFF_COOKIE)
    for name in (STAFF_COOKIE, CLIENT_COOKIE):
        answer = await world.client().get("/api/v1/session", headers={"Cookie": f"{name}={value}"})
        assert (answer.status_code, answer.json()["reason"]) == (401, "SESSION_ENDED")


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "staff.test:8400",
        "staff.test.elsewhere.example",
        "127.0.0.1",
        "",
        "STAFF.test@elsewhere.example",
        "staff.test, client.test",
    ],
)
async def test_any_other_host_is_refused(world: World, host: str) -> None:
    answer = await world.staff().get("/api/v1/session", headers={"Host": host})
    assert (answer.status_code, answer.json()["reason"]) == (421, "UNKNOWN_HOST")


INNER = {"Host": "gateway:8400"}


async def test_under_its_inner_host_the_gateway_answers_keycloak_and_health_checks_alone(
    world: World, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    async with running_gateway(tmp_path, world.database, network, login_server, inner_host="Gateway:8400") as inside:
        login = inside.a_login()
        browser = inside.staff()
        await inside.log_in(browser, login)
        for path in ("/livez", "/readyz"):
            assert (await inside.staff().get(path, headers=INNER)).status_code == 200
        for path in ("/login", "/api/v1/session", "/api/v1/openapi.json", "/logout/back-channel/more"):
            assert (await inside.staff().get(path, headers=INNER)).status_code == 421, path
        form = {"logout_token": inside.login_server.logout_token(login)}
        told = await inside.staff().request("POST", "/logout/back-channel", data=form, headers=INNER)
        assert told.status_code == 200
        assert (await browser.get("/api/v1/session")).status_code == 401


async def test_without_an_inner_host_there_is_none(world: World) -> None:
    for host in ("gateway:8400", ""):
        assert (await world.staff().get("/livez", headers={"Host": host})).status_code == 421


async def test_a_host_is_known_however_it_is_written(world: World) -> None:
    answer = await world.staff().get("/livez", headers={"Host": "Staff.TEST"})
    assert answer.status_code == 200


async def test_a_host_that_another_header_names_is_not_believed(world: World) -> None:
    headers = {"X-Forwarded-Host": "client.test", "Forwarded": "host=client.test"}
    answer = await world.staff().get("/api/v1/consents", headers=headers)
    assert answer.status_code == 404


async def test_each_host_describes_its_own_routes(world: World) -> None:
    staff = (await world.staff().get("/api/v1/openapi.json")).json()["paths"]
    client = (await world.client().get("/api/v1/openapi.json")).json()["paths"]
    assert set(staff) & set(client) == {"/api/v1/session"}
    assert "/api/v1/searches" in staff
    assert "/api/v1/withdrawals" in client


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"])
async def test_no_page_of_the_framework_is_served(world: World, path: str) -> None:
    assert (await world.staff().get(path)).status_code == 404


async def answers(world: World) -> dict[str, httpx.Response]:
    """One of each kind, errors above all."""
    staff, client = world.staff(), world.client()
    logged_in: Browser = world.staff()
    await world.log_in(logged_in)
    asked: dict[str, Any] = {
        "redirect": await staff.get("/login"),
        "session": await logged_in.get("/api/v1/session"),
        "description": await staff.get("/api/v1/openapi.json"),
        "alive": await staff.get("/livez"),
        "no session": await client.get("/api/v1/consents"),
        "no such path": await staff.get("/no/such/path"),
        "other method": await staff.request("DELETE", "/api/v1/session"),
        "unknown method": await staff.request("BREW", "/api/v1/session"),
        "other host": await staff.get("/", headers={"Host": "elsewhere.example"}),
        "too large": await staff.request("POST", "/api/v1/cases", content=b"x" * 300_000),
        "no JSON": await staff.request("POST", "/api/v1/cases", content=b"x", headers={"Content-Type": "text/plain"}),
        "elsewhere": await logged_in.post("/api/v1/cases", {"handle": "x"}, Origin="https://elsewhere.example"),
        "bad body": await logged_in.post("/api/v1/cases", {}),
        "no service": await logged_in.get("/api/v1/cases"),
    }
    return asked


async def test_every_answer_bears_the_headers_that_protect_it(world: World) -> None:
    for kind, answer in (await answers(world)).items():
        for name, value in ALWAYS.items():
            assert answer.headers.get(name, "").startswith(value), (kind, name)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], kind
        assert "Server" not in answer.headers, kind
        assert "Access-Control-Allow-Origin" not in answer.headers, kind


async def test_every_error_is_a_problem(world: World) -> None:
    expected = {
        "no session": 401,
        "no such path": 404,
        "other method": 405,
        "unknown method": 405,
        "other host": 421,
        "too large": 413,
        "no JSON": 415,
        "elsewhere": 403,
        "bad body": 400,
        "no service": 503,
    }
    found = await answers(world)
    assert {kind: found[kind].status_code for kind in expected} == expected
    for kind in expected:
        assert found[kind].headers["Content-Type"] == "application/problem+json", kind
        problem = found[kind].json()
        assert {"type", "title", "status", "detail", "reason"} <= set(problem), kind
    assert "GET" in found["other method"].headers["Allow"]


async def test_health_says_yes_with_the_database_and_no_without(
    world: World, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    nowhere = {"database_url": "postgresql://127.0.0.1:9/none"}
    async with running_gateway(tmp_path, world.database, network, login_server, **nowhere) as without:
        health = [[(await each.staff().get(path)).status_code for path in ("/livez", "/readyz")]
                  for each in (world, without)]  # fmt: skip
    assert health == [[200, 200], [200, 503]]
