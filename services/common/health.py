"""grpc.health.v1 that says SERVING only while what the service needs is there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.common.access import AccessRule
from services.common.errors import LotseError, NotFound
from services.common.logs import places

_log = structlog.get_logger(__name__)

HEALTH_SERVICE = "grpc.health.v1.Health"
_ANYBODY = AccessRule(kinds=frozenset({"public", "service"}))
FOREIGN_RULES = {f"/{HEALTH_SERVICE}/{method}": _ANYBODY for method in ("Check", "List", "Watch")}
"""Rules of RPCs whose protos are not ours. The caller allow-list holds for them as for all."""
WATCH_SECONDS = {f"/{HEALTH_SERVICE}/Watch": 24 * 3600.0}
"""A watch goes on until somebody ends it; the usual longest call would look like a fault every 30 seconds."""

Readiness = Callable[[], Awaitable[None]]
"""Returns while the service can work, else raises LotseError."""

_Answer = health_pb2.HealthCheckResponse
_List: Any = health_pb2.HealthListResponse  # type: ignore[attr-defined]
_Context = grpc.aio.ServicerContext[Any, Any]


class HealthServicer(health_pb2_grpc.HealthServicer):
    """Answers with the last status that was set; at the end tells the watchers and lets them go."""

    def __init__(self, services: Sequence[str]) -> None:
        self._services = frozenset({"", *services})
        self._status: int = _Answer.NOT_SERVING
        self._ended = False
        self._changed = asyncio.Condition()

    async def set(self, *, serving: bool, ended: bool = False) -> None:
        """From now on."""
        async with self._changed:
            self._status = _Answer.SERVING if serving else _Answer.NOT_SERVING
            self._ended = self._ended or ended
            self._changed.notify_all()

    async def Check(self, request: health_pb2.HealthCheckRequest, _: _Context) -> _Answer:  # noqa: N802
        """Status of one service, or of all with the empty name."""
        if request.service not in self._services:
            raise NotFound
        return _Answer(status=self._of(request.service))

    async def List(self, *_: Any) -> Any:  # noqa: N802 - the types of grpc_health do not know it yet
        """Status of every service."""
        return _List(statuses={name: _Answer(status=self._status) for name in self._services})

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: _Context) -> None:  # noqa: N802
        """Status now and whenever it changes, until the end."""
        told: int | None = None
        while told != self._of(request.service) or not self._ended:
            if told == self._of(request.service):
                await self._other_than(told, request.service)
            else:
                told = self._of(request.service)
                await context.write(_Answer(status=told))

    def _of(self, service: str) -> Any:
        return self._status if service in self._services else _Answer.SERVICE_UNKNOWN

    async def _other_than(self, told: int | None, service: str) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._ended or self._of(service) != told)


class HealthWatch:
    """Asks the readiness check each second and tells the health servicer. Nobody is told SERVING before that."""

    def __init__(self, readiness: Readiness, services: Sequence[str], *, every_seconds: float = 1.0) -> None:
        self.servicer = HealthServicer(services)
        self._readiness = readiness
        self._every_seconds = every_seconds
        self._serving: bool | None = None

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_seconds)

    async def look(self) -> None:
        """Ask once; whatever it raises, the service is not ready."""
        failed: Exception | None = None
        try:
            async with asyncio.timeout(3):
                await self._readiness()
        except Exception as error:  # noqa: BLE001 - a check that broke would leave SERVING standing for ever
            failed = error
        serving = failed is None
        if serving == self._serving:
            return
        self._serving = serving
        if failed is not None:
            where = [] if isinstance(failed, LotseError | TimeoutError) else places(failed.__traceback__)
            _log.warning("health.not_serving", error=type(failed).__name__, places=where)
        await self.servicer.set(serving=serving)

    async def stop(self) -> None:
        """NOT_SERVING from now on, whatever is asked; watchers are told and let go, so that no drain waits for them."""
        await self.servicer.set(serving=False, ended=True)
