"""Rows of the key database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Database, queries_beside

SQL = queries_beside(__file__)
Key = tuple[UUID, int, UUID, UUID]
"""Item, version, agency, held for."""

FIRST: Key = (UUID(int=0), 0, UUID(int=0), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Deletion:
    """A key that was deleted, when, and how long ago."""

    number: int
    item_id: UUID
    version: int
    agency_id: UUID
    held_for: UUID
    at: datetime
    waiting: timedelta


class KeyStore:
    """Wrapped keys; knows nothing of content. No policy guards them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, item_id: UUID, version: int, agency_id: UUID, held_for: UUID, wrapped: bytes) -> bytes:
        """Keep a key, or touch the one that is there; answers the one that is kept."""
        async with self._database.statements() as connection:
            kept: bytes = await connection.fetchval(SQL.put_key, item_id, version, agency_id, held_for, wrapped)
        return kept

    async def get(self, item_id: UUID, version: int, agency_id: UUID, held_for: UUID) -> bytes | None:
        """A key, or None when it was destroyed."""
        async with self._database.statements() as connection:
            kept: bytes | None = await connection.fetchval(SQL.get_key, item_id, version, agency_id, held_for)
        return kept

    async def delete(self, held_for: UUID, agency_id: UUID, items: list[UUID] | None) -> None:
        """Destroy an agency's keys of one reason; of some items where they are named."""
        async with self._database.statements() as connection:
            await connection.execute(SQL.delete_keys, held_for, agency_id, items)

    async def keyset(self, agency_id: UUID) -> bytes | None:
        """An agency's wrapped keyset."""
        async with self._database.statements() as connection:
            kept: bytes | None = await connection.fetchval(SQL.get_keyset, agency_id)
        return kept

    async def put_keyset(self, agency_id: UUID, wrapped: bytes) -> bytes:
        """Keep an agency's keyset unless one is there; answers the one that is kept."""
        async with self._database.transaction(SERVICE_SCOPE) as tx:
            await tx.execute(SQL.put_keyset, agency_id, wrapped)
            kept: bytes = await tx.fetchval(SQL.get_keyset, agency_id)
        return kept

    async def untouched(self, after: Key, limit: int) -> list[Key]:
        """Keys that nobody touched for an hour, in order, behind one."""
        async with self._database.statements("worker") as connection:
            rows = await connection.fetch(SQL.untouched_keys, *after, limit)
        return [(row["item_id"], row["version"], row["agency_id"], row["held_for"]) for row in rows]

    async def delete_untouched(self, keys: Sequence[Key]) -> None:
        """Remove these unless somebody touched them meanwhile."""
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await tx.executemany(SQL.delete_key, keys)

    async def deletions(self, limit: int) -> list[Deletion]:
        """Deletions that are not known to stand in the journal, oldest first."""
        async with self._database.statements("worker") as connection:
            return [Deletion(**row) for row in await connection.fetch(SQL.deletions, limit)]

    async def journaled(self, numbers: Sequence[int], lines: int) -> None:
        """These stand in the journal now, which has so many lines."""
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await tx.execute(SQL.forget_deletions, list(numbers))
            await tx.execute(SQL.set_journal_lines, lines)

    async def journal_lines(self) -> int:
        """How many lines of the journal this database knows."""
        async with self._database.statements("worker") as connection:
            lines: int = await connection.fetchval(SQL.journal_lines)
        return lines

    async def delete_again(self, deletions: Sequence[tuple[UUID, int, UUID, UUID, datetime]], lines: int) -> int:
        """Deletes what was deleted before at these times, and knows so many lines now; gives how many were there."""
        columns = [list(column) for column in zip(*deletions, strict=True)] or [[]] * 5
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            status = await tx.execute(SQL.delete_again, *columns)
            await tx.execute(SQL.set_journal_lines, lines)
        return int(status.rpartition(" ")[2])

    async def claim(self, content: UUID) -> list[str]:
        """Write down to which content database these keys belong; answers every one that ever said so."""
        async with self._database.transaction(SERVICE_SCOPE) as tx:
            await tx.execute(SQL.put_installation, str(content))
            return [row["id"] for row in await tx.fetch(SQL.installations)]
