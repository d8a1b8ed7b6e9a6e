"""Seven events that were logged, and whoever looks at them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from services.common.database import SERVICE_SCOPE, Connection
from services.common.ledger import CheckpointFile, Report, Sequencer, verify_ledger
from services.common.ledger.log_state import CHAIN_START, chained
from tests.support.ledger import READERS, SIGNER, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf, TestDatabase

COUNT = 7


@dataclass
class Logged:
    """A database with seven events, logged in three batches of 3, 3 and 1."""

    given: TestDatabase
    rows: list[UUID]
    admin: Connection
    outside: Path

    async def verify(self) -> Report:
        """In pieces of two entries and on two connections, so that what is odd may stand in any of them."""
        async with self.given.connected("worker") as connection, self.given.connected("worker") as other:
            return await verify_ledger(
                connection, READERS, SIGNER.verifier, checkpoint_file=self.outside, beside=[other], largest_piece=2
            )

    async def rechain(self) -> None:
        """What a careful intruder would do: make the chain fit again."""
        chain = CHAIN_START
        for row in await self.admin.fetch("select seq, leaf_hash from log_leaf order by seq"):
            chain = chained(chain, row["leaf_hash"])
            await self.admin.execute("update log_leaf set chain = $2 where seq = $1", row["seq"], chain)


@pytest.fixture
async def log(database_of: DatabaseOf, tmp_path: Path) -> AsyncIterator[Logged]:
    given = await database_of("kit")
    rows: list[UUID] = []
    outside = tmp_path / "checkpoints"
    sequencer = Sequencer(given.target, SIGNER, period_seconds=0.02, outside=[CheckpointFile(outside, SIGNER.verifier)])
    async with given.opened("run") as database, given.administered() as admin:
        async with sequencing(sequencer):
            for size in (3, 3, 1):
                async with database.transaction(SERVICE_SCOPE) as tx:
                    rows += [await write_event(tx, text=f"said {number}") for number in range(size)]
                await logged(admin, len(rows))
            await asyncio.sleep(0.2)
        yield Logged(given, rows, admin, outside)
