"""Who is at the door: tokens and sessions of the real Keycloak at the real gateway, down to the services."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.demo.desk import StaffDesk
from deploy.demo.story import soon
from deploy.keycloak.admin import Admin
from deploy.keycloak.agencies import ensure_agencies
from deploy.keycloak.plan import Membership, Plan
from deploy.local.constellation import Constellation
from deploy.local.lifecycle import provision_keycloak
from gateway.settings import GatewaySettings
from tests.integration.keycloak.realm import Realm, Tokens
from tests.support.house import PLAN, House


def test_provisioning_again_changes_nothing(constellation: Constellation) -> None:
    said: list[str] = []
    for _ in range(2):  # the first puts right what tests before changed
        provision_keycloak(constellation, said.append)
    assert "0 made, 0 changed" in said[-1]


async def test_software_uses_the_same_api_with_a_bearer_token(house: House) -> None:
    tokens = await _log_in(house, "maren")
    assert (await _bearer(house, tokens.access, "GET", "/cases")).status_code == 200
    made = await _bearer(house, tokens.access, "POST", "/cases", {"handle": "H-bearer"})
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("why", "username", "agency", "scope", "kind"),
    [
        ("an ID token", "maren", None, "openid organization", "id"),
        ("a refresh token", "maren", None, "openid organization", "refresh"),
        ("no organization", "maren", None, "openid", "access"),
        ("two organizations", "rieke", None, "openid organization:*", "access"),
    ],
)
async def test_other_tokens_are_refused(
    house: House, why: str, username: str, agency: str | None, scope: str, kind: str
) -> None:
    tokens = await _log_in(house, username, agency, scope)
    answer = await _bearer(house, getattr(tokens, kind), "GET", "/cases")
    assert (answer.status_code, answer.json()["reason"]) == (401, "UNAUTHENTICATED"), why


async def test_an_altered_token_is_refused(house: House) -> None:
    header, payload, signature = (await _log_in(house, "maren")).access.split(".")
    for altered in (f"{header}.{payload[:-2]}AA.{signature}", f"{header}.{payload}.", "x.y.z", "nonsense"):
        assert (await _bearer(house, altered, "GET", "/cases")).status_code == 401


async def test_session_and_bearer_token_at_once_are_refused(house: House) -> None:
    tokens = await _log_in(house, "maren")
    desk = await house.desk(house.cast.discloser)
    both = await desk.ask("GET", "/cases", headers={"Authorization": f"Bearer {tokens.access}"})
    assert (both.status, both.reason) == (400, "TWO_CREDENTIALS")


@pytest.mark.parametrize(
    ("username", "alias", "may_list_referrals"),
    [("ulrike", "caritas-hannover", True), ("hauke", "caritas-hannover", False)],
)
async def test_other_offices_read_no_case_by_virtue_of_the_office(
    house: House, username: str, alias: str, *, may_list_referrals: bool
) -> None:
    story = await house.drafted()
    desk = await house.desk_of(username, alias)
    for path in ("/cases", f"/cases/{story.case_id}", f"/cases/{story.case_id}/sections/contact"):
        reply = await desk.ask("GET", path)
        assert (reply.status, reply.reason) == (403, "PERMISSION_DENIED")
    listed = await desk.ask("GET", "/referrals?box=incoming")
    assert listed.status == (200 if may_list_referrals else 403)


async def test_a_role_in_one_agency_is_none_in_another(house: House) -> None:
    here = await house.desk_of("rieke", "caritas-hannover", fresh=True)
    assert (await here.ask("GET", "/cases")).status == 200
    there = await house.desk_of("rieke", "awo-hannover", fresh=True)
    refused = await there.ask("GET", "/cases")
    assert (refused.status, refused.reason) == (403, "PERMISSION_DENIED")


async def test_a_switch_of_agency_ends_the_session_first(house: House) -> None:
    desk = await house.desk_of("rieke", "caritas-hannover", fresh=True)
    made = await desk.post("/cases", {"handle": "H-switch"})
    switched = await desk.http.post(
        f"{house.origin}/api/v1/switch-agency", headers={"X-CSRF-Token": desk.csrf, "Origin": house.origin}
    )
    assert switched.status_code == 200
    assert (await desk.ask("GET", "/session")).status == 401
    page = await desk.log_in(f"{house.origin}/login?return=/api/v1/session", "rieke", house.password, "awo-hannover")
    desk.csrf = page.json()["csrf_token"]
    assert (await desk.ask("GET", "/referrals?box=incoming")).status == 200
    assert (await desk.ask("GET", f"/cases/{made.body['case_id']}")).status == 403


async def test_a_logout_ends_session_and_login(house: House) -> None:
    desk = await house.desk_of("ulrike", "caritas-hannover", fresh=True)
    cookies = [(each.name, each.value, each.domain, each.path) for each in desk.http.cookies.jar]
    headers = {"X-CSRF-Token": desk.csrf, "Origin": house.origin}
    assert (await desk.http.post(f"{house.origin}/api/v1/logout", headers=headers)).status_code == 200
    desk.http.cookies.clear()
    for name, value, domain, path in cookies:
        desk.http.cookies.set(name, value or "", domain, path)
    assert (await desk.ask("GET", "/session")).status == 401
    page = await desk.follow(await desk.http.get(f"{house.origin}/login"))
    assert "/login-actions/" in page.text, "Keycloak should ask for the login again"


async def test_who_is_taken_out_of_an_agency_is_logged_out_at_the_gateway(house: House) -> None:
    desk = await house.desk_of("gesine", "diakonie-braunschweig", fresh=True)
    assert (await desk.ask("GET", "/referrals?box=incoming")).status == 200
    elsewhere = (Membership("awo-hannover", frozenset({"counsellor"})),)
    ensure_agencies(_admin(house), _plan("gesine", elsewhere), house.password)
    try:
        assert await soon(lambda: _ended(desk), "the end of her session", 10)
    finally:
        ensure_agencies(_admin(house), PLAN, house.password)


async def test_a_house_with_one_address_and_many_clients_is_not_taken_for_somebody_who_guesses(house: House) -> None:
    story = await house.permitted()
    phone = await house.phone(story.lotsenpass)
    for _ in range(GatewaySettings.model_fields["redeem_attempts_per_hour"].default + 1):
        await phone.redeem(story.lotsenpass)


async def test_a_code_that_is_wrong_says_no_more_than_one_that_is_unknown(house: House) -> None:
    story = await house.drafted()
    desk = await house.desk(house.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    asked = await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)
    code = asked.body["access_code"].replace("-", "")
    wrong = code[:4] + code[4:][::-1] if code[4:] != code[4:][::-1] else code[:4] + "ZZZZZZ"
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [
            await http.post(
                f"{house.constellation.environment.client_origin}/api/v1/session",
                json={"secret": secret},
                headers={"Idempotency-Key": str(uuid4())},
            )
            for secret in (wrong, "0000000000")
        ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def _log_in(house: House, username: str, agency: str | None = None, scope: str = "openid organization") -> Tokens:
    realm = Realm(house.constellation.environment.keycloak_url, "none")
    return await realm.log_in(username, agency, scope=scope, password=house.password)


async def _bearer(house: House, token: str, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.request(method, f"{house.origin}/api/v1{path}", json=body, headers=headers)


async def _ended(desk: StaffDesk) -> bool | None:
    return True if (await desk.ask("GET", "/session")).status == 401 else None


def _admin(house: House) -> Admin:
    client, secret = house.constellation.keycloak_admin
    return Admin(house.constellation.environment.keycloak_url, client, secret)


def _plan(username: str, memberships: tuple[Membership, ...]) -> Plan:
    people = tuple(
        replace(person, memberships=memberships) if person.username == username else person for person in PLAN.people
    )
    return Plan(PLAN.agencies, people)
