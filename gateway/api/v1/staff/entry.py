"""An agency's own entry: reading, writing, confirming, its history; and the age of all entries, for the operator."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from lotse.directory.v1 import entry_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, answer_etag, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, Word, moment, number, numbers, word

router = APIRouter(prefix="/api/v1", tags=["entry"], dependencies=[Depends(as_staff)])
FieldName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", examples=["postal_code"])]


class EntryRow(Answer):
    """A row of an entry, with the fields of HSDS and our profile as text."""

    kind: str
    row_id: Id
    parent_id: str = Field(description="What it belongs to; empty means the agency.")
    fields: dict[str, str]
    edited_at: datetime | None
    location_id: str = Field(description="Place, of a row that says where a service is offered.")


class EntryPart(Answer):
    """A field group of an entry; its etag is what changing it takes."""

    field_group: str
    etag: str
    rows: list[EntryRow]
    confirmed_at: datetime | None
    confirmed_how: str
    standing: str


class Entry(Answer):
    """An agency's entry; its etag is what confirming it takes."""

    agency_id: Id
    name: str
    source: str
    etag: str
    parts: list[EntryPart]
    confirmed_at: datetime | None
    confirmed_how: str
    standing: str
    protected_location: bool

    def part(self, group: str) -> EntryPart:
        """The part of this name."""
        return next(part for part in self.parts if part.field_group == group)


class OwnEntry(Answer):
    """An entry, and whether the person may change it."""

    entry: Entry
    may_edit: bool


class NewRow(Body):
    """A row as it is to be."""

    kind: FieldName
    row_id: Id = Field(description="Of a new row any UUID; the same again is the same row.")
    parent_id: Id | None = None
    fields: dict[FieldName, PlainText] = Field(default={}, max_length=40)


class NewPart(Body):
    """A field group as it is to be; a row that is missing turns inactive."""

    rows: list[NewRow] = Field(max_length=500)


class Confirmed(Body):
    """What is still right; no group means all."""

    field_groups: list[Word] = Field(default=[], max_length=7)


class CapacityWord(Body):
    """Whether a service has room."""

    service_id: Id
    state: Word
    weeks: int | None = Field(None, ge=0, le=520, description="Only with a waiting list.")


class FieldChange(Answer):
    """What happened to a field, or without field to a row."""

    kind: str
    row_id: Id
    row_name: str
    field_name: str
    previous_value: str
    replacement_value: str
    action: str
    is_withheld: bool


class Change(Answer):
    """What was changed at once."""

    change_id: Id
    changed_at: datetime | None
    author: str
    source: str
    fields: list[FieldChange]
    is_undoable: bool


class Changes(Answer):
    """A page of changes."""

    changes: list[Change]
    next_page_token: str


@router.get("/agencies/{agency_id}/entry", summary="The own agency's entry")
async def get_entry(agency_id: Id, having: ClientsOf, response: Response) -> OwnEntry:
    """With what only partners see. Every other agency's does not exist here."""
    found = await having.entries.GetEntry(entry_pb2.GetEntryRequest(agency_id=agency_id))
    return OwnEntry(entry=_answered(found.entry, response), may_edit=found.may_edit)


@router.put("/agencies/{agency_id}/entry/{group}", summary="Write a field group of the entry")
async def update_entry(
    agency_id: Id, group: Word, body: NewPart, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Entry:
    """All rows of the group as they are to be. `If-Match` takes the etag of the group."""
    rows = [
        entry_pb2.EntryRow(kind=row.kind, row_id=row.row_id, parent_id=row.parent_id or "", fields=row.fields)
        for row in body.rows
    ]
    request = entry_pb2.UpdateEntryRequest(
        request_id=repeat_key, agency_id=agency_id, field_group=_group(group), etag=etag, rows=rows
    )
    return _answered((await having.entries.UpdateEntry(request)).entry, response)


@router.post("/agencies/{agency_id}/entry/confirm", summary="Say that the entry is still right")
async def confirm_entry(
    agency_id: Id, body: Confirmed, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Entry:
    """`If-Match` takes the etag of the whole entry, so that nobody confirms what she has not seen."""
    groups = numbers(entry_pb2.FieldGroup, body.field_groups, "field_groups")
    request = entry_pb2.ConfirmEntryRequest(
        request_id=repeat_key,
        agency_id=agency_id,
        etag=etag,
        field_groups=groups,  # type: ignore[arg-type]
    )
    return _answered((await having.entries.ConfirmEntry(request)).entry, response)


@router.post("/agencies/{agency_id}/entry/capacity", summary="Say whether a service has room")
async def set_capacity(
    agency_id: Id, body: CapacityWord, having: ClientsOf, repeat_key: RepeatKey, response: Response
) -> Entry:
    """The last word counts, and holds for two weeks."""
    request = entry_pb2.SetCapacityRequest(
        request_id=repeat_key,
        agency_id=agency_id,
        service_id=body.service_id,
        state=number(vocabulary_pb2.CapacityState, body.state, "state"),  # type: ignore[arg-type]
        weeks=body.weeks,
    )
    return _answered((await having.entries.SetCapacity(request)).entry, response)


@router.get("/agencies/{agency_id}/changes", summary="What was changed in the entry")
async def list_changes(
    agency_id: Id,
    having: ClientsOf,
    page_size: Annotated[int, Query(ge=0, le=100)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> Changes:
    """Newest first, also of what only partners see."""
    request = entry_pb2.ListChangesRequest(agency_id=agency_id, page_size=page_size, page_token=page_token)
    found = await having.entries.ListChanges(request)
    return Changes(changes=[_change(change) for change in found.changes], next_page_token=found.next_page_token)


@router.post("/agencies/{agency_id}/changes/{change_id}/undo", summary="Put back what a change replaced")
async def undo_change(
    agency_id: Id, change_id: Id, having: ClientsOf, repeat_key: RepeatKey, response: Response
) -> Entry:
    """As a new change. Refused with the names of the fields when something was changed since."""
    request = entry_pb2.UndoChangeRequest(request_id=repeat_key, agency_id=agency_id, change_id=change_id)
    return _answered((await having.entries.UndoChange(request)).entry, response)


def _group(group: str) -> entry_pb2.FieldGroup.ValueType:
    value: entry_pb2.FieldGroup.ValueType = number(entry_pb2.FieldGroup, group, "group")  # type: ignore[assignment]
    return value


def _answered(entry: entry_pb2.Entry, response: Response) -> Entry:
    answer_etag(response, entry.etag)
    return Entry(
        agency_id=entry.agency_id,
        name=entry.name,
        source=entry.source,
        etag=entry.etag,
        parts=[_part(part) for part in entry.parts],
        confirmed_at=moment(entry.confirmed_at, present=entry.HasField("confirmed_at")),
        confirmed_how=entry.confirmed_how,
        standing=word(entry_pb2.Standing, entry.standing),
        protected_location=entry.protected_location,
    )


def _part(part: entry_pb2.EntryPart) -> EntryPart:
    rows = [
        EntryRow(
            kind=row.kind,
            row_id=row.row_id,
            parent_id=row.parent_id,
            fields=dict(row.fields),
            edited_at=moment(row.edited_at, present=row.HasField("edited_at")),
            location_id=row.location_id,
        )
        for row in part.rows
    ]
    return EntryPart(
        field_group=word(entry_pb2.FieldGroup, part.field_group),
        etag=part.etag,
        rows=rows,
        confirmed_at=moment(part.confirmed_at, present=part.HasField("confirmed_at")),
        confirmed_how=part.confirmed_how,
        standing=word(entry_pb2.Standing, part.standing),
    )


def _change(change: entry_pb2.Change) -> Change:
    fields = [
        FieldChange(
            kind=each.kind,
            row_id=each.row_id,
            row_name=each.row_name,
            field_name=each.field_name,
            previous_value=each.previous_value,
            replacement_value=each.replacement_value,
            action=word(entry_pb2.ChangeAction, each.action),
            is_withheld=each.is_withheld,
        )
        for each in change.fields
    ]
    return Change(
        change_id=change.change_id,
        changed_at=moment(change.changed_at),
        author=word(entry_pb2.ChangeAuthor, change.author),
        source=change.source,
        fields=fields,
        is_undoable=change.is_undoable,
    )
