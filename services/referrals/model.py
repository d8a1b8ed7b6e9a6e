"""What referrals knows: cases, section versions, referrals, deletion tasks; content only where it is named so."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

COVER_SHEET = "cover-sheet"
OUTCOME = "outcome"


class State(StrEnum):
    """State of a referral."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    RECALLED = "recalled"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Side(StrEnum):
    """Who acts on a referral."""

    DISCLOSER = "discloser"
    RECIPIENT = "recipient"
    SYSTEM = "system"


class Action(StrEnum):
    """What is done to a referral; all but the last two move it to another state."""

    DISCARD = "discard"
    SEND = "send"
    RECALL = "recall"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    RETURN = "return"
    COMPLETE = "complete"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    UPDATE = "update"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class Case:
    """An agency's own handle for one client. The handle is personal data."""

    case_id: UUID
    agency_id: UUID
    handle: str = field(repr=False)
    in_danger: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SectionVersion:
    """A version of a section without its content."""

    case_id: UUID
    item_id: UUID
    version: int
    category: str
    labels: tuple[str, ...]
    agency_id: UUID
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """What the recipient's whole team sees; no name."""

    topics: tuple[str, ...]
    urgency: str
    language: str
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft says."""

    recipient_id: UUID
    service_id: UUID | None
    kind: str
    purpose: str
    cover_sheet: CoverSheet
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral with both sides' facts; a servicer shows each side its own."""

    case_id: UUID
    referral_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    service_id: UUID | None
    kind: str
    purpose: str
    cover_sheet: CoverSheet
    state: State
    draft_revision: int
    row_version: int
    recipient_case_id: UUID | None
    assigned_person_id: UUID | None
    reason: str
    created_at: datetime
    changed_at: datetime
    sent_at: datetime | None

    @property
    def etag(self) -> str:
        """Changes with every change of the row."""
        return f"{self.referral_id.hex[:8]}-{self.row_version}"

    def side_of(self, agency_id: UUID | None) -> Side | None:
        """On which side an agency stands; a draft has only one side."""
        if agency_id == self.discloser_id:
            return Side.DISCLOSER
        if agency_id == self.recipient_id and self.state not in {State.DRAFT, State.DISCARDED}:
            return Side.RECIPIENT
        return None


@dataclass(frozen=True, slots=True)
class Item:
    """A pinned section version of a referral, and whether it was sent and has ended."""

    section: SectionVersion
    sent_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome item of a referral without its content."""

    case_id: UUID
    referral_id: UUID
    item_id: UUID
    agency_id: UUID
    written_at: datetime
    sent_back_at: datetime | None
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeletionTask:
    """What an agency has to delete."""

    case_id: UUID
    deletion_task_id: UUID
    referral_id: UUID
    agency_id: UUID
    withdrawal_id: UUID | None
    categories: tuple[str, ...]
    created_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    keys_destroyed_at: datetime | None

    @property
    def etag(self) -> str:
        """Changes with every step."""
        step = 2 if self.keys_destroyed_at else 1 if self.acknowledged_at else 0
        return f"{self.deletion_task_id.hex[:8]}-{step}"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal as the feed tells it; no category means everything."""

    case_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    withdrawal_id: UUID
    everything: bool
    categories: tuple[str, ...]
    at: datetime
    due_at: datetime
