"""Staging and merging of imports. Nothing is visible before the transaction ends, which the import role alone runs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Connection, Database, queries_beside
from services.directory.model.imports import Difference, KnownRow, Report, StagedRow, StagedTable
from services.directory.store.copying import copy_text, in_pieces
from services.directory.store.indexing import Build, rebuild_source, touch
from services.directory.store.merging import MergeStatements
from services.directory.store.reference import SQL as REFERENCE

SQL = queries_beside(__file__)
BATCH = 5_000
INDEXED = (
    "organization",
    "service",
    "location",
    "service_at_location",
    "address",
    "phone",
    "way_in",
    "schedule",
    "language",
    "service_area",
    "attribute",
    "service_capacity",
    "taxonomy_term",
)
"""Tables that the index is made from; the import role may count them."""


@dataclass(frozen=True, slots=True)
class State:
    """What the directory has of a source: rows by table and key, protected locations, what the last import went by."""

    known: Mapping[str, Mapping[str, KnownRow]]
    protected: frozenset[UUID]
    version: bytes
    last_import: UUID | None


class ImportStore:
    """Tables of the directory as the import role may write them; `database` needs pools of that role only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_protected(self, source: str) -> frozenset[UUID]:
        """The locations of a source that are held as protected."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            return frozenset(row["id"] for row in await tx.fetch(SQL.list_protected, source))

    async def reference_checksums(self) -> bytes:
        """Which state of topics and gazetteer the database holds."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            rows = await tx.fetch(REFERENCE.list_checksums)
        return b"".join(row["name"].encode() + row["checksum"] for row in rows)

    async def find_same_content(self, source: str, version: bytes, content: bytes) -> UUID | None:
        """The last import of the source, when it read the same with the same checks."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            last = await tx.fetchrow(SQL.get_source, source)
        is_same = last is not None and (last["version"], last["content"]) == (version, content)
        return last["import_id"] if last is not None and is_same else None

    async def read_state(self, source: str, tables: Iterable[MergeStatements]) -> State:
        """What is here of a source before the import."""
        protected = await self.list_protected(source)
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            last = await tx.fetchrow(SQL.get_source, source)
            known = {each.table: await _known(tx, each, source) for each in tables if each.keeps_itself}
        version, import_id = (last["version"], last["import_id"]) if last is not None else (b"", None)
        return State(known, protected, version, import_id)

    @asynccontextmanager
    async def last_transaction(self, source: str, at: datetime) -> AsyncIterator[LastTransaction]:
        """The transaction in which all of an import becomes visible, or nothing; imports wait for each other."""
        async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
            await tx.fetchval(SQL.take_lock)
            yield LastTransaction(tx, source, at)


class LastTransaction:
    """The steps of the last transaction of an import."""

    def __init__(self, tx: Connection, source: str, at: datetime) -> None:
        self._tx = tx
        self._source = source
        self._at = at

    async def is_still(self, state: State) -> bool:
        """Whether no other import of the source ended since the state was read."""
        last = await self._tx.fetchrow(SQL.get_source, self._source)
        return (last["import_id"] if last is not None else None) == state.last_import

    async def is_repeated(self, version: bytes, content: bytes, tables: Iterable[MergeStatements]) -> bool:
        """Whether the last import of the source read the same with the same checks and left its rows as they are."""
        last = await self._tx.fetchrow(SQL.get_source, self._source)
        is_same = last is not None and (last["version"], last["content"]) == (version, content)
        return last is not None and is_same and last["rows"] == await self._fingerprint(tables)

    async def note_source(
        self, version: bytes, import_id: UUID, content: bytes, tables: Iterable[MergeStatements]
    ) -> None:
        """Notes with which checks and reference data what was loaded, and how its rows now are."""
        rows = await self._fingerprint(tables)
        await self._tx.execute(SQL.put_source, self._source, version, import_id, content, rows)

    async def note_again(self, import_id: UUID) -> None:
        """Notes that this import, too, read what the one before it did."""
        await self._tx.execute(SQL.note_again, self._source, import_id)

    async def _fingerprint(self, tables: Iterable[MergeStatements]) -> bytes:
        found = await self._tx.fetch(" union all ".join(each.fingerprint for each in tables), self._source)
        return hashlib.blake2b("\n".join(sorted(row["rows"] for row in found)).encode(), digest_size=32).digest()

    async def ends_protection(self, staged: StagedTable) -> bool:
        """Whether a location that another import has made protected since the check would be open again."""
        ids = [row.id for row in staged.rows if not row.values.get("protected")]
        if not ids:
            return False
        count: int = await self._tx.fetchval(SQL.count_protected, ids)
        return count > 0

    async def protect(self, staged: StagedTable, others: Sequence[str]) -> None:
        """Erases the addresses of locations that the import calls protected; protects `others`, which stay unmerged."""
        ids = [row.id for row in staged.rows if row.values.get("protected")]
        if ids or others:
            await self._tx.execute(SQL.erase_addresses, [*ids, *others])
            await self._tx.execute(SQL.protect, list(others), self._at)

    async def merge(
        self, statements: MergeStatements, staged: StagedTable, report: Report, *, differences: bool
    ) -> None:
        """Makes the rows of one table visible and counts them; with `differences` also tells what they change."""
        if staged.new:
            await self._add(statements, staged)
            report.of(staged.name).created += len(staged.new)
        if not staged.rows:
            return
        await self._tx.execute(statements.create)
        await self._stage(statements, staged.rows)
        if len(staged.rows) > BATCH // 10:
            await self._tx.execute(statements.analyze)
        if differences and statements.keeps_itself:
            await self._tell_differences(statements, report)
        merged = await self._tx.fetchrow(statements.merge, self._source, self._at)
        assert merged is not None  # an aggregate without group always answers one row  # noqa: S101
        await self._tx.execute(statements.drop)
        counts = report.of(staged.name)
        counts.created += merged["created"]
        counts.changed = merged["changed"]
        counts.kept += merged["kept"]
        counts.unchanged += len(staged.rows) - merged["created"] - merged["changed"] - merged["kept"]

    async def deactivate(self, statements: MergeStatements, staged: StagedTable, report: Report) -> None:
        """Turns rows inactive that the source no longer has."""
        if staged.gone:
            gone = await self._tx.fetchval(statements.deactivate, staged.gone, self._at)
            report.of(staged.name).deactivated = gone

    async def count_rows(self, changed: Collection[str]) -> None:
        """Renews what the planner knows of those tables that the index is read from."""
        for table in INDEXED:
            if table in changed:
                await self._tx.execute(f"analyze public.{table}")

    async def rebuild_index(self, build: Build, follow: Callable[[int, int], None]) -> int:
        """Makes the search index of the source anew, notes what changed, and says how many rows the index has."""
        rows = await rebuild_source(self._tx, self._source, build, follow)
        await touch(self._tx, self._at)
        return rows

    async def _add(self, statements: MergeStatements, staged: StagedTable) -> None:
        """Rows that the directory does not have need no merge; were one here all the same, its key would end it all."""
        columns, last = statements.columns, (self._source, self._at)
        for rows in _batches(staged.new):
            lines = [(row.id, row.key, "\\x" + row.digest, *map(row.values.get, columns), *last) for row in rows]
            await self._copy(staged.name, "public", statements.direct, lines)

    async def _stage(self, statements: MergeStatements, staged: Sequence[StagedRow]) -> None:
        columns = statements.columns
        for rows in _batches(staged):
            if statements.keeps_itself:
                lines = [(row.id, row.key, "\\x" + row.digest, *map(row.values.get, columns)) for row in rows]
            else:
                lines = [tuple(map(row.values.get, columns)) for row in rows]
            await self._copy(statements.table, "staging", statements.staged, lines)

    async def _copy(self, table: str, schema: str, columns: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
        text = await asyncio.to_thread(copy_text, lines)
        await self._tx.copy_to_table(table, schema_name=schema, source=in_pieces(text), columns=list(columns))

    async def _tell_differences(self, statements: MergeStatements, report: Report) -> None:
        rows = await self._tx.fetch(statements.difference)
        found = [Difference(statements.table, *row) for row in rows]
        report.differences += found


def _batches(rows: Sequence[StagedRow]) -> Iterator[Sequence[StagedRow]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


async def _known(tx: Connection, statements: MergeStatements, source: str) -> dict[str, KnownRow]:
    rows = await tx.fetch(statements.known, source)
    return {row["source_id"]: KnownRow(row["id"].hex, row["digest"], row["active"], row["edited"]) for row in rows}
