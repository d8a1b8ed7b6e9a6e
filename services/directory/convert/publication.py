"""Questions for records from proto to model, and records back."""

from __future__ import annotations

from uuid import UUID

from lotse.directory.v1 import publication_pb2

from services.common.protobuf.enums import enum_text
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.directory.model.publication import Depth, Document, Piece, RecordFilter

_DEPTHS: dict[int, Depth] = {
    publication_pb2.DEPTH_UNSPECIFIED: Depth.BRIEF,
    publication_pb2.DEPTH_FULL: Depth.FULL,
    publication_pb2.DEPTH_FULL_SERVICE: Depth.FULL_SERVICE,
    publication_pb2.DEPTH_MINIMAL: Depth.MINIMAL,
}


def read_collection(value: int) -> str:
    """The collection's name, which is that of its path and its statements."""
    return enum_text(publication_pb2.Collection, value).replace("-", "_")


def read_depth(value: int) -> Depth:
    """How much is wanted."""
    return _DEPTHS[value]


def read_filter(message: publication_pb2.RecordFilter) -> RecordFilter:
    """What must hold."""
    return RecordFilter(
        search=message.search,
        term=_id(message.taxonomy_term_id),
        taxonomy=_id(message.taxonomy_id),
        organization=_id(message.organization_id),
        modified_after=from_timestamp(message.modified_after) if message.HasField("modified_after") else None,
        postcode=message.postcode,
        proximity_metres=message.proximity_metres,
        top_only=message.top_only,
        parent=_id(message.parent_id),
        source=message.source,
    )


def write_record(document: Document) -> publication_pb2.Record:
    """The record with its document as it is."""
    return publication_pb2.Record(
        id=str(document.id), modified_at=to_timestamp(document.modified_at), document=document.text
    )


def write_piece(piece: Piece) -> publication_pb2.StreamRecordsResponse:
    """The piece."""
    collection = publication_pb2.Collection.Value(f"COLLECTION_{piece.collection.upper()}")
    return publication_pb2.StreamRecordsResponse(collection=collection, lines=piece.lines, count=piece.count)


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None
