"""Far more at once than can be answered: everybody hears something soon, nothing grows, and all is as ever after."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import time
from collections import Counter
from collections.abc import Iterator

import psutil
import pytest

from deploy.local.constellation import Constellation
from deploy.local.environment import PROCESSES
from tests.support.house import House

AT_ONCE = 4_000
LONGEST = 90.0
"""For the last of them to hear something, on a machine that does other things as well."""

GROWTH = 24 * 1024 * 1024
"""What a process may grow in the second wave; the first one fills its pools and caches."""


@pytest.fixture
def many_files() -> Iterator[None]:
    """This process may have as many connections open as the test wants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = AT_ONCE + 1_000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this machine lets a process open {hard} files, {wanted} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
async def test_four_thousand_at_once_are_answered_or_asked_to_come_again(house: House) -> None:
    desk = await house.desk(house.cast.discloser, fresh=True)  # a token to renew would make all of them wait for one
    cookies = "; ".join(f"{each.name}={each.value}" for each in desk.http.cookies.jar if each.name == "__Host-lotse")
    request = (
        f"GET /api/v1/cases?page_size=1 HTTP/1.1\r\nHost: {house.origin.removeprefix('http://')}\r\n"
        f"Cookie: {cookies}\r\nConnection: close\r\n\r\n"
    ).encode()
    port = house.constellation.ports.gateway

    first = await wave(port, request)
    between = memory(house.constellation)
    second = await wave(port, request)
    after = memory(house.constellation)

    for answered in (first, second):
        assert sum(answered.values()) == AT_ONCE
        assert set(answered) <= {200, 429, 503}, answered
        assert answered[200] > 0
    assert {name: after[name] - size for name, size in between.items() if after[name] - size > GROWTH} == {}
    begun = time.monotonic()
    assert (await desk.get("/cases?page_size=1")).body["cases"] is not None
    assert time.monotonic() - begun < 10


async def wave(port: int, request: bytes) -> Counter[int]:
    """So many at once, each on a connection of its own; how often which status came. Whoever hears nothing fails."""
    async with asyncio.timeout(LONGEST):
        return Counter(await asyncio.gather(*(ask(port, request) for _ in range(AT_ONCE))))


async def ask(port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    head = answer.split(b"\r\n\r\n", 1)[0]
    status = int(head.split(b" ")[1])
    if status in {429, 503}:
        assert re.search(rb"^retry-after: [1-9]", head, re.IGNORECASE | re.MULTILINE), head
        assert b"application/problem+json" in head
    return status


def memory(constellation: Constellation) -> dict[str, int]:
    """Bytes that each of our processes holds."""
    pids = {name: json.loads(constellation.home.record(name).read_text())["pid"] for name in PROCESSES}
    return {name: psutil.Process(pid).memory_info().rss for name, pid in pids.items()}
