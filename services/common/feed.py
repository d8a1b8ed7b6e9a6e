"""Changes of one service heard by another: a long poll over the log on one side, a cursor on the other.

Positions exist only for committed rows (see the sequencer), so a reader that goes by position misses nothing. The
consumer's table, in its service's migration:

    create table feed_cursor (name text primary key, position bigint not null, moved_at timestamptz not null);
    grant select, insert, update on feed_cursor to {worker};
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from services.common.database.leadership import OwnConnection, lead
from services.common.database.pools import Database
from services.common.database.queries import queries_beside
from services.common.database.scope import SERVICE_SCOPE
from services.common.database.target import Connection, DatabaseSettings, connect
from services.common.errors import Unavailable

SQL = queries_beside(__file__)

BEGINNING = -1
"""The position before the first change."""
LONGEST_WAIT = timedelta(seconds=20)
LARGEST_PAGE = 1000
_CHANNEL = "lotse_changes"
_POLL_SECONDS = 1.0
_log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One position of the log and the row it stands for."""

    seq: int
    kind: str
    case_id: UUID | None
    row_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Changes in order, and the position up to which everything was looked at: the next call's `after`."""

    changes: tuple[T, ...]
    position: int


class ChangeFeed:
    """Answers long polls from `log_leaf`; one listening connection wakes all that wait."""

    def __init__(self, settings: DatabaseSettings, database: Database, *, role: str = "run") -> None:
        """Reads as `role` in the scope *service*; `listen` has to run beside for quick answers."""
        self._settings = settings
        self._database = database
        self._role = role
        self._woken = asyncio.Event()
        self._ended = False

    async def list_changes(self, kinds: Collection[str], after: int, limit: int, wait: timedelta) -> Page[Change]:
        """Changes of these kinds (none named: of all) behind `after`, oldest first; waits for the first to come.

        An empty page after the wait is a normal answer, and its position may still have moved. No transaction and no
        connection is held while waiting. To a reader who is ahead of the log (an older copy was restored) the log's own
        position is answered at once, and it is logged: waiting would hide that what comes next is never heard.
        """
        limit = min(max(limit, 1), LARGEST_PAGE)
        deadline = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT).total_seconds()
        while True:
            woken = self._woken  # taken before the read: what comes after it replaces and sets this one
            page = await self._read(sorted(kinds), after, limit)
            left = deadline - asyncio.get_running_loop().time()
            if page.position < after:
                _log.error("feed.reader_is_ahead", position=page.position, asked=after)
                return page
            if page.changes or left <= 0 or self._ended:
                return page
            after = page.position
            try:
                async with asyncio.timeout(min(left, _POLL_SECONDS)):
                    await woken.wait()
            except TimeoutError:
                pass  # a poll between wake-ups, for when the listener is away

    async def listen(self) -> None:
        """Hears the sequencer's NOTIFY until cancelled; ends with an error when its connection breaks."""
        connection = await connect(self._settings, self._role, application=f"{self._settings.service}-feed")
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(_CHANNEL, lambda *_: self._wake())
            self._wake()
            await lost.wait()
            raise ConnectionError("the listener's connection was lost")
        finally:
            connection.terminate()

    def end(self) -> None:
        """Answer all that wait; from now on nobody waits."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        self._woken.set()
        self._woken = asyncio.Event()

    async def _read(self, kinds: Sequence[str], after: int, limit: int) -> Page[Change]:
        async with self._database.transaction(SERVICE_SCOPE, self._role, read_only=True) as tx:
            rows = await tx.fetch(SQL.list_changes, after, kinds, limit)
        changes = tuple(
            Change(row["seq"], row["kind"], row["case_id"], row["row_id"], row["revision"])
            for row in rows
            if row["seq"] is not None
        )
        full = len(changes) == limit
        return Page(changes, changes[-1].seq if full else rows[0]["head"])


class CursorMovedError(Exception):
    """Another process moved the cursor meanwhile; this one no longer leads and its batch was rolled back."""


class FeedWentBackwardsError(Exception):
    """The other side's log is shorter than what was read of it: it is not the log that was read before."""


class FeedConsumer(Generic[T]):
    """Applies every change once in order, across restarts of either side, while this process leads."""

    def __init__(
        self,
        settings: DatabaseSettings,
        database: Database,
        name: str,
        fetch: Callable[[int], Awaitable[Page[T]]],
        apply: Callable[[Connection, Sequence[T]], Awaitable[None]],
        *,
        role: str = "worker",
    ) -> None:
        """`fetch` is the other side's long poll behind a position; `apply` writes a batch in the given transaction.

        The cursor moves in the same transaction, so a batch is applied wholly or not at all; `apply` is idempotent all
        the same and calls nobody, for the transaction is short.
        """
        self._settings = settings
        self._database = database
        self._name = name
        self._fetch = fetch
        self._apply = apply
        self._role = role
        self._went_backwards = False

    def check(self) -> None:
        """Raises `Unavailable` while the feed is known to be another one, so that changes are not heard.

        An operator has to restore the other side's newest log, or to say from where to read.
        """
        if self._went_backwards:
            raise Unavailable

    async def run(self) -> None:
        """Leads and consumes until cancelled; while the other side is away it asks again with growing pauses."""
        await lead(self._settings, self._role, f"feed-{self._name}", self._lead)

    async def _lead(self, _: OwnConnection) -> None:
        position = await self._position()
        while True:
            page = await self._fetch(position)
            self._went_backwards = page.position < position
            if self._went_backwards:
                _log.error("feed.went_backwards", feed=self._name, cursor=position, head=page.position)
                raise FeedWentBackwardsError
            if page.position > position:
                position = await self.advance(position, page)

    async def advance(self, position: int, page: Page[T]) -> int:
        """Applies one page and moves the cursor from `position` in one transaction; gives the new position."""
        async with self._database.transaction(SERVICE_SCOPE, self._role) as tx:
            if page.changes:
                await self._apply(tx, page.changes)
            if await tx.fetchval(SQL.move_cursor, self._name, position, page.position) is None:
                raise CursorMovedError
        return page.position

    async def _position(self) -> int:
        async with self._database.transaction(SERVICE_SCOPE, self._role) as tx:
            await tx.execute(SQL.insert_cursor, self._name)
            position: int = await tx.fetchval(SQL.read_cursor, self._name)
        return position
