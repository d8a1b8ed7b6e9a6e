"""What a client does on her phone, through the gateway to real consent and a real directory."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.world import CLIENT_COOKIE, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork


async def test_she_opens_the_question_and_sees_who_asks_for_what(phone: Phone) -> None:
    asked = await phone.asked()
    entered = await phone.enter(asked.access_code)
    assert (entered.status_code, entered.json()["scopes"]) == (201, ["decide"])
    question = (await phone.browser.get("/api/v1/consent-request")).json()
    assert question["consent_request_id"] == asked.consent_request_id
    assert question["recipient"]["agency_id"] == str(phone.recipient)
    assert question["recipient"]["name"]
    assert {each["category"] for each in question["categories"]} == {"cover-sheet", "contact", "health"}
    assert question["texts"]


async def test_her_cookie_is_as_closed_as_the_staffs_and_bears_no_name_of_what_it_is_for(phone: Phone) -> None:
    entered = await phone.enter((await phone.asked()).access_code)
    cookie = entered.headers["Set-Cookie"].lower()
    assert all(part in cookie for part in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain=" not in cookie
    assert "lotse" not in cookie


async def test_she_decides_takes_a_pass_comes_back_and_withdraws(phone: Phone) -> None:
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    decided = await phone.decide("cover-sheet", "contact", no=("health",))
    assert (decided.status_code, decided.json()["state"]) == (201, "partly-granted")
    assert decided.json()["receipt"]["signature"]
    taken = await phone.browser.post("/api/v1/pass", {"second_secret": "123456"})
    assert taken.status_code == 201
    assert (await phone.browser.write("DELETE", "/api/v1/session")).status_code == 204
    assert (await phone.browser.get("/api/v1/consents")).status_code == 401

    entered = await phone.enter(taken.json()["lotsenpass"])
    assert set(entered.json()["scopes"]) == {"see", "withdraw"}
    hidden = (await phone.browser.get("/api/v1/consents")).json()
    assert [consent["recipient"] for consent in hidden["consents"]] == [""]
    wrong = await phone.browser.post("/api/v1/second-secret", {"second_secret": "654321"})
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "SECOND_SECRET_NOT_ACCEPTED")
    assert (await phone.browser.post("/api/v1/second-secret", {"second_secret": "123456"})).status_code == 200
    shown = (await phone.browser.get("/api/v1/consents")).json()
    assert shown["consents"][0]["recipient"]
    assert set(shown["consents"][0]["permitted"]) >= {"cover-sheet", "contact"}
    [told] = (await phone.browser.get("/api/v1/who-sees")).json()["consents"]
    assert told["recipient"] == shown["consents"][0]["recipient"]
    reasons = {each["category"]: (each["sight"], each["reason"]) for each in told["categories"]}
    assert reasons["contact"] == ("seen", "permitted-by-exception")
    assert reasons["health"] == ("hidden", "denied-by-exception")
    assert "You said no to it." in (await phone.browser.get("/mine/who")).text

    only_said = await phone.browser.post("/api/v1/withdrawals", {"validate_only": True})
    assert only_said.status_code == 200
    assert (await phone.browser.get("/api/v1/consents")).json()["consents"][0]["state"] == "active"
    done = await phone.browser.post("/api/v1/withdrawals", {})
    assert done.status_code == 201
    assert (await phone.browser.get("/api/v1/consents")).json()["consents"][0]["state"] == "withdrawn"


async def test_a_wrong_code_and_an_unknown_one_answer_alike(phone: Phone) -> None:
    asked = await phone.asked()
    wrong = await phone.enter(asked.access_code[:4] + "000000")
    unknown = await phone.enter("ZZZZ000000")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["reason"] == "SECRET_NOT_ACCEPTED"
    assert CLIENT_COOKIE not in wrong.headers.get("Set-Cookie", "")


async def test_the_same_code_in_another_browser_ends_the_session_of_the_first(phone: Phone) -> None:
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    second = phone.gateway.client()
    await phone.enter(asked.access_code, second)
    assert (await second.get("/api/v1/consent-request")).status_code == 200
    answer = await phone.browser.get("/api/v1/consent-request")
    assert (answer.status_code, answer.json()["reason"]) == (401, "SESSION_ENDED")


async def test_entering_another_code_ends_what_this_browser_had(phone: Phone) -> None:
    first, second = await phone.asked(), await phone.asked()
    await phone.enter(first.access_code)
    before = phone.browser.cookie(CLIENT_COOKIE)
    await phone.enter(second.access_code)
    old = await phone.gateway.client().get("/api/v1/session", headers={"Cookie": f"{CLIENT_COOKIE}={before}"})
    assert old.status_code == 401
    assert await phone.gateway.sessions("client") == 1


async def test_a_write_from_elsewhere_decides_nothing(phone: Phone) -> None:
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    for headers in ({"X_CSRF_Token": ""}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://staff.test"}):
        answer = await phone.browser.post("/api/v1/decision", {}, **headers)
        assert (answer.status_code, answer.json()["reason"]) == (403, "CROSS_SITE_REQUEST")
    question = (await phone.browser.get("/api/v1/consent-request")).json()
    assert question["state"] == "requested"


async def test_entering_a_code_from_another_site_is_refused(phone: Phone) -> None:
    asked = await phone.asked()
    answer = await phone.browser.post("/api/v1/session", {"secret": asked.access_code}, Sec_Fetch_Site="cross-site")
    assert answer.status_code == 403


@pytest.mark.parametrize("permit", ["true", 1, "yes", None])
async def test_nothing_but_a_plain_yes_is_taken_for_one(phone: Phone, permit: object) -> None:
    await phone.enter((await phone.asked()).access_code)
    answers = [{"category": "contact", "permit": permit}]
    answer = await phone.browser.post("/api/v1/decision", {"answers": answers})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "answers.0.permit"


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_in_no_year_that_there_is_is_refused(phone: Phone, when: str) -> None:
    await phone.enter((await phone.asked()).access_code)
    answer = await phone.browser.post("/api/v1/decision", {"valid_until": when})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "valid_until"


async def test_while_consent_is_away_she_can_still_end_her_session(
    phone: Phone, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    await phone.enter((await phone.asked()).access_code)
    phone.consent.clock.move(timedelta(minutes=9, seconds=30))
    here = {"session_key": (tmp_path / "session-key").read_bytes(), "consent_target": f"unix:{tmp_path}/no.sock"}
    async with running_gateway(tmp_path, phone.gateway.database, network, login_server, **here) as gateway:
        browser = gateway.client()
        browser.cookies, browser.csrf = phone.browser.cookies, phone.browser.csrf
        assert (await browser.get("/api/v1/consent-request")).status_code == 503
        assert (await browser.write("DELETE", "/api/v1/session")).status_code == 204
    assert await phone.gateway.sessions("client") == 0


async def test_her_token_is_renewed_within_the_hour_and_not_beyond(phone: Phone) -> None:
    await phone.enter((await phone.asked()).access_code)
    for _ in range(5):
        phone.consent.clock.move(timedelta(minutes=9, seconds=30))
        assert (await phone.browser.get("/api/v1/consent-request")).status_code == 200
    phone.consent.clock.move(timedelta(minutes=15))
    assert (await phone.browser.get("/api/v1/consent-request")).status_code == 401


async def test_the_same_repeat_key_records_one_decision(phone: Phone) -> None:
    await phone.enter((await phone.asked()).access_code)
    key, body = str(uuid4()), {"answers": [{"category": "cover-sheet", "permit": True}]}
    first = await phone.browser.post("/api/v1/decision", body, Idempotency_Key=key)
    again = await phone.browser.post("/api/v1/decision", body, Idempotency_Key=key)
    assert first.status_code == again.status_code == 201
    assert first.json()["consent_id"] == again.json()["consent_id"]


async def test_while_the_directory_is_away_she_can_still_withdraw(
    phone: Phone, database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    await phone.enter((await phone.asked()).access_code)
    await phone.decide("cover-sheet", "contact")
    lotsenpass = (await phone.browser.post("/api/v1/pass", {})).json()["lotsenpass"]
    nowhere = f"unix:{tmp_path}/no.sock"
    async with running_gateway(
        tmp_path, await database_of("gateway"), network, login_server, directory_target=nowhere
    ) as gateway:
        browser = gateway.client()
        await phone.enter(lotsenpass, browser)
        done = await browser.post("/api/v1/withdrawals", {})
    assert done.status_code == 201
