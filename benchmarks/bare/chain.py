"""FastAPI → grpc.aio → grpc.aio → asyncpg: one row under its key, unread and undecided, with mutual TLS between all.

One program, three processes: BARE_ROLE says which of them it is.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import grpc
import uvicorn
import uvloop
from fastapi import FastAPI
from lotse.referrals.v1 import referral_pb2, referral_pb2_grpc

from benchmarks.bare.serving import LISTEN, PEER, channel, serve, until_terminated
from services.common.database import queries_beside

if TYPE_CHECKING:
    from asyncpg.pool import Pool

ROLE, ITEM, NAME = "BARE_ROLE", "BARE_ITEM", "BARE_NAME"
SQL = queries_beside(__file__)
_add = referral_pb2_grpc.add_ReferralServiceServicer_to_server
Context = grpc.aio.ServicerContext[Any, Any]
_SECONDS = 10.0


class Last(referral_pb2_grpc.ReferralServiceServicer):
    """Reads the row."""

    def __init__(self, pool: Pool[asyncpg.Record]) -> None:
        self._pool = pool
        case, item, version = os.environ[ITEM].split("/")
        self._key = UUID(case), UUID(item), int(version)

    async def ReadSection(
        self, request: referral_pb2.ReadSectionRequest, context: Context
    ) -> referral_pb2.ReadSectionResponse:
        """The item, as long as its ciphertext is."""
        row = await self._pool.fetchrow(SQL.item, *self._key)
        response = referral_pb2.ReadSectionResponse()
        if row is not None:
            response.content.note = "x" * len(row["ciphertext"])
            response.at.FromDatetime(row["written_at"])
        return response


class Middle(referral_pb2_grpc.ReferralServiceServicer):
    """Passes the question on."""

    def __init__(self) -> None:
        self._next = referral_pb2_grpc.ReferralServiceStub(channel(os.environ[PEER], os.environ[NAME]))

    async def ReadSection(
        self, request: referral_pb2.ReadSectionRequest, context: Context
    ) -> referral_pb2.ReadSectionResponse:
        """Whatever is answered."""
        answer: referral_pb2.ReadSectionResponse = await self._next.ReadSection(request, timeout=_SECONDS)
        return answer


def _front() -> FastAPI:
    app = FastAPI()
    stub = referral_pb2_grpc.ReferralServiceStub(channel(os.environ[PEER], os.environ[NAME]))

    @app.post("/read/{referral_id}")
    async def read(referral_id: UUID) -> dict[str, Any]:
        request = referral_pb2.ReadSectionRequest(referral_id=str(referral_id))
        answer = await stub.ReadSection(request, timeout=_SECONDS)
        return {"note": answer.content.note, "at": answer.at.ToJsonString()}

    return app


async def _serve_front() -> None:
    host, port = os.environ[LISTEN].split(":")
    server = uvicorn.Server(uvicorn.Config(_front(), host=host, port=int(port), log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    await until_terminated()
    server.should_exit = True
    await serving


def main() -> None:
    """Be one of the three."""
    role = os.environ[ROLE]
    if role == "front":
        uvloop.run(_serve_front())
    elif role == "middle":
        serve(lambda _, server: _add(Middle(), server))  # type: ignore[abstract]
    else:
        serve(lambda pool, server: _add(Last(pool), server))  # type: ignore[abstract]


if __name__ == "__main__":
    main()
