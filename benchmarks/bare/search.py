"""A search that understands nothing: one statement on one table with one GIN index, its parameters known beforehand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from benchmarks.bare.serving import serve
from services.common.database import queries_beside

if TYPE_CHECKING:
    from asyncpg.pool import Pool

SQL = queries_beside(__file__)
QUESTIONS = "BARE_QUESTIONS"
"""A file of what each text means: the parameters of the statement, in JSON."""


class BareSearch(search_pb2_grpc.SearchServiceServicer):
    """Hits by distance and their count; no reasons, ranks, mending, relaxing or coverage."""

    def __init__(self, pool: Pool[asyncpg.Record], questions: dict[str, list[Any]]) -> None:
        self._pool = pool
        self._questions = questions

    async def SearchServices(
        self,
        request: search_pb2.SearchServicesRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> search_pb2.SearchServicesResponse:
        """The first page."""
        rows = await self._pool.fetch(SQL.search, *self._questions[request.text])
        return search_pb2.SearchServicesResponse(
            total=rows[0]["total"] if rows else 0,
            hits=[
                search_pb2.Hit(
                    service_id=str(row["service_id"]),
                    service_name=row["service_name"],
                    agency_id=str(row["agency_id"]),
                    agency_name=row["agency_name"],
                    distance_km=row["kilometres"],
                )
                for row in rows
            ],
        )


def _add(pool: Pool[asyncpg.Record], server: grpc.aio.Server) -> None:
    questions = json.loads(Path(os.environ[QUESTIONS]).read_text())
    search_pb2_grpc.add_SearchServiceServicer_to_server(BareSearch(pool, questions), server)


if __name__ == "__main__":
    serve(_add)
