"""Proofs out of the stored log, for the price of one block of it: the roots of whole blocks stay in memory.

32 bytes for each thousand entries: a log of ten millions takes 320 KB, and a proof of it reads two thousand rows.
"""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Connection, Database, queries_beside
from services.common.ledger.log_proof import LogProof
from services.common.ledger.merkle import inclusion_proof, root_of
from services.common.ledger.sequencer import LedgerBrokenError

SQL = queries_beside(__file__)

BLOCK: Final = 1024
"""Entries of a block. A power of two, so that each whole block is a subtree of the log's tree."""
_BLOCKS_AT_ONCE: Final = 32
_FOLLOW_SECONDS: Final = 15.0


class LogProver:
    """Proves the place of entries. Each process has its own; nobody leads."""

    def __init__(self, database: Database, *, role: str = "worker") -> None:
        """The role has to read log_leaf and log_checkpoint."""
        self._database = database
        self._role = role
        self._blocks: list[bytes] = []
        self._reading = asyncio.Lock()

    async def prove(self, kind: str, row_id: UUID, revision: int) -> LogProof | None:
        """The proof under the newest checkpoint, or None while the sequencer has not come to this entry.

        Raises LedgerBrokenError when the stored entries do not make the root that was signed.
        """
        async with self._database.transaction(SERVICE_SCOPE, self._role, read_only=True) as tx:
            entry = await tx.fetchrow(SQL.find_leaf, kind, row_id, revision)
            # After the entry: whatever was read there is covered by the checkpoint that is read now.
            signed = await tx.fetchrow(SQL.newest_checkpoint)
            if entry is None or signed is None:
                return None
            index, size = int(entry["seq"]), int(signed["size"])
            await self._take_in(tx, size // BLOCK)
            block, place = divmod(index, BLOCK)
            leaves = await _leaves(tx, block * BLOCK, min((block + 1) * BLOCK, size))
            tail = leaves if block == size // BLOCK else await _leaves(tx, size - size % BLOCK, size)
        tops = self._blocks[: size // BLOCK] + ([root_of(tail)] if tail else [])
        path = [*inclusion_proof(leaves, place), *inclusion_proof(tops, block)]
        proof = LogProof(index, tuple(path), signed["signed_note"])
        if root_of(tops) != signed["root"] or root_of(leaves) != tops[block]:
            raise LedgerBrokenError("The stored log is not the one that was signed.")
        return proof

    async def follow(self) -> None:
        """Takes in what the log has become, again and again, so that no request has to read a long way."""
        while True:
            async with self._database.transaction(SERVICE_SCOPE, self._role, read_only=True) as tx:
                signed = await tx.fetchrow(SQL.newest_checkpoint)
                if signed is not None:
                    await self._take_in(tx, int(signed["size"]) // BLOCK)
            await asyncio.sleep(_FOLLOW_SECONDS)

    async def _take_in(self, tx: Connection, whole: int) -> None:
        async with self._reading:
            while (known := len(self._blocks)) < whole:
                until = min(whole, known + _BLOCKS_AT_ONCE)
                leaves = await _leaves(tx, known * BLOCK, until * BLOCK)
                self._blocks += await asyncio.to_thread(_roots, leaves)


async def _leaves(tx: Connection, start: int, end: int) -> list[bytes]:
    leaves = [row["leaf_hash"] for row in await tx.fetch(SQL.list_leaf_hashes, start, end)]
    if len(leaves) != end - start:
        raise LedgerBrokenError(f"Entries between {start} and {end} are not there.")
    return leaves


def _roots(leaves: Sequence[bytes]) -> list[bytes]:
    return [root_of(leaves[start : start + BLOCK]) for start in range(0, len(leaves), BLOCK)]
