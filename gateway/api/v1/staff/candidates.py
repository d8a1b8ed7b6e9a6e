"""Candidates of one sitting: which drafts can be asked about together, and which is to be sent next."""

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Id
from gateway.api.v1.staff.referrals import Referral, referral
from gateway.clients import Clients

router = APIRouter(prefix="/api/v1", tags=["referrals"], dependencies=[Depends(as_staff)])
_MOST_DRAFTS = 200
_EVALUATION = "evaluation"


class NextCandidate(Answer):
    """The draft to send next; null when there is none."""

    referral: Referral | None


@router.get("/referrals/{referral_id}/next-candidate", summary="Whom to send it to next")
async def next_candidate(referral_id: Id, having: ClientsOf) -> NextCandidate:
    """After an offer that came to nothing: the next draft of its sitting that the client permits now."""
    found = await having.referrals.GetNextCandidate(referral_pb2.GetNextCandidateRequest(referral_id=referral_id))
    return NextCandidate(referral=referral(found.referral) if found.HasField("referral") else None)


async def other_drafts(of: Referral, having: Clients) -> list[Referral]:
    """Drafts that can be asked about in the same sitting, oldest first, among the two hundred newest of whoever asks.

    They are of the same case, to other agencies; an evaluation is asked apart.
    """
    if of.purpose == _EVALUATION:
        return []
    request = referral_pb2.ListReferralsRequest(
        box=referral_pb2.REFERRAL_BOX_OUTGOING, states=[referral_pb2.REFERRAL_STATE_DRAFT], page_size=_MOST_DRAFTS
    )
    found = await having.referrals.ListReferrals(request)
    drafts = [referral(each) for each in found.referrals if each.case_id == of.case_id]
    return [each for each in reversed(drafts) if each.recipient_id != of.recipient_id and each.purpose != _EVALUATION]
