"""The log against itself and against what was signed: positions, chain, tree, checkpoints."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.common.database.queries import Queries
from services.common.database.target import Connection, Record
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.chunks import in_chunks
from services.common.ledger.findings import Finding, Report, What
from services.common.ledger.log_state import LogState, chained
from services.common.ledger.merkle import Node


@dataclass(slots=True)
class _Walk:
    """What was seen while going through the entries once."""

    state: LogState
    nodes: list[Node] = field(default_factory=list)
    odd: Record | None = None
    after_odd: Record | None = None
    gap: int | None = None
    fitting_size: int = 0
    misfit: int | None = None


async def verify_log(
    connection: Connection, queries: Queries, verifier: NoteVerifier, outside: Sequence[Checkpoint], report: Report
) -> None:
    """Adds to the report what is wrong with entries and checkpoints; runs in the caller's snapshot.

    Where the chain was rewritten together with an entry, only the signed roots can tell: the finding then names the
    first entry of the stretch between the last root that fits and the first that does not.
    """
    signed = await _signed_roots(connection, queries, verifier, report)
    for checkpoint in outside:
        if signed.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            report.add(
                Finding(What.CHECKPOINT, f"the root of size {checkpoint.size} differs from the one kept outside")
            )
            signed[checkpoint.size] = checkpoint.root
    walk = await _walk(connection, queries, signed)
    report.entries = walk.state.size
    last_signed = max(signed, default=0)
    if walk.gap is not None:
        report.add(Finding(What.REMOVED, "no entry stands here", seq=walk.gap))
    elif walk.odd is not None:
        report.add(await _classified(connection, queries, walk, walk.odd, last_signed))
    elif walk.misfit is not None:
        report.add(await _rewritten(connection, queries, walk))
    elif walk.state.size != last_signed:
        report.add(await _wrong_length(connection, queries, walk.state.size, last_signed))
    else:
        await _compare_nodes(connection, queries, walk.nodes, report)


async def _signed_roots(
    connection: Connection, queries: Queries, verifier: NoteVerifier, report: Report
) -> dict[int, bytes]:
    signed: dict[int, bytes] = {}
    async for rows in in_chunks(connection, queries.all_checkpoints):
        report.checkpoints += len(rows)
        for row in rows:
            if _was_signed(row, verifier):
                signed[row["size"]] = row["root"]
            else:
                detail = f"the checkpoint of size {row['size']} is not what the log's key signed"
                report.add(Finding(What.CHECKPOINT, detail))
    return signed


def _was_signed(row: Record, verifier: NoteVerifier) -> bool:
    try:
        checkpoint = Checkpoint.parse(verifier.open(row["signed_note"]))
    except InvalidCheckpointError:
        return False
    return checkpoint == Checkpoint(verifier.name, row["size"], row["root"])


async def _walk(connection: Connection, queries: Queries, signed: Mapping[int, bytes]) -> _Walk:
    walk = _Walk(LogState())
    sizes = sorted(signed)
    async for rows in in_chunks(connection, queries.all_leaves):
        begin, size = walk.state.size, walk.state.size + len(rows)
        if walk.odd is not None and walk.after_odd is None:
            walk.after_odd = rows[0]
        # Positions are unique and in order: if both ends stand where they must, so do all between.
        if walk.gap is None and (rows[0]["seq"], rows[-1]["seq"]) != (begin, size - 1):
            walk.gap = next(seq for seq, row in enumerate(rows, start=begin) if row["seq"] != seq)
        within = sizes[bisect_right(sizes, begin) : bisect_right(sizes, size)]
        start = 0
        for end in [*(signed_size - begin for signed_size in within), len(rows)]:
            _take(walk, rows, start, end)
            _judge_root(walk, signed)
            start = end
    return walk


def _take(walk: _Walk, rows: Sequence[Record], start: int, end: int) -> None:
    run = rows[start:end]
    links, nodes = walk.state.extend([row["leaf_hash"] for row in run])
    walk.nodes += nodes
    if walk.odd is None and links != [row["chain"] for row in run]:
        first = next(index for index, link in enumerate(links, start=start) if link != rows[index]["chain"])
        walk.odd = rows[first]
        walk.after_odd = rows[first + 1] if first + 1 < len(rows) else None


def _judge_root(walk: _Walk, signed: Mapping[int, bytes]) -> None:
    root = signed.get(walk.state.size)
    if root is None or walk.misfit is not None:
        return
    if root == walk.state.frontier.root():
        walk.fitting_size = walk.state.size
    else:
        walk.misfit = walk.state.size


async def _compare_nodes(connection: Connection, queries: Queries, nodes: Sequence[Node], report: Report) -> None:
    """The stored nodes of a tree that is itself right; proofs are made of them."""
    stored = {(row["level"], row["position"]): row["hash"] for row in await connection.fetch(queries.all_nodes)}
    computed = {(node.level, node.position): node.hash for node in nodes}
    for level, position in sorted(stored.keys() | computed.keys()):
        if stored.get((level, position)) != computed.get((level, position)):
            detail = f"node {position} of level {level} is not that of the tree; no row is concerned, only proofs"
            report.add(Finding(What.NODE, detail))


async def _classified(connection: Connection, queries: Queries, walk: _Walk, odd: Record, last_signed: int) -> Finding:
    """Names what happened at the first entry whose link of the chain does not fit."""
    after = walk.after_odd
    if walk.state.size > last_signed:
        what, detail = What.INSERTED, "the signed log has no entry more here"
    elif walk.state.size < last_signed:
        detail = "the entry that stood here was taken out and those after it moved up"
        return Finding(What.REMOVED, detail, seq=odd["seq"])
    elif after is None or chained(odd["chain"], after["leaf_hash"]) == after["chain"]:
        what, detail = What.CHANGED, "the entry does not have the hash that was signed"
    else:
        what, detail = What.MOVED, "another entry stood here when the log was signed"
    return await _at(connection, queries, what, detail, odd["seq"])


async def _rewritten(connection: Connection, queries: Queries, walk: _Walk) -> Finding:
    detail = (
        f"from here to position {(walk.misfit or 0) - 1} something was rewritten together with all that follows; "
        "the signed root does not fit"
    )
    return await _at(connection, queries, What.CHANGED, detail, walk.fitting_size)


async def _wrong_length(connection: Connection, queries: Queries, size: int, last_signed: int) -> Finding:
    if size > last_signed:
        return await _at(connection, queries, What.INSERTED, "no checkpoint was signed over it", last_signed)
    return Finding(What.REMOVED, f"the log ends here, but {last_signed} entries were signed", seq=size)


async def _at(connection: Connection, queries: Queries, what: What, detail: str, seq: int) -> Finding:
    row = await connection.fetchrow(queries.leaf_at, seq)
    if row is None:
        return Finding(what, detail, seq=seq)
    return Finding(what, detail, row["kind"], row["row_id"], row["revision"], seq)
