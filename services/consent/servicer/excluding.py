"""ConsentExclusionService: people whom a client does not want, excluded once their coordinator knows who they are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.consent.v1 import exclusion_pb2, exclusion_pb2_grpc

from services.common.database import Database, Lock, Scope
from services.common.errors import NotFound, RepeatKeyReused
from services.common.identity.context import staff
from services.consent.model.record import ConsentRecord
from services.consent.model.request import Reduction
from services.consent.rules.withdrawal import reduce
from services.consent.store import consents, requests

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class ConsentExclusionServicer(exclusion_pb2_grpc.ConsentExclusionServiceServicer):
    """It was her will, so it is a reduction of hers, with a receipt that she finds in her list."""

    database: Database

    async def ExcludePersons(
        self, request: exclusion_pb2.ExcludePersonsRequest, context: Context
    ) -> exclusion_pb2.ExcludePersonsResponse:
        """Writes the revision down under the case's exclusive lock; a repeat answers the receipt of then.

        NotFound for other agencies, and where nothing is in force between the two.
        """
        who, case_id, request_id = staff(), UUID(request.case_id), UUID(request.request_id)
        discloser_id, recipient_id = UUID(request.discloser_id), UUID(request.recipient_id)
        if who.agency not in {discloser_id, recipient_id}:
            raise NotFound
        wanted = Reduction(excluded_persons=frozenset(map(UUID, request.person_ids)))
        async with self.database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            before = await consents.newest_of_pair(tx, case_id, discloser_id, recipient_id)
            if before is None:
                raise NotFound
            if (done := await consents.find_reduction(tx, case_id, request_id)) is not None:
                if done.consent_id != before.consent.consent_id or not done.is_of(wanted):
                    raise RepeatKeyReused
                return exclusion_pb2.ExcludePersonsResponse(receipt_id=str(done.proof.receipt_id))
            if not before.consent.in_force:
                raise NotFound
            if wanted.excluded_persons <= before.consent.excluded_persons:
                return exclusion_pb2.ExcludePersonsResponse()
            left = reduce(before.consent, wanted, await requests.legal_time(tx))
            receipt_id = uuid4()
            await consents.insert_revision(tx, ConsentRecord(left, before.setting, request_id, receipt_id))
        return exclusion_pb2.ExcludePersonsResponse(receipt_id=str(receipt_id))
