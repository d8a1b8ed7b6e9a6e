"""WithdrawalRequestService: one agency asks another to take back for a client who stands at its desk."""

from datetime import datetime
from uuid import UUID, uuid4

from lotse.referrals.v1 import withdrawal_request_pb2, withdrawal_request_pb2_grpc

from services.common.errors import NotFound, StaleEtag
from services.common.identity.principals import Staff
from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.referrals.convert import invalid
from services.referrals.deadlines import answer_by
from services.referrals.model import Referral, Side, WithdrawalHints, WithdrawalRequest
from services.referrals.servicer.desk import Context, Desk, member, referral_of, scope
from services.referrals.servicer.withdrawing import check_not_excluded
from services.referrals.store import withdrawal_requests

_URGENCY = "soon"
"""An answer by the end of the next working day."""


class WithdrawalRequestServicer(withdrawal_request_pb2_grpc.WithdrawalRequestServiceServicer):
    """The sender learns the answer and the receipt, never which referral it was."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CreateWithdrawalRequest(
        self, request: withdrawal_request_pb2.CreateWithdrawalRequestRequest, context: Context
    ) -> withdrawal_request_pb2.CreateWithdrawalRequestResponse:
        """Kept for the addressee; a repeat answers that of then."""
        who, agency_id = member()
        to_agency_id, hints = UUID(request.to_agency_id), _hints(request.hints)
        if to_agency_id == agency_id:
            raise invalid("to_agency_id", "another agency than one's own")
        if hints.receipt_id is None and hints.other_agency_id is None and not hints.month:
            raise invalid("hints.receipt_id", "a receipt number, or at least the month or the other agency")
        addressee = await self._desk.agency(to_agency_id)
        if addressee is None:
            raise invalid("to_agency_id", "an agency of the directory")
        now = self._desk.clock.now()
        deadline = answer_by(_URGENCY, now, addressee.state)
        new = WithdrawalRequest(uuid4(), agency_id, to_agency_id, hints, now, deadline, None, None, None, None)
        async with self._desk.database.transaction(scope(who)) as tx:
            kept = await withdrawal_requests.insert(tx, new, who.person, UUID(request.request_id))
        return withdrawal_request_pb2.CreateWithdrawalRequestResponse(withdrawal_request=_shown(kept))

    async def ListWithdrawalRequests(
        self, request: withdrawal_request_pb2.ListWithdrawalRequestsRequest, context: Context
    ) -> withdrawal_request_pb2.ListWithdrawalRequestsResponse:
        """Unanswered ones first, then newest."""
        who, agency_id = member()
        incoming = request.box == withdrawal_request_pb2.WITHDRAWAL_REQUEST_BOX_INCOMING
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            if incoming:
                found = await withdrawal_requests.incoming(tx, agency_id)
            else:
                found = await withdrawal_requests.outgoing(tx, agency_id)
        return withdrawal_request_pb2.ListWithdrawalRequestsResponse(withdrawal_requests=[_shown(one) for one in found])

    async def GetWithdrawalRequest(
        self, request: withdrawal_request_pb2.GetWithdrawalRequestRequest, context: Context
    ) -> withdrawal_request_pb2.GetWithdrawalRequestResponse:
        """By a receipt exactly its referrals, else those that fit what she remembers."""
        who, agency_id = member()
        asked = await self._asked(UUID(request.withdrawal_request_id))
        found = await self._found(who, agency_id, asked.hints)
        return withdrawal_request_pb2.GetWithdrawalRequestResponse(
            withdrawal_request=_shown(asked), found=[_fits(one, agency_id) for one in found]
        )

    async def AnswerWithdrawalRequest(
        self, request: withdrawal_request_pb2.AnswerWithdrawalRequestRequest, context: Context
    ) -> withdrawal_request_pb2.AnswerWithdrawalRequestResponse:
        """Takes back first, then says so; answered before, it answers the request as it is."""
        who, agency_id = member()
        asked = await self._asked(UUID(request.withdrawal_request_id))
        if asked.answered_at is None:
            if request.etag != asked.etag:
                raise StaleEtag
            word, receipt_id = "not-found", None
            if request.referral_id:
                async with self._desk.database.transaction(scope(who), read_only=True) as tx:
                    referral, side = await referral_of(tx, UUID(request.referral_id), who, agency_id, read_only=True)
                if side is Side.RECIPIENT:
                    await check_not_excluded(self._desk, referral, who)
                number = await self._desk.consent.withdraw(referral, request.request_id)
                self._desk.showing.forget()
                word, receipt_id = ("withdrawn", UUID(number)) if number else ("nothing-permitted", None)
            async with self._desk.database.transaction(scope(who)) as tx:
                await withdrawal_requests.answer(tx, asked, word, receipt_id, who.person)
            asked = await self._asked(asked.withdrawal_request_id)
        return withdrawal_request_pb2.AnswerWithdrawalRequestResponse(withdrawal_request=_shown(asked))

    async def _asked(self, withdrawal_request_id: UUID) -> WithdrawalRequest:
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            asked = await withdrawal_requests.find(tx, withdrawal_request_id, agency_id)
        if asked is None:
            raise NotFound
        return asked

    async def _found(self, who: Staff, agency_id: UUID, hints: WithdrawalHints) -> list[Referral]:
        """Referrals that it may be about; a coordinator sees those of all, and reads nothing by it."""
        of_receipt = None
        if hints.receipt_id is not None:
            of_receipt = await self._desk.consent.find_receipt(hints.receipt_id)
            if of_receipt is None:
                return []
        oversees = "coordinator" in who.roles
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            if of_receipt is not None:
                return await withdrawal_requests.referrals_of_receipt(
                    tx, agency_id, who.person, of_receipt, oversees=oversees
                )
            return await withdrawal_requests.referrals_by_hints(tx, agency_id, who.person, hints, oversees=oversees)


def _hints(given: withdrawal_request_pb2.WithdrawalHints) -> WithdrawalHints:
    return WithdrawalHints(
        receipt_id=UUID(given.receipt_id) if given.receipt_id else None,
        other_agency_id=UUID(given.other_agency_id) if given.other_agency_id else None,
        month=given.month,
        topic=given.topic,
        language=given.language,
    )


def _shown(asked: WithdrawalRequest) -> withdrawal_request_pb2.WithdrawalRequest:
    hints = asked.hints
    return withdrawal_request_pb2.WithdrawalRequest(
        withdrawal_request_id=str(asked.withdrawal_request_id),
        from_agency_id=str(asked.from_agency_id),
        to_agency_id=str(asked.to_agency_id),
        hints=withdrawal_request_pb2.WithdrawalHints(
            receipt_id=_text(hints.receipt_id),
            other_agency_id=_text(hints.other_agency_id),
            month=hints.month,
            topic=hints.topic,
            language=hints.language,
        ),
        created_at=to_timestamp(asked.created_at),
        answer_by=to_timestamp(asked.answer_by),
        answer=enum_value(withdrawal_request_pb2.WithdrawalAnswer, asked.answer or ""),
        answered_at=to_timestamp(asked.answered_at),
        withdrawal_receipt_id=_text(asked.withdrawal_receipt_id),
        escalated_at=to_timestamp(asked.escalated_at),
        etag=asked.etag,
    )


def _fits(referral: Referral, agency_id: UUID) -> withdrawal_request_pb2.FoundReferral:
    own = referral.discloser_id == agency_id
    return withdrawal_request_pb2.FoundReferral(
        referral_id=str(referral.referral_id),
        other_agency_id=str(referral.recipient_id if own else referral.discloser_id),
        at=to_timestamp(_when(referral, own=own)),
    )


def _when(referral: Referral, *, own: bool) -> datetime:
    return referral.created_at if own or referral.sent_at is None else referral.sent_at


def _text(value: UUID | None) -> str:
    return str(value) if value else ""
