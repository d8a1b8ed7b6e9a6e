"""An agency's own entry, read and written in its scope by the role `edit`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Connection, Database, Lock, Record, Scope, queries_beside
from services.directory.model.entry import Aged, Confirmation, LogLine, Row, Value
from services.directory.rules.freshness import standing_of
from services.directory.store.indexing import Build, rebuild_agencies, touch
from services.directory.store.merging import SaveStatement

SQL = queries_beside(__file__)
CHANGES_KEPT = timedelta(days=2 * 365)
IMPORTS = Lock("lotse_directory_import", shared=True)
"""An import's last transaction and a writing agency wait for each other: both make the index anew."""


class EntryStore:
    """`database` needs a pool of the role `edit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self, scope: Scope, agency_id: UUID) -> AsyncIterator[EntryTransaction]:
        """Looks at an entry."""
        async with self._database.transaction(scope, "edit", read_only=True) as tx:
            yield EntryTransaction(tx, agency_id)

    @asynccontextmanager
    async def writing(self, scope: Scope, agency_id: UUID) -> AsyncIterator[EntryTransaction]:
        """Changes an entry, all of it or nothing; nobody else writes this entry meanwhile, person or import."""
        async with self._database.transaction(scope, "edit", lock=IMPORTS) as tx:
            await tx.fetchval(SQL.lock_entry, agency_id)
            yield EntryTransaction(tx, agency_id)

    async def list_freshness(
        self, scope: Scope, order: str, confirmed_before: datetime | None, page: tuple[int, int], now: datetime
    ) -> list[Aged]:
        """Agencies with a service; `page` says how many to leave out and how many to give."""
        async with self._database.transaction(scope, "edit", read_only=True) as tx:
            rows = await tx.fetch(SQL.list_freshness, order, confirmed_before, *page)
        return [
            Aged(
                row["id"],
                row["name"],
                row["source"],
                Confirmation(row["confirmed_at"], row["confirmed_how"]),
                standing_of(row["confirmed_at"], now),
                row["open_reports"],
                row["is_represented"],
            )
            for row in rows
        ]


async def forget_changes(database: Database, now: datetime) -> None:
    """Forgets after two years who changed what, and what partner-only facts were; needs a pool of the role `worker`."""
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        await tx.execute(SQL.forget_changes, now - CHANGES_KEPT)


class EntryTransaction:
    """What can be done to one entry within a transaction."""

    def __init__(self, tx: Connection, agency_id: UUID) -> None:
        self._tx = tx
        self._agency_id = agency_id

    async def rows(self, *, inactive: bool = False) -> list[Row]:
        """The rows of the entry, by id; none for an agency that is unknown or inactive."""
        found = await self._tx.fetch(SQL.list_rows, self._agency_id, inactive)
        rows = [_row(record) for record in found]
        if not any(row.kind == "organization" for row in rows):
            return []
        return sorted(rows, key=lambda row: row.id)

    async def confirmations(self) -> dict[str, Confirmation]:
        """What was confirmed by itself, by group."""
        return {
            row["field_group"]: Confirmation(row["confirmed_at"], row["confirmed_how"])
            for row in await self._tx.fetch(SQL.list_confirmations, self._agency_id)
        }

    async def save(self, statements: Sequence[SaveStatement], rows: Sequence[Row], now: datetime) -> None:
        """Writes rows whole, table by table in the order of the statements; they are the agency's own from now on."""
        for statement in statements:
            of_table = [_stored(row, now) for row in rows if row.kind == statement.table]
            if of_table:
                await self._tx.execute(statement.save, json.dumps(of_table))

    async def delete_addresses(self, locations: Sequence[UUID]) -> None:
        """Forgets where places are that become protected."""
        await self._tx.execute(SQL.delete_addresses, list(locations))

    async def link_places(self, now: datetime) -> None:
        """Services and places that are new stand with all others; those that are gone stand nowhere."""
        await self._tx.execute(SQL.unlink_places, self._agency_id, now)
        await self._tx.execute(SQL.link_places, self._agency_id, now)

    async def confirm(self, groups: Sequence[str], of_groups: int, now: datetime) -> None:
        """These groups are right; the whole is as fresh as the oldest of `of_groups`."""
        await self._tx.execute(SQL.confirm_groups, self._agency_id, list(groups), now)
        await self._tx.execute(SQL.confirm_whole, self._agency_id, of_groups)

    async def rebuild_index(self, build: Build, now: datetime, *, is_renamed: bool) -> None:
        """Makes the index of the agency anew, and of those that bear its name where that was changed."""
        agencies = [self._agency_id]
        if is_renamed:
            agencies = [row["id"] for row in await self._tx.fetch(SQL.list_named, self._agency_id)]
        await rebuild_agencies(self._tx, agencies, build)
        await touch(self._tx, now)

    async def refresh_index(self, now: datetime) -> None:
        """Writes only the age of the entry and the room of its services into the index."""
        await self._tx.execute(SQL.refresh_entries, self._agency_id)
        await touch(self._tx, now)

    async def changes(self, person: UUID, kinds: Sequence[str], before: datetime | None, count: int) -> list[LogLine]:
        """The lines of the newest changes before a time, all of each, newest first."""
        rows = await self._tx.fetch(SQL.list_changes, self._agency_id, person, list(kinds), before, count)
        return [
            LogLine(
                row["id"],
                row["resource_type"],
                row["resource_id"],
                row["last_action_date"],
                row["last_action_type"],
                row["field_name"] or "",
                row["previous_value"],
                row["replacement_value"],
                row["updated_by"],
                row["agency_id"] is not None,
                row["is_self"],
            )
            for row in rows
        ]

    async def lines_of_change(self, person: UUID, kinds: Sequence[str], change_id: UUID) -> list[LogLine]:
        """All lines of one change; none where this entry's log does not know it."""
        at: datetime | None = await self._tx.fetchval(SQL.time_of_change, change_id)
        if at is None:
            return []
        lines = await self.changes(person, kinds, at + timedelta(microseconds=1), 1)
        return lines if any(line.id == change_id for line in lines) else []


def _row(record: Record) -> Row:
    values: Mapping[str, Value] = json.loads(record["fields"], parse_float=str)
    return Row(record["kind"], record["id"], record["parent_id"], values)


def _stored(row: Row, now: datetime) -> dict[str, Value]:
    return {**row.values, "changed_at": now.isoformat(), "edited_at": now.isoformat()}
