"""Whether the rows of a database are the ones that were logged and signed, and if not, which is the first that is not.

Works on any database with the tables of the README, so a copy can be checked as well as the original.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.common.database.queries import queries_beside
from services.common.database.target import Connection
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.checkpoint_file import read_checkpoints
from services.common.ledger.comparison import Comparison, OddPair, Span
from services.common.ledger.findings import MOST_FINDINGS, Finding, Report, What
from services.common.ledger.verify_log import verify_log

SQL = queries_beside(__file__)

ERASED_KIND = "erased"
_LONGEST_WAY_TO_LOG = timedelta(seconds=10)
LARGEST_PIECE = 25_000
"""Entries of one comparison, a fraction of a second of work: so the connections end together."""
_SAMPLES_EACH = 50
"""Entries that are looked at to cut a piece off, so that not all have to be counted."""
_OTHER_HASH = "row and entry do not have the same hash"

_Key = tuple[str, UUID, int]


@dataclass(frozen=True, slots=True)
class RowReader:
    """How to read the rows of one kind as they were logged; the README gives the form of the query."""

    kind: str
    sql: str


@dataclass(slots=True)
class _Rows:
    """What the comparison of rows and entries needs to know from elsewhere."""

    now: datetime
    pending: Mapping[_Key, bytes]
    erased: Mapping[_Key, UUID | None]
    report: Report


async def verify_ledger(
    connection: Connection,
    readers: Sequence[RowReader],
    verifier: NoteVerifier,
    *,
    checkpoint_file: Path | None = None,
    beside: Sequence[Connection] = (),
    largest_piece: int = LARGEST_PIECE,
) -> Report:
    """Compares rows, entries and checkpoints both ways in one snapshot, a chunk of them in memory at a time.

    `connection` is outside every pool, may read all rows and keeps no time limit afterwards; so are those `beside`,
    which take a share of the work in the same snapshot. The file of checkpoints outside the database is what unmasks
    somebody who rewrote everything inside, key and all.
    """
    report = Report()
    outside = _outside(checkpoint_file, verifier, report)  # read before the snapshot, which is then never behind it
    async with _one_snapshot(connection, beside):
        if checkpoint_file is not None and not outside and report.intact:
            await _expect_none(connection, report)
        rows = _Rows(
            await connection.fetchval(SQL.clock),
            {
                (row["kind"], row["row_id"], row["revision"]): row["leaf_hash"]
                for row in await connection.fetch(SQL.all_pending)
            },
            {
                (row["erased_kind"], row["erased_row_id"], row["erased_revision"]): row["case_id"]
                for row in await connection.fetch(SQL.all_erased)
            },
            report,
        )
        pieces = await _cut(connection, await _complete(connection, readers, report), largest_piece)
        pieces.reverse()  # taken from the end

        async def work(own: Connection, first: Coroutine[Any, Any, None] | None = None) -> None:
            if first is not None:
                await first
            while pieces:
                await _compare(own, *pieces.pop(), rows)

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(work(connection, verify_log(connection, SQL, verifier, outside, report)))
                for other in beside:
                    group.create_task(work(other))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # whoever calls knows them by their kind
    _drop_explained(report)
    return report


@asynccontextmanager
async def _one_snapshot(connection: Connection, beside: Sequence[Connection]) -> AsyncIterator[None]:
    """All connections see the same, whatever is written meanwhile."""
    async with AsyncExitStack() as stack:
        snapshot = None
        for each in (connection, *beside):
            await each.fetchrow(SQL.lift_time_limit)
            await stack.enter_async_context(each.transaction(isolation="repeatable_read", readonly=True))
            if snapshot is None:
                snapshot = await each.fetchval(SQL.export_snapshot)
            else:
                await each.execute(f"set transaction snapshot '{snapshot}'")
            await each.fetchrow(SQL.set_scope)
        yield


def _outside(path: Path | None, verifier: NoteVerifier, report: Report) -> list[Checkpoint]:
    if path is None:
        return []
    try:
        return list(read_checkpoints(path, verifier))
    except InvalidCheckpointError as error:
        report.add(Finding(What.CHECKPOINT, f"the file of checkpoints does not hold: {error}"))
        return []


async def _expect_none(connection: Connection, report: Report) -> None:
    """A file without checkpoints is right only for a log without any, or with one that was signed a moment ago."""
    if await connection.fetchval(SQL.was_signed_before, _LONGEST_WAY_TO_LOG.total_seconds()):
        report.add(Finding(What.CHECKPOINT, "the file of checkpoints is gone or empty"))


async def _complete(connection: Connection, readers: Sequence[RowReader], report: Report) -> list[RowReader]:
    """The given readers and the kit's own; an entry of a kind that none of them reads is a finding."""
    known = {ERASED_KIND: RowReader(ERASED_KIND, SQL.erasures_as_rows)} | {reader.kind: reader for reader in readers}
    for kind in [row["kind"] for row in await connection.fetch(SQL.leaf_kinds)]:
        if kind not in known:
            entry = await connection.fetchrow(SQL.first_of_kind, kind)
            if entry is not None:
                detail = "the entry is of a kind that this program does not write"
                report.add(Finding(What.INSERTED, detail, kind, entry["row_id"], entry["revision"], entry["seq"]))
    return list(known.values())


async def _cut(connection: Connection, readers: Sequence[RowReader], largest: int) -> list[tuple[Comparison, Span]]:
    """Spans that cover every id there can be, with about the same number of entries in each but the last of a kind."""
    bounds: dict[str, dict[UUID, None]] = {}
    for row in await connection.fetch(SQL.bounds, largest, max(1, largest // _SAMPLES_EACH)):
        bounds.setdefault(row["kind"], {})[row["row_id"]] = None
    pieces = []
    for reader in readers:
        comparison, own = await Comparison.of(connection, reader.kind, reader.sql), bounds.get(reader.kind, {})
        pieces += [(comparison, Span(begin, end)) for begin, end in zip([None, *own], [*own, None], strict=True)]
    return pieces


async def _compare(connection: Connection, comparison: Comparison, span: Span, rows: _Rows) -> None:
    """Judges what does not fit in one span."""
    kind = comparison.kind
    compared = await comparison.run(connection, span, (rows.now - _LONGEST_WAY_TO_LOG, rows.now + _LONGEST_WAY_TO_LOG))
    rows.report.rows += compared.rows
    for pair in compared.odd:
        _judge(kind, pair, rows)
    for seq in sorted(compared.changed)[:MOST_FINDINGS]:
        entry = await connection.fetchrow(SQL.leaf_at, seq)
        if entry is not None:
            rows.report.add(Finding(What.CHANGED, _OTHER_HASH, kind, entry["row_id"], entry["revision"], seq))


def _judge(kind: str, pair: OddPair, rows: _Rows) -> None:
    if pair.what == "without-row":
        rows.report.rows -= 1
        _judge_without_row(kind, pair, rows)
    elif pair.what == "without-entry":
        _judge_without_entry(kind, pair, rows)
    elif pair.what == "changed" or pair.row_hash != pair.entry_hash:
        _find(rows, What.CHANGED, _OTHER_HASH, kind, pair)
    else:
        _find(rows, What.CHANGED, "the entry names another case than the row", kind, pair)


def _judge_without_row(kind: str, entry: OddPair, rows: _Rows) -> None:
    key = (kind, entry.row_id, entry.revision)
    if key not in rows.erased:
        _find(rows, What.REMOVED, "the row is gone and no erasure was logged", kind, entry)
        return
    rows.report.erased += 1
    if rows.erased[key] != entry.case_id:
        _find(rows, What.CHANGED, "the entry names another case than the erasure", kind, entry)


def _judge_without_entry(kind: str, row: OddPair, rows: _Rows) -> None:
    waiting = rows.pending.get((kind, row.row_id, row.revision))
    # A row dated into the future would otherwise wait until then.
    if (waiting is not None and waiting == row.row_hash) or row.is_recent:
        rows.report.waiting += 1
    else:
        _find(rows, What.UNLOGGED, "the row has no entry and none is waiting for it", kind, row)


def _find(rows: _Rows, what: What, detail: str, kind: str, pair: OddPair) -> None:
    rows.report.add(Finding(what, detail, kind, pair.row_id, pair.revision, pair.seq))


def _drop_explained(report: Report) -> None:
    """Says one thing once: a changed entry shows against its row and in the chain at the same position."""
    seen: set[int] = set()
    kept = []
    for finding in sorted(report.findings, key=lambda finding: finding.what is not What.CHANGED):
        if finding.seq is not None and finding.row_id is not None and finding.seq in seen:
            continue
        if finding.seq is not None:
            seen.add(finding.seq)
        kept.append(finding)
    report.findings = kept
