"""PublicationService."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any
from uuid import UUID

import grpc
from lotse.directory.v1 import publication_pb2, publication_pb2_grpc

from services.common.errors import FieldViolation, InvalidArgument, NotFound
from services.directory.convert.publication import (
    read_collection,
    read_depth,
    read_filter,
    write_piece,
    write_record,
)
from services.directory.model.publication import RECORDS
from services.directory.publishing.publisher import Publisher

Context = grpc.aio.ServicerContext[Any, Any]
PER_PAGE = 20


class PublicationServicer(publication_pb2_grpc.PublicationServiceServicer):
    """The public directory; the same for everybody."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def GetRecord(
        self, request: publication_pb2.GetRecordRequest, context: Context
    ) -> publication_pb2.GetRecordResponse:
        """The record; NotFound for an unknown or inactive one."""
        collection = _read_record_collection(request.collection)
        found = await self._publisher.find(collection, UUID(request.id), read_depth(request.depth))
        if found is None:
            raise NotFound
        return publication_pb2.GetRecordResponse(record=write_record(found))

    async def ListRecords(
        self, request: publication_pb2.ListRecordsRequest, context: Context
    ) -> publication_pb2.ListRecordsResponse:
        """A page of records by id; a page beyond the last is empty."""
        records, total = await self._publisher.list_page(
            _read_record_collection(request.collection),
            read_depth(request.depth),
            read_filter(request.filter),
            request.page or 1,
            request.per_page or PER_PAGE,
        )
        return publication_pb2.ListRecordsResponse(records=[write_record(record) for record in records], total=total)

    async def StreamRecords(self, request: publication_pb2.StreamRecordsRequest, context: Context) -> None:  # type: ignore[override]
        """Pieces as fast as they are read; one is written when the reader has room for it."""
        collections = [read_collection(collection) for collection in request.collections]
        pieces = self._publisher.stream(collections, read_depth(request.depth), read_filter(request.filter))
        async with aclosing(pieces):
            async for piece in pieces:
                await context.write(write_piece(piece))


def _read_record_collection(value: int) -> str:
    collection = read_collection(value)
    if collection not in RECORDS:
        raise InvalidArgument(violations=[FieldViolation("collection", "is a table, which can only be streamed")])
    return collection
