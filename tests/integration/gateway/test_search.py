"""The main question, through the gateway to a real directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.directory.conftest import FILLED, Directory, directory_at
from tests.integration.gateway.login_server import LoginServer, running_login_server
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.server import TestNetwork

QUESTION = {"text": "Mietschulden, Arabisch, Braunschweig"}


@dataclass
class Searching:
    world: World
    directory: Directory
    browser: Browser


@pytest.fixture
async def searching(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> AsyncIterator[Searching]:
    async with running_login_server() as login_server, directory_at(postgres, network, FILLED) as directory:
        login_server.tokens = directory.issuer  # signs with the key that the directory knows
        database = await database_of("gateway")
        async with running_gateway(tmp_path, database, network, login_server) as world:
            browser = world.staff()
            await world.log_in(browser)
            yield Searching(world, directory, browser)


async def test_the_main_question_is_answered_with_reasons(searching: Searching) -> None:
    answer = await searching.browser.post("/api/v1/searches", QUESTION)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["total"] >= 1
    first = found["hits"][0]
    assert "ar" in first["languages"]
    assert first["reasons"]
    assert "schulden" in " ".join(first["topics"]) or first["reasons"]
    assert found["understood"]["place"]
    assert "ar" in found["understood"]["languages"]


async def test_an_agency_of_a_hit_can_be_opened(searching: Searching) -> None:
    hit = (await searching.browser.post("/api/v1/searches", QUESTION)).json()["hits"][0]
    agency = await searching.browser.get(f"/api/v1/agencies/{hit['agency_id']}")
    assert agency.json()["name"] == hit["agency_name"]
    assert hit["service_id"] in {service["service_id"] for service in agency.json()["services"]}


async def test_an_agency_that_is_not_there_is_a_problem(searching: Searching) -> None:
    answer = await searching.browser.get(f"/api/v1/agencies/{uuid4()}")
    assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_topics_are_told_in_the_readers_language(searching: Searching) -> None:
    german = (await searching.browser.get("/api/v1/topics", headers={"Accept-Language": "de"})).json()["topics"]
    english = (await searching.browser.get("/api/v1/topics", headers={"Accept-Language": "en"})).json()["topics"]
    assert len(german) == len(english) >= 40
    assert [topic["label"] for topic in german] != [topic["label"] for topic in english]


async def test_software_searches_with_a_bearer_token_and_no_other_header(searching: Searching) -> None:
    token = searching.world.login_server.access_token(searching.world.a_login())
    async with searching.world.staff() as software:
        answer = await software.request(
            "POST", "/api/v1/searches", json=QUESTION, headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer eyJ", "Bearer a b"])
async def test_a_bearer_token_that_is_none_is_refused(searching: Searching, header: str) -> None:
    async with searching.world.staff() as software:
        answer = await software.request("POST", "/api/v1/searches", json=QUESTION, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_topic_that_is_not_known_names_the_field(searching: Searching) -> None:
    answer = await searching.browser.post("/api/v1/searches", {"text": "", "topics": ["no-such-topic"]})
    assert answer.status_code == 400
    assert "no-such-topic" not in str(answer.json().get("errors"))


async def test_when_the_directory_is_away_it_is_said_so_and_nothing_else(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    database = await database_of("gateway")
    nowhere = f"unix:{tmp_path}/no.sock"
    async with running_gateway(tmp_path, database, network, login_server, directory_target=nowhere) as world:
        browser = world.staff()
        await world.log_in(browser)
        answer = await browser.post("/api/v1/searches", QUESTION)
    assert (answer.status_code, answer.json()["reason"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"]
