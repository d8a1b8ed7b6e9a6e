"""How often the own agency declined: a hint that its entry in the directory misleads."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Moment, moment, number
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1", tags=["referrals"], dependencies=[Depends(as_staff)])
MisleadingReason = Literal["not-eligible", "at-capacity", "wrong-place", "wrong-language"]


class DeclineCount(Answer):
    """How often was declined for a service; empty where the referrals named none."""

    service_id: str
    count: int


class DeclineCounts(Answer):
    """Most often declined first, and since when was counted."""

    counts: list[DeclineCount]
    since: datetime | None


@router.get("/decline-counts", summary="How often the own agency declined for a reason")
async def count_declines(having: ClientsOf, reason: MisleadingReason, since: Moment | None = None) -> DeclineCounts:
    """For coordinators: by service, of at most ninety days, from three on. Nothing of referrals or who referred."""
    request = referral_pb2.CountDeclinesRequest(
        reason=number(referral_pb2.TransitionReason, reason, "reason"),  # type: ignore[arg-type]
        since=to_timestamp(since),
    )
    found = await having.referrals.CountDeclines(request)
    counts = [DeclineCount(service_id=each.service_id, count=each.count) for each in found.counts]
    return DeclineCounts(counts=counts, since=moment(found.since))
