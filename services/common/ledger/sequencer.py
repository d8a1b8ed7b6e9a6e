"""Gives committed rows their position and signs what the log became; one leader, everybody else waits for nobody.

Writers only insert into `log_pending` in their own transaction. Uncommitted entries are invisible here, so an entry
gets its position when it is committed and no reader of positions can overlook a late one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import asyncpg
import structlog

from services.common.database.leadership import OwnConnection, lead, place_of
from services.common.database.queries import queries_beside
from services.common.database.target import DatabaseSettings
from services.common.ledger.checkpoint import Checkpoint, NoteSigner
from services.common.ledger.log_state import LogState

SQL = queries_beside(__file__)

LOCK_NAME = "ledger-sequencer"
_LOOK_BACK_SECONDS = 15.0
_LOOK_AT_ALL_SECONDS = 60.0
_STATEMENT_SECONDS = 5.0
_log = structlog.get_logger(__name__)


class LedgerBrokenError(Exception):
    """The stored log does not continue its last signed checkpoint; signing on would cover that up."""


class Outside(Protocol):
    """Something outside the database that follows the log by itself: it knows how far it came and reads the rest."""

    async def follow(self, connection: OwnConnection) -> None:
        """Catches up with the log; called after each batch and again after a failure."""


class Sequencer:
    """Moves pending entries into the log every period while this process leads."""

    def __init__(
        self,
        settings: DatabaseSettings,
        signer: NoteSigner,
        *,
        outside: Sequence[Outside] = (),
        period_seconds: float = 0.2,
        batch_size: int = 5000,
    ) -> None:
        """The signer's name is the origin of the log's checkpoints."""
        self._settings = settings
        self._signer = signer
        self._outside = outside
        self._period = period_seconds
        self._batch_size = batch_size
        self._behind: set[int] = set(range(len(outside)))

    async def run(self) -> None:
        """Leads and sequences until cancelled; another replica takes over within a second of this one's end."""
        # No heartbeat: every statement goes over the connection that holds the lock, so a lost leader cannot write.
        await lead(self._settings, "sequencer", LOCK_NAME, self._lead, heartbeat_seconds=None)

    async def _lead(self, connection: OwnConnection) -> None:
        state = await load_state(connection)
        window = _Window()
        self._behind = set(range(len(self._outside)))
        while True:
            after = window.safe_lower_bound()
            if await connection.fetchval(SQL.has_pending, after, timeout=_STATEMENT_SECONDS):
                state, highest, count = await self._move(connection, state, after)
                window.taken(highest)
                self._behind = set(range(len(self._outside)))
            else:
                count = 0
            await self._let_follow(connection)
            if count < self._batch_size:
                await asyncio.sleep(self._period)

    async def _move(self, connection: OwnConnection, state: LogState, after: int) -> tuple[LogState, int, int]:
        """One batch in one transaction: out of the queue, into the log, under a signed checkpoint."""
        next_state = state.copy()
        async with asyncio.timeout(_STATEMENT_SECONDS), connection.transaction():
            taken = await connection.fetch(SQL.take_pending, after, self._batch_size)
            taken.sort(key=lambda row: int(row["id"]))
            if not taken:
                return state, 0, 0
            leaves = [row["leaf_hash"] for row in taken]
            chain = [next_state.append(leaf) for leaf in leaves]
            await connection.execute(
                SQL.insert_leaves,
                list(range(state.size, next_state.size)),
                [row["kind"] for row in taken],
                [row["case_id"] for row in taken],
                [row["row_id"] for row in taken],
                [row["revision"] for row in taken],
                leaves,
                chain,
            )
            checkpoint = Checkpoint(self._signer.name, next_state.size, next_state.frontier.root())
            await connection.execute(
                SQL.insert_checkpoint, checkpoint.size, checkpoint.root, self._signer.sign(checkpoint.text())
            )
            await connection.execute(SQL.wake_readers)
        return next_state, taken[-1]["id"], len(taken)

    async def _let_follow(self, connection: OwnConnection) -> None:
        """The log never waits for what is outside; what falls behind is said aloud and tried again."""
        for number in sorted(self._behind):
            follower = self._outside[number]
            try:
                await follower.follow(connection)
            except (OSError, ValueError, asyncpg.DataError) as error:
                _log.error(
                    "ledger.outside_behind",
                    follower=type(follower).__name__,
                    error=type(error).__name__,
                    place=place_of(error),
                )
            else:
                self._behind.discard(number)


class _Window:
    """Knows which entries cannot appear any more.

    Ids are given at insert and a writer's transaction lives five seconds at most, so whatever lies below an id that was
    taken 15 s ago is decided. Starting the search there keeps dead entries from slowing it while an old snapshot is
    open somewhere. Once a minute everything is searched: a writer without the time limit is late but not lost.
    """

    def __init__(self) -> None:
        self._highest: deque[tuple[float, int]] = deque()
        self._bound = 0
        self._looked_at_all = time.monotonic()

    def taken(self, highest: int) -> None:
        """Notes the highest id of a batch."""
        self._highest.append((time.monotonic(), highest))

    def safe_lower_bound(self) -> int:
        """The id above which to search now."""
        now = time.monotonic()
        while self._highest and self._highest[0][0] < now - _LOOK_BACK_SECONDS:
            self._bound = max(self._bound, self._highest.popleft()[1])
        if now - self._looked_at_all > _LOOK_AT_ALL_SECONDS:
            self._looked_at_all = now
            return 0
        return self._bound


async def load_state(connection: OwnConnection) -> LogState:
    """Rebuilds tree and chain from the stored leaves; raises when they are not what was signed last."""
    state = LogState()
    while True:
        rows = await connection.fetch(SQL.list_leaves_from, state.size, timeout=60)
        for row in rows:
            if row["seq"] != state.size or state.append(row["leaf_hash"]) != row["chain"]:
                raise LedgerBrokenError(f"The entry at position {row['seq']} does not continue the log.")
        if not rows:
            break
    last = await connection.fetchrow(SQL.last_checkpoint, timeout=_STATEMENT_SECONDS)
    signed = (last["size"], last["root"]) if last else (0, state.frontier.root() if state.size == 0 else b"")
    if signed != (state.size, state.frontier.root()):
        raise LedgerBrokenError("The stored log is not the one that was signed last.")
    return state
