"""Connections that somebody keeps without asking anything: each is ended, and those who ask are answered meanwhile."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from gateway.app import refusing
from gateway.errors import TooBusy
from gateway.http.connection import Bounds, connections
from gateway.web.assets import address
from services.common.errors import InvalidArgument
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

SOON = 20.0
"""For what takes a second or less where nothing else runs."""


@dataclass
class Served:
    """The gateway on a port, with times short enough for a test."""

    port: int
    server: uvicorn.Server

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    def head(self, request: str, *more: str) -> bytes:
        return ("\r\n".join([f"{request} HTTP/1.1", "Host: staff.test", *more]) + "\r\n\r\n").encode()

    async def is_alive(self) -> bool:
        return (await self.answer(self.head("GET /livez", "Connection: close"))).startswith(b"HTTP/1.1 200")

    async def answer(self, sent: bytes) -> bytes:
        reader, writer = await self.connect()
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), SOON)
        finally:
            writer.close()


@asynccontextmanager
async def serving(app: Any, settings: Any, **bounds: Any) -> AsyncIterator[Served]:
    short = {"most": 500, "head_seconds": 0.5, "rest_seconds": 0.5, "stalled_seconds": 0.5, **bounds}
    kinds = Bounds(
        too_many=refusing(settings, TooBusy()), malformed=refusing(settings, InvalidArgument()), **short
    )  # fmt: skip
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none", access_log=False,
        timeout_keep_alive=1, http=connections(kinds),
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield Served(server.servers[0].sockets[0].getsockname()[1], server)
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def served(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Served]:
    few = {"body_seconds": 1.0, "requests_at_once": 5, "requests_waiting": 5, "bodies_bytes": 1_000_000}
    async with (
        running_gateway(tmp_path, await database_of("gateway"), network, login_server, **few) as world,
        serving(world.app, world.settings) as running,
    ):
        yield running


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What came before the gateway ended the connection; raises TimeoutError when it does not."""
    said = b""
    async with asyncio.timeout(SOON):
        try:
            while piece := await reader.read(65_536):
                said += piece
        except ConnectionResetError:
            return said
    return said


async def drip(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """A byte now and then, until nobody takes it any more."""
    try:
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)
    except ConnectionError:
        return


POST = b"POST /api/v1/cases HTTP/1.1\r\nHost: staff.test\r\nContent-Type: application/json\r\n"
DRIPPING = {
    "nothing at all": (b"", b""),
    "half a head": (b"GET /livez HTTP/1.1\r\nHost: staff.test\r\n", b""),
    "a head without end": (b"GET /livez HTTP/1.1\r\nHost: staff.test\r\nX: ", b"a"),
    "headers without end": (b"GET /livez HTTP/1.1\r\nHost: staff.test\r\n", b"X: a\r\n"),
    "half a second head": (b"GET /livez HTTP/1.1\r\nHost: staff.test\r\n\r\nGET /liv", b"e"),
    "nothing after an answer": (b"GET /livez HTTP/1.1\r\nHost: staff.test\r\n\r\n", b""),
    "a body that was refused": (POST + b"Content-Length: 9999999\r\n\r\n", b"x"),
    "a body without end": (POST + b"Content-Length: 9999\r\n\r\n", b"x"),
    "chunks without end": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.mark.parametrize("what", DRIPPING)
async def test_nobody_keeps_a_connection_by_sending_little(served: Served, what: str) -> None:
    begin, piece = DRIPPING[what]
    reader, writer = await served.connect()
    writer.write(begin)
    dripping = asyncio.create_task(drip(writer, piece)) if piece else None
    said = await ended(reader)
    if "refused" in what:
        assert said.startswith(b"HTTP/1.1 413"), said
    elif "body" in what or "chunks" in what:
        assert said.startswith(b"HTTP/1.1 408"), said
    elif "answer" in what or "second" in what:
        assert said.count(b"HTTP/1.1 200") == 1, said
    else:
        assert said == b""
    if dripping is not None:
        await asyncio.wait_for(dripping, SOON)
    writer.close()
    assert await served.is_alive()


async def test_many_who_send_slowly_take_no_place_from_those_who_ask(served: Served) -> None:
    slow = [await served.connect() for _ in range(100)]
    for _, writer in slow:
        writer.write(served.head("POST /api/v1/cases", "Content-Type: application/json", "Content-Length: 99") + b"{")
    idle = [await served.connect() for _ in range(100)]
    assert all(await asyncio.gather(*(served.is_alive() for _ in range(5))))
    answers = await asyncio.gather(*(ended(reader) for reader, _ in slow))
    assert {answer.split(b" ")[1] for answer in answers} == {b"408"}
    await asyncio.gather(*(ended(reader) for reader, _ in idle))
    for _, writer in (*slow, *idle):
        writer.close()


async def test_whoever_does_not_read_keeps_no_place(served: Served) -> None:
    stuck = []
    for _ in range(8):  # more than there are places
        reader, writer = await _reads_little(served.port)
        for _ in range(60):
            writer.write(served.head(f"GET {address('kern.css')}"))
        stuck.append((reader, writer))
    async with asyncio.timeout(SOON):
        while len(served.server.server_state.connections) > 0:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.05)
    assert await served.is_alive()
    for _, writer in stuck:
        writer.close()


async def test_all_bodies_together_are_bounded(served: Served) -> None:
    head = served.head("POST /api/v1/cases", "Content-Type: application/json", "Content-Length: 250000")
    answers = await asyncio.gather(*(served.answer(head + b"x" * 249_000) for _ in range(20)))
    statuses = {answer.split(b" ")[1] for answer in answers}
    assert statuses == {b"408", b"503"}
    refused = next(answer for answer in answers if answer.startswith(b"HTTP/1.1 503"))
    assert b"retry-after: " in refused.lower()
    assert (await served.answer(head + b"x" * 250_000)).startswith(b"HTTP/1.1 400 ")


async def test_one_connection_too_many_is_asked_to_come_again(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> None:
    async with (
        running_gateway(tmp_path, await database_of("gateway"), network, login_server) as world,
        serving(world.app, world.settings, most=20, head_seconds=10) as served,
    ):
        idle = [await served.connect() for _ in range(20)]
        begun = time.monotonic()
        answer = await served.answer(served.head("GET /livez"))
        assert time.monotonic() - begun < SOON / 2
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: " in answer.lower()
        assert b"content-security-policy: " in answer.lower()
        assert b"TOO_BUSY" in answer
        for _, writer in idle:
            writer.close()
        async with asyncio.timeout(SOON):
            while not await served.is_alive():  # noqa: ASYNC110 - the gateway has no event for it
                await asyncio.sleep(0.05)


async def _reads_little(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose system takes few bytes, of somebody who never reads."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer
