"""Sessions in the database: sealed, renewed once for all tabs, ended when they must."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.identity.renewals import PATIENCE_SECONDS
from gateway.sessions.store.sessions import SessionStore
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import STAFF_COOKIE, Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

NEARLY_OVER = timedelta(seconds=285)
IN_ITS_LAST_SECONDS = timedelta(seconds=298.5)
OVER = timedelta(seconds=301)


async def logged_in(world: World) -> Browser:
    browser = world.staff()
    await world.log_in(browser)
    return browser


async def answered(browser: Browser) -> None:
    """As soon as the gateway no longer asks to come again."""
    async with asyncio.timeout(30):
        while (answer := await browser.get("/api/v1/session")).status_code == 503:  # noqa: ASYNC110 - the gateway has no event
            await asyncio.sleep(0.2)
    assert answer.status_code == 200


async def test_many_tabs_at_once_renew_the_tokens_once(world: World) -> None:
    browser = await logged_in(world)
    world.login_server.answer_seconds = 0.1
    world.clock.move(OVER)
    answers = await asyncio.gather(*(browser.get("/api/v1/session") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert world.login_server.refreshes == 1


async def test_a_token_that_lasts_is_not_renewed(world: World) -> None:
    browser = await logged_in(world)
    world.clock.move(timedelta(seconds=120))
    assert (await browser.get("/api/v1/session")).status_code == 200
    assert world.login_server.refreshes == 0


async def test_the_token_of_the_session_stays_the_same_when_tokens_are_renewed(world: World) -> None:
    browser = await logged_in(world)
    world.clock.move(OVER)
    assert (await browser.get("/api/v1/session")).json()["csrf_token"] == browser.csrf


async def test_a_login_ended_at_the_issuer_ends_the_session_at_the_next_renewal(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    login.ended = True
    world.clock.move(OVER)
    answer = await browser.get("/api/v1/session")
    assert (answer.status_code, answer.json()["reason"]) == (401, "SESSION_ENDED")
    assert answer.json()["detail"]
    assert await world.sessions("staff") == 0


async def test_logging_out_during_a_renewal_tells_the_issuer_the_token_that_counts(world: World) -> None:
    browser = await logged_in(world)
    world.login_server.answer_seconds = 0.5
    world.clock.move(NEARLY_OVER)
    before = world.login_server.asked
    renewal = asyncio.create_task(browser.get("/api/v1/session"))
    async with asyncio.timeout(10):
        while world.login_server.asked == before:  # noqa: ASYNC110 - the issuer has no event for it
            await asyncio.sleep(0.01)
    assert (await browser.post("/api/v1/logout")).status_code == 200
    assert (await renewal).status_code == 200
    assert world.login_server.refreshes == 1
    assert not world.login_server.used & set(world.login_server.logouts)


async def test_a_renewed_token_that_names_another_agency_ends_the_session(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    login.agency = uuid4()  # chosen in another tab that never came back here
    world.clock.move(OVER)
    answer = await browser.get("/api/v1/session")
    assert (answer.status_code, answer.json()["reason"]) == (401, "SESSION_ENDED")
    assert await world.sessions("staff") == 0


async def test_a_role_that_was_given_meanwhile_ends_no_session(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    login.roles = ("counsellor", "coordinator")
    world.clock.move(OVER)
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_while_the_issuer_is_away_a_token_that_lasts_is_used_on(world: World) -> None:
    browser = await logged_in(world)
    world.login_server.away = True
    world.clock.move(NEARLY_OVER)
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_while_the_issuer_is_away_a_token_that_ends_within_the_request_is_not_used(world: World) -> None:
    browser = await logged_in(world)
    world.login_server.away = True
    world.clock.move(IN_ITS_LAST_SECONDS)
    answer = await browser.get("/api/v1/session")
    assert (answer.status_code, answer.json()["reason"]) == (503, "LOGIN_UNAVAILABLE")


async def test_while_the_issuer_is_away_a_session_without_token_waits_and_goes_on_afterwards(world: World) -> None:
    browser = await logged_in(world)
    world.login_server.away = True
    world.clock.move(OVER)
    answer = await browser.get("/api/v1/session")
    assert (answer.status_code, answer.json()["reason"]) == (503, "LOGIN_UNAVAILABLE")
    world.login_server.away = False
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_of_an_issuer_that_hangs_not_everybody_waits_in_turn(world: World) -> None:
    people = [await logged_in(world) for _ in range(12)]
    world.clock.move(OVER)
    world.login_server.answer_seconds = 4  # longer than the gateway waits
    first = await people[0].get("/api/v1/session")
    assert (first.status_code, first.json()["reason"]) == (503, "LOGIN_UNAVAILABLE")
    asked = world.login_server.asked
    answers = await asyncio.gather(*(browser.get("/api/v1/session") for browser in people * 4))
    assert {answer.json()["reason"] for answer in answers} == {"LOGIN_UNAVAILABLE"}
    assert world.login_server.asked == asked


async def test_an_issuer_that_hung_is_asked_again_by_one_and_then_by_all(world: World) -> None:
    browser, other = await logged_in(world), await logged_in(world)
    world.clock.move(OVER)
    world.login_server.answer_seconds = 4  # longer than the gateway waits
    assert (await browser.get("/api/v1/session")).status_code == 503
    world.login_server.answer_seconds = 0.0
    await answered(browser)
    assert (await other.get("/api/v1/session")).status_code == 200


async def test_an_issuer_that_answers_late_ends_no_session(world: World) -> None:
    """As one that has just started does: the token that it was asked by is used up, whoever waits for the answer."""
    browser = await logged_in(world)
    world.login_server.answer_seconds = PATIENCE_SECONDS + 1.5
    world.clock.move(OVER)
    early = await browser.get("/api/v1/session")
    assert (early.status_code, early.json()["reason"]) == (503, "LOGIN_UNAVAILABLE")
    await answered(browser)
    assert world.login_server.refreshes == 1


async def test_logging_out_while_an_answer_is_late_ends_the_login_that_it_brings(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    world.login_server.answer_seconds = PATIENCE_SECONDS + 1.5
    world.clock.move(OVER)
    assert (await browser.get("/api/v1/session")).status_code == 503
    assert (await browser.post("/api/v1/logout")).status_code == 200
    assert login.ended
    assert world.login_server.refreshes == 1
    assert world.login_server.logouts[-1] not in world.login_server.used


async def test_a_wrong_secret_at_the_issuer_ends_nobodys_session_and_no_login(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    async with running_gateway(tmp_path, database, network, login_server) as world:
        browser = await logged_in(world)
        cookie, csrf = browser.cookie(STAFF_COOKIE), browser.csrf
    (wrong := tmp_path / "wrong").write_text("another")
    key = (tmp_path / "session-key").read_bytes()
    changes = {"session_key": key, "client_secret_file": wrong}
    async with running_gateway(tmp_path, database, network, login_server, **changes) as world:
        browser = world.staff()
        browser.cookies.set(STAFF_COOKIE, cookie or "", domain="staff.test")
        world.clock.move(OVER)
        assert (await browser.get("/api/v1/session")).status_code == 503
        assert await world.sessions("staff") == 1
        browser.csrf = csrf
        answer = await browser.post("/api/v1/logout")
        assert (answer.status_code, answer.json()["reason"]) == (503, "LOGOUT_INCOMPLETE")


async def test_a_session_that_rests_too_long_has_ended(world: World) -> None:
    browser = await logged_in(world)
    async with world.database.administered() as admin:
        await admin.execute("update session set expires_at = clock_timestamp() where kind = 'staff'")
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_using_a_session_prolongs_it_but_not_beyond_its_longest_time(world: World) -> None:
    browser = await logged_in(world)
    async with world.database.administered() as admin:
        await admin.execute(
            "update session set used_at = used_at - interval '30 min', expires_at = expires_at - interval '30 min'"
        )
        assert (await browser.get("/api/v1/session")).status_code == 200
        rest = await admin.fetchval("select expires_at - clock_timestamp() from session where kind = 'staff'")
        assert timedelta(minutes=59) < rest <= timedelta(minutes=60)
        await admin.execute(
            "update session set created_at = created_at - interval '9 h 45 min', used_at = used_at - interval '5 min', "
            "expires_at = clock_timestamp() + interval '10 min'"
        )
        assert (await browser.get("/api/v1/session")).status_code == 200
        rest = await admin.fetchval("select expires_at - clock_timestamp() from session where kind = 'staff'")
        assert timedelta(minutes=14) < rest <= timedelta(minutes=15)


async def test_what_has_ended_is_swept(world: World) -> None:
    await logged_in(world)
    await logged_in(world)
    async with world.database.administered() as admin:
        await admin.execute(
            "update session set expires_at = clock_timestamp() where id_hash = (select id_hash from session limit 1)"
        )
    async with world.database.opened() as database:
        await SessionStore(database).sweep()
    assert await world.sessions("staff") == 1


async def test_the_database_holds_neither_ids_nor_tokens(world: World) -> None:
    browser, login = world.staff(), world.a_login()
    await world.log_in(browser, login)
    async with world.database.administered() as admin:
        rows = await admin.fetch("select * from session")
    stored = b"".join(value for row in rows for value in row.values() if isinstance(value, bytes))
    planted = [
        browser.cookie(STAFF_COOKIE),
        browser.csrf,
        login.sid,
        str(login.person),
        *world.login_server.refresh_tokens,
    ]
    assert all((word or "?").encode() not in stored for word in planted)
    assert b"eyJ" not in stored


async def test_content_moved_to_another_session_is_none(world: World) -> None:
    mine, other = await logged_in(world), await logged_in(world)
    async with world.database.administered() as admin:
        first, second = await admin.fetch("select id_hash, sealed from session order by created_at")
        await admin.execute("update session set sealed = $1 where id_hash = $2", first["sealed"], second["id_hash"])
    assert (await mine.get("/api/v1/session")).status_code == 200
    assert (await other.get("/api/v1/session")).status_code == 401


async def test_another_key_ends_all_sessions(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    async with running_gateway(tmp_path, database, network, login_server) as world:
        cookie = (await logged_in(world)).cookie(STAFF_COOKIE)
    async with running_gateway(tmp_path, database, network, login_server, session_key=os.urandom(32)) as world:
        browser = world.staff()
        browser.cookies.set(STAFF_COOKIE, cookie or "", domain="staff.test")
        assert (await browser.get("/api/v1/session")).status_code == 401


async def test_a_session_outlives_a_restart(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database, key = await database_of("gateway"), os.urandom(32)
    async with running_gateway(tmp_path, database, network, login_server, session_key=key) as world:
        cookie = (await logged_in(world)).cookie(STAFF_COOKIE)
    async with running_gateway(tmp_path, database, network, login_server, session_key=key) as world:
        browser = world.staff()
        browser.cookies.set(STAFF_COOKIE, cookie or "", domain="staff.test")
        assert (await browser.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize("value", ["", "x", "x" * 5000, "../../etc", "%00", "\xff\xfe"])
async def test_a_cookie_that_is_none_is_no_session(world: World, value: str) -> None:
    answer = await world.staff().get(
        "/api/v1/session", headers={b"Cookie": f"{STAFF_COOKIE}={value}".encode("latin-1")}
    )
    assert (answer.status_code, answer.json()["reason"]) == (401, "SESSION_ENDED")


async def test_the_cookie_of_a_login_under_way_is_no_session(world: World) -> None:
    browser = world.staff()
    await browser.get("/login")
    value = next(iter(browser.cookies.values()))
    assert (
        await world.staff().get("/api/v1/session", headers={"Cookie": f"{STAFF_COOKIE}={value}"})
    ).status_code == 401
