"""The gateway as a process of its own, on a real port, asked byte by byte where a client would put things right."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.ports import free_port
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import gateway_settings
from tests.support.postgres import DatabaseOf, TestDatabase
from tests.support.server import TestNetwork

CHECKOUT = Path(__file__).parents[3]


@dataclass
class Process:
    process: asyncio.subprocess.Process
    port: int
    host: str

    async def said(self) -> list[dict[str, Any]]:
        """Tells it to end; all its lines."""
        self.process.send_signal(signal.SIGTERM)
        _, stderr = await asyncio.wait_for(self.process.communicate(), 20)
        assert self.process.returncode == 0
        return [json.loads(line) for line in stderr.decode().splitlines()]

    async def raw(self, request: bytes) -> bytes:
        """All that is answered to these bytes until the gateway ends the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return answer


def environment(
    folder: Path, database: TestDatabase, network: TestNetwork, login_server: LoginServer
) -> dict[str, str]:
    port = free_port()
    own: dict[str, Any] = {
        "listen": f"127.0.0.1:{port}",
        "staff_origin": f"http://127.0.0.1:{port}",
        "client_origin": f"http://localhost:{port}",
        "inner_host": "gateway:8400",
    }
    settings = gateway_settings(folder, database, network, login_server, **own)
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {f"LOTSE_GATEWAY_{name.upper()}": str(value) for name, value in values.items()}


@asynccontextmanager
async def started(variables: dict[str, str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway",
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **variables},
        stderr=asyncio.subprocess.PIPE,
    )
    host = variables["LOTSE_GATEWAY_LISTEN"]
    try:
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=f"http://{host}") as http:
            while True:
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield Process(process, int(host.rpartition(":")[2]), host)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def running(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Process]:
    variables = environment(tmp_path, await database_of("gateway"), network, login_server)
    async with started(variables) as process:
        yield process
