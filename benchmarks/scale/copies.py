"""A whole directory many times over, in all its tables, where an export or a page needs more than the index."""

from __future__ import annotations

import asyncpg

from services.common.database import queries_beside

SQL = queries_beside(__file__)


async def multiply(connection: asyncpg.Connection[asyncpg.Record], times: int) -> int:
    """What is there `times` times, with statistics; says how many services are published then.

    The connection is an administrator's: neither triggers nor references are looked at.
    """
    if times > 1:
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            for table in await connection.fetch(SQL.describe):
                await connection.execute(table["statement"], times - 1)
        await connection.execute("vacuum analyze")
    count: int = await connection.fetchval(SQL.count_services)
    return count
