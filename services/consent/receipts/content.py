"""What a receipt says: an act with what was permitted, refused or ended by it, and what holds afterwards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.consent import Consent
from services.consent.model.vocabulary import COMES_BACK, FORWARD_CATEGORIES, Category, Purpose, WayBack
from services.consent.rules.reach import written_categories


class ActKind(StrEnum):
    """Kind of an act that has a receipt."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REDUCED = "reduced"
    CONFIRMED = "confirmed"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class Parties:
    """Both agencies. They stand in a receipt only for whoever showed that she may see names."""

    discloser_id: UUID
    recipient_id: UUID


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How she was asked, and under which law; `None` where the law of an agency was not known."""

    language: str
    text_hashes: tuple[str, ...]
    evidence_kind: str
    discloser_regime: str | None = None
    recipient_regime: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is permitted after an act."""

    permitted: frozenset[Category] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    way_back: WayBack = WayBack.NOTHING
    secrecy_release_forward: bool = False
    secrecy_release_back: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """All that a receipt says. `record_id` is the consent, or the request that was refused."""

    kind: ActKind
    receipt_id: UUID
    record_id: UUID
    at: datetime
    standing: Standing
    circumstances: Circumstances
    parties: Parties | None = None
    refused: frozenset[Category] = frozenset()
    ended: frozenset[Category] = frozenset()
    made_by_staff: bool = False
    made_by_service: bool = False
    """It ended unused, because another agency of the sitting took the case."""

    due_at: datetime | None = None
    """When copies have to be gone at the latest, after a withdrawal."""


def standing_of(consent: Consent) -> Standing:
    """What a revision permits as it is written; nothing when its act left nothing in force."""
    if not consent.in_force:
        return Standing()
    return Standing(
        permitted=written_categories(consent),
        purposes=consent.purposes,
        way_back=consent.way_back,
        secrecy_release_forward=consent.secrecy_release_forward,
        secrecy_release_back=consent.secrecy_release_back,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
    )


def refused_of(asked: Collection[Category], standing: Standing) -> frozenset[Category]:
    """What she was asked about and did not permit."""
    return frozenset(asked) - standing.permitted


def ended_by(before: Consent, after: Consent) -> frozenset[Category]:
    """What ended with a withdrawal: of what could cross before, all that cannot any more."""
    return _open(before) - _open(after)


def _open(consent: Consent) -> frozenset[Category]:
    """The categories that can cross, in both directions, as far as she decides it."""
    standing = standing_of(consent)
    forward = standing.permitted if standing.secrecy_release_forward else frozenset[Category]()
    back = COMES_BACK[standing.way_back] if standing.secrecy_release_back else frozenset[Category]()
    return (forward & FORWARD_CATEGORIES) | back
