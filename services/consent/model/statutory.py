"""Acts that a law permits, as they are written down."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.vocabulary import Category


class Ground(StrEnum):
    """The law that permits it."""

    CHILD_IN_DANGER_WELFARE = "sgb-viii-8a"
    CHILD_IN_DANGER_SECRECY = "kkg-4"
    PRESENT_DANGER = "stgb-34"


class Channel(StrEnum):
    """How it is passed on; only the first is decided and logged item by item."""

    NETWORK = "network"
    PHONE = "phone"
    PAPER = "paper"


class Body(StrEnum):
    """A recipient outside the network."""

    YOUTH_WELFARE_OFFICE = "youth-welfare-office"
    POLICE = "police"
    COURT = "court"
    HEALTH_SERVICE = "health-service"
    EMERGENCY_SERVICE = "emergency-service"
    OTHER_AUTHORITY = "other-authority"


class WithheldGround(StrEnum):
    """Why the client is not told."""

    DANGER_TO_CLIENT = "danger-to-client"
    DANGER_TO_OTHERS = "danger-to-others"
    DEFEATS_PURPOSE = "defeats-purpose"


class Verdict(StrEnum):
    """What a second person says."""

    CONFIRMED = "confirmed"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act; its reason stands encrypted in referrals under the act's id."""

    case_id: UUID
    act_id: UUID
    discloser_id: UUID
    recipient_id: UUID | None
    recipient_body: Body | None
    referral_id: UUID | None
    ground: Ground
    channel: Channel
    categories: frozenset[Category]
    at: datetime
    until: datetime
    confirm_by: datetime
    notice_withheld: WithheldGround | None
    reason_hash: bytes
    recorded_by: UUID
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Review:
    """What a second person said of an act. Nobody is known where a restore says again that somebody objected."""

    case_id: UUID
    act_id: UUID
    review_id: UUID
    verdict: Verdict
    person_id: UUID | None
    at: datetime
    request_id: UUID
    act_ended_at: datetime | None = None
    """When an objection ended what the act permits; objections written down before this was kept have none."""


@dataclass(frozen=True, slots=True)
class ReviewedAct:
    """An act with what was said of it, if anything was."""

    act: RecordedAct
    review: Review | None

    def is_escalated(self, at: datetime) -> bool:
        """Whether nobody looked at it in time."""
        return self.review is None and at >= self.act.confirm_by
