"""What is published: collections of records, what must hold of a record, and its document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

RECORDS = frozenset({"organizations", "services", "service_at_locations", "taxonomies", "taxonomy_terms"})
"""Collections whose records stand by themselves; all others are tables that only copies in tables need."""


class Depth(StrEnum):
    """How much of a record is written."""

    BRIEF = ""
    FULL = "full"
    FULL_SERVICE = "full_service"
    MINIMAL = "minimal"


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What must hold of a record, all together; None and "" ask for nothing."""

    search: str = ""
    term: UUID | None = None
    taxonomy: UUID | None = None
    organization: UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    proximity_metres: int = 0
    top_only: bool = False
    parent: UUID | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """Around a point, with the cells of the grid that it can touch."""

    latitude: float
    longitude: float
    metres: float
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """A filter as the tables are asked: words as a tsquery and as a pattern, a postcode as what may cover it."""

    filter: RecordFilter
    tsquery: str | None = None
    pattern: str | None = None
    districts: tuple[str, ...] = ()
    state: str = ""
    circle: Circle | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A record as HSDS JSON in UTF-8."""

    id: UUID
    modified_at: datetime | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a collection; a line may go on in the next piece."""

    collection: str
    lines: bytes
    count: int
