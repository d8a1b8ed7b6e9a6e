"""Rights end while somebody is logged in: at once where Keycloak says so, else with the token that still names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import time

import httpx

from deploy.demo.desk import Reply, StaffDesk
from deploy.demo.story import soon
from deploy.keycloak.agencies import ensure_agencies
from deploy.keycloak.plan import Membership, Plan
from deploy.keycloak.realm import REALM
from tests.integration.keycloak.realm import Realm, Tokens
from tests.support.house import PLAN, House
from tests.support.short_tokens import admin_of, tokens_that_last

LIFE_SECONDS = 45
BEARER_SECONDS = 35
"""Nothing renews a bearer token, so it may last as long as it takes to see that it still counts."""
RENEWED_BEFORE_SECONDS = 30
"""The gateway fetches a new token when the one at hand has no longer than that."""
SLACK_SECONDS = 10
ALIAS = "diakonie-braunschweig"


async def test_a_role_that_is_taken_ends_with_the_token_that_names_it_and_the_rest_stays(house: House) -> None:
    with tokens_that_last(house, LIFE_SECONDS, BEARER_SECONDS):
        desk = await house.desk_of("gesine", ALIAS, fresh=True)
        bearer = await _log_in(house, "gesine")
        assert (await desk.ask("GET", "/cases")).status == 200
        with _membership(house, "gesine", Membership(ALIAS, frozenset({"coordinator"}))):
            taken = time()
            assert await _bearer_status(house, bearer) == 200, "a token that still lasts names her old roles"
            refused = await soon(lambda: _refused(desk, "/cases"), "the end of her role", LIFE_SECONDS + SLACK_SECONDS)
            assert time() - taken < LIFE_SECONDS - RENEWED_BEFORE_SECONDS + SLACK_SECONDS
            assert (refused.status, refused.reason) == (403, "PERMISSION_DENIED")
            assert (await desk.ask("GET", "/session")).status == 200
            assert (await desk.ask("GET", "/referrals?box=incoming")).status == 200, "what she still is stays"
            await _ends_with_its_time(house, bearer)


async def test_the_bearer_token_of_somebody_who_left_ends_with_its_time_and_gives_no_other(house: House) -> None:
    with tokens_that_last(house, LIFE_SECONDS, BEARER_SECONDS):
        bearer = await _log_in(house, "gesine")
        with _membership(house, "gesine", Membership("awo-hannover", frozenset({"counsellor"}))):
            assert await _bearer_status(house, bearer) == 200
            assert await _realm(house).refresh(bearer) is None, "she was logged out"
            await _ends_with_its_time(house, bearer)


async def test_an_account_that_is_locked_ends_at_the_next_renewal(house: House) -> None:
    admin = admin_of(house)
    with tokens_that_last(house, LIFE_SECONDS, BEARER_SECONDS):
        desk = await house.desk_of("torben", "caritas-migration", fresh=True)
        (user,) = admin.get(f"/{REALM}/users?username=torben&exact=true")
        admin.put(f"/{REALM}/users/{user['id']}", {**user, "enabled": False})
        locked = time()
        try:
            ended = await soon(lambda: _refused(desk, "/session"), "the end of her session", LIFE_SECONDS)
            assert (ended.status, ended.reason) == (401, "SESSION_ENDED")
            assert time() - locked < LIFE_SECONDS - RENEWED_BEFORE_SECONDS + SLACK_SECONDS
        finally:
            admin.put(f"/{REALM}/users/{user['id']}", user)


async def test_a_login_that_is_ended_in_keycloak_ends_every_session_of_hers_and_nobody_elses(house: House) -> None:
    admin = admin_of(house)
    first = await house.desk_of("ulrike", "caritas-hannover", fresh=True)
    second = await house.desk_of("ulrike", "caritas-hannover", fresh=True)
    other = await house.desk_of("hauke", "caritas-hannover", fresh=True)
    (user,) = admin.get(f"/{REALM}/users?username=ulrike&exact=true")
    admin.post(f"/{REALM}/users/{user['id']}/logout", {})
    for desk in (first, second):
        ended = await soon(lambda desk=desk: _refused(desk, "/session"), "the end of her session", SLACK_SECONDS)  # type: ignore[misc]
        assert (ended.status, ended.reason) == (401, "SESSION_ENDED")
    assert (await other.ask("GET", "/session")).status == 200


async def _ends_with_its_time(house: House, bearer: Tokens) -> None:
    over = float(bearer.claims["exp"])
    await soon(lambda: _refused_bearer(house, bearer), "the end of the bearer token", BEARER_SECONDS + SLACK_SECONDS)
    assert over <= time() < over + SLACK_SECONDS


@contextmanager
def _membership(house: House, username: str, membership: Membership) -> Iterator[None]:
    """Somebody's only membership within the block."""
    people = tuple(
        replace(person, memberships=(membership,)) if person.username == username else person for person in PLAN.people
    )
    ensure_agencies(admin_of(house), Plan(PLAN.agencies, people), house.password)
    try:
        yield
    finally:
        ensure_agencies(admin_of(house), PLAN, house.password)


def _realm(house: House) -> Realm:
    return Realm(house.constellation.environment.keycloak_url, "none")


async def _log_in(house: House, username: str) -> Tokens:
    return await _realm(house).log_in(username, password=house.password)


async def _bearer_status(house: House, tokens: Tokens) -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        headers = {"Authorization": f"Bearer {tokens.access}"}
        return (await http.get(f"{house.origin}/api/v1/cases", headers=headers)).status_code


async def _refused(desk: StaffDesk, path: str) -> Reply | None:
    reply = await desk.ask("GET", path)
    return reply if reply.status != 200 else None


async def _refused_bearer(house: House, tokens: Tokens) -> bool | None:
    return True if await _bearer_status(house, tokens) == 401 else None
