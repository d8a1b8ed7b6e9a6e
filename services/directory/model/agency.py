"""Agencies and services as the public may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.directory.model.opening import Schedule


@dataclass(frozen=True, slots=True)
class Agency:
    """A unit that counsels and holds cases; `address` is the Land alone for a protected location."""

    id: UUID
    name: str
    parent_id: UUID | None
    parent_name: str
    description: str
    accepts_handover: bool
    regime: str
    website: str
    phones: tuple[str, ...]
    address: str
    protected: bool
    confirmed_at: datetime | None
    state: str
    source: str
    source_id: str
    point: tuple[float, float] | None
    confirmations: tuple[Confirmation, ...]
    handover_kinds: tuple[str, ...]
    accessibility: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """When and how a part of the entry was last confirmed."""

    field_group: str
    confirmed_at: datetime
    confirmed_how: str


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """One area of responsibility: postcodes from and to, a district's name, a Land, or words."""

    postcode_from: int | None
    postcode_to: int | None
    district: str
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class AgencyService:
    """One service of an agency, with the hours of all its places; `state` is the Land of the first of them."""

    id: UUID
    agency_id: UUID
    name: str
    description: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    areas: tuple[ServiceArea, ...]
    eligibility: str
    fees: str
    interpretation: str
    capacity_state: str
    capacity_said_at: datetime | None
    capacity_expires_at: datetime | None
    audiences: tuple[str, ...]
    exclusions: tuple[str, ...]
    exclusions_description: str
    minimum_age: int | None
    maximum_age: int | None
    ways_in: tuple[WayIn, ...]
    interpretation_kinds: tuple[str, ...]
    spoken: tuple[tuple[str, str], ...]
    required_documents: tuple[str, ...]
    application: str
    website: str
    alert: str
    state: str


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way in, with a note; its hours are the schedules that name it."""

    way: str
    note: str


@dataclass(frozen=True, slots=True)
class RegimeRow:
    """The data-protection law of an agency from a day on, until the day of its next row."""

    agency_id: UUID
    regime: str
    overlays: tuple[str, ...]
    valid_from: date
    valid_until: date | None
