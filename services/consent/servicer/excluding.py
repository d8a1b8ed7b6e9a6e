"""ConsentExclusionService: people whom a client does not want, excluded once their coordinator knows who they are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import exclusion_pb2, exclusion_pb2_grpc

from services.common.database import Database, Lock, Scope
from services.common.errors import InvalidArgument, NotFound
from services.common.identity.context import staff
from services.consent.model.request import Reduction
from services.consent.servicer.reducing import reduce_pair
from services.consent.servicer.withdrawing import Actor

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class ConsentExclusionServicer(exclusion_pb2_grpc.ConsentExclusionServiceServicer):
    """It was her will, so it is a reduction of hers, with a receipt in her list; beside it stands who wrote it down."""

    database: Database

    async def ExcludePersons(
        self, request: exclusion_pb2.ExcludePersonsRequest, context: Context
    ) -> exclusion_pb2.ExcludePersonsResponse:
        """Writes the revision down under the case's exclusive lock; a repeat answers the receipt of then.

        NotFound for other agencies, and where nothing is in force between the two.
        """
        who, case_id = staff(), UUID(request.case_id)
        pair = UUID(request.discloser_id), UUID(request.recipient_id)
        if who.agency not in pair:
            raise NotFound
        wanted = Reduction(excluded_persons=frozenset(map(UUID, request.person_ids)))
        actor = Actor(UUID(request.request_id), who.agency, who.person)
        async with self.database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            try:
                proof = await reduce_pair(tx, case_id, pair, wanted, actor)
            except InvalidArgument:  # all of them were excluded before
                return exclusion_pb2.ExcludePersonsResponse()
        if proof is None:
            raise NotFound
        return exclusion_pb2.ExcludePersonsResponse(receipt_id=str(proof.receipt_id))
