"""Whether the rows of a database are the ones that were logged and signed, and if not, which is the first that is not.

Works on any database with the tables of the README, so a copy can be checked as well as the original.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from services.common.database.queries import queries_beside
from services.common.database.target import Connection, Record
from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.checkpoint_file import read_checkpoints
from services.common.ledger.findings import Finding, Report, What
from services.common.ledger.leaf import SALT_LENGTH, leaf_hash
from services.common.ledger.verify_log import verify_log

SQL = queries_beside(__file__)

ERASED_KIND = "erased"
_LONGEST_WAY_TO_LOG = timedelta(seconds=10)
_OWN_COLUMNS = frozenset({"ledger_row_id", "ledger_revision", "ledger_salt", "ledger_written_at", "ledger_leaf_hash"})

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
) -> Report:
    """Compares rows, entries and checkpoints both ways in one snapshot, in memory independent of their number.

    `connection` is outside every pool, may read all rows and keeps no time limit afterwards. The file of checkpoints
    outside the database is what unmasks somebody who rewrote everything inside, key and all.
    """
    report = Report()
    outside = _outside(checkpoint_file, verifier, report)  # read before the snapshot, which is then never behind it
    await connection.fetchrow(SQL.lift_time_limit)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.fetchrow(SQL.set_scope)
        if checkpoint_file is not None and not outside and report.intact:
            await _expect_none(connection, report)
        await verify_log(connection, SQL, verifier, outside, report)
        rows = _Rows(
            await connection.fetchval(SQL.clock),
            {_key(row["kind"], row): row["leaf_hash"] for row in await connection.fetch(SQL.all_pending)},
            {
                (row["erased_kind"], row["erased_row_id"], row["erased_revision"]): row["case_id"]
                for row in await connection.fetch(SQL.all_erased)
            },
            report,
        )
        for reader in await _complete(connection, readers):
            await _compare(connection, reader, rows)
    _drop_explained(report)
    return report


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


async def _complete(connection: Connection, readers: Sequence[RowReader]) -> list[RowReader]:
    """The given readers and the kit's own; refuses to overlook a kind that nobody can read."""
    known = {ERASED_KIND: RowReader(ERASED_KIND, SQL.erasures_as_rows)} | {reader.kind: reader for reader in readers}
    for row in await connection.fetch(SQL.leaf_kinds):
        if row["kind"] not in known:
            raise ValueError(f"The log has entries of kind {row['kind']!r}, for which there is no reader.")
    return list(known.values())


async def _compare(connection: Connection, reader: RowReader, rows: _Rows) -> None:
    """Merges rows and entries of one kind, both in order of row id and revision."""
    entries = aiter(connection.cursor(SQL.leaves_of_kind, reader.kind, prefetch=2000))
    stored = _in_order(reader, connection)
    entry, row = await anext(entries, None), await anext(stored, None)
    while entry is not None or row is not None:
        at_entry = (entry["row_id"], entry["revision"]) if entry is not None else None
        at_row = (row["ledger_row_id"], row["ledger_revision"]) if row is not None else None
        if row is not None and entry is not None and at_row == at_entry:
            rows.report.rows += 1
            kept = row.get("ledger_leaf_hash", entry["leaf_hash"])  # where the row keeps its hash, for receipts
            if not _hash(reader.kind, row) == kept == entry["leaf_hash"]:
                _find(rows, What.CHANGED, "row and entry do not have the same hash", reader.kind, entry)
            elif row.get("case_id", entry["case_id"]) != entry["case_id"]:
                _find(rows, What.CHANGED, "the entry names another case than the row", reader.kind, entry)
            entry, row = await anext(entries, None), await anext(stored, None)
        elif entry is not None and (at_row is None or (at_entry is not None and at_entry < at_row)):
            key = _key(reader.kind, entry)
            if key in rows.erased:
                rows.report.erased += 1
                if rows.erased[key] != entry["case_id"]:
                    _find(rows, What.CHANGED, "the entry names another case than the erasure", reader.kind, entry)
            else:
                _find(rows, What.REMOVED, "the row is gone and no erasure was logged", reader.kind, entry)
            entry = await anext(entries, None)
        elif row is not None:
            rows.report.rows += 1
            _judge_unlogged(reader.kind, row, rows)
            row = await anext(stored, None)


def _judge_unlogged(kind: str, row: Record, rows: _Rows) -> None:
    key = (kind, row["ledger_row_id"], row["ledger_revision"])
    is_pending = key in rows.pending and rows.pending[key] == _hash(kind, row)
    # A row dated into the future would otherwise wait until then.
    if is_pending or abs(rows.now - row["ledger_written_at"]) < _LONGEST_WAY_TO_LOG:
        rows.report.waiting += 1
    else:
        rows.report.add(Finding(What.UNLOGGED, "the row has no entry and none is waiting for it", kind, key[1], key[2]))


async def _in_order(reader: RowReader, connection: Connection) -> AsyncIterator[Record]:
    last: tuple[UUID, int] | None = None
    async for row in connection.cursor(reader.sql, prefetch=2000):
        at = (row["ledger_row_id"], row["ledger_revision"])
        if last is not None and at <= last:
            raise ValueError(f"The reader of {reader.kind!r} does not order by row id and revision.")
        last = at
        yield row


def _hash(kind: str, row: Record) -> bytes | None:
    """The hash of a row as it stands, or None where the salt was damaged."""
    salt: bytes = row["ledger_salt"]
    if len(salt) != SALT_LENGTH:
        return None
    return leaf_hash(kind, {name: value for name, value in row.items() if name not in _OWN_COLUMNS}, salt)


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
