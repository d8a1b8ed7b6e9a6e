"""Copies the rows of a database into a freshly migrated one, to be examined there while the original goes on."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg

from services.common.database.queries import queries_beside
from services.common.database.target import Connection

SQL = queries_beside(__file__)


async def copy_rows(source_url: str, target_url: str) -> int:
    """Copies all tables as of one snapshot and returns how many; both addresses are of an administrator.

    The target has the same migrations and no rows. An administrator is needed since row-level policies would hide rows
    from everybody else, and since foreign keys are not checked on the way.
    """
    source = await asyncpg.connect(source_url, timeout=10)
    target = await asyncpg.connect(target_url, timeout=10)
    try:
        await target.fetchval(SQL.without_triggers)
        async with source.transaction(isolation="repeatable_read", readonly=True), target.transaction():
            tables = await source.fetch(SQL.tables)
            for table in tables:
                await _copy_table(source, target, table["schema"], table["name"])
        return len(tables)
    finally:
        await source.close()
        await target.close()


async def _copy_table(source: Connection, target: Connection, schema: str, table: str) -> None:
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=16)

    async def read() -> None:
        await source.copy_from_table(table, schema_name=schema, output=pieces.put, format="binary")
        await pieces.put(None)

    async def arriving() -> AsyncIterator[bytes]:
        while (piece := await pieces.get()) is not None:
            yield piece

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        group.create_task(_write(target, schema, table, arriving()))


async def _write(target: Connection, schema: str, table: str, pieces: AsyncIterator[bytes]) -> None:
    await target.copy_to_table(table, schema_name=schema, source=pieces, format="binary")
