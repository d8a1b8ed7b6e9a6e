"""Times between protobuf and Python; always UTC and aware."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_timestamp(time: datetime | None) -> Timestamp | None:
    """The protobuf time; None stays None, so that a field stays unset."""
    if time is None:
        return None
    since = time - _EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1_000)


def from_timestamp(stamp: Timestamp) -> datetime:
    """The time, aware of UTC, to the microsecond."""
    return stamp.ToDatetime(tzinfo=UTC)
