"""What moves a referral from one state to the next; each needs the etag that was read."""

from fastapi import APIRouter, Depends, Response
from lotse.referrals.v1 import referral_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, Word, number
from gateway.api.v1.staff.referrals import Referral, answered, referral

router = APIRouter(prefix="/api/v1/referrals/{referral_id}", tags=["referrals"], dependencies=[Depends(as_staff)])


class Why(Body):
    """A neutral reason."""

    reason: Word


class PerhapsWhy(Body):
    """A neutral reason; needed after acceptance."""

    reason: Word | None = None


class Assignment(Body):
    """Who works on it."""

    person_id: Id


class Outcome(Body):
    """What came of it."""

    result: Word
    note: PlainText = Field("", max_length=5000)


class Completed(Answer):
    """The referral, and whether the discloser may read the outcome now."""

    referral: Referral
    goes_back: bool


@router.post("/discard", summary="Throw a draft away")
async def discard(
    referral_id: Id, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """DRAFT to DISCARDED."""
    request = referral_pb2.DiscardReferralRequest(request_id=repeat_key, referral_id=referral_id, etag=etag)
    return answered((await having.referrals.DiscardReferral(request)).referral, response)


@router.post("/accept", summary="Take it on")
async def accept(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response) -> Referral:
    """OFFERED to ACCEPTED; one of many wins."""
    request = referral_pb2.AcceptReferralRequest(request_id=repeat_key, referral_id=referral_id, etag=etag)
    return answered((await having.referrals.AcceptReferral(request)).referral, response)


@router.post("/decline", summary="Say no")
async def decline(
    referral_id: Id, body: Why, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """OFFERED to DECLINED."""
    request = referral_pb2.DeclineReferralRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        etag=etag,
        reason=number(referral_pb2.TransitionReason, body.reason, "reason"),  # type: ignore[arg-type]
    )
    return answered((await having.referrals.DeclineReferral(request)).referral, response)


@router.post("/assign", summary="Name who works on it")
async def assign(
    referral_id: Id, body: Assignment, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """The assigner reads nothing by it."""
    request = referral_pb2.AssignReferralRequest(
        request_id=repeat_key, referral_id=referral_id, etag=etag, person_id=body.person_id
    )
    return answered((await having.referrals.AssignReferral(request)).referral, response)


@router.post("/start", summary="Begin to work on it")
async def start(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response) -> Referral:
    """ACCEPTED to IN_PROGRESS."""
    request = referral_pb2.StartReferralRequest(request_id=repeat_key, referral_id=referral_id, etag=etag)
    return answered((await having.referrals.StartReferral(request)).referral, response)


@router.post("/recall", summary="Take back what was sent")
async def recall(
    referral_id: Id, body: PerhapsWhy, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """Discloser: OFFERED, ACCEPTED or IN_PROGRESS to RECALLED."""
    reason = number(referral_pb2.TransitionReason, body.reason or "", "reason")
    request = referral_pb2.RecallReferralRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        etag=etag,
        reason=reason,  # type: ignore[arg-type]
    )
    return answered((await having.referrals.RecallReferral(request)).referral, response)


@router.post("/return", summary="Give it back")
async def give_back(
    referral_id: Id, body: Why, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """Recipient: ACCEPTED or IN_PROGRESS to RETURNED."""
    request = referral_pb2.ReturnReferralRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        etag=etag,
        reason=number(referral_pb2.TransitionReason, body.reason, "reason"),  # type: ignore[arg-type]
    )
    return answered((await having.referrals.ReturnReferral(request)).referral, response)


@router.post("/complete", summary="Report what came of it")
async def complete(referral_id: Id, body: Outcome, having: ClientsOf, repeat_key: RepeatKey, etag: Etag) -> Completed:
    """IN_PROGRESS to COMPLETED; the outcome goes back as far as the client permits."""
    outcome = referral_pb2.Outcome(
        result=number(referral_pb2.OutcomeResult, body.result, "result"),  # type: ignore[arg-type]
        note=body.note,
    )
    request = referral_pb2.CompleteReferralRequest(
        request_id=repeat_key, referral_id=referral_id, etag=etag, outcome=outcome
    )
    done = await having.referrals.CompleteReferral(request)
    return Completed(referral=referral(done.referral), goes_back=done.goes_back)
