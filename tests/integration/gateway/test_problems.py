"""What goes wrong behind the gateway reaches the reader as a problem, and nothing of what was sent comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.errors import catalogue
from services.common.errors import (
    DeadlineTooShort,
    FieldViolation,
    FreshLoginRequired,
    IllegalState,
    InvalidArgument,
    LotseError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    StaleEtag,
    Unavailable,
)
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted import Script, scripted_cases
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

PLANTED = "Maria Musterfrau-Planted"
CASE = f"/api/v1/cases/{uuid4()}"


@pytest.fixture
async def script(network: TestNetwork, login_server: LoginServer) -> AsyncIterator[Script]:
    async with scripted_cases(network, login_server.tokens) as running:
        yield running


@pytest.fixture
async def browser(world: World, script: Script) -> Browser:
    browser = world.staff()
    await world.log_in(browser)
    return browser


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (NotFound(), 404, "NOT_FOUND"),
        (PermissionDenied(), 403, "PERMISSION_DENIED"),
        (FreshLoginRequired(), 401, "FRESH_LOGIN_REQUIRED"),
        (StaleEtag(), 412, "STALE_ETAG"),
        (IllegalState(metadata={"state": "draft", "possible": "send, discard"}), 409, "ILLEGAL_STATE"),
        (InvalidArgument(violations=[FieldViolation("handle", "is too long")]), 400, "INVALID_ARGUMENT"),
        (ResourceExhausted(retry_after=timedelta(seconds=7)), 429, "RESOURCE_EXHAUSTED"),
        (DeadlineTooShort(), 504, "DEADLINE_TOO_SHORT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_typed_error_is_told_by_its_reason(
    browser: Browser, script: Script, error: LotseError, status: int, reason: str
) -> None:
    script.error = error
    answer = await browser.get(CASE)
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["reason"]) == (status, status, reason)
    assert problem["type"] == f"/problems/{reason.lower().replace('_', '-')}"
    assert problem["title"] == catalogue("en")[reason].title
    assert problem["detail"] == catalogue("en")[reason].next_step
    if error.violations:
        assert problem["errors"] == [{"field": "handle", "message": "is too long"}]
    if error.retry_after:
        assert answer.headers["Retry-After"] == "7"
    if reason == "ILLEGAL_STATE":
        assert problem["facts"] == {"state": "draft", "possible": "send, discard"}


async def test_a_fault_of_a_service_has_an_incident_number_and_nothing_else(browser: Browser, script: Script) -> None:
    script.error = RuntimeError(PLANTED)
    answer = await browser.get(CASE)
    assert (answer.status_code, answer.json()["reason"]) == (500, "INTERNAL")
    assert answer.json()["instance"].startswith("urn:uuid:")
    assert PLANTED not in answer.text


async def test_a_fault_of_the_gateway_has_an_incident_number_and_nothing_else(
    browser: Browser, script: Script, capfd: pytest.CaptureFixture[str]
) -> None:
    script.case_id = PLANTED  # no answer of ours can hold it, and the error about that quotes it
    answer = await browser.get(CASE)
    assert (answer.status_code, answer.json()["reason"]) == (500, "INTERNAL")
    assert answer.json()["instance"].startswith("urn:uuid:")
    assert answer.headers["Content-Security-Policy"]
    assert PLANTED not in answer.text
    assert PLANTED not in "".join(capfd.readouterr())


async def test_the_language_of_a_problem_is_the_readers(browser: Browser, script: Script) -> None:
    script.error = NotFound()
    german = await browser.get(CASE, headers={"Accept-Language": "de-DE,en;q=0.5"})
    assert german.headers["Content-Language"] == "de"
    assert german.json()["title"] == catalogue("de")["NOT_FOUND"].title


async def test_a_service_that_is_slow_is_cut_off(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, script: Script, tmp_path: Path
) -> None:
    script.seconds = 30
    settings = {"call_seconds": 0.5}
    async with running_gateway(tmp_path, await database_of("gateway"), network, login_server, **settings) as world:
        browser = world.staff()
        await world.log_in(browser)
        answer = await asyncio.wait_for(browser.get(CASE), 5)
    assert (answer.status_code, answer.json()["reason"]) == (504, "DEADLINE_EXCEEDED")


async def test_the_token_of_the_session_is_what_the_service_sees(world: World, script: Script) -> None:
    for _ in range(2):
        browser, login = world.staff(), world.a_login()
        await world.log_in(browser, login)
        assert (await browser.get(CASE)).status_code == 200
        assert script.agencies[-1] == str(login.agency)


async def test_many_people_at_once_never_borrow_each_others_token(world: World, script: Script) -> None:
    script.seconds = 0.02
    people = [(world.staff(), world.a_login()) for _ in range(6)]
    for browser, login in people:
        await world.log_in(browser, login)
    await asyncio.gather(*(browser.get(CASE) for browser, _ in people for _ in range(5)))
    seen = {str(login.agency): script.agencies.count(str(login.agency)) for _, login in people}
    assert set(seen.values()) == {5}


async def test_a_role_that_may_not_is_refused_by_the_service(world: World, script: Script) -> None:
    browser = world.staff()
    await world.log_in(browser, world.a_login("coordinator"))
    assert (await browser.get(CASE)).status_code == 403


# ── headers of a write ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_repeat_key_reaches_the_service(browser: Browser, script: Script) -> None:
    key = str(uuid4())
    first = await browser.post("/api/v1/cases", {"handle": "A-1"}, Idempotency_Key=key)
    assert (first.status_code, first.headers["ETag"]) == (201, '"etag-1"')
    assert script.repeat_keys == [key]


@pytest.mark.parametrize("key", ["", "42", "not-a-uuid", "x" * 1000])
async def test_a_write_without_a_repeat_key_is_refused(browser: Browser, script: Script, key: str) -> None:
    answer = await browser.post("/api/v1/cases", {"handle": "A-1"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["reason"]) == (400, "REPEAT_KEY_REQUIRED")
    assert script.repeat_keys == []


@pytest.mark.parametrize("step", ["send", "accept", "start", "discard"])
async def test_a_change_without_the_etag_that_was_read_is_refused(browser: Browser, step: str) -> None:
    answer = await browser.post(f"/api/v1/referrals/{uuid4()}/{step}")
    assert (answer.status_code, answer.json()["reason"]) == (428, "IF_MATCH_REQUIRED")


async def test_an_etag_for_anything_is_none(browser: Browser) -> None:
    answer = await browser.post(f"/api/v1/referrals/{uuid4()}/accept", If_Match="*")
    assert (answer.status_code, answer.json()["reason"]) == (428, "IF_MATCH_REQUIRED")


# ── credentials ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_session_and_a_bearer_token_at_once_are_refused(browser: Browser, world: World) -> None:
    bearer = f"Bearer {world.login_server.access_token(world.a_login())}"
    for answer in (
        await browser.get(CASE, headers={"Authorization": bearer}),
        await browser.get("/api/v1/session", headers={"Authorization": bearer}),
        await browser.post("/api/v1/cases", {"handle": "A-1"}, Authorization=bearer),
        await browser.post("/api/v1/logout", Authorization=bearer),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (400, "TWO_CREDENTIALS")


@pytest.mark.parametrize(
    "headers",
    [
        {"X_CSRF_Token": ""},
        {"X_CSRF_Token": "another"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://client.test"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_a_write_from_elsewhere_changes_nothing(
    browser: Browser, script: Script, headers: dict[str, str]
) -> None:
    answer = await browser.post("/api/v1/cases", {"handle": "A-1"}, **headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "CROSS_SITE_REQUEST")
    assert script.repeat_keys == []


async def test_a_bearer_token_needs_no_token_of_a_page(world: World, script: Script) -> None:
    bearer = f"Bearer {world.login_server.access_token(world.a_login())}"
    async with world.staff() as software:
        answer = await software.request(
            "POST",
            "/api/v1/cases",
            json={"handle": "A-1"},
            headers={"Authorization": bearer, "Idempotency-Key": str(uuid4())},
        )
    assert answer.status_code == 201


@pytest.mark.parametrize("token", ["\tx", "a\x7fb", "x y\x1bz", ""])
async def test_a_bearer_token_that_can_be_none_is_refused(world: World, script: Script, token: str) -> None:
    answer = await world.staff().get(CASE, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "UNAUTHENTICATED")
    assert script.agencies == []


async def test_the_scheme_of_a_bearer_token_is_known_however_it_is_written(world: World, script: Script) -> None:
    bearer = f"bearer {world.login_server.access_token(world.a_login())}"
    assert (await world.staff().get(CASE, headers={"Authorization": bearer})).status_code == 200


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"handle": PLANTED * 10}, "handle"),
        ({"handle": ""}, "handle"),
        ({"handle": 7}, "handle"),
        ({"handle": None}, "handle"),
        ({}, "handle"),
        ({"handle": "A-1", "in_danger": "yes"}, "in_danger"),
        ({"handle": "A-1", "in_danger": 1}, "in_danger"),
        ({"handle": "A-1", PLANTED: "x"}, "*"),
        ({"handle": {PLANTED: PLANTED}}, "handle"),
        ([PLANTED], "body"),
        (PLANTED, "body"),
        (None, "body"),
    ],
    ids=str,
)
async def test_a_body_that_does_not_fit_names_the_field_and_never_what_was_typed(
    browser: Browser, body: object, field: str
) -> None:
    answer = await browser.post("/api/v1/cases", body, Content_Type="application/json")
    assert (answer.status_code, answer.json()["reason"]) == (400, "INVALID_ARGUMENT")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert PLANTED not in answer.text


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"base_version": 2147483648}', "base_version"),
        (b'{"note": "\\ud800"}', "note"),
        (b'{"note": "\\u0000"}', "note"),
        (b'{"fields": {"street": "\\ud800"}}', "fields.*"),
        (b'{"fields": {"\\udfff": "x"}}', "fields.*"),
        (b'{"fields": {"street": "\\u0000"}}', "fields.*"),
    ],
    ids=str,
)
async def test_what_no_service_could_keep_is_the_senders_fault(browser: Browser, content: bytes, field: str) -> None:
    headers = {
        "Content-Type": "application/json",
        "X-CSRF-Token": browser.csrf,
        "Idempotency-Key": str(uuid4()),
    }
    answer = await browser.request("PUT", f"{CASE}/sections/contact", content=content, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "INVALID_ARGUMENT")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_version_larger_than_any_is_the_senders_fault(browser: Browser) -> None:
    answer = await browser.get(f"{CASE}/sections/contact", params={"version": 2**31})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "version")


async def test_a_name_in_a_free_list_of_fields_is_not_said_again(browser: Browser) -> None:
    answer = await browser.write("PUT", f"{CASE}/sections/contact", {"fields": {PLANTED: 7}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "fields.*"
    assert PLANTED not in answer.text


@pytest.mark.parametrize("content", [b"{", b"{'a': 1}", b'{"handle": "\xff"}', b"\x00", b'{"handle": "A" "B"}', b"NaN"])
async def test_malformed_json_is_a_problem(browser: Browser, content: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-CSRF-Token": browser.csrf, "Idempotency-Key": str(uuid4())}
    answer = await browser.request("POST", "/api/v1/cases", content=content, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "INVALID_ARGUMENT")


async def test_deeply_nested_json_is_a_problem(browser: Browser) -> None:
    headers = {"Content-Type": "application/json", "X-CSRF-Token": browser.csrf, "Idempotency-Key": str(uuid4())}
    content = b"[" * 100_000 + b"]" * 100_000
    answer = await browser.request("POST", "/api/v1/cases", content=content, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "INVALID_ARGUMENT")


async def test_an_id_that_is_none_is_a_problem_without_the_id(browser: Browser) -> None:
    answer = await browser.get(f"/api/v1/cases/{PLANTED}")
    assert answer.status_code == 400
    assert PLANTED not in answer.text


async def test_a_word_that_is_not_in_the_vocabulary_is_a_problem_without_the_word(browser: Browser) -> None:
    answer = await browser.write("PUT", f"{CASE}/sections/planted-word", {"note": PLANTED})
    assert answer.json()["errors"] == [{"field": "category", "message": "is not one of the words meant for it"}]
    assert "planted" not in answer.text.lower()


async def test_unavailable_services_ask_to_come_again(browser: Browser, script: Script) -> None:
    script.error = Unavailable(retry_after=timedelta(seconds=3))
    answer = await browser.get(CASE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
