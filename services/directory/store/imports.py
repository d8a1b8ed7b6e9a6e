"""Staging and merging of imports. Rows are invisible until the last transaction, which the import role alone runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Connection, Database, Record, queries_beside
from services.common.database.queries import Queries
from services.directory.model.imports import Counts, Report
from services.directory.model.search import Entry, Indexed

SQL = queries_beside(__file__)
MERGES: Queries = queries_beside(__file__.replace("imports.py", "merges.py"))
BATCH = 5_000
COLUMNS = ("import_id", "table_name", "id", "source_id", "digest", "fields")


class Staged(Protocol):
    """A checked row; without digest it was refused."""

    @property
    def table(self) -> str:
        """Table."""

    @property
    def id(self) -> UUID:
        """Id."""

    @property
    def source_id(self) -> str:
        """Id in the source."""

    @property
    def digest(self) -> bytes | None:
        """What was imported, as SHA-256."""

    @property
    def fields(self) -> str | None:
        """Fields as JSON."""


class ImportStore:
    """Tables of the directory as the import role may write them; `database` needs pools of that role only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_protected(self, source: str) -> frozenset[UUID]:
        """The locations of a source that are held as protected."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            return frozenset(row["id"] for row in await tx.fetch(SQL.list_protected, source))

    async def stage(self, import_id: UUID, rows: Sequence[Staged]) -> None:
        """Puts rows where nobody sees them, in batches of their own transactions."""
        for start in range(0, len(rows), BATCH):
            batch = [
                (import_id, row.table, row.id, row.source_id, row.digest, row.fields)
                for row in rows[start : start + BATCH]
            ]
            async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
                await tx.copy_records_to_table("staged_row", records=batch, columns=COLUMNS)
        async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
            await tx.execute(SQL.analyze_staged)

    async def drop_staged(self, import_id: UUID, *, older_than: UUID) -> None:
        """Removes what an import left in staging, and what broken ones left before `older_than`."""
        async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
            await tx.execute(SQL.drop_staged, import_id)
            await tx.execute(SQL.drop_stale, older_than)

    @asynccontextmanager
    async def last_transaction(self, import_id: UUID, source: str, at: datetime) -> AsyncIterator[LastTransaction]:
        """The transaction in which all of an import becomes visible, or nothing; imports wait for each other."""
        async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
            await tx.fetchval(SQL.take_lock)
            yield LastTransaction(tx, import_id, source, at)


class LastTransaction:
    """The steps of the last transaction of an import."""

    def __init__(self, tx: Connection, import_id: UUID, source: str, at: datetime) -> None:
        self._tx = tx
        self._import_id = import_id
        self._source = source
        self._at = at

    async def ends_protection(self) -> bool:
        """Whether a location that another import has made protected since the check would be open again."""
        ends: bool = await self._tx.fetchval(SQL.ends_protection, self._import_id)
        return ends

    async def merge(self, tables: Iterable[str], report: Report) -> None:
        """Makes staged rows of these tables visible and counts them; what is no longer there turns inactive.

        Locations that the import calls protected lose address and point, also those whose row was refused.
        """
        statements = dict(MERGES)
        for table in tables:
            counts = report.of(table)
            if table == "location":
                await self._tx.execute(SQL.erase_addresses_of_protected, self._import_id)
                await self._tx.execute(SQL.protect_refused, self._import_id, self._at)
            merged = await self._one(statements[f"merge_{table}"])
            counts.created, counts.changed = merged["created"], merged["changed"]
            counts.unchanged = _unchanged(counts)
            if not report.may_deactivate:
                continue
            gone = await self._one(statements[f"deactivate_{table}"])
            counts.deactivated = gone["deactivated"]

    async def rebuild_index(self, build: Callable[[Indexed], Entry]) -> int:
        """Makes the search index of the source anew and says how many rows it has."""
        rows = await self._tx.fetch(SQL.list_indexed, self._source)
        entries = [build(_indexed(row)) for row in rows]
        await self._tx.execute(SQL.clear_entries, self._source)
        await self._tx.executemany(SQL.insert_entry, [_entry_values(entry, self._source) for entry in entries])
        words = sorted({pair for entry in entries for pair in entry.lexicon})
        await self._tx.execute(SQL.insert_words, [word for word, _ in words], [stem for _, stem in words])
        return len(entries)

    async def _one(self, statement: str) -> Record:
        row = await self._tx.fetchrow(statement, self._import_id, self._source, self._at)
        assert row is not None  # an aggregate without group always answers one row  # noqa: S101
        return row


def _unchanged(counts: Counts) -> int:
    return counts.read - counts.quarantined - counts.created - counts.changed


def _indexed(row: Record) -> Indexed:
    return Indexed(
        entry_id=row["entry_id"],
        service_id=row["service_id"],
        agency_id=row["agency_id"],
        service_name=row["service_name"],
        description=row["description"],
        agency_name=row["agency_name"],
        parent_name=row["parent_name"],
        topics=tuple(row["topics"]),
        languages=tuple(row["languages"]),
        has_area=row["has_area"],
        accepts_handover=row["accepts_handover"],
        confirmed_at=row["confirmed_at"],
        capacity_state=row["capacity_state"],
        capacity_said_at=row["capacity_said_at"],
        capacity_expires_at=row["capacity_expires_at"],
        openings=tuple(row["openings"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        state=row["state"],
        protected=row["protected"],
        postcode=row["postcode"],
        city=row["city"],
    )


def _entry_values(entry: Entry, source: str) -> tuple[object, ...]:
    indexed = entry.indexed
    return (
        indexed.entry_id,
        source,
        indexed.service_id,
        indexed.agency_id,
        indexed.service_name,
        indexed.agency_name,
        entry.words,
        list(indexed.topics),
        list(indexed.languages),
        list(entry.cells),
        entry.latitude,
        entry.longitude,
        entry.place,
        indexed.protected,
        indexed.has_area,
        indexed.accepts_handover,
        indexed.capacity_state,
        indexed.capacity_said_at,
        indexed.capacity_expires_at,
        indexed.confirmed_at,
        list(indexed.openings),
    )
