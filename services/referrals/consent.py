"""What referrals asks consent. A permit is the only way to content that crossed; no answer means no content."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import (
    client_pb2,
    decision_pb2,
    decision_pb2_grpc,
    exclusion_pb2,
    exclusion_pb2_grpc,
    request_pb2,
    request_pb2_grpc,
    statutory_pb2,
    statutory_pb2_grpc,
)
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import LotseError
from services.common.protobuf.enums import enum_text, enum_value
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.referrals.model import COVER_SHEET, OUTCOME, NameCheck, Outcome, Referral, SectionVersion

_MOST_QUERIES = 100
"""What consent takes in one call."""


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item as consent is told of it: no content."""

    item_id: UUID
    version: int
    category: str
    labels: tuple[str, ...] = ()
    written_on: datetime | None = None
    author: UUID | None = None

    @classmethod
    def of_section(cls, section: SectionVersion) -> "AskedItem":
        """A section of the dossier."""
        return cls(
            section.item_id, section.version, section.category, section.labels, section.written_at, section.agency_id
        )

    @classmethod
    def of_cover_sheet(cls, referral: Referral) -> "AskedItem":
        """The cover sheet of a referral."""
        return cls(
            referral.referral_id, referral.draft_revision, COVER_SHEET, (), referral.changed_at, referral.discloser_id
        )

    @classmethod
    def of_outcome(cls, outcome: Outcome) -> "AskedItem":
        """The outcome of a referral."""
        return cls(outcome.item_id, 1, OUTCOME, (), outcome.written_at, outcome.agency_id)


@dataclass(frozen=True, slots=True)
class Question:
    """Items of one referral, which way and for what."""

    referral: Referral
    items: Sequence[AskedItem]
    kind: str = "read"
    direction: str = "forward"


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no with the reason's number; where only asked, also the rule and what would have to change for a yes."""

    permit: bool
    reason: decision_pb2.DecisionReason.ValueType
    rule: int = 0
    revision: int = 0
    remedy: decision_pb2.DecisionRemedy.ValueType = decision_pb2.DECISION_REMEDY_UNSPECIFIED
    permitted_until: datetime | None = None
    permitted_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Decisions that are written down, in the order asked, and when by the database's clock."""

    decisions: list[Decision]
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """A question to the client. The access code passes through and is kept nowhere."""

    consent_request_id: str
    access_code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """Where the newest question of a referral stands."""

    consent_request_id: str
    draft_revision: int
    state: str
    sitting: tuple[UUID, ...] = ()
    """The referrals of its sitting in order, its own among them; empty when it was asked alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a consent is taken back, in the numbers of the protos; empty is all of it."""

    categories: Sequence[vocabulary_pb2.DataCategory.ValueType] = ()
    direction: vocabulary_pb2.Direction.ValueType = vocabulary_pb2.DIRECTION_UNSPECIFIED
    secrecy_releases: Sequence[vocabulary_pb2.Direction.ValueType] = ()


ALL: Final = Part()


class Consent:
    """Consent's services for referrals; calls bear the token of whoever asks."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._decisions = decision_pb2_grpc.ConsentDecisionServiceStub(channel)
        self._requests = request_pb2_grpc.ConsentRequestServiceStub(channel)
        self._acts = statutory_pb2_grpc.ConsentStatutoryServiceStub(channel)
        self._exclusions = exclusion_pb2_grpc.ConsentExclusionServiceStub(channel)

    async def disclose(self, question: Question, request_id: str) -> Disclosed:
        """Decide and write down; each permitted item stands in the client's list."""
        answer = await self._decisions.Disclose(
            decision_pb2.DiscloseRequest(
                request_id=request_id,
                circumstances=_circumstances(question),
                items=[_item(item) for item in question.items],
            )
        )
        return Disclosed([_decision(one) for one in answer.decisions], from_timestamp(answer.at))

    async def decide(self, questions: Sequence[Question]) -> list[list[Decision]]:
        """The same answers without writing anything down; never a ground to show content."""
        queries = [
            decision_pb2.DecisionQuery(circumstances=_circumstances(one), items=[_item(item) for item in one.items])
            for one in questions
        ]
        decided: list[list[Decision]] = []
        for start in range(0, len(queries), _MOST_QUERIES):
            request = decision_pb2.DecideRequest(queries=queries[start : start + _MOST_QUERIES])
            answer = await self._decisions.Decide(request)
            decided += [[_decision(one) for one in query.decisions] for query in answer.queries]
        return decided

    async def ask(
        self,
        referral: Referral,
        sections: Sequence[SectionVersion],
        language: str,
        request_id: str,
        *,
        in_danger: bool,
        variety: str = "",
        with_interpreter: bool = False,
        on_tablet: bool = False,
        in_sitting_with: str = "",
        participants: Sequence[UUID] = (),
    ) -> AskedConsent:
        """Ask the client for the cover sheet and these sections; in one sitting with another question of her case.

        `participants` are all agencies of a case conference, which she is shown.
        """
        categories = [request_pb2.CategoryAsked(category=_category(COVER_SHEET))]
        categories += [
            request_pb2.CategoryAsked(
                category=_category(section.category),
                labels=[enum_value(vocabulary_pb2.SensitivityLabel, label) for label in section.labels],
            )
            for section in sections
        ]
        answer = await self._requests.CreateRequest(
            request_pb2.CreateRequestRequest(
                request_id=request_id,
                case_id=str(referral.case_id),
                referral_id=str(referral.referral_id),
                draft_revision=referral.draft_revision,
                recipient_id=str(referral.recipient_id),
                categories=categories,
                purposes=[enum_value(vocabulary_pb2.Purpose, referral.purpose)],
                language=language,
                in_danger=in_danger,
                variety=variety,
                with_interpreter=with_interpreter,
                on_tablet=on_tablet,
                in_sitting_with=in_sitting_with,
                participant_ids=map(str, participants),
            )
        )
        return AskedConsent(answer.consent_request_id, answer.access_code, from_timestamp(answer.expires_at))

    async def standing(self, referral: Referral) -> RequestStanding | None:
        """Where the newest question of a referral stands; None when nothing was asked."""
        try:
            answer = await self._requests.GetRequest(
                request_pb2.GetRequestRequest(case_id=str(referral.case_id), referral_id=str(referral.referral_id))
            )
        except LotseError as error:
            if error.reason == "NOT_FOUND":
                return None
            raise
        state = enum_text(request_pb2.ConsentRequestState, answer.state)
        sitting = tuple(map(UUID, answer.sitting_referral_ids))
        return RequestStanding(answer.consent_request_id, answer.draft_revision, state, sitting)

    async def texts(
        self, referral: Referral, standing: RequestStanding, beside: str
    ) -> request_pb2.GetRequestTextsResponse:
        """What the newest question says, in her language and beside in another."""
        return await self._requests.GetRequestTexts(
            request_pb2.GetRequestTextsRequest(
                case_id=str(referral.case_id), consent_request_id=standing.consent_request_id, beside=beside
            )
        )

    async def record(
        self, request: request_pb2.RecordDecisionForClientRequest
    ) -> request_pb2.RecordDecisionForClientResponse:
        """Write down what she said or wrote; a repeat answers what was written."""
        return await self._requests.RecordDecisionForClient(request)

    async def confirmation_code(
        self, referral: Referral, standing: RequestStanding, request_id: str
    ) -> request_pb2.CreateConfirmationCodeResponse:
        """A code with which she confirms an oral decision. It passes through and is kept nowhere."""
        return await self._requests.CreateConfirmationCode(
            request_pb2.CreateConfirmationCodeRequest(
                request_id=request_id,
                case_id=str(referral.case_id),
                consent_request_id=standing.consent_request_id,
            )
        )

    async def record_act(self, request: statutory_pb2.RecordActRequest) -> statutory_pb2.StatutoryAct:
        """Write down what a law permits; a repeat answers the act of then."""
        return (await self._acts.RecordAct(request)).act

    async def cancel(self, referral: Referral, consent_request_id: str, request_id: UUID) -> None:
        """Take a question back: its access code opens nothing from then on; one that was answered stays answered."""
        await self._requests.CancelRequest(
            request_pb2.CancelRequestRequest(
                request_id=str(request_id), case_id=str(referral.case_id), consent_request_id=consent_request_id
            )
        )

    async def withdraw(self, referral: Referral, request_id: str, part: Part = ALL) -> str | None:
        """Take back for the client what she permitted between the two agencies; None where she permitted nothing.

        Gives the number of the receipt, of the earlier withdrawal where all was taken back before.
        """
        try:
            answer = await self._requests.WithdrawForClient(
                request_pb2.WithdrawForClientRequest(
                    request_id=request_id,
                    case_id=str(referral.case_id),
                    discloser_id=str(referral.discloser_id),
                    recipient_id=str(referral.recipient_id),
                    categories=part.categories,
                    direction=part.direction,
                    secrecy_releases=part.secrecy_releases,
                )
            )
        except LotseError as error:
            if error.reason == "NOT_FOUND":
                return None
            raise
        return answer.receipt_id

    async def preview_withdrawal(self, referral: Referral) -> request_pb2.PreviewWithdrawalForClientResponse | None:
        """What is in force and what each part of it would leave; None where nothing is in force."""
        try:
            return await self._requests.PreviewWithdrawalForClient(
                request_pb2.PreviewWithdrawalForClientRequest(
                    case_id=str(referral.case_id),
                    discloser_id=str(referral.discloser_id),
                    recipient_id=str(referral.recipient_id),
                )
            )
        except LotseError as error:
            if error.reason == "NOT_FOUND":
                return None
            raise

    async def reduce(self, referral: Referral, valid_until: Timestamp, request_id: str) -> str:
        """Let it end earlier for the client; the number of the receipt. Raises InvalidArgument for a later end."""
        answer = await self._requests.ReduceConsentForClient(
            request_pb2.ReduceConsentForClientRequest(
                request_id=request_id,
                case_id=str(referral.case_id),
                discloser_id=str(referral.discloser_id),
                recipient_id=str(referral.recipient_id),
                valid_until=valid_until,
            )
        )
        return answer.receipt_id

    async def exclude(self, check: NameCheck, people: Sequence[UUID], request_id: str) -> None:
        """None of these people reads from now on; raises NotFound where nothing is in force between the agencies."""
        await self._exclusions.ExcludePersons(
            exclusion_pb2.ExcludePersonsRequest(
                request_id=request_id,
                case_id=str(check.case_id),
                discloser_id=str(check.discloser_id),
                recipient_id=str(check.recipient_id),
                person_ids=[str(person_id) for person_id in people],
            )
        )

    async def find_receipt(self, receipt_id: UUID) -> tuple[UUID, UUID, UUID] | None:
        """Case, discloser and recipient of a receipt of one's own agency; None for any other number."""
        try:
            found = await self._requests.FindReceipt(request_pb2.FindReceiptRequest(receipt_id=str(receipt_id)))
        except LotseError as error:
            if error.reason == "NOT_FOUND":
                return None
            raise
        return UUID(found.case_id), UUID(found.discloser_id), UUID(found.recipient_id)

    async def reinstate(self, referral: Referral, withdrawal_id: UUID, request_id: str) -> str:
        """Take one withdrawal back for the client; the number of the receipt. Raises IllegalState when too late."""
        answer = await self._requests.ReinstateConsentForClient(
            request_pb2.ReinstateConsentForClientRequest(
                request_id=request_id, case_id=str(referral.case_id), withdrawal_id=str(withdrawal_id)
            )
        )
        return answer.receipt_id


def _circumstances(question: Question) -> decision_pb2.Circumstances:
    referral = question.referral
    return decision_pb2.Circumstances(
        case_id=str(referral.case_id),
        referral_id=str(referral.referral_id),
        discloser_id=str(referral.discloser_id),
        recipient_id=str(referral.recipient_id),
        direction=enum_value(vocabulary_pb2.Direction, question.direction),
        purpose=enum_value(vocabulary_pb2.Purpose, referral.purpose),
        basis=enum_value(vocabulary_pb2.Basis, referral.basis),
        kind=enum_value(client_pb2.DisclosureKind, question.kind),
    )


def _category(word: str) -> vocabulary_pb2.DataCategory.ValueType:
    value: vocabulary_pb2.DataCategory.ValueType = enum_value(vocabulary_pb2.DataCategory, word)
    return value


def _item(item: AskedItem) -> decision_pb2.ItemAsked:
    return decision_pb2.ItemAsked(
        item_id=str(item.item_id),
        version=item.version,
        category=_category(item.category),
        labels=[enum_value(vocabulary_pb2.SensitivityLabel, label) for label in item.labels],
        written_on=to_timestamp(item.written_on),
        authoring_agency_id=str(item.author) if item.author else "",
    )


def _decision(one: decision_pb2.ItemDecision) -> Decision:
    return Decision(
        permit=one.permit,
        reason=one.reason,
        rule=one.rule,
        revision=one.revision,
        remedy=one.remedy,
        permitted_until=from_timestamp(one.permitted_until) if one.HasField("permitted_until") else None,
        permitted_from=from_timestamp(one.permitted_from) if one.HasField("permitted_from") else None,
    )
