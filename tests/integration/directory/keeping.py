"""People who keep an agency's entry, over the real gates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from lotse.directory.v1 import entry_pb2, entry_pb2_grpc, report_pb2_grpc

from tests.integration.directory.conftest import Directory, demo_id

DIAKONIE = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
RENT = demo_id("service", "diakonie-braunschweig-schuldnerberatung/miete")
CARITAS = demo_id("organization", "caritas-hannover-sozialberatung")
SHELTER = demo_id("organization", "frauenhaus-harzvorland")
Row = entry_pb2.EntryRow
Edit = Callable[[list[Row]], None]


@dataclass
class Keeper:
    """Somebody with a token, for one agency."""

    agency_id: str
    metadata: list[tuple[str, str]]
    entries: entry_pb2_grpc.EntryServiceStub
    freshness: entry_pb2_grpc.FreshnessServiceStub
    reports: report_pb2_grpc.ReportServiceStub

    async def entry(self) -> entry_pb2.Entry:
        request = entry_pb2.GetEntryRequest(agency_id=self.agency_id)
        return (await self.entries.GetEntry(request, metadata=self.metadata)).entry

    async def edit(self, group: entry_pb2.FieldGroup.ValueType, change: Edit, *, etag: str = "") -> entry_pb2.Entry:
        """Changes the rows of a group as they stand, or as they stood under another etag."""
        part = part_of(await self.entry(), group)
        rows = list(part.rows)
        for row in rows:
            row.ClearField("edited_at")
        change(rows)
        request = entry_pb2.UpdateEntryRequest(
            request_id=str(uuid4()), agency_id=self.agency_id, field_group=group, etag=etag or part.etag, rows=rows
        )
        return (await self.entries.UpdateEntry(request, metadata=self.metadata)).entry

    async def confirm(self, *groups: entry_pb2.FieldGroup.ValueType, etag: str = "") -> entry_pb2.Entry:
        etag = etag or (await self.entry()).etag
        request = entry_pb2.ConfirmEntryRequest(
            request_id=str(uuid4()), agency_id=self.agency_id, etag=etag, field_groups=groups
        )
        return (await self.entries.ConfirmEntry(request, metadata=self.metadata)).entry

    async def changes(self) -> list[entry_pb2.Change]:
        request = entry_pb2.ListChangesRequest(agency_id=self.agency_id, page_size=100)
        return list((await self.entries.ListChanges(request, metadata=self.metadata)).changes)

    async def own_changes(self) -> list[entry_pb2.Change]:
        return [change for change in await self.changes() if change.author == entry_pb2.CHANGE_AUTHOR_SELF]

    async def undo(self, change_id: str) -> entry_pb2.Entry:
        request = entry_pb2.UndoChangeRequest(request_id=str(uuid4()), agency_id=self.agency_id, change_id=change_id)
        return (await self.entries.UndoChange(request, metadata=self.metadata)).entry


@asynccontextmanager
async def keeper(
    directory: Directory, agency_id: str = DIAKONIE, *roles: str, person: UUID | None = None
) -> AsyncIterator[Keeper]:
    """A coordinator, unless other roles are named."""
    agency = None if "operator" in roles else UUID(agency_id)
    token = directory.issuer.token(person or uuid4(), agency, *(roles or ("coordinator",)))
    async with directory.channel() as channel:
        yield Keeper(
            agency_id,
            [("authorization", f"Bearer {token}")],
            entry_pb2_grpc.EntryServiceStub(channel),
            entry_pb2_grpc.FreshnessServiceStub(channel),
            report_pb2_grpc.ReportServiceStub(channel),
        )


def part_of(entry: entry_pb2.Entry, group: entry_pb2.FieldGroup.ValueType) -> entry_pb2.EntryPart:
    return next(part for part in entry.parts if part.field_group == group)


def rows_of(entry: entry_pb2.Entry, group: entry_pb2.FieldGroup.ValueType, kind: str) -> list[Row]:
    return [row for row in part_of(entry, group).rows if row.kind == kind]


def first(rows: list[Row], kind: str) -> Row:
    return next(row for row in rows if row.kind == kind)


def a_row(kind: str, parent_id: str = "", **fields: str) -> Row:
    return Row(kind=kind, row_id=str(uuid4()), parent_id=parent_id, fields=fields)
