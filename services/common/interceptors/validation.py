"""Field rules of the protos, after the right to call is settled, so that nobody learns of fields by probing."""

from collections.abc import AsyncIterator
from typing import Any

import protovalidate
from google.protobuf.message import DecodeError, Message

from services.common.errors import FieldViolation, InvalidArgument
from services.common.interceptors.around import AroundInterceptor, Context, Decoder, Proceed


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
    """Raises InvalidArgument when a field breaks its rule."""
    try:
        protovalidate.validate(message)
    except protovalidate.ValidationError as error:
        violations = [
            FieldViolation(_path(violation.proto.field), violation.proto.message or violation.proto.rule_id)
            for violation in error.violations
        ]
        raise InvalidArgument(violations=violations) from None


def _path(path: Any) -> str:
    """The path with indexes of lists; keys of maps are left out, since a person may have typed them."""
    parts = []
    for element in path.elements if path is not None else ():
        subscript = element.subscript
        index = f"[{subscript.value}]" if subscript is not None and subscript.field == "index" else ""
        parts.append(element.field_name + index)
    return ".".join(parts)
