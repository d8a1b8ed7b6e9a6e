"""Whether the stored log is the newest there is; an older copy stays closed until a restore has seen to it."""

import asyncio
from collections.abc import Sequence

import structlog

from services.common.database.pools import Database
from services.common.database.queries import queries_beside
from services.common.errors import Unavailable
from services.common.ledger.outside import Outside

SQL = queries_beside(__file__)

_log = structlog.get_logger(__name__)


class Standing:
    """Closed at first, and again whenever the database was away; open while its log has all that stands outside.

    Outside are files that a backup of the database does not contain. So nobody has to say that a backup was started:
    its log is shorter than what was signed.
    """

    def __init__(self, database: Database, outside: Sequence[Outside], *, role: str = "worker") -> None:
        self._database = database
        self._outside = outside
        self._role = role
        self._open = self._said = False

    def is_open(self) -> bool:
        """Whether the last look found the newest log."""
        return self._open

    async def check(self) -> None:
        """Looks once; raises `Unavailable` while it is closed. Asked every second by the health check."""
        try:
            await self._look()
        except BaseException:
            self._open = False
            raise

    async def _look(self) -> None:
        # First outside: the log is never behind it then, as long as it is the same log.
        reached = max([0, *await asyncio.gather(*(_reached(outside) for outside in self._outside))])
        async with self._database.statements(self._role) as connection:
            size: int = await connection.fetchval(SQL.log_size)
        if reached > size:
            if not self._said:
                _log.error("ledger.behind", size=size, signed=reached)
            self._said = True
            raise Unavailable
        self._open, self._said = True, False


async def _reached(outside: Outside) -> int:
    """What cannot be read proves nothing either way; the sequencer raises the alarm about it."""
    try:
        return await outside.reached()
    except (OSError, ValueError):
        return 0
