"""Whether the rows of a database are the ones that were logged and signed, and if not, which is the first that is not.

Works on any database with the tables of the README, so a copy can be checked as well as the original.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.common.database.queries import queries_beside
from services.common.database.target import Connection, Record
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.checkpoint_file import read_checkpoints
from services.common.ledger.chunks import in_chunks
from services.common.ledger.findings import MOST_FINDINGS, Finding, Report, What
from services.common.ledger.verify_log import verify_log

SQL = queries_beside(__file__)

ERASED_KIND = "erased"
_LONGEST_WAY_TO_LOG = timedelta(seconds=10)
LARGEST_PIECE = 50_000
"""Entries of one comparison, about a second of work: so the connections end together."""
_NEEDED = frozenset({"ledger_row_id", "ledger_revision", "ledger_salt", "ledger_written_at"})
_WITH_WRITTEN_FORM = frozenset(
    {"bool", "int2", "int4", "int8", "text", "varchar", "uuid", "date", "timestamptz", "bytea"}
    | {"bool[]", "int2[]", "int4[]", "int8[]", "text[]", "varchar[]", "uuid[]", "date[]"}
)

_Key = tuple[str, UUID, int]


@dataclass(frozen=True, slots=True)
class RowReader:
    """How to read the rows of one kind as they were logged; the README gives the form of the query."""

    kind: str
    sql: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows and entries of one kind whose row ids lie from `begin` up to, and without, `end`; None is no bound."""

    reader: RowReader
    begin: UUID | None
    end: UUID | None


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
            {_key(row["kind"], row): row["leaf_hash"] for row in await connection.fetch(SQL.all_pending)},
            {
                (row["erased_kind"], row["erased_row_id"], row["erased_revision"]): row["case_id"]
                for row in await connection.fetch(SQL.all_erased)
            },
            report,
        )
        pieces = [
            piece
            for reader in await _complete(connection, readers, report)
            for piece in await _cut(connection, reader, largest_piece)
        ]
        pieces.reverse()  # taken from the end

        async def work(own: Connection, first: Coroutine[Any, Any, None] | None = None) -> None:
            if first is not None:
                await first
            while pieces:
                await _compare(own, pieces.pop(), rows)

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


async def _cut(connection: Connection, reader: RowReader, largest: int) -> list[_Piece]:
    """Pieces that cover every id there can be, with the same number of entries in each but the last."""
    bounds = dict.fromkeys(row["row_id"] for row in await connection.fetch(SQL.bounds, reader.kind, largest))
    return [_Piece(reader, begin, end) for begin, end in zip([None, *bounds], [*bounds, None], strict=True)]


async def _compare(connection: Connection, piece: _Piece, rows: _Rows) -> None:
    """Lays rows and entries of one piece side by side and judges each pair, and what stands alone."""
    reader, statement = piece.reader, await _comparison(connection, piece)
    sha256, report, changed = hashlib.sha256, rows.report, []
    async for chunk in in_chunks(connection, statement):
        report.rows += len(chunk)
        for row in chunk:
            # By position, since this line runs for every entry; names are for what is odd.
            if row[3] is None:
                if sha256(row[2]).digest() != row[1]:
                    changed.append(row[0])
            else:
                _judge(reader.kind, row, rows)
    for seq in sorted(changed)[:MOST_FINDINGS]:
        entry = await connection.fetchrow(SQL.leaf_at, seq)
        if entry is not None:
            _find(rows, What.CHANGED, "row and entry do not have the same hash", reader.kind, entry)


async def _comparison(connection: Connection, piece: _Piece) -> str:
    """The statement that lays rows and entries side by side; raises ValueError where the query has not its form."""
    reader = piece.reader
    columns = (await connection.prepare(reader.sql)).get_attributes()
    names, types = [column.name for column in columns], [column.type.name for column in columns]
    if not set(names) >= _NEEDED or not "".join(names).isascii():
        raise ValueError(f"The reader of {reader.kind!r} does not give {', '.join(sorted(_NEEDED))}.")
    if odd := [name for name, type_name in zip(names, types, strict=True) if type_name not in _WITH_WRITTEN_FORM]:
        raise ValueError(f"Columns of {reader.kind!r} have no written form in a leaf: {', '.join(odd)}.")
    statement: str = await connection.fetchval(
        SQL.format_comparison, reader.sql, names, types, reader.kind, piece.begin, piece.end
    )
    return statement


def _judge(kind: str, row: Record, rows: _Rows) -> None:
    if row["odd"] == "without-row":
        rows.report.rows -= 1
        _judge_without_row(kind, row, rows)
    elif row["odd"] == "without-entry":
        _judge_without_entry(kind, row, rows)
    elif row["odd"] == "changed" or hashlib.sha256(row["preimage"]).digest() != row["leaf_hash"]:
        _find(rows, What.CHANGED, "row and entry do not have the same hash", kind, row)
    else:
        _find(rows, What.CHANGED, "the entry names another case than the row", kind, row)


def _judge_without_row(kind: str, entry: Record, rows: _Rows) -> None:
    key = _key(kind, entry)
    if key not in rows.erased:
        _find(rows, What.REMOVED, "the row is gone and no erasure was logged", kind, entry)
        return
    rows.report.erased += 1
    if rows.erased[key] != entry["case_id"]:
        _find(rows, What.CHANGED, "the entry names another case than the erasure", kind, entry)


def _judge_without_entry(kind: str, row: Record, rows: _Rows) -> None:
    key = _key(kind, row)
    is_pending = rows.pending.get(key) == hashlib.sha256(row["preimage"]).digest()
    # A row dated into the future would otherwise wait until then.
    if is_pending or abs(rows.now - row["written_at"]) < _LONGEST_WAY_TO_LOG:
        rows.report.waiting += 1
    else:
        rows.report.add(Finding(What.UNLOGGED, "the row has no entry and none is waiting for it", kind, key[1], key[2]))


def _key(kind: str, row: Record) -> _Key:
    return (kind, row["row_id"], row["revision"])


def _find(rows: _Rows, what: What, detail: str, kind: str, entry: Record) -> None:
    rows.report.add(Finding(what, detail, kind, entry["row_id"], entry["revision"], entry["seq"]))


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
