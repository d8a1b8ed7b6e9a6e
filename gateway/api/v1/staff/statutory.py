"""What is passed on without consent because a law permits it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from lotse.consent.v1 import statutory_pb2
from lotse.referrals.v1 import statutory_pb2 as referrals_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field, StringConstraints

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, category, moment, number, numbers, word

router = APIRouter(prefix="/api/v1", tags=["statutory acts"], dependencies=[Depends(as_staff)])

Ground = Literal["sgb-viii-8a", "kkg-4", "stgb-34"]
Channel = Literal["network", "phone", "paper"]
RecipientBody = Literal[
    "youth-welfare-office", "police", "court", "health-service", "emergency-service", "other-authority"
]
Withheld = Literal["danger-to-client", "danger-to-others", "defeats-purpose"]
Reason = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=20, max_length=5000)]


class NewAct(Body):
    """What is passed on, to whom, and why. With a referral it names recipient and sections, else a body is named."""

    referral_id: Id | None = None
    recipient_body: RecipientBody | None = None
    ground: Ground
    channel: Channel
    categories: list[str] = Field(default=[], max_length=20)
    hours: int = Field(default=72, ge=1, le=720)
    reason: Reason
    notice_withheld: Withheld | None = None


class StatutoryAct(Answer):
    """An act, and what a second person said of it; "" is nobody, nothing, or the client is told."""

    act_id: Id
    case_id: Id
    referral_id: str
    recipient_id: str
    recipient_body: str
    ground: str
    channel: str
    categories: list[str]
    at: datetime | None
    until: datetime | None
    confirm_by: datetime | None
    recorded_by: str
    notice_withheld: str
    verdict: str
    reviewed_at: datetime | None
    is_escalated: bool


class StatutoryActs(Answer):
    """Those that wait for a second person first."""

    acts: list[StatutoryAct]


class Review(Body):
    """What a second person says."""

    case_id: Id
    verdict: Literal["confirmed", "objected"]


class ActReason(Answer):
    """Why, in the words of whoever acted."""

    reason: str
    written_at: datetime | None


@router.post("/cases/{case_id}/statutory-acts", status_code=201, summary="Pass something on because a law permits it")
async def record_act(case_id: Id, body: NewAct, having: ClientsOf, repeat_key: RepeatKey) -> StatutoryAct:
    """One person acts; a second one has to look at it by the end of the next working day."""
    request = referrals_pb2.RecordStatutoryActRequest(
        request_id=repeat_key,
        case_id=case_id,
        referral_id=body.referral_id or "",
        recipient_body=number(statutory_pb2.RecipientBody, body.recipient_body or "", "recipient_body"),  # type: ignore[arg-type]
        ground=number(statutory_pb2.StatutoryGround, body.ground, "ground"),  # type: ignore[arg-type]
        channel=number(statutory_pb2.StatutoryChannel, body.channel, "channel"),  # type: ignore[arg-type]
        categories=numbers(vocabulary_pb2.DataCategory, body.categories, "categories"),  # type: ignore[arg-type]
        hours=body.hours,
        reason=body.reason,
        notice_withheld=number(statutory_pb2.NoticeWithheldGround, body.notice_withheld or "", "notice_withheld"),  # type: ignore[arg-type]
    )
    return _act((await having.statutory.RecordStatutoryAct(request)).act)


@router.get("/statutory-acts", summary="The agency's acts without consent")
async def list_acts(having: ClientsOf) -> StatutoryActs:
    """At most two hundred."""
    found = await having.acts.ListActs(statutory_pb2.ListActsRequest())
    return StatutoryActs(acts=[_act(each) for each in found.acts])


@router.post("/statutory-acts/{act_id}/review", summary="Confirm an act as second person, or object")
async def review_act(act_id: Id, body: Review, having: ClientsOf, repeat_key: RepeatKey) -> StatutoryAct:
    """Never by whoever acted. An objection ends what the act permits at once."""
    request = statutory_pb2.ReviewActRequest(
        request_id=repeat_key,
        act_id=act_id,
        case_id=body.case_id,
        verdict=number(statutory_pb2.ReviewVerdict, body.verdict, "verdict"),  # type: ignore[arg-type]
    )
    return _act((await having.acts.ReviewAct(request)).act)


@router.post("/statutory-acts/{act_id}/reason", summary="Read the reason of an act")
async def read_reason(act_id: Id, having: ClientsOf) -> ActReason:
    """By POST, since each look is written down."""
    found = await having.statutory.ReadStatutoryReason(referrals_pb2.ReadStatutoryReasonRequest(act_id=act_id))
    return ActReason(reason=found.reason, written_at=moment(found.written_at))


def _act(act: statutory_pb2.StatutoryAct) -> StatutoryAct:
    return StatutoryAct(
        act_id=act.act_id,
        case_id=act.case_id,
        referral_id=act.referral_id,
        recipient_id=act.recipient_id,
        recipient_body=word(statutory_pb2.RecipientBody, act.recipient_body),
        ground=word(statutory_pb2.StatutoryGround, act.ground),
        channel=word(statutory_pb2.StatutoryChannel, act.channel),
        categories=[category(value) for value in act.categories],
        at=moment(act.at),
        until=moment(act.until),
        confirm_by=moment(act.confirm_by),
        recorded_by=act.recorded_by,
        notice_withheld=word(statutory_pb2.NoticeWithheldGround, act.notice_withheld),
        verdict=word(statutory_pb2.ReviewVerdict, act.verdict),
        reviewed_at=moment(act.reviewed_at, present=act.HasField("reviewed_at")),
        is_escalated=act.is_escalated,
    )
