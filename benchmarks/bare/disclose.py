"""`Disclose` without what makes it one: a transaction with the same SELECT and INSERT, and a yes to whoever asks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from benchmarks.bare.serving import serve
from services.common.database import queries_beside
from services.common.identifiers import uuid7

if TYPE_CHECKING:
    from asyncpg.pool import Pool

SQL = queries_beside(__file__)
_SALT, _LEAF = os.urandom(16), os.urandom(32)
_READER = uuid4()


class BareDecisions(decision_pb2_grpc.ConsentDecisionServiceServicer):
    """No gate, no lock, no policy, no rule, no hash."""

    def __init__(self, pool: Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def Disclose(
        self,
        request: decision_pb2.DiscloseRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> decision_pb2.DiscloseResponse:
        """Permit the first item as far as there is a consent."""
        asked, item = request.circumstances, request.items[0]
        case, discloser, recipient = UUID(asked.case_id), UUID(asked.discloser_id), UUID(asked.recipient_id)
        async with self._pool.acquire() as connection, connection.transaction():
            newest = await connection.fetchrow(SQL.newest, case, discloser, recipient)
            if newest is None:
                return decision_pb2.DiscloseResponse()
            await connection.execute(
                SQL.write_down, case, uuid7(), newest["asked_at"], newest["consent_id"], newest["revision"],
                UUID(asked.referral_id), discloser, recipient, UUID(item.item_id), item.version, _READER,
                UUID(request.request_id), _SALT, _LEAF,
            )  # fmt: skip
        answer = decision_pb2.ItemDecision(
            item_id=item.item_id, version=item.version, permit=True, consent_id=str(newest["consent_id"]),
            revision=newest["revision"],
        )  # fmt: skip
        response = decision_pb2.DiscloseResponse(decisions=[answer])
        response.at.FromDatetime(newest["asked_at"])
        return response


def _add(pool: Pool[asyncpg.Record], server: grpc.aio.Server) -> None:
    decision_pb2_grpc.add_ConsentDecisionServiceServicer_to_server(BareDecisions(pool), server)  # type: ignore[abstract]


if __name__ == "__main__":
    serve(_add)
