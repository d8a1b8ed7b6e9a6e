"""Many rows read in chunks, where the server makes the next chunk while the caller works on this one."""

import asyncio
from collections.abc import AsyncIterator

from services.common.database.target import Connection, Record

_ROWS = 2000
"""About a megabyte: much larger ones no longer fit into the sockets, and the server would wait for the caller."""


async def in_chunks(connection: Connection, statement: str, *arguments: object) -> AsyncIterator[list[Record]]:
    """All rows of a statement in order; needs a transaction, and the connection for itself until the end."""
    cursor = await connection.cursor(statement, *arguments)
    ahead = asyncio.ensure_future(cursor.fetch(_ROWS))
    try:
        while rows := await ahead:
            ahead = asyncio.ensure_future(cursor.fetch(_ROWS))
            await asyncio.sleep(0)  # lets the request go out before the caller takes the processor
            yield rows
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)
