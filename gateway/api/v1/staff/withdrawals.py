"""What a client takes back at the desk of an agency."""

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Id

router = APIRouter(prefix="/api/v1/referrals/{referral_id}", tags=["withdrawals"], dependencies=[Depends(as_staff)])


class WithdrawnForClient(Answer):
    """The number of her receipt; "" where she had permitted nothing between the two agencies."""

    receipt_id: str


@router.post("/withdraw", summary="Take back for a client who is present")
async def withdraw_for_client(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> WithdrawnForClient:
    """All she permitted between the two agencies ends at once, in whatever state the referral is."""
    request = referral_pb2.WithdrawForClientRequest(request_id=repeat_key, referral_id=referral_id)
    return WithdrawnForClient(receipt_id=(await having.referrals.WithdrawForClient(request)).receipt_id)
