"""What of a message may be logged: everything but fields with `personal_data`, read from the descriptor."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from lotse.options.v1 import access_pb2

REDACTED = "…"


def loggable(message: Message) -> dict[str, Any]:
    """The set fields by name; personal ones appear as "…", so that one sees that they were there."""
    return {field.name: _value(field, value) for field, value in message.ListFields()}


def _value(field: FieldDescriptor, value: Any) -> Any:
    if field.GetOptions().Extensions[access_pb2.personal_data]:
        return REDACTED
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return {str(key): _single(item) for key, item in value.items()}
    return [_single(item) for item in value] if field.is_repeated else _single(value)


def _single(value: Any) -> Any:
    if isinstance(value, Message):
        return loggable(value)
    return f"{len(value)} bytes" if isinstance(value, bytes) else value
