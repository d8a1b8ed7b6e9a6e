"""Calls of the command line to the services of this machine, with its own certificate, and their health."""

import asyncio
import http.client
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.local.environment import INSTALLATION, Environment
from deploy.local.pki import Certificate
from services.common.channel import connect
from services.common.errors import LotseError
from services.common.settings import ProcessSettings

SERVING = "serving"
_PAGES: dict[str, Callable[[Environment], str]] = {
    "keycloak": lambda environment: f"{environment.issuer}/.well-known/openid-configuration",
    "gateway": lambda environment: f"{environment.staff_origin}/readyz",
}


class Reach(Protocol):
    """How the command line comes to the services of an installation, here or in containers."""

    def certificate(self, process: str) -> Certificate:
        """Certificate of `lotse-{process}`."""

    def target(self, service: str) -> str:
        """Where a gRPC service answers."""


@asynccontextmanager
async def channel_of_cli(reach: Reach, service: str) -> AsyncIterator[grpc.aio.Channel]:
    """A channel of `lotse-cli` to a service, closed at the end."""
    files = reach.certificate("cli")
    settings = ProcessSettings(
        installation=INSTALLATION, tls_ca_file=files.ca, tls_cert_file=files.cert, tls_key_file=files.key
    )
    channel = connect(reach.target(service), settings, f"lotse-{service}")
    try:
        yield channel
    finally:
        await channel.close()


async def health(environment: Environment, process: str) -> str:
    """`serving`, or in a word or two why not."""
    if process == "postgres":
        return SERVING if await _listens(environment.places()[process]) else "not reachable"
    if process in _PAGES:
        return SERVING if await asyncio.to_thread(answers, _PAGES[process](environment)) else "not ready"
    async with channel_of_cli(environment, process) as channel:
        try:
            answer = await _health_stub(channel).Check(health_pb2.HealthCheckRequest(), timeout=2)
        except LotseError as error:
            return error.reason.lower().replace("_", " ")
    return SERVING if answer.status == health_pb2.HealthCheckResponse.SERVING else "not serving"


async def until_serving(environment: Environment, process: str, seconds: float) -> bool:
    """Whether it serves within this time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if await health(environment, process) == SERVING:
            return True
        await asyncio.sleep(0.1)
    return False


def _health_stub(channel: grpc.aio.Channel) -> Any:
    return health_pb2_grpc.HealthStub(channel)  # its types know only the synchronous kind


async def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 5432)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def answers(url: str) -> bool:
    """Whether the page is there; whatever else happens is a no."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address
            status: int = response.status
            return status == 200
    except (OSError, ValueError, http.client.HTTPException):
        return False
