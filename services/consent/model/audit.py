"""What a data-protection officer is told: numbers, dates and agencies, nothing of content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.consent.model.statutory import Body, Ground
from services.consent.model.vocabulary import Category, Purpose, WayBack


@dataclass(frozen=True, slots=True)
class OverdueDeletion:
    """A withdrawal whose keys should be gone by now and are not."""

    withdrawal_id: UUID
    referral_id: UUID | None
    discloser_id: UUID
    recipient_id: UUID
    withdrawn_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    is_objected: bool


@dataclass(frozen=True, slots=True)
class EvidenceExport:
    """That an officer took the evidence of a case out of the system."""

    case_id: UUID
    export_id: UUID
    agency_id: UUID
    person_id: UUID
    at: datetime
    request_id: UUID


@dataclass(frozen=True, slots=True)
class DenialCount:
    """How often a reason refused an item in a month; `month` is its first day."""

    month: date
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """The requests of one language, "" for all that cannot stand alone; without `outcomes` only the total is told."""

    language: str
    total: int
    outcomes: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class RequestTable:
    """Requests by language and outcome as they may be told; None is what may not."""

    languages: tuple[LanguageCount, ...]
    outcomes: Mapping[str, int] | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Processing:
    """What crosses between one's own agency and a partner, by the consents on record."""

    partner_id: UUID
    discloses: bool
    purposes: frozenset[Purpose]
    categories: frozenset[Category]
    way_back: WayBack
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StatutoryProcessing:
    """What one's own agency passed on to a recipient, an agency or a body, because a law permits it."""

    recipient_id: UUID | None
    recipient_body: Body | None
    grounds: frozenset[Ground]
    categories: frozenset[Category]
    since: datetime
    newest: datetime
