"""Many services made of the real ones, straight in the index, as an import of so many would leave it."""

from __future__ import annotations

import asyncpg

from services.common.database import queries_beside

SQL = queries_beside(__file__)


class Multiplier:
    """Makes the index of a loaded directory larger; what was loaded is the seed of every size."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection

    async def keep(self) -> None:
        """Notes the rows that the others are made of."""
        await self._connection.execute(SQL.keep_real)
        await self._connection.execute(SQL.keep_points)
        await self._connection.execute("analyze real_entry, real_point")

    async def fill(self, count: int) -> None:
        """So many rows in order of their cells, then the indexes."""
        await self._connection.execute("set maintenance_work_mem = '512MB'; set work_mem = '256MB'; set jit = off")
        await self._connection.execute(
            "drop index if exists search_entry_all, search_entry_service, search_entry_source"
        )
        await self._connection.execute("drop index if exists search_entry_agency")
        await self._connection.execute(SQL.clear)
        await self._connection.execute(SQL.multiply, count)
        await self._connection.execute(SQL.make_indexes)
        await self._connection.execute("vacuum analyze search_entry")

    async def names(self) -> list[str]:
        """Names of services with their agency."""
        return [row["name"] for row in await self._connection.fetch(SQL.list_names)]
