"""What one sender may ask of the public directory, and what streams may hold of the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.directory.conftest import FILLED, directory_at
from tests.integration.gateway.login_server import running_login_server
from tests.integration.gateway.world import World, running_gateway
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.server import TestNetwork


@pytest.fixture
async def narrow(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> AsyncIterator[World]:
    async with running_login_server() as login_server, directory_at(postgres, network, FILLED):
        bounds: dict[str, Any] = {"hsds_requests_per_minute": 10, "hsds_streams": 1, "hsds_stream_seconds": 3.0}
        async with running_gateway(tmp_path, await database_of("gateway"), network, login_server, **bounds) as world:
            yield world


async def test_who_asks_too_often_is_asked_to_wait_and_nobody_else_is(narrow: World) -> None:
    often = narrow.staff(sender="192.0.2.1")
    statuses = [(await often.get("/hsds")).status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    refused = await often.get("/hsds/services", headers={"Accept": "text/html"})
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["reason"] == "TOO_MANY_REQUESTS"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert (await often.get("/api/v1/openapi.json")).status_code == 200
    assert (await narrow.staff(sender="192.0.2.2").get("/hsds")).status_code == 200


class Reader:
    """Speaks ASGI, so that it can stop reading in the middle."""

    def __init__(self, world: World, sender: str) -> None:
        self._world = world
        self._sender = sender
        self.status = 0
        self.bodies = 0
        self.is_whole = False
        self.reads = asyncio.Event()
        self.began = asyncio.Event()
        self.leaves = asyncio.Event()

    async def read(self, query: bytes) -> None:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
            "path": "/hsds/organizations", "raw_path": b"/hsds/organizations", "query_string": query,
            "headers": [(b"host", b"staff.test")], "client": (self._sender, 1), "server": ("staff.test", 443),
        }  # fmt: skip
        asked = False

        async def receive() -> Any:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self.leaves.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.began.set()
                return
            self.bodies += 1
            self.is_whole = not message.get("more_body", False)
            await self.reads.wait()

        await self._world.app(scope, receive, send)


STREAM = b"format=ndjson&full_service=true"


async def test_a_stream_keeps_one_of_few_places_and_ends_when_its_reader_does(narrow: World) -> None:
    slow = Reader(narrow, "192.0.2.3")
    reading = asyncio.create_task(slow.read(STREAM))
    await slow.began.wait()
    refused = await narrow.staff(sender="192.0.2.4").get("/hsds/services?format=ndjson")
    assert (refused.status_code, refused.json()["reason"]) == (503, "TOO_BUSY")
    assert int(refused.headers["Retry-After"]) > 1
    assert (await narrow.staff(sender="192.0.2.4").get("/hsds/services")).status_code == 200
    slow.leaves.set()
    slow.reads.set()
    await asyncio.wait_for(reading, 5)
    assert not slow.is_whole
    assert (await narrow.staff(sender="192.0.2.4").get("/hsds/services?format=ndjson")).status_code == 200


async def test_a_stream_that_takes_too_long_is_cut_and_not_called_whole(narrow: World) -> None:
    slow = Reader(narrow, "192.0.2.3")
    reading = asyncio.create_task(slow.read(STREAM))
    await slow.began.wait()
    await asyncio.sleep(3.2)
    slow.reads.set()
    await asyncio.wait_for(reading, 5)
    assert slow.status == 200
    assert not slow.is_whole


async def test_a_stream_that_is_read_is_whole(narrow: World) -> None:
    quick = Reader(narrow, "192.0.2.3")
    quick.reads.set()
    await quick.read(STREAM)
    assert (quick.status, quick.is_whole) == (200, True)
