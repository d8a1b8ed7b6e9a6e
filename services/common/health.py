"""grpc.health.v1 that says SERVING only while what the service needs is there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from grpc_health.v1 import health, health_pb2

from services.common.access import AccessRule
from services.common.errors import LotseError

_log = structlog.get_logger(__name__)

HEALTH_SERVICE = "grpc.health.v1.Health"
_ANYBODY = AccessRule(kinds=frozenset({"public", "service"}))
FOREIGN_RULES = {f"/{HEALTH_SERVICE}/{method}": _ANYBODY for method in ("Check", "List", "Watch")}
"""Rules of RPCs whose protos are not ours. The caller allow-list holds for them as for all."""

Readiness = Callable[[], Awaitable[None]]
"""Returns while the service can work, else raises LotseError."""


class HealthWatch:
    """Asks the readiness check each second and tells the health servicer."""

    def __init__(self, readiness: Readiness, services: Sequence[str], *, every_seconds: float = 1.0) -> None:
        self.servicer = health.aio.HealthServicer()
        self._readiness = readiness
        self._services = ["", *services]
        self._every_seconds = every_seconds
        self._serving: bool | None = None

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_seconds)

    async def look(self) -> None:
        """Ask once."""
        try:
            async with asyncio.timeout(3):
                await self._readiness()
            serving = True
        except (LotseError, TimeoutError) as error:
            serving = False
            if self._serving is not False:
                _log.warning("health.not_serving", error=type(error).__name__)
        if serving != self._serving:
            self._serving = serving
            status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
            for name in self._services:
                await self.servicer.set(name, status)

    async def stop(self) -> None:
        """NOT_SERVING from now on, whatever is asked."""
        await self.servicer.enter_graceful_shutdown()
