"""StatutoryService: what is passed on because a law permits it. Reason first, then the act, then what rests on it."""

import hashlib
from uuid import UUID, uuid4

from lotse.consent.v1 import statutory_pb2
from lotse.referrals.v1 import statutory_pb2 as referrals_pb2
from lotse.referrals.v1 import statutory_pb2_grpc

from services.common.errors import NotFound
from services.common.protobuf.times import to_timestamp
from services.referrals.convert import category_value, invalid
from services.referrals.deadlines import next_working_day
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.model import COVER_SHEET, Action, Referral, Side
from services.referrals.servicer.desk import Context, Desk, member, next_state, own_case, scope, side_of
from services.referrals.store import referrals, statutory

REASON = "statutory-reason"
"""Stands where a section has its category, so that no reason opens as a section."""


class StatutoryServicer(statutory_pb2_grpc.StatutoryServiceServicer):
    """Only who works on the case acts; whoever judges it reads the reason, and that is written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def RecordStatutoryAct(
        self, request: referrals_pb2.RecordStatutoryActRequest, context: Context
    ) -> referrals_pb2.RecordStatutoryActResponse:
        """The act. A repeat answers that of then; one that broke off between reason and act is carried on."""
        who, agency_id = member()
        case_id, request_id = UUID(request.case_id), UUID(request.request_id)
        draft = await self._draft(request, case_id)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            await own_case(tx, case_id, who, agency_id)
            pinned = [] if draft is None else await referrals.items(tx, draft.referral_id)
        categories = list(request.categories)
        if draft is not None:
            categories = [category_value(COVER_SHEET), *(category_value(item.section.category) for item in pinned)]
        act_id = uuid4()
        data_key = await self._desk.keyring.make(Holding(act_id, 1, agency_id, case_id))
        sealed = encrypt(data_key, request.reason.encode(), ItemName(case_id, act_id, 1, REASON))
        referral_id = None if draft is None else draft.referral_id
        async with self._desk.database.transaction(scope(who)) as tx:
            act_id, kept = await statutory.insert(
                tx, case_id, act_id, referral_id, sealed, agency_id, who.person, request_id
            )
        act = await self._desk.consent.record_act(
            statutory_pb2.RecordActRequest(
                request_id=request.request_id,
                case_id=request.case_id,
                act_id=str(act_id),
                referral_id=request.referral_id,
                recipient_id="" if draft is None else str(draft.recipient_id),
                recipient_body=request.recipient_body,
                ground=request.ground,
                channel=request.channel,
                categories=categories,
                hours=request.hours,
                confirm_by=to_timestamp(next_working_day(self._desk.clock.now(), await self._land(agency_id))),
                notice_withheld=request.notice_withheld,
                reason_hash=hashlib.sha256(kept).digest(),
            )
        )
        if referral_id is not None:
            async with self._desk.database.transaction(scope(who)) as tx:
                await statutory.set_basis(tx, referral_id)
        return referrals_pb2.RecordStatutoryActResponse(act=act)

    async def ReadStatutoryReason(
        self, request: referrals_pb2.ReadStatutoryReasonRequest, context: Context
    ) -> referrals_pb2.ReadStatutoryReasonResponse:
        """The reason, after the read is written down."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who)) as tx:
            reason = await statutory.find(tx, UUID(request.act_id), agency_id)
            if reason is None:
                raise NotFound
            await statutory.insert_read(tx, reason, agency_id, who.person)
        plain = await self._desk.open_item(
            Holding(reason.act_id, 1, agency_id, reason.case_id),
            ItemName(reason.case_id, reason.act_id, 1, REASON),
            reason.ciphertext,
        )
        return referrals_pb2.ReadStatutoryReasonResponse(
            reason=plain.decode(), written_at=to_timestamp(reason.written_at)
        )

    async def _draft(self, request: referrals_pb2.RecordStatutoryActRequest, case_id: UUID) -> Referral | None:
        """The draft that is to rest on the act, of this case and still to be sent."""
        network = request.channel == statutory_pb2.STATUTORY_CHANNEL_NETWORK
        if network != bool(request.referral_id):
            raise invalid("referral_id", "a draft for the network, and none for another channel")
        if bool(request.recipient_body) == network:
            raise invalid("recipient_body", "a body for another channel than the network")
        if bool(request.categories) == network:
            raise invalid("categories", "what was passed on to a body; a draft says it itself")
        if not network:
            return None
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            draft, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
        if draft.case_id != case_id:
            raise NotFound
        next_state(Action.SEND, Side.DISCLOSER, draft)
        return draft

    async def _land(self, agency_id: UUID) -> str:
        known = await self._desk.agency(agency_id)
        return known.state if known is not None else ""
