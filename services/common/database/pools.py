"""The only way to a connection of a pool: inside a transaction, with the principal's scope set first."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

import asyncpg

from services.common.database.failures import translated_failures
from services.common.database.scope import SERVICE_SCOPE, Scope
from services.common.database.target import Connection, DatabaseSettings, password, role_name
from services.common.errors import Unavailable

if TYPE_CHECKING:
    from asyncpg.pool import Pool

_QUOTABLE = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Lock:
    """An advisory lock taken in the same round trip as the scope and held until the transaction ends.

    Decide in a statement *after* it: a statement that waits for a lock answers from the snapshot it began with.
    """

    key: str
    shared: bool = False


class Database:
    """Pools of one database, one per role; all scope is transaction-local, so nothing leaks to the next borrower."""

    def __init__(
        self,
        pools: "dict[str, Pool[asyncpg.Record]]",
        acquire_seconds: float,
        is_open: Callable[[], bool] = lambda: True,
    ) -> None:
        """Use `open`."""
        self._pools = pools
        self._acquire_seconds = acquire_seconds
        self._is_open = is_open

    @classmethod
    async def open(
        cls,
        settings: DatabaseSettings,
        roles: Sequence[str] = ("run",),
        *,
        size: int = 10,
        acquire_seconds: float = 2.0,
        command_seconds: float = 5.0,
    ) -> Self:
        """Pools for these roles; returns also while the server is away, since connections are made at first use."""
        pools: dict[str, Pool[asyncpg.Record]] = {}
        for role in roles:
            password(settings, role)  # a missing secret is said at start, not at the first call
            pools[role] = await _pool(settings, role, size=size, command_seconds=command_seconds)
        return cls(pools, acquire_seconds)

    def gated(self, is_open: Callable[[], bool]) -> "Database":
        """The same pools for whoever has to wait until it is open: before that each use raises `Unavailable`."""
        return Database(self._pools, self._acquire_seconds, is_open)

    @asynccontextmanager
    async def transaction(
        self, scope: Scope, role: str = "run", *, lock: Lock | None = None, read_only: bool = False
    ) -> AsyncIterator[Connection]:
        """A READ COMMITTED transaction of this role in this scope; commits unless the block raises.

        Raises `Unavailable` when the server is away, no connection is free in time, or a timeout of the role strikes.
        """
        begin = _begin(scope, lock, read_only=read_only)
        async with self.statements(role) as connection:
            try:
                await connection.execute(begin)
                yield connection
            except BaseException:
                if not connection.is_closed():
                    await connection.execute("rollback")
                raise
            if await connection.execute("commit") != "COMMIT":  # a statement failed and the block went on
                raise RuntimeError("the transaction had failed and was rolled back instead of committed")

    @asynccontextmanager
    async def statements(self, role: str = "run") -> AsyncIterator[Connection]:
        """A connection on which each statement is a transaction of its own, and without a scope.

        For single statements on tables that no policy guards, at a fourth of the round trips: a guarded table shows
        nothing here and takes nothing. Raises as `transaction` does.
        """
        if not self._is_open():
            raise Unavailable(retry_after=timedelta(seconds=1))
        with translated_failures():
            async with self._pools[role].acquire(timeout=self._acquire_seconds) as connection:
                yield connection

    async def check(self) -> None:
        """Returns when every pool can run a statement, else raises `Unavailable`; what a health check asks."""
        for role in self._pools:
            async with self.transaction(SERVICE_SCOPE, role, read_only=True):
                pass

    async def close(self, *, grace_seconds: float = 5.0) -> None:
        """Waits for borrowed connections, at most the grace, then closes all."""
        for pool in self._pools.values():
            try:
                async with asyncio.timeout(grace_seconds):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def __aenter__(self) -> Self:
        """The database itself; leaving the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes all pools."""
        await self.close()


def _begin(scope: Scope, lock: Lock | None, *, read_only: bool) -> str:
    """Begins, sets the scope and waits for the lock in one round trip, which is why the values stand in the text.

    All of them are words and ids of ours; anything that would need quoting is a fault and raises ValueError.
    """
    calls = [f"set_config('lotse.{name}', '{_plain(value)}', true)" for name, value in scope.settings().items()]
    if lock is not None:
        suffix = "_shared" if lock.shared else ""
        calls.append(f"pg_advisory_xact_lock{suffix}(hashtextextended('{_plain(lock.key)}', 0))")
    access = " read only" if read_only else ""
    return f"begin isolation level read committed{access}; select {', '.join(calls)}"


def _plain(value: str) -> str:
    if _QUOTABLE.fullmatch(value) is None:
        raise ValueError("a scope or lock holds more than letters, digits, '-' and '_'")
    return value


async def _pool(settings: DatabaseSettings, role: str, *, size: int, command_seconds: float) -> "Pool[asyncpg.Record]":
    return await asyncpg.create_pool(
        settings.database_url,
        user=role_name(settings, role),
        password=lambda: password(settings, role),
        min_size=0,
        max_size=size,
        command_timeout=command_seconds,
        timeout=command_seconds,
        init=_set_codecs,
        reset=_keep,
        server_settings={
            "application_name": f"{settings.service}-{role}",
            "timezone": "UTC",
            "jit": "off",  # compiling costs more than any statement of a request
        },
    )


async def _set_codecs(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads, format="text")


async def _keep(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Nothing to undo: asyncpg itself rolls back what is open, and no setting outlives its transaction."""
