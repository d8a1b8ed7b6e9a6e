"""PartnerNoteService."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.directory.v1 import note_pb2, note_pb2_grpc

from services.common.clock import Clock
from services.common.database import Scope
from services.common.errors import FieldViolation, InvalidArgument, NotFound, PermissionDenied, RepeatKeyReused
from services.common.identity.context import staff
from services.common.identity.principals import Staff
from services.common.protobuf.times import to_timestamp
from services.directory.model.note import Note
from services.directory.paging import read_number, write_offset
from services.directory.store.notes import NoteStore

Context = grpc.aio.ServicerContext[Any, Any]
_PAGE = 50


class PartnerNoteServicer(note_pb2_grpc.PartnerNoteServiceServicer):
    """Whoever counsels writes in the name of the own agency about others, and reads all."""

    def __init__(self, store: NoteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def WriteNote(self, request: note_pb2.WriteNoteRequest, context: Context) -> note_pb2.WriteNoteResponse:
        """A note; NotFound for an agency or service that is not in the directory."""
        who, own = _member()
        if UUID(request.agency_id) == own:
            raise InvalidArgument(violations=[FieldViolation("agency_id", "own-agency")])
        text = request.text.strip()
        if not text:
            raise InvalidArgument(violations=[FieldViolation("text", "missing")])
        new = Note(
            id=uuid4(),
            agency_id=UUID(request.agency_id),
            service_id=UUID(request.service_id) if request.service_id else None,
            service_name="",
            text=text,
            written_at=self._clock.now(),
            author_id=own,
            author_name="",
        )
        kept = await self._store.insert(Scope.of(who), new, UUID(request.request_id))
        if kept is None:
            raise NotFound
        if (kept.agency_id, kept.service_id, kept.text) != (new.agency_id, new.service_id, new.text):
            raise RepeatKeyReused
        return note_pb2.WriteNoteResponse(note=_written(kept, who, own))

    async def ListNotes(self, request: note_pb2.ListNotesRequest, context: Context) -> note_pb2.ListNotesResponse:
        """A page of notes; none about an agency that is not in the directory."""
        who, own = _member()
        size, start = request.page_size or _PAGE, read_number(request.page_token)
        found = await self._store.list_about(Scope.of(who), UUID(request.agency_id), start, size + 1)
        return note_pb2.ListNotesResponse(
            notes=[_written(note, who, own) for note in found[:size]],
            next_page_token=write_offset(str(start + size)) if len(found) > size else "",
        )

    async def RemoveNote(self, request: note_pb2.RemoveNoteRequest, context: Context) -> note_pb2.RemoveNoteResponse:
        """Deletes it; NotFound for one that is gone, or is for others to remove."""
        who, own = _member()
        about = own if "coordinator" in who.roles else None
        if not await self._store.delete(Scope.of(who), UUID(request.note_id), own, about):
            raise NotFound
        return note_pb2.RemoveNoteResponse()


def _member() -> tuple[Staff, UUID]:
    who = staff()
    if who.agency is None:
        raise PermissionDenied
    return who, who.agency


def _written(note: Note, who: Staff, own: UUID) -> note_pb2.PartnerNote:
    return note_pb2.PartnerNote(
        note_id=str(note.id),
        agency_id=str(note.agency_id),
        service_id=str(note.service_id or ""),
        service_name=note.service_name,
        text=note.text,
        written_at=to_timestamp(note.written_at),
        author_agency_id=str(note.author_id),
        author_agency_name=note.author_name,
        may_remove=note.author_id == own or (note.agency_id == own and "coordinator" in who.roles),
    )
