"""What a client takes back at the desk of an agency, and taking that back again."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, category, moment

router = APIRouter(prefix="/api/v1/referrals/{referral_id}", tags=["withdrawals"], dependencies=[Depends(as_staff)])


class WithdrawnForClient(Answer):
    """The number of her receipt; "" where she had permitted nothing between the two agencies."""

    receipt_id: str


@router.post("/withdraw", summary="Take back for a client who is present")
async def withdraw_for_client(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> WithdrawnForClient:
    """All she permitted between the two agencies ends at once, in whatever state the referral is."""
    request = referral_pb2.WithdrawForClientRequest(request_id=repeat_key, referral_id=referral_id)
    return WithdrawnForClient(receipt_id=(await having.referrals.WithdrawForClient(request)).receipt_id)


class Withdrawal(Answer):
    """What she took back between the two agencies of a referral."""

    withdrawal_id: Id
    at: datetime | None
    everything: bool
    categories: list[str]
    due_at: datetime | None
    taken_back_at: datetime | None
    may_be_taken_back: bool


class Withdrawals(Answer):
    """Newest first."""

    withdrawals: list[Withdrawal]


class Present(Body):
    """She is there and wants it."""

    client_is_present: Literal[True]


class Reinstated(Answer):
    """The number of her receipt."""

    receipt_id: str


@router.get("/withdrawals", summary="What she took back between the two agencies")
async def list_withdrawals(referral_id: Id, having: ClientsOf) -> Withdrawals:
    """For the discloser's people who work on it."""
    found = await having.referrals.ListWithdrawals(referral_pb2.ListWithdrawalsRequest(referral_id=referral_id))
    return Withdrawals(
        withdrawals=[
            Withdrawal(
                withdrawal_id=each.withdrawal_id,
                at=moment(each.at),
                everything=each.everything,
                categories=[category(value) for value in each.categories],
                due_at=moment(each.due_at, present=each.HasField("due_at")),
                taken_back_at=moment(each.taken_back_at, present=each.HasField("taken_back_at")),
                may_be_taken_back=each.may_be_taken_back,
            )
            for each in found.withdrawals
        ]
    )


@router.post("/withdrawals/{withdrawal_id}/take-back", summary="Take a withdrawal back for a client who is present")
async def take_withdrawal_back(
    referral_id: Id, withdrawal_id: Id, body: Present, having: ClientsOf, repeat_key: RepeatKey
) -> Reinstated:
    """What this one withdrawal ended is in force again; possible until copies are deleted and before the due date."""
    request = referral_pb2.ReinstateConsentForClientRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        withdrawal_id=withdrawal_id,
        client_is_present=body.client_is_present,
    )
    return Reinstated(receipt_id=(await having.referrals.ReinstateConsentForClient(request)).receipt_id)
