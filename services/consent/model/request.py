"""A consent request, her answer to it, and what she takes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.consent import ExceptionRule
from services.consent.model.vocabulary import Category, Direction, Label, Purpose, WayBack


class RequestState(StrEnum):
    """State of a consent request."""

    REQUESTED = "requested"
    GRANTED = "granted"
    PARTLY_GRANTED = "partly-granted"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CategoryAsked:
    """A category with the labels that its items carry in the draft."""

    category: Category
    labels: frozenset[Label]


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What is asked of whom for whom. It names no text and no person but the counsellor who asks."""

    case_id: UUID
    consent_request_id: UUID
    referral_id: UUID
    draft_revision: int
    discloser_id: UUID
    recipient_id: UUID
    categories: tuple[CategoryAsked, ...]
    purposes: frozenset[Purpose]
    language: str
    in_danger: bool
    text_version_ids: tuple[UUID, ...]
    requested_by: UUID
    requested_at: datetime
    ended_as: RequestState | None = None
    """How it ended, unless time ended it."""
    variety: str = "standard"
    """Language variety that she is to read: standard, or Leichte Sprache."""
    with_interpreter: bool = False
    """Whoever asks has said that an interpreter is with her: only then a text without reviewer is shown."""
    participants: frozenset[UUID] = frozenset()
    """The agencies of a case conference, these two among them; each of them sees this list. Else empty."""

    @property
    def is_of_conference(self) -> bool:
        """Whether it is about a case conference, whose participants are no candidates for each other's place."""
        return Purpose.CASE_CONFERENCE in self.purposes

    @property
    def is_of_evaluation(self) -> bool:
        """Whether it is about passing the case to an evaluator, which has nothing to do with help."""
        return Purpose.EVALUATION in self.purposes


@dataclass(frozen=True, slots=True)
class Answer:
    """Her answer, as she gave it."""

    base_permits: bool
    exceptions: tuple[ExceptionRule, ...]
    answers: tuple[tuple[Category, bool], ...]
    way_back: WayBack
    secrecy_release_forward: bool
    secrecy_release_back: bool
    purposes: frozenset[Purpose]
    valid_from: datetime | None
    valid_until: datetime | None
    excluded_persons: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Retraction:
    """What she takes back: no category means every one, no direction means both, and nothing named means everything.

    Where only releases from secrecy are named, what she permitted stays written and nothing goes that way any more.
    """

    categories: frozenset[Category] = frozenset()
    direction: Direction | None = None
    releases: frozenset[Direction] = frozenset()


@dataclass(frozen=True, slots=True)
class Reduction:
    """What she makes less without asking anew: an earlier end, or further persons who may not read, on either side."""

    valid_until: datetime | None = None
    excluded_persons: frozenset[UUID] = frozenset()
