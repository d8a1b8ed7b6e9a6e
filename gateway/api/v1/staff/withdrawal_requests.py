"""Asking another agency to take back for a client who is here, and answering such a question. No field takes a name."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from lotse.referrals.v1 import withdrawal_request_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Language, moment, number, word

router = APIRouter(prefix="/api/v1", tags=["withdrawal requests"], dependencies=[Depends(as_staff)])


class NewWithdrawalRequest(Body):
    """Whom to ask, and by what she is found: a receipt number, or at least the month or the other agency."""

    to_agency_id: Id
    receipt_id: Id | None = None
    other_agency_id: Id | None = None
    month: str | None = Field(None, pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])
    topic: str | None = Field(None, pattern=r"^[a-z0-9-]{1,60}$", examples=["mietschulden"])
    language: Language | None = None


class WithdrawalRequest(Answer):
    """A request as either of its agencies sees it."""

    withdrawal_request_id: Id
    from_agency_id: str
    to_agency_id: str
    receipt_id: str
    other_agency_id: str
    month: str
    topic: str
    language: str
    created_at: datetime | None
    answer_by: datetime | None
    answer: str
    answered_at: datetime | None
    withdrawal_receipt_id: str
    escalated_at: datetime | None
    etag: str


class WithdrawalRequests(Answer):
    """Unanswered ones first."""

    withdrawal_requests: list[WithdrawalRequest]


class FoundReferral(Answer):
    """A referral that fits."""

    referral_id: Id
    other_agency_id: str
    at: datetime | None


class AskedWithdrawal(Answer):
    """A request with the referrals that it may be about."""

    withdrawal_request: WithdrawalRequest
    found: list[FoundReferral]


class WithdrawalAnswer(Body):
    """The referral in which she permitted it, which is then taken back; none says that it was not found."""

    referral_id: Id | None = None


@router.post("/withdrawal-requests", status_code=201, summary="Ask another agency to take back for a client")
async def create_withdrawal_request(
    body: NewWithdrawalRequest, having: ClientsOf, repeat_key: RepeatKey
) -> WithdrawalRequest:
    """It has until the end of the next working day."""
    request = withdrawal_request_pb2.CreateWithdrawalRequestRequest(
        request_id=repeat_key,
        to_agency_id=body.to_agency_id,
        hints=withdrawal_request_pb2.WithdrawalHints(
            receipt_id=body.receipt_id or "",
            other_agency_id=body.other_agency_id or "",
            month=body.month or "",
            topic=body.topic or "",
            language=body.language or "",
        ),
    )
    return _shown((await having.withdrawal_requests.CreateWithdrawalRequest(request)).withdrawal_request)


@router.get("/withdrawal-requests", summary="Withdrawal requests that the agency got or sent")
async def list_withdrawal_requests(
    having: ClientsOf, box: Annotated[Literal["incoming", "outgoing"], Query()]
) -> WithdrawalRequests:
    """Answered ones are erased after thirty days."""
    value = number(withdrawal_request_pb2.WithdrawalRequestBox, box, "box")
    request = withdrawal_request_pb2.ListWithdrawalRequestsRequest(box=value)  # type: ignore[arg-type]
    found = await having.withdrawal_requests.ListWithdrawalRequests(request)
    return WithdrawalRequests(withdrawal_requests=[_shown(one) for one in found.withdrawal_requests])


@router.get("/withdrawal-requests/{withdrawal_request_id}", summary="A request with what it may be about")
async def get_withdrawal_request(withdrawal_request_id: Id, having: ClientsOf) -> AskedWithdrawal:
    """For the agency that is asked."""
    request = withdrawal_request_pb2.GetWithdrawalRequestRequest(withdrawal_request_id=withdrawal_request_id)
    found = await having.withdrawal_requests.GetWithdrawalRequest(request)
    return AskedWithdrawal(
        withdrawal_request=_shown(found.withdrawal_request),
        found=[
            FoundReferral(referral_id=one.referral_id, other_agency_id=one.other_agency_id, at=moment(one.at))
            for one in found.found
        ],
    )


@router.post(
    "/withdrawal-requests/{withdrawal_request_id}/answer", summary="Take back for her, or say it was not found"
)
async def answer_withdrawal_request(
    withdrawal_request_id: Id, body: WithdrawalAnswer, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> WithdrawalRequest:
    """The agency that asked sees the answer and the number of the receipt, not the referral."""
    request = withdrawal_request_pb2.AnswerWithdrawalRequestRequest(
        request_id=repeat_key,
        withdrawal_request_id=withdrawal_request_id,
        etag=etag,
        referral_id=body.referral_id or "",
    )
    return _shown((await having.withdrawal_requests.AnswerWithdrawalRequest(request)).withdrawal_request)


def _shown(one: withdrawal_request_pb2.WithdrawalRequest) -> WithdrawalRequest:
    return WithdrawalRequest(
        withdrawal_request_id=one.withdrawal_request_id,
        from_agency_id=one.from_agency_id,
        to_agency_id=one.to_agency_id,
        receipt_id=one.hints.receipt_id,
        other_agency_id=one.hints.other_agency_id,
        month=one.hints.month,
        topic=one.hints.topic,
        language=one.hints.language,
        created_at=moment(one.created_at),
        answer_by=moment(one.answer_by),
        answer=word(withdrawal_request_pb2.WithdrawalAnswer, one.answer),
        answered_at=moment(one.answered_at, present=one.HasField("answered_at")),
        withdrawal_receipt_id=one.withdrawal_receipt_id,
        escalated_at=moment(one.escalated_at, present=one.HasField("escalated_at")),
        etag=one.etag,
    )
