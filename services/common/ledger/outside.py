"""What stands outside the database and follows the log, each in a task of its own: no entry waits for a disk."""

import asyncio
import time
from typing import Protocol, TypeAlias

import asyncpg
import structlog

from services.common.database.leadership import OwnConnection, place_of
from services.common.database.target import Record

LATEST_SECONDS = 1.0
"""What is further behind than this is said aloud."""
_SAID_AGAIN_SECONDS = 10.0
_RETRY_SECONDS = 0.2
_log = structlog.get_logger(__name__)


class SharedConnection:
    """One connection for several tasks, which take turns."""

    def __init__(self, connection: OwnConnection) -> None:
        self.connection = connection
        self.turn = asyncio.Lock()

    async def fetch(self, statement: str, *arguments: object, timeout: float) -> list[Record]:  # noqa: ASYNC109 - asyncpg's own
        """All rows of a statement."""
        async with self.turn:
            return await self.connection.fetch(statement, *arguments, timeout=timeout)

    async def fetchrow(self, statement: str, *arguments: object, timeout: float) -> Record | None:  # noqa: ASYNC109
        """The first row of a statement."""
        async with self.turn:
            row: Record | None = await self.connection.fetchrow(statement, *arguments, timeout=timeout)
        return row


Reading: TypeAlias = "OwnConnection | SharedConnection"


class Outside(Protocol):
    """Something outside the database that follows the log: it knows how far it came and reads the rest."""

    async def follow(self, connection: Reading) -> None:
        """Catches up with the log; called after each batch and again after a failure."""

    async def reached(self) -> int:
        """Number of entries that the log had at least when it was last followed."""


class Follower:
    """Keeps one of them up with the log, and raises the alarm when it falls behind, whether it fails or only hangs."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._wanted = asyncio.Event()
        self._behind_since: float | None = None
        self._said = float("-inf")

    def want(self) -> None:
        """The log has grown."""
        if self._behind_since is None:
            self._behind_since = time.monotonic()
        self._wanted.set()

    async def run(self, connection: SharedConnection) -> None:
        """Follows whenever it is wanted; ends with an error only when the connection is lost."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            began = time.monotonic()
            try:
                await self._outside.follow(connection)
            except (OSError, ValueError, asyncpg.DataError) as error:
                self._alarm(type(error).__name__, place_of(error))
                await asyncio.sleep(_RETRY_SECONDS)
                self._wanted.set()
            else:
                self._behind_since = began if self._wanted.is_set() else None

    def watch(self) -> None:
        """Raises the alarm when it hangs."""
        if self._behind_since is not None and time.monotonic() - self._behind_since > LATEST_SECONDS:
            self._alarm("late", "")

    def _alarm(self, error: str, place: str) -> None:
        now = time.monotonic()
        if now - self._said < _SAID_AGAIN_SECONDS:
            return
        self._said = now
        seconds = round(now - self._behind_since, 1) if self._behind_since is not None else 0.0
        follower = type(self._outside).__name__
        _log.error("ledger.outside_behind", follower=follower, seconds=seconds, error=error, place=place)
