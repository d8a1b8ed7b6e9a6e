"""Work that only one replica does at a time: whoever holds a session lock on a connection of its own leads."""

import asyncio
import time
import traceback
from collections.abc import Callable, Coroutine
from typing import TypeAlias

import asyncpg
import structlog

from services.common.database.target import DatabaseSettings, connect

_LOCK = "select pg_try_advisory_lock(hashtextextended($1, 0))"
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)
_HEALTHY_SECONDS = 10.0
_log = structlog.get_logger(__name__)

OwnConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def lead(
    settings: DatabaseSettings,
    role: str,
    name: str,
    work: Callable[[OwnConnection], Coroutine[None, None, None]],
    *,
    wait_seconds: float = 1.0,
    heartbeat_seconds: float | None = 5.0,
) -> None:
    """Runs `work` whenever this process leads `name`; comes back only by cancellation.

    The lock lives on the connection given to `work` and ends with it, so a killed leader is replaced within
    `wait_seconds`. Work is cancelled when the connection is lost. Work that writes by another connection has to be
    safe to run twice for a moment (compare and set), since a leader learns of its loss a little late; work that writes
    by the given connection is fenced by it and passes no heartbeat, because a connection does one thing at a time.
    Failures are logged without their text, which may hold data, and followed by a pause.
    """
    failures = 0
    while True:
        began = time.monotonic()
        try:
            connection = await connect(settings, role, application=f"{settings.service}-{name}")
            try:
                while not await connection.fetchval(_LOCK, name, timeout=5):  # noqa: ASYNC110 - the server is asked
                    await asyncio.sleep(wait_seconds)
                _log.info("leader.started", task=name)
                await _work_while_connected(connection, work, heartbeat_seconds)
            finally:
                await _closed(connection)
        except Exception as error:  # noqa: BLE001 - logged with its place; the loop is what survives a bad day
            _log.warning("leader.failed", task=name, error=type(error).__name__, place=place_of(error))
        failures = 0 if time.monotonic() - began > _HEALTHY_SECONDS else failures + 1
        await asyncio.sleep(_BACKOFF[min(failures, len(_BACKOFF) - 1)])


def place_of(error: BaseException) -> str:
    """Where an error was raised, as file and line; what a log may say of an error whose text may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown"


async def _work_while_connected(
    connection: OwnConnection,
    work: Callable[[OwnConnection], Coroutine[None, None, None]],
    heartbeat_seconds: float | None,
) -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    running = asyncio.create_task(work(connection))
    watches: list[asyncio.Task[object]] = [asyncio.create_task(lost.wait())]
    if heartbeat_seconds is not None:
        watches.append(asyncio.create_task(_beat(connection, heartbeat_seconds)))
    try:
        await asyncio.wait([running, *watches], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
            return
        raise ConnectionError("the leader's connection was lost")
    finally:
        for task in (running, *watches):
            task.cancel()
        await asyncio.gather(running, *watches, return_exceptions=True)


async def _beat(connection: OwnConnection, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await connection.execute("select 1", timeout=seconds)


async def _closed(connection: OwnConnection) -> None:
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
