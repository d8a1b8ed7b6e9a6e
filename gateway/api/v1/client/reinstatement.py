"""A client takes a withdrawal back, with her second secret."""

from fastapi import APIRouter
from lotse.consent.v1 import client_pb2

from gateway.api.v1.client.consent_request import Receipt, receipt
from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf, RepeatKey
from gateway.api.v1.schemas import Answer, Id

router = APIRouter(prefix="/api/v1", tags=["her list"])


class Reinstated(Answer):
    """Her receipt."""

    receipt: Receipt


@router.post("/withdrawals/{withdrawal_id}/take-back", status_code=201, summary="Take a withdrawal back")
async def reinstate(withdrawal_id: Id, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey) -> Reinstated:
    """Needs the second secret; possible until copies are deleted and before the due date. Others stay as they are."""
    request = client_pb2.ReinstateConsentRequest(request_id=repeat_key, withdrawal_id=withdrawal_id)
    return Reinstated(receipt=receipt((await having.consent.ReinstateConsent(request)).receipt))
