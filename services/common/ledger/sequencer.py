"""Gives committed rows their position and signs what the log became; one leader, everybody else waits for nobody.

Writers only insert into `log_pending` in their own transaction. Uncommitted entries are invisible here, so an entry
gets its position when it is committed and no reader of positions can overlook a late one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

import structlog

from services.common.database.leadership import OwnConnection, lead, place_of
from services.common.database.queries import queries_beside
from services.common.database.target import DatabaseSettings
from services.common.ledger.checkpoint import Checkpoint, NoteSigner
from services.common.ledger.log_state import LedgerBrokenError, LogState
from services.common.ledger.merkle import Node
from services.common.ledger.outside import Follower, Outside, SharedConnection

SQL = queries_beside(__file__)

LOCK_NAME = "ledger-sequencer"
_LOOK_BACK_SECONDS = 15.0
_LOOK_AT_ALL_SECONDS = 60.0
_STATEMENT_SECONDS = 5.0
_log = structlog.get_logger(__name__)


class LedgerBehindError(Exception):
    """The stored log is shorter than what stands outside: an older copy was started, which only a restore may open."""


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

    async def run(self) -> None:
        """Leads and sequences until cancelled; another replica takes over within a second of this one's end."""
        # No heartbeat: every statement goes over the connection that holds the lock, so a lost leader cannot write.
        await lead(self._settings, "sequencer", LOCK_NAME, self._lead, heartbeat_seconds=None)

    async def _lead(self, connection: OwnConnection) -> None:
        state = await load_state(connection)
        await self._refuse_older_copy(state)
        shared, followers = SharedConnection(connection), [Follower(outside) for outside in self._outside]
        try:
            async with asyncio.TaskGroup() as group:
                for follower in followers:
                    follower.want()
                    group.create_task(follower.run(shared))
                await self._sequence(shared, state, followers)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # whoever logs it says its kind and place

    async def _sequence(self, shared: SharedConnection, state: LogState, followers: Sequence[Follower]) -> None:
        window = _Window()
        while True:
            after, count = window.safe_lower_bound(), 0
            async with shared.turn:
                if await shared.connection.fetchval(SQL.has_pending, after, timeout=_STATEMENT_SECONDS):
                    state, highest, count = await self._move(shared.connection, state, after)
                    window.taken(highest)
            for follower in followers:
                if count:
                    follower.want()
                follower.watch()
            if count < self._batch_size:
                await asyncio.sleep(self._period)

    async def _refuse_older_copy(self, state: LogState) -> None:
        """Signing on from an older copy would give positions a second time; what was withdrawn since would be lost."""
        for outside in self._outside:
            try:
                async with asyncio.timeout(_STATEMENT_SECONDS):
                    reached = await outside.reached()
            except (OSError, ValueError) as error:
                _log.error("ledger.outside_unread", follower=type(outside).__name__, place=place_of(error))
                continue
            if reached > state.size:
                raise LedgerBehindError(f"The log has {state.size} entries, but {reached} were signed.")

    async def _move(self, connection: OwnConnection, state: LogState, after: int) -> tuple[LogState, int, int]:
        """One batch in one transaction: out of the queue, into the log, under a signed checkpoint."""
        next_state = state.copy()
        async with asyncio.timeout(_STATEMENT_SECONDS), connection.transaction():
            taken = await connection.fetch(SQL.take_pending, after, self._batch_size)
            taken.sort(key=lambda row: int(row["id"]))
            if not taken:
                return state, 0, 0
            leaves = [row["leaf_hash"] for row in taken]
            chain, nodes = next_state.extend(leaves)
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
            await _store(connection, nodes)
            checkpoint = Checkpoint(self._signer.name, next_state.size, next_state.frontier.root())
            await connection.execute(
                SQL.insert_checkpoint, checkpoint.size, checkpoint.root, self._signer.sign(checkpoint.text())
            )
            await connection.execute(SQL.wake_readers)
        return next_state, taken[-1]["id"], len(taken)


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
    """Rebuilds tree and chain from the stored leaves; raises LedgerBrokenError when they are not what was signed last.

    Nodes of the tree that are not stored yet (the table is younger than the log) are added.
    """
    state = LogState()
    nodes: list[Node] = []
    while rows := await connection.fetch(SQL.list_leaves_from, state.size, timeout=60):
        begin = state.size
        links, completed = state.extend([row["leaf_hash"] for row in rows])
        nodes += completed
        for seq, (row, link) in enumerate(zip(rows, links, strict=True), start=begin):
            if row["seq"] != seq or row["chain"] != link:
                raise LedgerBrokenError(f"The entry at position {row['seq']} does not continue the log.")
    last = await connection.fetchrow(SQL.last_checkpoint, timeout=_STATEMENT_SECONDS)
    signed = (last["size"], last["root"]) if last else (0, state.frontier.root() if state.size == 0 else b"")
    if signed != (state.size, state.frontier.root()):
        raise LedgerBrokenError("The stored log is not the one that was signed last.")
    await _complete_nodes(connection, nodes)
    return state


async def _complete_nodes(connection: OwnConnection, nodes: Sequence[Node]) -> None:
    """Stores what is missing of the tree; what is there has to be what the leaves give."""
    stored = {(row["level"], row["position"]): row["hash"] for row in await connection.fetch(SQL.all_nodes, timeout=60)}
    computed = {(node.level, node.position): node.hash for node in nodes}
    for key, value in stored.items():
        if computed.get(key) != value:
            raise LedgerBrokenError(f"The stored node {key} is not that of the tree.")
    await _store(connection, [node for node in nodes if (node.level, node.position) not in stored])


async def _store(connection: OwnConnection, nodes: Sequence[Node]) -> None:
    for begin in range(0, len(nodes), 10_000):
        levels, positions, hashes = zip(*nodes[begin : begin + 10_000], strict=True)
        await connection.execute(SQL.insert_nodes, list(levels), list(positions), list(hashes))
