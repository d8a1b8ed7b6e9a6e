"""Field rules of the protos, after the right to call is settled, so that nobody learns of fields by probing."""

from collections.abc import AsyncIterator
from typing import Any

import protovalidate
from google.protobuf.message import DecodeError, Message

from services.common.errors import FieldViolation, InvalidArgument
from services.common.interceptors.around import AroundInterceptor, Context, Decoder, Proceed

MOST_VIOLATIONS = 20
"""More are not named: an answer has room for 16 KiB of details, and a larger one arrives as something else."""
_LARGE_BYTES = 4096
"""Of larger messages only the first is looked for: finding one costs 0.3 ms, and meanwhile nobody else is answered."""


class ValidationInterceptor(AroundInterceptor):
    """Reads and checks the request, or each message of a stream as it comes."""

    def __init__(self) -> None:
        self._decoders: dict[str, Decoder | None] = {}

    def decoder(self, method: str, decoder: Decoder | None, /) -> None:
        """Keep what reads the message, so that nobody's bytes are read before the gates."""
        self._decoders[method] = decoder

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Raise InvalidArgument that names fields and rules and no value."""
        decoder = self._decoders[method]
        if isinstance(request, bytes):
            return await proceed(_checked(request, decoder), context)
        return await proceed(_each_checked(request, decoder), context)


async def _each_checked(requests: AsyncIterator[bytes], decoder: Decoder | None) -> AsyncIterator[Message]:
    async for request in requests:
        yield _checked(request, decoder)


def _checked(request: bytes, decoder: Decoder | None) -> Message:
    if decoder is None:
        raise InvalidArgument
    try:
        message: Message = decoder(request)
    except DecodeError:
        raise InvalidArgument from None
    check(message)
    return message


def check(message: Message) -> None:
    """Raises InvalidArgument that names the fields that break their rules: at most twenty, of a large message one."""
    found = protovalidate.collect_violations(message, fail_fast=message.ByteSize() > _LARGE_BYTES)
    if found:
        raise InvalidArgument(
            violations=[
                FieldViolation(_path(violation.proto.field), violation.proto.message or violation.proto.rule_id)
                for violation in found[:MOST_VIOLATIONS]
            ]
        )


def _path(path: Any) -> str:
    """The path with indexes of lists; keys of maps are left out, since a person may have typed them."""
    parts = []
    for element in path.elements if path is not None else ():
        subscript = element.subscript
        index = f"[{subscript.value}]" if subscript is not None and subscript.field == "index" else ""
        parts.append(element.field_name + index)
    return ".".join(parts)
