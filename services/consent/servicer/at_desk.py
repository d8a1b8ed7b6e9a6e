"""What either agency does for a client before it who takes back or makes less; a part of ConsentRequestService."""

from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import request_pb2

from services.common.database import Connection, Database, Lock, Scope
from services.common.errors import NotFound, PermissionDenied
from services.common.identity.context import staff
from services.consent.convert import from_extent, from_part, to_earlier_end, to_retraction
from services.consent.model.consent import RegimeRow
from services.consent.model.record import ConsentRecord
from services.consent.rules.withdrawal import extent_of, parts_of, take_back
from services.consent.servicer.reducing import reduce_pair
from services.consent.servicer.reinstating import take_withdrawal_back
from services.consent.servicer.withdrawing import Actor, withdraw_pair, withdrawn_before
from services.consent.store import consents, regimes, reinstatements, requests, withdrawals

Context = grpc.aio.ServicerContext[Any, Any]
Pair = tuple[UUID, UUID]


class DeskRpcs:
    """The rules are those of her own page; beside what she did stands who wrote it down, and at which agency."""

    _database: Database

    async def PreviewWithdrawalForClient(
        self, request: request_pb2.PreviewWithdrawalForClientRequest, context: Context
    ) -> request_pb2.PreviewWithdrawalForClientResponse:
        """What is in force, and what each part would leave, said by the same rules that take it back."""
        case_id, pair = UUID(request.case_id), (UUID(request.discloser_id), UUID(request.recipient_id))
        async with self._database.transaction(Scope.of(staff(), case_id), read_only=True) as tx:
            at = await requests.legal_time(tx)
            record, law = await _in_force(tx, case_id, pair)
        now = extent_of(record.consent, law, at)
        return request_pb2.PreviewWithdrawalForClientResponse(
            now=from_extent(now),
            parts=[
                from_part(part, extent_of(take_back(record.consent, part, at).consent, law, at))
                for part in parts_of(record.consent, now)
            ],
        )

    async def WithdrawForClient(
        self, request: request_pb2.WithdrawForClientRequest, context: Context
    ) -> request_pb2.WithdrawForClientResponse:
        """Takes back all between two agencies, or a part; when all was taken back before, the receipt of then."""
        who, case_id, retraction = staff(), UUID(request.case_id), to_retraction(request)
        pair = UUID(request.discloser_id), UUID(request.recipient_id)
        actor = Actor(UUID(request.request_id), who.agency, who.person)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            revisions = [record.consent for record in await consents.list_of_case(tx, case_id) if record.pair == pair]
            for done in await withdrawn_before(tx, case_id, actor.request_id, retraction, revisions):
                return request_pb2.WithdrawForClientResponse(receipt_id=str(done.receipt_id))
            proof = await withdraw_pair(tx, case_id, pair, retraction, actor)
            proof = proof or await withdrawals.newest_of_pair(tx, case_id, *pair)
        if proof is None:
            raise NotFound
        return request_pb2.WithdrawForClientResponse(receipt_id=str(proof.receipt_id))

    async def ReduceConsentForClient(
        self, request: request_pb2.ReduceConsentForClientRequest, context: Context
    ) -> request_pb2.ReduceConsentForClientResponse:
        """Writes the revision that ends earlier and, beside it, at whose desk she said so."""
        who, case_id = staff(), UUID(request.case_id)
        if who.agency is None:
            raise PermissionDenied
        pair = UUID(request.discloser_id), UUID(request.recipient_id)
        reduction, actor = to_earlier_end(request), Actor(UUID(request.request_id), who.agency, who.person)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            proof = await reduce_pair(tx, case_id, pair, reduction, actor)
        if proof is None:
            raise NotFound
        return request_pb2.ReduceConsentForClientResponse(receipt_id=str(proof.receipt_id))

    async def ReinstateConsentForClient(
        self, request: request_pb2.ReinstateConsentForClientRequest, context: Context
    ) -> request_pb2.ReinstateConsentForClientResponse:
        """Takes one withdrawal back for a client who is present; the database lets only its discloser."""
        who, case_id, withdrawal_id = staff(), UUID(request.case_id), UUID(request.withdrawal_id)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            pair = await reinstatements.pair_of(tx, case_id, withdrawal_id)
            if pair is None or pair[0] != who.agency:
                raise NotFound
            actor = Actor(UUID(request.request_id), who.agency, who.person)
            proof = await take_withdrawal_back(tx, case_id, withdrawal_id, actor)
        return request_pb2.ReinstateConsentForClientResponse(receipt_id=str(proof.receipt_id))


async def _in_force(tx: Connection, case_id: UUID, pair: Pair) -> tuple[ConsentRecord, tuple[RegimeRow, ...]]:
    """What was neither withdrawn nor locked between two agencies, with their law; NotFound where there is nothing."""
    record = await consents.newest_of_pair(tx, case_id, *pair)
    if record is None or not record.consent.in_force:
        raise NotFound
    return record, await regimes.list_of(tx, sorted(pair))
