"""Entries and their changes between model and proto."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lotse.directory.v1 import entry_pb2

from services.common.protobuf.enums import enum_text, enum_value
from services.common.protobuf.times import to_timestamp
from services.directory.model.entry import Aged, Change, Entry, GivenRow, LogLine, Part, ShownRow


def read_rows(rows: Iterable[entry_pb2.EntryRow]) -> list[GivenRow]:
    """The rows that somebody wants."""
    return [
        GivenRow(row.kind, UUID(row.row_id), UUID(row.parent_id) if row.parent_id else None, dict(row.fields))
        for row in rows
    ]


def group_word(group: entry_pb2.FieldGroup.ValueType) -> str:
    """The word of a field group."""
    return enum_text(entry_pb2.FieldGroup, group)


def write_entry(entry: Entry) -> entry_pb2.Entry:
    """The entry with its parts."""
    return entry_pb2.Entry(
        agency_id=str(entry.agency_id),
        name=entry.name,
        etag=entry.etag,
        parts=[_part(part) for part in entry.parts],
        confirmed_at=to_timestamp(entry.confirmation.at),
        confirmed_how=entry.confirmation.how,
        standing=enum_value(entry_pb2.Standing, entry.standing),
        protected_location=entry.protected,
        source=entry.source,
    )


def write_change(change: Change) -> entry_pb2.Change:
    """A change with the names that its rows have today."""
    first = change.lines[0]
    author = "self" if any(line.is_self for line in change.lines) else "colleague" if first.by_agency else "import"
    return entry_pb2.Change(
        change_id=str(change.id),
        changed_at=to_timestamp(first.at),
        author=enum_value(entry_pb2.ChangeAuthor, author),
        source=first.updated_by.removeprefix("import ") if author == "import" else "",
        fields=[_field_change(line, change.names.get(line.row_id, "")) for line in change.lines],
        is_undoable=not any(line.is_final for line in change.lines),
    )


def write_freshness(aged: Aged) -> entry_pb2.Freshness:
    """How old the entry of an agency is."""
    return entry_pb2.Freshness(
        agency_id=str(aged.agency_id),
        name=aged.name,
        source=aged.source,
        confirmed_at=to_timestamp(aged.confirmation.at),
        confirmed_how=aged.confirmation.how,
        standing=enum_value(entry_pb2.Standing, aged.standing),
        open_reports=aged.open_reports,
        is_represented=aged.is_represented,
    )


def _part(part: Part) -> entry_pb2.EntryPart:
    return entry_pb2.EntryPart(
        field_group=enum_value(entry_pb2.FieldGroup, part.group),
        etag=part.etag,
        rows=[_row(row) for row in part.rows],
        confirmed_at=to_timestamp(part.confirmation.at),
        confirmed_how=part.confirmation.how,
        standing=enum_value(entry_pb2.Standing, part.standing),
    )


def _row(row: ShownRow) -> entry_pb2.EntryRow:
    return entry_pb2.EntryRow(
        kind=row.kind,
        row_id=str(row.id),
        parent_id=str(row.parent_id) if row.parent_id else "",
        fields=row.fields,
        edited_at=to_timestamp(row.edited_at),
        location_id=str(row.location_id or ""),
    )


def _field_change(line: LogLine, name: str) -> entry_pb2.FieldChange:
    return entry_pb2.FieldChange(
        kind=line.kind,
        row_id=str(line.row_id),
        row_name=name,
        field_name=line.field_name,
        previous_value=line.previous or "",
        replacement_value=line.replacement or "",
        action=enum_value(entry_pb2.ChangeAction, line.action),
        is_withheld=line.is_withheld,
    )
