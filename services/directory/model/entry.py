"""An agency's own entry: rows of HSDS tables, in groups that are confirmed one by one, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.directory.rules.freshness import Standing

Value = str | int | bool | list[str] | None
"""A column as JSON has it; numbers with a fraction stay text, so that nothing of them is lost on the way."""

GROUPS = ("contact", "opening-hours", "services", "languages", "responsibility", "capacity", "handover")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with all its columns; the parent is what it belongs to, such as a service or a service at one place."""

    kind: str
    id: UUID
    parent_id: UUID | None
    values: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as somebody wants it: the texts of its fields."""

    kind: str
    id: UUID
    parent_id: UUID | None
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it can be edited: the texts of the fields of one group."""

    kind: str
    id: UUID
    parent_id: UUID | None
    fields: Mapping[str, str] = field(repr=False)
    edited_at: datetime | None
    location_id: UUID | None = None
    """The place, of a row that says where a service is offered."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """When something was last confirmed, and how: agency, phone, import."""

    at: datetime | None
    how: str


@dataclass(frozen=True, slots=True)
class Part:
    """One group of an entry; the etag is of its rows alone."""

    group: str
    etag: str
    rows: tuple[ShownRow, ...]
    confirmation: Confirmation
    standing: Standing


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with all its parts."""

    agency_id: UUID
    name: str
    source: str
    etag: str
    parts: tuple[Part, ...]
    confirmation: Confirmation
    standing: Standing
    protected: bool

    def part(self, group: str) -> Part:
        """The part of this name."""
        return next(part for part in self.parts if part.group == group)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the change log; without field the row was added."""

    id: UUID
    kind: str
    row_id: UUID
    at: datetime
    action: str
    field_name: str
    previous: str | None = field(repr=False)
    replacement: str | None = field(repr=False)
    updated_by: str
    by_agency: bool
    is_self: bool

    @property
    def is_withheld(self) -> bool:
        """The log keeps no value of it, since it is of a protected place."""
        return bool(self.field_name) and self.previous is None and self.replacement is None

    @property
    def is_final(self) -> bool:
        """It cannot be put back: its values are gone, protection would end, or there would be no agency left."""
        ends_protection = self.field_name == "protected" and self.previous == "false"
        return self.is_withheld or ends_protection or (self.kind == "organization" and not self.field_name)


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed at once; names of rows by id."""

    lines: tuple[LogLine, ...]
    names: Mapping[UUID, str] = field(repr=False)

    @property
    def id(self) -> UUID:
        """Of its first line."""
        return min(line.id for line in self.lines)


@dataclass(frozen=True, slots=True)
class Aged:
    """How old an agency's entry is."""

    agency_id: UUID
    name: str
    source: str
    confirmation: Confirmation
    standing: Standing
    open_reports: int
    is_represented: bool


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A report of an error; without service it is about the agency itself."""

    id: UUID
    agency_id: UUID
    agency_name: str
    service_id: UUID | None
    service_name: str
    field_name: str
    reason: str
    message: str = field(repr=False)
    reported_at: datetime
    reporter_id: UUID
    reporter_name: str
    state: str = "open"
    answer: str = field(default="", repr=False)
    answered_at: datetime | None = None
