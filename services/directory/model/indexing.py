"""What the search index is built from, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.directory.model.opening import Opening, Schedule


@dataclass(frozen=True, slots=True)
class Indexed:
    """A service at one place, or nowhere.

    `schedules` are those that count here: of the service at this place, else of the service, else of the place, and
    those of ways in. `terms` are words of taxonomies other than lotse-themen.
    """

    entry_id: UUID
    source: str
    service_id: UUID
    agency_id: UUID
    service_name: str
    description: str
    agency_name: str
    parent_name: str
    topics: tuple[str, ...]
    terms: tuple[str, ...]
    languages: tuple[str, ...]
    has_area: bool
    accepts_handover: bool
    confirmed_at: datetime | None
    capacity_state: str | None
    capacity_said_at: datetime | None
    capacity_expires_at: datetime | None
    schedules: tuple[Schedule, ...]
    audiences: tuple[str, ...]
    exclusions: tuple[str, ...]
    exclusions_description: str
    minimum_age: int | None
    maximum_age: int | None
    ways_in: tuple[str, ...]
    interpretation: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    state: str
    protected: bool
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the index."""

    indexed: Indexed
    words: str
    cells: tuple[int, ...]
    latitude: float | None
    longitude: float | None
    place: str
    state: str
    openings: tuple[Opening, ...]
    lexicon: frozenset[tuple[str, str]]
