"""Background work of a service: periodic tasks led by one replica, and tasks that lead themselves."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from services.common.database.leadership import OwnConnection, lead, place_of
from services.common.database.target import DatabaseSettings

_log = structlog.get_logger(__name__)
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class _Periodic:
    name: str
    seconds: float
    limit_seconds: float
    run: Callable[[], Awaitable[None]]


class BackgroundTasks:
    """Runs until the block ends; a task that fails is logged and tried again later, and disturbs no other.

    Used as `async with BackgroundTasks(settings) as tasks:` around serving; tasks are added before or inside the block.
    """

    def __init__(self, settings: DatabaseSettings, *, role: str = "worker") -> None:
        """Leads by a session lock taken as this role."""
        self._settings = settings
        self._role = role
        self._periodic: list[_Periodic] = []
        self._lasting: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        self._running: list[asyncio.Task[None]] = []
        self._started = self._leader_started = False
        self._led: asyncio.TaskGroup | None = None

    def every(
        self,
        period: timedelta,
        name: str,
        run: Callable[[], Awaitable[None]],
        *,
        limit: timedelta = timedelta(seconds=60),
    ) -> None:
        """Runs it once after start and then at this distance, by one replica at a time, each run at most `limit`.

        A run may be repeated after a change of leader, so it has to be safe to repeat.
        """
        periodic = _Periodic(name, period.total_seconds(), limit.total_seconds(), run)
        self._periodic.append(periodic)
        if self._led is not None:
            self._led.create_task(_repeated(periodic), name=name)
        elif self._started:
            self._start_leader()

    def lasting(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keeps a coroutine running that leads itself (sequencer, feed consumer) or needs no leader (a listener)."""
        self._lasting.append((name, run))
        if self._started:
            self._start_lasting(name, run)

    async def __aenter__(self) -> Self:
        """Starts what was added so far; what is added from now on starts at once."""
        self._started = True
        if self._periodic:
            self._start_leader()
        for name, run in self._lasting:
            self._start_lasting(name, run)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops all; a run in the middle of a transaction is rolled back."""
        self._started = self._leader_started = False
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    def _start_leader(self) -> None:
        if not self._leader_started:
            self._leader_started = True
            leading = lead(self._settings, self._role, "background", self._lead)
            self._running.append(asyncio.create_task(leading, name="background"))

    def _start_lasting(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._running.append(asyncio.create_task(_kept_running(name, run), name=name))

    async def _lead(self, _: OwnConnection) -> None:
        try:
            async with asyncio.TaskGroup() as self._led:
                for periodic in self._periodic:
                    self._led.create_task(_repeated(periodic), name=periodic.name)
        finally:
            self._led = None


async def _repeated(periodic: _Periodic) -> None:
    failures = 0
    while True:
        try:
            async with asyncio.timeout(periodic.limit_seconds):
                await periodic.run()
            failures = 0
            pause = periodic.seconds
        except Exception as error:  # noqa: BLE001 - logged with its place; one bad run must not end the others
            failures += 1
            pause = _pause(failures, at_least=min(periodic.seconds, _LONGEST_PAUSE))
            _log_failure(periodic.name, error, failures)
        await asyncio.sleep(pause)


async def _kept_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    failures = 0
    while True:
        try:
            await run()
            failures = 0
        except Exception as error:  # noqa: BLE001 - logged with its place; the task has to come back
            failures += 1
            _log_failure(name, error, failures)
        await asyncio.sleep(_pause(failures, at_least=0.2))


def _pause(failures: int, *, at_least: float) -> float:
    """Grows with each failure and differs between replicas, so that they do not return at the same instant."""
    grown: float = min(_LONGEST_PAUSE, 0.2 * 2 ** min(failures, 10))
    return max(at_least, grown) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _log_failure(name: str, error: Exception, failures: int) -> None:
    _log.warning("task.failed", task=name, error=type(error).__name__, place=place_of(error), failures=failures)
