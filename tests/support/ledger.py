"""A writer, signer and readers over the small ledger of tests/support/migrations."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.database import Connection
from services.common.ledger import LeafValue, NoteSigner, RowReader, Sequencer, leaf_hash

SIGNER = NoteSigner("lotse-kit/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
EVENT = RowReader(
    "event",
    """
    select id as ledger_row_id, revision as ledger_revision, salt as ledger_salt, at as ledger_written_at,
           case_id, id, revision, text, at
    from event order by id, revision
    """,
)
NOTE = RowReader("note", EVENT.sql + " limit 0")
READERS = [EVENT, NOTE]

_INSERT = "insert into event (case_id, id, revision, text, at, salt) values ($1, $2, $3, $4, $5, $6)"
_PENDING = "insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ($1, $2, $3, $4, $5)"


async def write_event(
    tx: Connection,
    *,
    case: UUID | None = None,
    row: UUID | None = None,
    revision: int = 1,
    text: str = "said",
    seconds_ago: float = 0,
) -> UUID:
    """One event with its entry in the queue, in the transaction of the caller."""
    case, row, salt = case or uuid4(), row or uuid4(), os.urandom(16)
    at: datetime = await tx.fetchval("select clock_timestamp() - make_interval(secs => $1)", seconds_ago)
    columns: dict[str, LeafValue] = {"case_id": case, "id": row, "revision": revision, "text": text, "at": at}
    await tx.execute(_INSERT, case, row, revision, text, at, salt)
    await tx.execute(_PENDING, "event", case, row, revision, leaf_hash("event", columns, salt))
    return row


async def erase_event(tx: Connection, row: UUID) -> None:
    """Deletes an event by the rules: row and salt go, an erasure is logged."""
    case = await tx.fetchval("delete from event where id = $1 returning case_id", row)
    erasure, salt = uuid4(), os.urandom(16)
    at: datetime = await tx.fetchval("select clock_timestamp()")
    columns: dict[str, LeafValue] = {
        "case_id": case,
        "erased_kind": "event",
        "erased_row_id": row,
        "erased_revision": 1,
        "ground": "period",
        "at": at,
    }
    await tx.execute(
        "insert into log_erased values ($1, $2, 'event', $3, 1, 'period', $4, $5)", erasure, case, row, at, salt
    )
    await tx.execute(_PENDING, "erased", case, erasure, 0, leaf_hash("erased", columns, salt))


@asynccontextmanager
async def sequencing(sequencer: Sequencer) -> AsyncIterator[None]:
    """A sequencer at work until the block ends."""
    task = asyncio.create_task(sequencer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def logged(tx: Connection, size: int, *, seconds: float = 10) -> None:
    """Returns when the log has this many entries."""
    async with asyncio.timeout(seconds):
        while await tx.fetchval("select count(*) from log_leaf") < size:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.02)
