"""Keycloak ends and comes back: whoever is logged in works on until the token is over, and afterwards as before."""

from __future__ import annotations

from time import time

import httpx
import pytest

from deploy.demo.desk import Reply, StaffDesk
from deploy.demo.story import soon
from gateway.errors import catalogue
from tests.integration.keycloak.realm import Realm, Tokens
from tests.support.house import House
from tests.support.short_tokens import tokens_that_last

LIFE_SECONDS = 60
"""The gateway renews thirty seconds before the end, so there is time to end Keycloak and to look."""


@pytest.mark.timeout(900)
async def test_while_keycloak_is_away_who_is_logged_in_goes_on_and_nobody_else_comes_in(house: House) -> None:
    with tokens_that_last(house, LIFE_SECONDS, LIFE_SECONDS):
        desk = await house.desk(house.cast.discloser, fresh=True)
        bearer = await _log_in(house)
        over = float(bearer.claims["exp"])
        assert (await desk.ask("GET", "/cases")).status == 200, "the services know Keycloak's keys by now"
    async with house.without("keycloak"):
        assert (await desk.ask("GET", "/cases")).status == 200
        assert (await desk.ask("POST", "/cases", {"handle": "H-away"})).status == 201
        assert (await desk.http.get(f"{house.origin}/faelle")).status_code == 200
        assert (await _as_bearer(house, bearer)).status_code == 200

        said = catalogue("de")["LOGIN_UNAVAILABLE"]
        async with httpx.AsyncClient(trust_env=False, headers={"Accept": "text/html"}) as newcomer:
            login = await newcomer.get(f"{house.origin}/login")
        assert (login.status_code, said.title in login.text, said.next_step in login.text) == (503, True, True)
        assert int(login.headers["Retry-After"]) >= 1

        ended = await soon(lambda: _refused(desk), "the end of her token", LIFE_SECONDS + 10)
        assert time() > over - LIFE_SECONDS / 2, "she was not let work until her token ended"
        assert (ended.status, ended.reason) == (503, "LOGIN_UNAVAILABLE")
        assert int(ended.headers["Retry-After"]) >= 1
        page = await desk.http.get(f"{house.origin}/faelle")
        assert (page.status_code, said.title in page.text) == (503, True)
        late = await soon(lambda: _refused_bearer(house, bearer), "the end of the bearer token", LIFE_SECONDS)
        assert late.json()["reason"] == "UNAUTHENTICATED"
        assert time() >= over

    assert (await soon(lambda: _working(desk), "that she goes on without a login", 90)).status == 200
    assert (await desk.http.get(f"{house.origin}/faelle")).status_code == 200
    newcomer_desk = await house.desk(house.cast.recipient, fresh=True)
    assert (await newcomer_desk.ask("GET", "/cases")).status == 200


async def _log_in(house: House) -> Tokens:
    realm = Realm(house.constellation.environment.keycloak_url, "none")
    return await realm.log_in("maren", password=house.password)


async def _as_bearer(house: House, tokens: Tokens) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"{house.origin}/api/v1/cases", headers={"Authorization": f"Bearer {tokens.access}"})


async def _refused(desk: StaffDesk) -> Reply | None:
    reply = await desk.ask("GET", "/cases")
    return reply if reply.status != 200 else None


async def _working(desk: StaffDesk) -> Reply | None:
    reply = await desk.ask("GET", "/cases")
    return reply if reply.status == 200 else None


async def _refused_bearer(house: House, tokens: Tokens) -> httpx.Response | None:
    answer = await _as_bearer(house, tokens)
    return answer if answer.status_code != 200 else None
