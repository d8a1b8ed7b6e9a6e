"""A question to the decision, and its answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.consent.model.consent import Consent, RegimeRow, StatutoryAct
from services.consent.model.vocabulary import (
    Basis,
    Category,
    Direction,
    DisclosureKind,
    Label,
    Purpose,
    Reason,
    Remedy,
    Sight,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item that is asked about; None is what this program does not know, and leads to a denial.

    An author or a date of None is not known either, which only matters to exceptions that name one.
    """

    item_id: UUID
    version: int
    category: Category | None
    labels: frozenset[Label] | None
    written_on: datetime | None = None
    authoring_agency_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who asks, for what; agencies are those of the consent, whatever the direction. None is unknown."""

    case_id: UUID
    referral_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    direction: Direction | None
    purpose: Purpose | None
    basis: Basis | None
    kind: DisclosureKind | None
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that stands in the database about a question: newest revision of the pair, regimes, statutory acts."""

    consent: Consent | None
    regimes: tuple[RegimeRow, ...] = ()
    acts: tuple[StatutoryAct, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """Yes or no to one item, and why; `permitted_until` is when time alone turns this yes into a no."""

    item: Item
    permit: bool
    reason: Reason
    consent_id: UUID | None = None
    revision: int = 0
    permitted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the rule that settled it (0 on a statutory basis) and what would have to change for a yes.

    `permitted_from` is when time alone turns a no into a yes.
    """

    decision: ItemDecision
    rule: int
    remedy: Remedy
    permitted_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class CategorySight:
    """What the other side can see of one category now, and how that is explained for its ordinary data."""

    category: Category
    sight: Sight
    explanation: Explanation
