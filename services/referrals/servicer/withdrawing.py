"""Taking back for a client who stands at the desk without a pass."""

from uuid import UUID

from lotse.referrals.v1 import referral_pb2

from services.referrals.servicer.desk import Context, Desk, member, referral_of, scope


class WithdrawingRpcs:
    """What either side of a referral does for her. Asks consent alone: the directory may be away."""

    _desk: Desk

    async def WithdrawForClient(
        self, request: referral_pb2.WithdrawForClientRequest, context: Context
    ) -> referral_pb2.WithdrawForClientResponse:
        """Takes all back between the two agencies, in whatever state the referral is, and takes no etag.

        A coordinator may do it too: a client does not come back when the person assigned is there again.
        """
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _ = await referral_of(tx, UUID(request.referral_id), who, agency_id, read_only=True)
        receipt_id = await self._desk.consent.withdraw(referral, request.request_id)
        self._desk.showing.forget()
        return referral_pb2.WithdrawForClientResponse(receipt_id=receipt_id or "")
