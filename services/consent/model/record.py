"""Rows of proof: what is hashed, logged and kept beside the consent itself."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.consent import Consent, Grantor
from services.consent.model.question import Circumstances, ItemDecision
from services.consent.model.vocabulary import Category


class EvidenceKind(StrEnum):
    """How she decided."""

    OWN_DEVICE = "own-device"
    TABLET = "tablet"
    PAPER = "paper"
    ORAL = "oral"


class EvidenceRole(StrEnum):
    """What a piece of evidence is."""

    INTERPRETER = "interpreter"
    WITNESS = "witness"
    SCAN = "scan"
    READ_BACK = "read-back"
    REPRESENTATIVE = "representative"
    GROUND = "ground"
    AT_DESK = "at-desk"
    """Staff wrote down that she made less, an earlier end or whom she named; no item and nothing said of it."""


class Relation(StrEnum):
    """How somebody who helped stands to her; of the family is recorded with a warning before."""

    PROFESSIONAL = "professional"
    VOLUNTEER = "volunteer"
    FAMILY = "family"


class WithdrawalStep(StrEnum):
    """What was done about a withdrawal."""

    ACKNOWLEDGED = "acknowledged"
    KEYS_DESTROYED = "keys-destroyed"
    OBJECTED = "objected"
    OBJECTION_CLOSED = "objection-closed"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a decision was taken, and the law of that day; the same for every revision of a consent."""

    language: str
    text_hashes: tuple[str, ...]
    evidence_kind: EvidenceKind
    consent_request_id: UUID | None
    referral_id: UUID | None
    discloser_regime: str | None = None
    discloser_overlays: tuple[str, ...] = ()
    recipient_regime: str | None = None
    recipient_overlays: tuple[str, ...] = ()
    evidence_hash: bytes | None = None
    evidence_relation: Relation | None = None
    assisted_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """A piece of evidence as it was handed over; what names somebody stands encrypted in referrals under `item_id`."""

    role: EvidenceRole
    item_id: UUID | None = None
    item_hash: bytes | None = None
    relation: Relation | None = None
    question_id: str | None = None
    answered_right: bool | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence as it is written down."""

    case_id: UUID
    evidence_id: UUID
    consent_request_id: UUID
    given: EvidenceGiven
    recorded_by: UUID
    recording_agency_id: UUID
    at: datetime
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Circumstance:
    """How she decided: on her own device unless it says otherwise, and with whose help."""

    kind: EvidenceKind = EvidenceKind.OWN_DEVICE
    assisted_by: UUID | None = None
    evidence_hash: bytes | None = None
    evidence_relation: Relation | None = None
    unconfirmed: bool = False
    grantor: Grantor = field(default_factory=Grantor)


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A revision of a consent as it is written down.

    A grant has a receipt, a confirmation, and what a client reduced herself. What a withdrawal left has none: the
    withdrawal's own row has it.
    """

    consent: Consent
    setting: Setting
    request_id: UUID
    receipt_id: UUID | None = None

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """Discloser and recipient."""
        return self.consent.pair


@dataclass(frozen=True, slots=True)
class Refusal:
    """That she was asked and permitted nothing."""

    case_id: UUID
    consent_request_id: UUID
    receipt_id: UUID
    referral_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    language: str
    text_hashes: tuple[str, ...]
    evidence_kind: EvidenceKind
    at: datetime
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was taken back, by whom, and when its keys are gone at the latest."""

    case_id: UUID
    withdrawal_id: UUID
    consent_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    referral_id: UUID | None
    revision: int
    everything: bool
    categories: frozenset[Category]
    at: datetime
    due_at: datetime
    receipt_id: UUID
    request_id: UUID
    agency_id: UUID | None = None
    person_id: UUID | None = None
    by_service: bool = False
    """Nobody took it back: it ended unused, because another agency of the sitting took the case."""


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """That a withdrawal was taken back, by whom, and the revision that is in force since."""

    case_id: UUID
    withdrawal_id: UUID
    consent_id: UUID
    discloser_id: UUID
    recipient_id: UUID
    referral_id: UUID | None
    revision: int
    at: datetime
    receipt_id: UUID
    request_id: UUID
    agency_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One step that was done about a withdrawal."""

    case_id: UUID
    acknowledgement_id: UUID
    withdrawal_id: UUID
    step: WithdrawalStep
    person_id: UUID | None
    at: datetime
    request_id: UUID
    kept: frozenset[Category] = frozenset()
    """What an objection keeps, when not all of it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as it stands in her list."""

    person_id: UUID
    agency_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One permitted item that is disclosed now."""

    disclosure_id: UUID
    circumstances: Circumstances
    decision: ItemDecision
    reader: Reader
    at: datetime
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Proof:
    """What a receipt is made of."""

    receipt_id: UUID
    leaf_hash: bytes
    at: datetime
