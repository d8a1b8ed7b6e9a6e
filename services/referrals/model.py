"""What referrals knows: cases, section versions, referrals, deletion tasks; content only where it is named so."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

COVER_SHEET = "cover-sheet"
OUTCOME = "outcome"
CASE_CONFERENCE = "case-conference"
CONSENT, STATUTORY = "consent", "statutory"


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
    REINSTATE = "reinstate"
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
    entrusted_by_another: bool = False
    """Another person entrusted it and has not agreed that it goes on (§ 65 SGB VIII)."""


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
    basis: str
    """What it rests on; an act of a law is never mixed with consent."""

    @property
    def is_conference(self) -> bool:
        """Whether it invites to a case conference, whose participants each see the list of all."""
        return self.purpose == CASE_CONFERENCE and self.basis == CONSENT

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
    taken_back_at: datetime | None
    escalated_at: datetime | None
    objection_ground: str | None
    objected_at: datetime | None
    objection_closed_at: datetime | None
    kept: tuple[str, ...]
    """What the objection keeps; none where it keeps all. Of everything else copies are gone by the same word."""

    rest_destroyed_at: datetime | None
    """When what no objection keeps was destroyed, or last looked at."""

    @property
    def etag(self) -> str:
        """Changes with every step."""
        steps = (
            self.acknowledged_at,
            self.keys_destroyed_at,
            self.taken_back_at,
            self.objected_at,
            self.objection_closed_at,
        )
        return f"{self.deletion_task_id.hex[:8]}-{sum(step is not None for step in steps)}"

    @property
    def may_be_objected_to(self) -> bool:
        """Whether nobody has answered, objected or taken it back, and keys are there."""
        steps = self.acknowledged_at, self.objected_at, self.taken_back_at, self.keys_destroyed_at
        return all(step is None for step in steps)

    @property
    def is_objected(self) -> bool:
        """Whether an objection is open: nothing of it is read, and no key is destroyed."""
        return self.objected_at is not None and self.objection_closed_at is None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an agency has to keep what it should delete; the note is encrypted."""

    ground: str
    item_id: UUID | None = None
    ciphertext: bytes | None = field(default=None, repr=False)
    kept: tuple[str, ...] = ()
    """What has to be kept; none where all of it has."""


@dataclass(frozen=True, slots=True)
class ContactTask:
    """To ask a client by her safe contact whether it was her who withdrew. The handle is personal data."""

    case_id: UUID
    contact_task_id: UUID
    handle: str = field(repr=False)
    is_assigned: bool
    created_at: datetime
    closed_at: datetime | None
    result: str | None

    @property
    def etag(self) -> str:
        """Changes when it is closed."""
        return f"{self.contact_task_id.hex[:8]}-{int(self.closed_at is not None)}"


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
    by_client: bool = False
    """She did it herself, with her pass."""


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """That a withdrawal was taken back, as the feed tells it."""

    case_id: UUID
    withdrawal_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptWithdrawal:
    """A withdrawal between the two agencies of a referral, and how far it went for that referral."""

    withdrawal_id: UUID
    everything: bool
    categories: tuple[str, ...]
    at: datetime
    due_at: datetime | None
    acknowledged: bool
    reinstated_at: datetime | None


@dataclass(frozen=True, slots=True)
class WithdrawalHints:
    """By what an addressee finds a client: a receipt number, or what she remembers; "" is unknown. No name."""

    receipt_id: UUID | None
    other_agency_id: UUID | None
    month: str
    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class WithdrawalRequest:
    """One agency asks another to take back for a client who is with it."""

    withdrawal_request_id: UUID
    from_agency_id: UUID
    to_agency_id: UUID
    hints: WithdrawalHints
    created_at: datetime
    answer_by: datetime
    answer: str | None
    answered_at: datetime | None
    withdrawal_receipt_id: UUID | None
    escalated_at: datetime | None

    @property
    def etag(self) -> str:
        """Changes when it is answered."""
        return f"{self.withdrawal_request_id.hex[:8]}-{int(self.answered_at is not None)}"


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A piece of evidence of a decision, without content; `item_hash` is over the ciphertext, so it tells nothing."""

    case_id: UUID
    item_id: UUID
    referral_id: UUID
    role: str
    media_type: str
    item_hash: bytes
    agency_id: UUID
    written_at: datetime


@dataclass(frozen=True, slots=True)
class NameCheck:
    """A person whom a client named as one who must not read, without the name, and what the agency found.

    It is of two agencies; the referral is one of those between them.
    """

    case_id: UUID
    name_check_id: UUID
    referral_id: UUID
    agency_id: UUID
    held_for: UUID
    named_at: datetime
    answered_at: datetime | None
    excluded_persons: tuple[UUID, ...]
    discloser_id: UUID
    recipient_id: UUID
    state: State
    assigned_person_id: UUID | None
    answer_by: datetime | None

    @property
    def etag(self) -> str:
        """Changes with each answer."""
        return f"{self.name_check_id.hex[:8]}-{int(self.answered_at is not None)}-{len(self.excluded_persons)}"
