"""Records of the directory as they are streamed: lines of JSON, collection after collection."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence

from lotse.directory.v1 import publication_pb2 as pb
from lotse.directory.v1 import publication_pb2_grpc

from deploy.local.calls import Reach, channel_of_cli

EXPORT_SECONDS = 3600.0
"""The longest that a copy may take; the directory has a bound of its own (LOTSE_DIRECTORY_STREAM_SECONDS)."""


async def stream_lines(
    reach: Reach, collections: Sequence[pb.Collection.ValueType], depth: pb.Depth.ValueType, source: str
) -> AsyncGenerator[tuple[pb.Collection.ValueType, list[bytes]]]:
    """Whole lines with their collection, as of one moment; raises LotseError when the directory ends it early."""
    request = pb.StreamRecordsRequest(collections=collections, depth=depth, filter=pb.RecordFilter(source=source))
    async with channel_of_cli(reach, "directory") as channel:
        stub = publication_pb2_grpc.PublicationServiceStub(channel)
        begun = b""
        async for piece in stub.StreamRecords(request, timeout=EXPORT_SECONDS):
            *lines, begun = (begun + piece.lines).split(b"\n")
            if lines:
                yield piece.collection, lines


Progress = Callable[[int], None]
"""Hears how many records there are so far."""
