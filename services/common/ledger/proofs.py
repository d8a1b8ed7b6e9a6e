"""Proofs that hold without this database: a row stands in the signed log, and a later log continues an earlier one.

Made from the stored nodes of the tree: two statements and at most 255 rows for each eighth level and end of the tree,
about a millisecond at ten million entries. Each is checked against the signed root before it is given away, so a
tampered database answers with an error and never with a proof that does not hold.

The caller's role reads `log_leaf`, `log_node` and `log_checkpoint`; in consent that is the worker, as for the feed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.common.database.queries import queries_beside
from services.common.database.target import Connection
from services.common.ledger.log_proof import LogProof
from services.common.ledger.log_state import LedgerBrokenError
from services.common.ledger.merkle import (
    consistency_ranges,
    inclusion_ranges,
    pieces_of,
    root_of_pieces,
    verify_consistency,
    verify_inclusion,
)

SQL = queries_beside(__file__)

_Piece = tuple[int, int]


class NotProvableError(LookupError):
    """No signed checkpoint covers what is asked: the position or the size is not one of this log, or not yet."""


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of `new_size` entries continues that of `old_size`, both as they were signed."""

    old_size: int
    new_size: int
    path: tuple[bytes, ...]
    old_note: str
    new_note: str


async def inclusion_proof(connection: Connection, seq: int, size: int | None = None) -> LogProof:
    """Proof for the entry at position `seq` under the newest checkpoint, or under the one over `size` entries.

    Raises NotProvableError when there is no such checkpoint (the newest entry has none for a moment), and
    LedgerBrokenError when what is stored does not lead to the signed root.
    """
    checkpoint = (
        await connection.fetchrow(SQL.newest_checkpoint_over, seq)
        if size is None
        else await connection.fetchrow(SQL.checkpoint_of_size, size)
    )
    if checkpoint is None or not 0 <= seq < checkpoint["size"]:
        raise NotProvableError("No checkpoint covers this position.")
    ranges = inclusion_ranges(seq, checkpoint["size"])
    leaf, *path = await _roots(connection, [(seq, seq + 1), *ranges])
    if not verify_inclusion(leaf, seq, checkpoint["size"], path, checkpoint["root"]):
        raise LedgerBrokenError(f"The stored tree does not lead from position {seq} to the signed root.")
    return LogProof(seq, tuple(path), checkpoint["signed_note"])


async def proof_of_row(connection: Connection, kind: str, row_id: UUID, revision: int = 0) -> LogProof | None:
    """Proof for a row by the kind under which it was logged; None within the second in which it has no position yet.

    A row that was erased keeps its entry and so its proof. Raises LedgerBrokenError like `inclusion_proof`.
    """
    seq: int | None = await connection.fetchval(SQL.find_position, kind, row_id, revision)
    if seq is None:
        return None
    try:
        return await inclusion_proof(connection, seq)
    except NotProvableError:
        return None


async def consistency_proof(connection: Connection, old_size: int, new_size: int) -> ConsistencyProof:
    """Proof between two checkpoints; raises NotProvableError where one of them is missing, and LedgerBrokenError."""
    old = await connection.fetchrow(SQL.checkpoint_of_size, old_size)
    new = await connection.fetchrow(SQL.checkpoint_of_size, new_size)
    if old is None or new is None or not 0 < old_size <= new_size:
        raise NotProvableError("There are no two checkpoints of these sizes in this order.")
    path = await _roots(connection, consistency_ranges(old_size, new_size))
    if not verify_consistency(old_size, new_size, path, old["root"], new["root"]):
        raise LedgerBrokenError(f"The stored tree does not lead from size {old_size} to size {new_size}.")
    return ConsistencyProof(old_size, new_size, tuple(path), old["signed_note"], new["signed_note"])


async def _roots(connection: Connection, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """Roots over these ranges of leaves."""
    pieces = [list(pieces_of(begin, end)) for begin, end in ranges]
    wanted: defaultdict[bool, list[_Piece]] = defaultdict(list)
    for piece in (piece for of_range in pieces for piece in of_range):
        wanted[piece[0] == 0].append(piece)
    found: dict[_Piece, bytes] = {}
    if wanted[True]:
        for row in await connection.fetch(SQL.leaves_at, [position for _, position in wanted[True]]):
            found[0, row["position"]] = row["hash"]
    if wanted[False]:
        levels, positions = zip(*wanted[False], strict=True)
        for row in await connection.fetch(SQL.nodes_at, list(levels), list(positions)):
            found[row["level"], row["position"]] = row["hash"]
    try:
        return [root_of_pieces((piece[0], found[piece]) for piece in of_range) for of_range in pieces]
    except KeyError as missing:
        raise LedgerBrokenError(f"Node {missing.args[0]} of the tree is not stored.") from None
