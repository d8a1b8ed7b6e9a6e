"""Times between protobuf and Python; always UTC and aware."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def to_timestamp(time: datetime | None) -> Timestamp | None:
    """The protobuf time; None stays None, so that a field stays unset."""
    if time is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(time.astimezone(UTC))
    return stamp


def from_timestamp(stamp: Timestamp) -> datetime:
    """The time, aware of UTC, to the microsecond."""
    return stamp.ToDatetime(tzinfo=UTC)
