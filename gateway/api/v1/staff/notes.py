"""Notes between agencies, for those who counsel."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from lotse.directory.v1 import note_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, moment

router = APIRouter(prefix="/api/v1", tags=["notes"], dependencies=[Depends(as_staff)])


class PartnerNote(Answer):
    """A note; who wrote is an agency."""

    note_id: Id
    agency_id: Id
    service_id: str
    service_name: str
    text: str
    written_at: datetime | None
    author_agency_id: Id
    author_agency_name: str
    may_remove: bool


class PartnerNotes(Answer):
    """A page of notes."""

    notes: list[PartnerNote]
    next_page_token: str


class NewNote(Body):
    """What partners should know who work with an agency."""

    service_id: Id | None = Field(None, description="Left out when it is about the agency itself.")
    text: PlainText = Field(min_length=1, max_length=500, description="Nothing about clients.")


@router.post("/agencies/{agency_id}/notes", status_code=201, summary="Write a note about another agency")
async def write_note(agency_id: Id, body: NewNote, having: ClientsOf, repeat_key: RepeatKey) -> PartnerNote:
    """In the name of the own agency; counsellors and coordinators of all agencies read it."""
    request = note_pb2.WriteNoteRequest(
        request_id=repeat_key, agency_id=agency_id, service_id=body.service_id or "", text=body.text
    )
    return _note((await having.notes.WriteNote(request)).note)


@router.get("/agencies/{agency_id}/notes", summary="Notes of partners about an agency")
async def list_notes(
    agency_id: Id,
    having: ClientsOf,
    page_size: Annotated[int, Query(ge=0, le=200)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> PartnerNotes:
    """Newest first."""
    request = note_pb2.ListNotesRequest(agency_id=agency_id, page_size=page_size, page_token=page_token)
    found = await having.notes.ListNotes(request)
    return PartnerNotes(notes=[_note(each) for each in found.notes], next_page_token=found.next_page_token)


@router.delete("/notes/{note_id}", status_code=204, summary="Remove a note")
async def remove_note(note_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> None:
    """For the agency that wrote it, and the coordinator of the one it is about."""
    await having.notes.RemoveNote(note_pb2.RemoveNoteRequest(request_id=repeat_key, note_id=note_id))


def _note(note: note_pb2.PartnerNote) -> PartnerNote:
    return PartnerNote(
        note_id=note.note_id,
        agency_id=note.agency_id,
        service_id=note.service_id,
        service_name=note.service_name,
        text=note.text,
        written_at=moment(note.written_at),
        author_agency_id=note.author_agency_id,
        author_agency_name=note.author_agency_name,
        may_remove=note.may_remove,
    )
