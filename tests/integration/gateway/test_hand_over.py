"""A tablet that is handed over: nothing of the staff's pages opens until the counsellor has proved herself again."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.identity.cookies import LANGUAGE
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_sessions import another_replica, send
from tests.integration.gateway.world import CLIENT_COOKIE, STAFF_COOKIE, Browser, World

PAGE = "/verweisungen/0b9a7c1e-0000-4000-8000-000000000001"
READER = {"Accept": "text/html"}


@pytest.fixture
async def tablet(phone: Phone) -> Browser:
    """The counsellor's tablet with her session locked."""
    browser = phone.gateway.staff()
    await phone.gateway.log_in(browser)
    async with another_replica(phone) as sessions:
        await sessions.lock_staff(browser.cookie(STAFF_COOKIE) or "", PAGE)
    return browser


async def test_no_page_and_no_route_opens(phone: Phone, tablet: Browser) -> None:
    for path in ("/", "/faelle", PAGE, "/suche"):
        answer = await tablet.get(path, headers=READER)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/uebergeben")
    assert (await send(tablet, "/faelle", handle="A-1")).headers["Location"] == "/uebergeben"
    answer = await tablet.get("/api/v1/cases")
    assert (answer.status_code, answer.json()["reason"]) == (403, "SESSION_LOCKED")
    shown = await tablet.get("/uebergeben", headers=READER)
    assert "give the tablet back" in shown.text
    assert "/faelle" not in shown.text


async def test_it_stays_locked_when_the_time_of_a_session_is_over(phone: Phone, tablet: Browser) -> None:
    async with phone.gateway.database.administered() as admin:
        left = await admin.fetchval("select max(expires_at) - clock_timestamp() from session where kind = 'staff'")
    assert left.total_seconds() > 3600 * (phone.gateway.settings.session_hours - 1)


async def test_only_a_password_opens_it_again(phone: Phone, tablet: Browser) -> None:
    server, before = phone.gateway.login_server, tablet.cookie(STAFF_COOKIE)
    begun = await tablet.get(f"/login?return={PAGE}")
    assert parse_qs(urlsplit(begun.headers["Location"]).query)["max_age"] == ["0"]
    for since in (
        None,
        int(time.time()) - 60,
    ):  # an open login, with what asks for the password taken out of the address
        server.id_claims = {"auth_time": since}
        begun = await tablet.get(f"/login?return={PAGE}")
        refused = await tablet.get(server.approve(begun.headers["Location"], phone.gateway.a_login()))
        assert (refused.status_code, refused.json()["reason"]) == (400, "LOGIN_FAILED")
        assert (await tablet.get("/api/v1/session")).json()["reason"] == "SESSION_LOCKED"
    server.id_claims = {"auth_time": int(phone.consent.clock.now().timestamp()) + 1}
    begun = await tablet.get(f"/login?return={PAGE}")
    opened = await tablet.get(server.approve(begun.headers["Location"], phone.gateway.a_login()))
    assert (opened.status_code, opened.headers["Location"]) == (303, PAGE)
    assert (await tablet.get("/api/v1/session")).status_code == 200
    assert tablet.cookie(STAFF_COOKIE) != before
    assert (await tablet.get("/uebergeben", headers=READER)).headers["Location"] == "/"


async def test_the_client_answers_on_it_without_a_code_and_gives_it_back(phone: Phone) -> None:
    asked = await phone.consent.ask(to=phone.recipient, on_tablet=True)
    async with another_replica(phone) as sessions:
        ticket = await sessions.begin_hand_over(asked.access_code)
    begun = await phone.browser.get("/tablet", params={"ticket": ticket})
    assert (begun.status_code, begun.headers["Location"]) == (303, "/question")
    phone.browser.csrf = (await phone.browser.get("/api/v1/session")).json()["csrf_token"]
    assert (await phone.decide("cover-sheet", "contact")).status_code == 201
    async with phone.consent.database.administered() as admin:
        how = await admin.fetchrow("select evidence_kind, assisted_by from consent_revision")
    assert how is not None
    assert tuple(how) == ("tablet", phone.consent.discloser.person)
    back = await send(phone.browser, "/leave")
    assert back.headers["Location"] == f"{phone.gateway.settings.staff_origin}/uebergeben"
    assert phone.browser.cookie(CLIENT_COOKIE) is None


async def test_who_decided_on_it_before_has_no_session_left(phone: Phone) -> None:
    await phone.enter((await phone.asked()).access_code)
    before = phone.browser.cookie(CLIENT_COOKIE)
    asked = await phone.consent.ask(to=phone.recipient, on_tablet=True)
    async with another_replica(phone) as sessions:
        ticket = await sessions.begin_hand_over(asked.access_code)
    await phone.browser.get("/tablet", params={"ticket": ticket})
    assert phone.browser.cookie(CLIENT_COOKIE) != before
    async with phone.gateway.database.administered() as admin:
        assert await admin.fetchval("select count(*) from session where kind = 'client'") == 1


async def test_a_ticket_is_good_once(phone: Phone) -> None:
    asked = await phone.consent.ask(to=phone.recipient, on_tablet=True)
    async with another_replica(phone) as sessions:
        ticket = await sessions.begin_hand_over(asked.access_code)
    assert phone.browser.cookie(LANGUAGE) == "en", "whoever held it before read English"
    assert (await phone.browser.get("/tablet", params={"ticket": ticket})).headers["Location"] == "/question"
    assert phone.browser.cookie(LANGUAGE) is None
    second = phone.gateway.client()
    for used in (ticket, "", "made-up"):
        answer = await second.get("/tablet", params={"ticket": used})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert second.cookie(CLIENT_COOKIE) is None


async def test_leaving_on_her_own_phone_leads_away_from_us(world: World) -> None:
    answer = await send(world.client(), "/leave")
    assert answer.headers["Location"] == world.settings.exit_address
