"""The gateway as a process: its log has one line a request and nothing of what people typed, and it ends when told."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx
import pytest

from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.process import CHECKOUT, Process, environment
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

PLANTED = "Planted-Musterfrau"


async def test_no_log_line_holds_what_was_sent(running: Process) -> None:
    base = {"base_url": f"http://{running.host}", "headers": {"Authorization": f"Bearer {PLANTED}"}}
    async with httpx.AsyncClient(**base) as http:  # type: ignore[arg-type]
        await http.get(f"/{PLANTED}?name={PLANTED}")
        await http.get(f"/api/v1/cases/{PLANTED}")
        await http.post("/api/v1/searches", json={"text": PLANTED})
        await http.post("/api/v1/cases", json={PLANTED: PLANTED})
        await http.request(PLANTED.upper().replace("-", ""), "/api/v1/cases")
        await http.get("/login", params={"return": f"/{PLANTED}"})
        await http.get("/login/callback", params={"state": PLANTED, "code": PLANTED})
        await http.get("/livez", headers={"User-Agent": PLANTED, "Referer": PLANTED, "Traceparent": PLANTED})
        await http.get("/livez", headers={"Host": PLANTED})
        await http.get("/%0a%7b%22event%22:%22forged%22%7d")
    lines = await running.said()
    requests = [line for line in lines if line["event"] == "http"]
    assert len(requests) >= 11
    assert all({"method", "route", "status", "ms", "side"} <= set(line) for line in requests)
    assert "planted" not in json.dumps(lines).lower()
    assert not any(line["event"] == "forged" for line in lines)


async def test_the_check_of_its_container_asks_it_by_its_inner_host(running: Process) -> None:
    async def checked(inner_host: str) -> int | None:
        variables = {"LOTSE_GATEWAY_LISTEN": running.host, "LOTSE_GATEWAY_INNER_HOST": inner_host}
        check = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.containers.healthy", "gateway", cwd=CHECKOUT, env=variables
        )
        return await asyncio.wait_for(check.wait(), 30)

    assert await checked("gateway:8400") == 0
    assert await checked("elsewhere:8400") == 1
    await running.said()
    assert await checked("gateway:8400") == 1


async def test_a_line_break_in_a_header_is_refused_by_the_server(running: Process) -> None:
    request = f'GET /livez HTTP/1.1\r\nHost: {running.host}\r\nX: a\n{{"event":"forged"}}\r\n\r\n'
    assert b" 400 " in (await running.raw(request.encode())).split(b"\r\n")[0]
    assert not any(line["event"] == "forged" for line in await running.said())


async def test_two_hosts_in_one_request_are_none(running: Process) -> None:
    request = (
        f"GET /livez HTTP/1.1\r\nHost: {running.host}\r\nHost: localhost:{running.port}\r\nConnection: close\r\n\r\n"
    )
    assert (await running.raw(request.encode())).split(b" ")[1] in {b"400", b"421"}


async def test_a_chunked_body_is_bounded_on_the_wire(running: Process) -> None:
    head = (
        f"POST /api/v1/cases HTTP/1.1\r\nHost: {running.host}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    chunks = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = await running.raw(head.encode() + chunks * 5 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"BODY_TOO_LARGE" in answer


async def test_each_origin_of_one_port_has_its_own_routes(running: Process) -> None:
    async with httpx.AsyncClient(base_url=f"http://{running.host}") as http:
        staff = await http.get("/api/v1/openapi.json")
        client = await http.get("/api/v1/openapi.json", headers={"Host": f"localhost:{running.port}"})
        other = await http.get("/api/v1/openapi.json", headers={"Host": f"127.0.0.2:{running.port}"})
    assert staff.json()["info"]["title"] != client.json()["info"]["title"]
    assert other.status_code == 421
    assert "server" not in staff.headers


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("session-key", b"short", "SESSION_KEY_FILE"),
        ("client-secret", b"", "CLIENT_SECRET_FILE"),
        ("client-secret", None, "client-secret"),
    ],
)
async def test_a_secret_that_cannot_work_is_said_at_start(
    database_of: DatabaseOf,
    network: TestNetwork,
    login_server: LoginServer,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    named: str,
) -> None:
    variables = environment(tmp_path, await database_of("gateway"), network, login_server)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway",
        "check-config",
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **variables},
        stderr=asyncio.subprocess.PIPE,
    )
    _, stderr = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode in {2, 3}
    assert named in stderr.decode()
    assert len(stderr.decode().strip().splitlines()) == 1
