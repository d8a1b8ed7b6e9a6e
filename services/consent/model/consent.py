"""A consent as it was given, and what the decision needs beside it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.vocabulary import Category, Label, Purpose, WayBack


class Act(StrEnum):
    """What a revision of a consent records. Withdrawn and locked leave nothing in force."""

    GRANTED = "granted"
    CONFIRMED = "confirmed"
    REDUCED = "reduced"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    LOCKED = "locked"


class ConsentState(StrEnum):
    """State of a consent, computed from its newest revision, the newest of its pair, and the clock."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    LOCKED = "locked"


class Assent(StrEnum):
    """A child's own word where somebody else decides for it."""

    NOT_ASKED = "not-asked"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """One exception from the base. An empty dimension fits anything; times are half-open."""

    permits: bool
    categories: frozenset[Category] = frozenset()
    labels: frozenset[Label] = frozenset()
    persons: frozenset[UUID] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    authoring_agencies: frozenset[UUID] = frozenset()
    written_from: datetime | None = None
    written_until: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Representation:
    """What a representative may decide, on which ground (guardian, legal carer, parents), and until when."""

    ground: str
    categories: frozenset[Category]
    way_back: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grantor:
    """Who decided: the client herself, or a representative; for a child also both parents and its own assent."""

    representation: Representation | None = None
    both_parents_needed: bool = False
    parents_agreed: int = 0
    assent: Assent = Assent.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Consent:
    """One revision of one consent between exactly two agencies, whole: nothing is inherited from the one before.

    `revision` counts per case, discloser and recipient over all their consents, so the highest one is in force and a
    new grant supersedes by standing later. `unconfirmed_since` is set for an oral decision until she confirms it.
    """

    case_id: UUID
    consent_id: UUID
    revision: int
    act: Act
    at: datetime
    discloser_id: UUID
    recipient_id: UUID
    base_permits: bool
    purposes: frozenset[Purpose]
    valid_from: datetime
    valid_until: datetime
    exceptions: tuple[ExceptionRule, ...] = ()
    way_back: WayBack = WayBack.NOTHING
    secrecy_release_forward: bool = False
    secrecy_release_back: bool = False
    excluded_persons: frozenset[UUID] = frozenset()
    grantor: Grantor = field(default_factory=Grantor)
    unconfirmed_since: datetime | None = None
    recipient_in_network: bool = True

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """Discloser and recipient."""
        return self.discloser_id, self.recipient_id

    @property
    def in_force(self) -> bool:
        """Whether its newest act leaves something; its period is asked separately."""
        return self.act in {Act.GRANTED, Act.CONFIRMED, Act.REDUCED, Act.REINSTATED}


@dataclass(frozen=True, slots=True)
class RegimeRow:
    """The data-protection law of one agency on days [valid_from, valid_until) of German time."""

    agency_id: UUID
    regime: str
    overlays: tuple[str, ...]
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class StatutoryAct:
    """A recorded act of a statutory path: what it names may cross until its time box ends, nothing else."""

    case_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    categories: frozenset[Category]
    until: datetime
