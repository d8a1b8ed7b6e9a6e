"""How large, how slow and how many: what is beyond is refused with a sentence, and costs little."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted import scripted_cases
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

JSON = {"Content-Type": "application/json"}


async def test_a_body_whose_announced_length_is_too_large_is_not_read(world: World) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b"x" * 10_000

    headers = {**JSON, "Content-Length": "1000000"}
    answer = await world.staff().request("POST", "/api/v1/cases", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (413, "BODY_TOO_LARGE")
    assert taken == 0


async def test_a_body_in_chunks_is_read_up_to_the_limit(world: World) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 10_000

    answer = await world.staff().request("POST", "/api/v1/cases", content=endless(), headers=JSON)
    assert (answer.status_code, answer.json()["reason"]) == (413, "BODY_TOO_LARGE")
    assert taken <= 28


async def test_a_body_that_comes_too_slowly_is_not_waited_for(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    database = await database_of("gateway")
    async with running_gateway(tmp_path, database, network, login_server, body_seconds=0.3) as world:
        answer = await world.staff().request("POST", "/api/v1/cases", content=dripping(), headers=JSON)
    assert (answer.status_code, answer.json()["reason"]) == (408, "BODY_TOO_SLOW")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/xml"],
)
async def test_a_body_that_is_not_json_is_refused(world: World, kind: str) -> None:
    answer = await world.staff().request("POST", "/api/v1/cases", content=b"{}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["reason"]) == (415, "CONTENT_TYPE_NOT_SUPPORTED")


async def test_a_form_is_taken_only_where_the_issuer_sends_one(world: World) -> None:
    form = {"logout_token": "x"}
    assert (await world.staff().request("POST", "/logout/back-channel", data=form)).status_code == 400
    assert (await world.client().request("POST", "/api/v1/session", data=form)).status_code == 415


async def test_more_at_once_than_can_be_answered_are_asked_to_come_again(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    limits = {"requests_at_once": 3, "requests_waiting": 3}
    async with (
        scripted_cases(network, login_server.tokens) as script,
        running_gateway(tmp_path, database, network, login_server, **limits) as world,
    ):
        browser = world.staff()
        await world.log_in(browser)
        script.seconds = 0.3
        answers = await asyncio.gather(*(browser.get(f"/api/v1/cases/{uuid4()}") for _ in range(10)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] * 6 + [503] * 4
        assert script.most_at_once == 3
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.json()["reason"] == "TOO_BUSY"
        assert refused.headers["Retry-After"]
        assert (await browser.get(f"/api/v1/cases/{uuid4()}")).status_code == 200


async def redeem(browser: Browser) -> httpx.Response:
    return await browser.post("/api/v1/session", {"secret": "AAAA-AAAA-AA"})


async def test_whoever_tries_codes_is_slowed_down_and_nobody_else(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    limits = {"redeem_attempts_per_hour": 3}
    async with running_gateway(tmp_path, database, network, login_server, **limits) as world:
        guesser, other = world.client(sender="192.0.2.1"), world.client(sender="192.0.2.2")
        assert [(await redeem(guesser)).status_code for _ in range(5)] == [503, 503, 503, 429, 429]
        assert (await redeem(other)).status_code == 503
        answer = await redeem(guesser)
        assert answer.json()["reason"] == "RESOURCE_EXHAUSTED"
        assert int(answer.headers["Retry-After"]) > 0


async def test_addresses_of_one_ipv6_network_are_one_sender(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    limits = {"redeem_attempts_per_hour": 1}
    async with running_gateway(tmp_path, database, network, login_server, **limits) as world:
        assert (await redeem(world.client(sender="2001:db8::1"))).status_code == 503
        assert (await redeem(world.client(sender="2001:db8::2"))).status_code == 429
        assert (await redeem(world.client(sender="2001:db8:1::1"))).status_code == 503
