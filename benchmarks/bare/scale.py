"""The bare statement with only the conditions that a question has, for the large directory; nothing is understood."""

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
from services.common.database.queries import without_absent

if TYPE_CHECKING:
    from asyncpg.pool import Pool

SQL = queries_beside(__file__)
QUESTIONS = "BARE_QUESTIONS"


class BareScale(search_pb2_grpc.SearchServiceServicer):
    """Hits by distance, else by id, and their count. An empty question is the bare call: it asks nothing."""

    def __init__(self, pool: Pool[asyncpg.Record], questions: dict[str, dict[str, Any]]) -> None:
        self._pool = pool
        self._questions = {key: _statement(asked) for key, asked in questions.items()}

    async def SearchServices(
        self, request: search_pb2.SearchServicesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> search_pb2.SearchServicesResponse:
        """The first page."""
        key = f"{request.text}#{','.join(request.topics)}"
        if key == "#":
            return search_pb2.SearchServicesResponse()
        statement, parameters = self._questions[key]
        rows = await self._pool.fetch(statement, *parameters)
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


def _statement(asked: dict[str, Any]) -> tuple[str, list[Any]]:
    present = {
        "words": asked["tsquery"] is not None,
        "topics": bool(asked["topics"]),
        "languages": bool(asked["languages"]),
        "near": bool(asked["cells"]),
    }
    statement = without_absent(SQL.search, frozenset(name for name, is_asked in present.items() if is_asked))
    names = ("tsquery", "topics", "languages", "cells", "latitude", "longitude", "radius")
    return statement, [asked[name] for name in names]


def _add(pool: Pool[asyncpg.Record], server: grpc.aio.Server) -> None:
    questions = json.loads(Path(os.environ[QUESTIONS]).read_text())
    search_pb2_grpc.add_SearchServiceServicer_to_server(BareScale(pool, questions), server)


if __name__ == "__main__":
    serve(_add)
