"""The log against itself and against what was signed: positions, chain, tree, checkpoints."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from services.common.database.queries import Queries
from services.common.database.target import Connection, Record
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.findings import Finding, Report, What
from services.common.ledger.log_state import LogState, chained


@dataclass(slots=True)
class _Walk:
    """What was seen while going through the entries once."""

    state: LogState
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
        report.add(_classified(walk, last_signed))
    elif walk.misfit is not None:
        report.add(await _rewritten(connection, queries, walk))
    elif walk.state.size != last_signed:
        report.add(await _wrong_length(connection, queries, walk.state.size, last_signed))


async def _signed_roots(
    connection: Connection, queries: Queries, verifier: NoteVerifier, report: Report
) -> dict[int, bytes]:
    signed: dict[int, bytes] = {}
    async for row in _records(connection, queries.all_checkpoints):
        report.checkpoints += 1
        try:
            checkpoint = Checkpoint.parse(verifier.open(row["signed_note"]))
        except InvalidCheckpointError:
            checkpoint = None
        if checkpoint != Checkpoint(verifier.name, row["size"], row["root"]):
            report.add(
                Finding(What.CHECKPOINT, f"the checkpoint of size {row['size']} is not what the log's key signed")
            )
        elif checkpoint is not None:
            signed[checkpoint.size] = checkpoint.root
    return signed


async def _walk(connection: Connection, queries: Queries, signed: Mapping[int, bytes]) -> _Walk:
    walk = _Walk(LogState())
    async for row in _records(connection, queries.all_leaves):
        if walk.odd is not None and walk.after_odd is None:
            walk.after_odd = row
        if walk.gap is None and row["seq"] != walk.state.size:
            walk.gap = walk.state.size
        chain = walk.state.append(row["leaf_hash"])
        if chain != row["chain"] and walk.odd is None:
            walk.odd = row
        root = signed.get(walk.state.size)
        if root is None or walk.misfit is not None:
            continue
        if root == walk.state.frontier.root():
            walk.fitting_size = walk.state.size
        else:
            walk.misfit = walk.state.size
    return walk


def _classified(walk: _Walk, last_signed: int) -> Finding:
    """Names what happened at the first entry whose link of the chain does not fit."""
    odd, after = walk.odd, walk.after_odd
    if odd is None:
        raise ValueError("Nothing odd was found.")
    if walk.state.size > last_signed:
        what, detail = What.INSERTED, "the signed log has no entry more here"
    elif walk.state.size < last_signed:
        what, detail = What.REMOVED, "the entry that stood here was taken out and those after it moved up"
    elif after is None or chained(odd["chain"], after["leaf_hash"]) == after["chain"]:
        what, detail = What.CHANGED, "the entry does not have the hash that was signed"
    else:
        what, detail = What.MOVED, "another entry stood here when the log was signed"
    if what is What.REMOVED:
        return Finding(what, detail, seq=odd["seq"])
    return Finding(what, detail, odd["kind"], odd["row_id"], odd["revision"], odd["seq"])


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


async def _records(connection: Connection, sql: str) -> AsyncIterator[Record]:
    async for row in connection.cursor(sql, prefetch=2000):
        yield row
