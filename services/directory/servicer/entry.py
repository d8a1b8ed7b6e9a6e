"""EntryService and FreshnessService."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import grpc
from lotse.directory.v1 import entry_pb2, entry_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.clock import Clock
from services.common.database import Scope
from services.common.errors import FieldViolation, InvalidArgument, NotFound
from services.common.identity.context import staff
from services.common.protobuf.enums import enum_text
from services.directory.convert.entry import group_word, read_rows, write_change, write_entry, write_freshness
from services.directory.editing.editor import Author, Editor
from services.directory.paging import read_number, read_offset, write_offset
from services.directory.rules.freshness import UNCONFIRMED_AFTER
from services.directory.store.entries import EntryStore

Context = grpc.aio.ServicerContext[Any, Any]
COORDINATOR = "coordinator"
_CHANGES, _AGENCIES = 20, 50


def author_of(agency_id: str) -> Author:
    """Whoever asks, for her own agency; any other is NotFound."""
    who, asked = staff(), UUID(agency_id)
    if who.agency != asked:
        raise NotFound
    return Author(Scope.of(who), asked, who.person)


class EntryServicer(entry_pb2_grpc.EntryServiceServicer):
    """The own agency's entry."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    async def GetEntry(self, request: entry_pb2.GetEntryRequest, context: Context) -> entry_pb2.GetEntryResponse:
        """The whole entry, partner-only facts too: they are the agency's own."""
        entry = await self._editor.read(author_of(request.agency_id))
        return entry_pb2.GetEntryResponse(entry=write_entry(entry), may_edit=COORDINATOR in staff().roles)

    async def UpdateEntry(
        self, request: entry_pb2.UpdateEntryRequest, context: Context
    ) -> entry_pb2.UpdateEntryResponse:
        """One field group as it is to be."""
        entry = await self._editor.update(
            author_of(request.agency_id), group_word(request.field_group), request.etag, read_rows(request.rows)
        )
        return entry_pb2.UpdateEntryResponse(entry=write_entry(entry))

    async def SetCapacity(
        self, request: entry_pb2.SetCapacityRequest, context: Context
    ) -> entry_pb2.SetCapacityResponse:
        """Whether one service has room."""
        entry = await self._editor.set_capacity(
            author_of(request.agency_id),
            UUID(request.service_id),
            enum_text(vocabulary_pb2.CapacityState, request.state),
            request.weeks if request.HasField("weeks") else None,
        )
        return entry_pb2.SetCapacityResponse(entry=write_entry(entry))

    async def ConfirmEntry(
        self, request: entry_pb2.ConfirmEntryRequest, context: Context
    ) -> entry_pb2.ConfirmEntryResponse:
        """All, or some groups, are still right."""
        groups = [group_word(group) for group in request.field_groups]
        entry = await self._editor.confirm(author_of(request.agency_id), request.etag, groups)
        return entry_pb2.ConfirmEntryResponse(entry=write_entry(entry))

    async def ListChanges(
        self, request: entry_pb2.ListChangesRequest, context: Context
    ) -> entry_pb2.ListChangesResponse:
        """A page of changes, newest first."""
        size = request.page_size or _CHANGES
        before = _read_moment(request.page_token)
        changes = await self._editor.list_changes(author_of(request.agency_id), before, size + 1)
        more = write_offset(changes[size - 1].lines[0].at.isoformat()) if len(changes) > size else ""
        return entry_pb2.ListChangesResponse(
            changes=[write_change(change) for change in changes[:size]], next_page_token=more
        )

    async def UndoChange(self, request: entry_pb2.UndoChangeRequest, context: Context) -> entry_pb2.UndoChangeResponse:
        """What was there before a change."""
        entry = await self._editor.undo(author_of(request.agency_id), UUID(request.change_id))
        return entry_pb2.UndoChangeResponse(entry=write_entry(entry))


class FreshnessServicer(entry_pb2_grpc.FreshnessServiceServicer):
    """The age of all entries."""

    def __init__(self, store: EntryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ListFreshness(
        self, request: entry_pb2.ListFreshnessRequest, context: Context
    ) -> entry_pb2.ListFreshnessResponse:
        """A page of agencies."""
        size, start, now = request.page_size or _AGENCIES, read_number(request.page_token), self._clock.now()
        before = now - UNCONFIRMED_AFTER if request.only_unconfirmed else None
        order = enum_text(entry_pb2.FreshnessOrder, request.order)
        found = await self._store.list_freshness(Scope.of(staff()), order, before, (start, size + 1), now)
        return entry_pb2.ListFreshnessResponse(
            entries=[write_freshness(aged) for aged in found[:size]],
            next_page_token=write_offset(str(start + size)) if len(found) > size else "",
        )


def _read_moment(token: str) -> datetime | None:
    if not token:
        return None
    try:
        moment = datetime.fromisoformat(read_offset(token))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidArgument(violations=[FieldViolation("page_token", "is broken")])
    return moment
