"""What a client takes back at the desk of an agency without a pass, and taking that back again."""

from uuid import UUID

from lotse.consent.v1 import decision_pb2
from lotse.referrals.v1 import referral_pb2

from services.common.errors import NotFound
from services.common.identity.principals import Staff
from services.referrals.consent import AskedItem, Part, Question
from services.referrals.convert import from_withdrawal
from services.referrals.model import Referral, Side
from services.referrals.rules import ENDED
from services.referrals.servicer.desk import Context, Desk, member, referral_of, scope, side_of
from services.referrals.store import tasks


async def check_not_excluded(desk: Desk, referral: Referral, who: Staff) -> None:
    """Raises NotFound for somebody of the recipient whom the client excluded: for her there is no such referral.

    Whatever else consent would deny is no reason here, since nothing is shown and taking back always succeeds.
    """
    if referral.state in ENDED or referral.assigned_person_id == who.person:
        return
    ((decision,),) = await desk.consent.decide([Question(referral, [AskedItem.of_cover_sheet(referral)])])
    if decision.reason == decision_pb2.DECISION_REASON_PERSON_EXCLUDED:
        raise NotFound


class WithdrawingRpcs:
    """What either side of a referral does for her. Asks consent alone: the directory may be away."""

    _desk: Desk

    async def WithdrawForClient(
        self, request: referral_pb2.WithdrawForClientRequest, context: Context
    ) -> referral_pb2.WithdrawForClientResponse:
        """Takes back between the two agencies, in whatever state the referral is, and takes no etag."""
        referral = await self._before_her(request.referral_id)
        part = Part(request.categories, request.direction, request.secrecy_releases)
        receipt_id = await self._desk.consent.withdraw(referral, request.request_id, part)
        self._desk.showing.forget()
        return referral_pb2.WithdrawForClientResponse(receipt_id=receipt_id or "")

    async def PreviewWithdrawalForClient(
        self, request: referral_pb2.PreviewWithdrawalForClientRequest, context: Context
    ) -> referral_pb2.PreviewWithdrawalForClientResponse:
        """What to read out to her before a part is taken back."""
        found = await self._desk.consent.preview_withdrawal(await self._before_her(request.referral_id))
        if found is None:
            return referral_pb2.PreviewWithdrawalForClientResponse()
        return referral_pb2.PreviewWithdrawalForClientResponse(now=found.now, parts=found.parts)

    async def ReduceConsentForClient(
        self, request: referral_pb2.ReduceConsentForClientRequest, context: Context
    ) -> referral_pb2.ReduceConsentForClientResponse:
        """Lets it end earlier; NotFound where nothing is in force."""
        referral = await self._before_her(request.referral_id)
        receipt_id = await self._desk.consent.reduce(referral, request.valid_until, request.request_id)
        return referral_pb2.ReduceConsentForClientResponse(receipt_id=receipt_id)

    async def _before_her(self, referral_id: str) -> Referral:
        """The referral for whoever has the client before them, on either side.

        A coordinator may do it too: a client does not come back when the person assigned is there again.
        """
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, side = await referral_of(tx, UUID(referral_id), who, agency_id, read_only=True)
        if side is Side.RECIPIENT:
            await check_not_excluded(self._desk, referral, who)
        return referral

    async def ListWithdrawals(
        self, request: referral_pb2.ListWithdrawalsRequest, context: Context
    ) -> referral_pb2.ListWithdrawalsResponse:
        """What she took back between the two agencies, for the discloser's people who work on it."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
            found = await tasks.withdrawals_of(tx, referral)
        now = self._desk.clock.now()
        return referral_pb2.ListWithdrawalsResponse(withdrawals=[from_withdrawal(each, now) for each in found])

    async def ReinstateConsentForClient(
        self, request: referral_pb2.ReinstateConsentForClientRequest, context: Context
    ) -> referral_pb2.ReinstateConsentForClientResponse:
        """One withdrawal is taken back; consent decides whether it is too late, and the feed brings the rest."""
        who, _ = member()
        withdrawal_id = UUID(request.withdrawal_id)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
            known = {each.withdrawal_id for each in await tasks.withdrawals_of(tx, referral)}
        if withdrawal_id not in known:
            raise NotFound
        receipt_id = await self._desk.consent.reinstate(referral, withdrawal_id, request.request_id)
        return referral_pb2.ReinstateConsentForClientResponse(receipt_id=receipt_id)
