"""Decisions given aloud or on paper: what names somebody is kept here, encrypted; consent gets the hash."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from lotse.consent.v1 import request_pb2
from lotse.referrals.v1 import referral_pb2

from services.common.errors import NotFound
from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.referrals.consent import RequestStanding
from services.referrals.convert import invalid
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.model import Action, EvidenceItem, Referral, Side
from services.referrals.scans import ScanRefused, media_type_of
from services.referrals.servicer.desk import Context, Desk, check_etag, member, next_state, scope, side_of
from services.referrals.store import evidence

ROLE = request_pb2.EvidenceRole


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of evidence before it is kept; personal data."""

    role: str
    media_type: str
    plain: bytes = field(repr=False)
    relation: request_pb2.EvidenceRelation.ValueType = request_pb2.EVIDENCE_RELATION_UNSPECIFIED


class AssistedRpcs:
    """The discloser's RPCs for a client who is present."""

    _desk: Desk

    async def GetQuestion(
        self, request: referral_pb2.GetQuestionRequest, context: Context
    ) -> referral_pb2.GetQuestionResponse:
        """The question as it stands for this revision of the draft."""
        referral, standing = await self._asked(UUID(request.referral_id))
        found = await self._desk.consent.texts(referral, standing, request.beside)
        return referral_pb2.GetQuestionResponse(
            consent_request_id=standing.consent_request_id,
            state=found.state,
            recipient_id=found.recipient_id,
            categories=found.categories,
            texts=found.texts,
            beside=found.beside,
            unconfirmed_until=found.unconfirmed_until if found.HasField("unconfirmed_until") else None,
            participant_ids=found.participant_ids,
        )

    async def RecordOralDecision(
        self, request: referral_pb2.RecordOralDecisionRequest, context: Context
    ) -> referral_pb2.RecordOralDecisionResponse:
        """Who was there is kept first, then consent is told; a repeat answers what was written down."""
        pieces = _of_decision(request.decision)
        if request.HasField("interpreter"):
            pieces.append(_person("interpreter", request.interpreter))
        if request.HasField("witness"):
            pieces.append(_person("witness", request.witness))
        read_back = request_pb2.EvidenceGiven(
            role=request_pb2.EVIDENCE_ROLE_READ_BACK,
            question_id=request.question_id,
            answered_right=request.answered_right,
        )
        done = await self._record(request, request_pb2.DECISION_WAY_ORAL, pieces, [read_back])
        return referral_pb2.RecordOralDecisionResponse(
            state=done.state,
            receipt_id=done.receipt_id,
            unconfirmed_until=done.unconfirmed_until if done.HasField("unconfirmed_until") else None,
        )

    async def RecordPaperDecision(
        self, request: referral_pb2.RecordPaperDecisionRequest, context: Context
    ) -> referral_pb2.RecordPaperDecisionResponse:
        """The scan is kept first, then consent is told; a repeat answers what was written down."""
        try:
            media_type = media_type_of(request.scan)
        except ScanRefused as refusal:
            raise invalid("scan", refusal.rule) from None
        pieces = [*_of_decision(request.decision), _Piece("scan", media_type, request.scan)]
        done = await self._record(request, request_pb2.DECISION_WAY_PAPER, pieces, [])
        return referral_pb2.RecordPaperDecisionResponse(state=done.state, receipt_id=done.receipt_id)

    async def RequestConfirmation(
        self, request: referral_pb2.RequestConfirmationRequest, context: Context
    ) -> referral_pb2.RequestConfirmationResponse:
        """Possible in every state of the referral: what she said is hers to confirm also after it was sent."""
        referral, standing = await self._asked(UUID(request.referral_id))
        made = await self._desk.consent.confirmation_code(referral, standing, request.request_id)
        return referral_pb2.RequestConfirmationResponse(access_code=made.access_code, expires_at=made.expires_at)

    async def ListEvidence(
        self, request: referral_pb2.ListEvidenceRequest, context: Context
    ) -> referral_pb2.ListEvidenceResponse:
        """Kinds and times."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
            items = await evidence.list_of_referral(tx, referral.case_id, referral.referral_id)
        return referral_pb2.ListEvidenceResponse(items=[_from_item(item) for item in items])

    async def ReadEvidence(
        self, request: referral_pb2.ReadEvidenceRequest, context: Context
    ) -> referral_pb2.ReadEvidenceResponse:
        """The content, for those assigned to the case."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who)) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
            found = await evidence.get(tx, referral.case_id, referral.referral_id, UUID(request.item_id))
            if found is None:
                raise NotFound
            item, sealed = found
            await evidence.insert_read(tx, item, who.person)
        plain = await self._desk.open_item(
            Holding(item.item_id, 1, agency_id, item.case_id), _name(item.case_id, item.item_id, item.role), sealed
        )
        return referral_pb2.ReadEvidenceResponse(item=_from_item(item), content=plain)

    async def _record(
        self,
        request: referral_pb2.RecordOralDecisionRequest | referral_pb2.RecordPaperDecisionRequest,
        way: request_pb2.DecisionWay.ValueType,
        pieces: Sequence[_Piece],
        further: Sequence[request_pb2.EvidenceGiven],
    ) -> request_pb2.RecordDecisionForClientResponse:
        referral, standing = await self._asked(UUID(request.referral_id))
        check_etag(referral, request.etag)
        next_state(Action.UPDATE, Side.DISCLOSER, referral)  # decided is only what can still be sent
        kept = [await self._keep(referral, piece, UUID(request.request_id)) for piece in pieces]
        decision = request.decision
        return await self._desk.consent.record(
            request_pb2.RecordDecisionForClientRequest(
                request_id=request.request_id,
                case_id=str(referral.case_id),
                consent_request_id=standing.consent_request_id,
                way=way,
                answers=decision.answers,
                way_back=decision.way_back,
                secrecy_release_forward=decision.secrecy_release_forward,
                secrecy_release_back=decision.secrecy_release_back,
                evidence=[*kept, *further],
                grantor=decision.representative.grantor if decision.HasField("representative") else None,
            )
        )

    async def _keep(self, referral: Referral, piece: _Piece, request_id: UUID) -> request_pb2.EvidenceGiven:
        """Keeps a piece, keys first. The same request keeps the same item once, with the hash of the first time."""
        who, agency_id = member()
        item_id = uuid5(request_id, piece.role)
        data_key = await self._desk.keyring.make(Holding(item_id, 1, agency_id, referral.case_id))
        sealed = encrypt(data_key, piece.plain, _name(referral.case_id, item_id, piece.role))
        new = EvidenceItem(
            referral.case_id, item_id, referral.referral_id, piece.role, piece.media_type,
            hashlib.sha256(sealed).digest(), agency_id, self._desk.clock.now(),
        )  # fmt: skip
        async with self._desk.database.transaction(scope(who)) as tx:
            await side_of(tx, referral.referral_id, Side.DISCLOSER)
            await evidence.insert(tx, new, sealed, who.person, request_id)
            found = await evidence.get(tx, referral.case_id, referral.referral_id, item_id)
        if found is None:
            raise NotFound
        return request_pb2.EvidenceGiven(
            role=enum_value(ROLE, piece.role),
            item_id=str(item_id),
            item_hash=found[0].item_hash,
            relation=piece.relation,
        )

    async def _asked(self, referral_id: UUID) -> tuple[Referral, RequestStanding]:
        """The referral of the discloser with the newest question, which must be about this revision."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, referral_id, Side.DISCLOSER)
        standing = await self._desk.consent.standing(referral)
        if standing is None or standing.draft_revision != referral.draft_revision:
            raise NotFound
        return referral, standing


def _of_decision(decision: referral_pb2.DecisionGiven) -> list[_Piece]:
    pieces = []
    if decision.HasField("representative"):
        named = json.dumps({"name": decision.representative.name}, ensure_ascii=False)
        pieces.append(_Piece("representative", "application/json", named.encode()))
    if decision.ground_of_minor:
        pieces.append(_Piece("ground", "text/plain", decision.ground_of_minor.encode()))
    return pieces


def _person(role: str, person: referral_pb2.PersonPresent) -> _Piece:
    named = json.dumps({"name": person.name}, ensure_ascii=False)
    return _Piece(role, "application/json", named.encode(), person.relation)


def _name(case_id: UUID, item_id: UUID, role: str) -> ItemName:
    return ItemName(case_id, item_id, 1, f"evidence-{role}")


def _from_item(item: EvidenceItem) -> referral_pb2.EvidenceItem:
    return referral_pb2.EvidenceItem(
        item_id=str(item.item_id),
        role=enum_value(ROLE, item.role),
        media_type=item.media_type,
        written_at=to_timestamp(item.written_at),
    )
