"""Field rules of the protos, after the right to call is settled, so that nobody learns of fields by probing."""

from collections.abc import AsyncIterator
from typing import Any

import protovalidate
from google.protobuf.message import Message

from services.common.errors import FieldViolation, InvalidArgument
from services.common.interceptors.around import AroundInterceptor, Context, Proceed


class ValidationInterceptor(AroundInterceptor):
    """Checks the request, or each message of a stream as it comes."""

    async def around(self, _method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Raise InvalidArgument that names fields and rules and no value."""
        if isinstance(request, Message):
            check(request)
            return await proceed(request, context)
        return await proceed(_checked(request), context)


async def _checked(requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
    async for request in requests:
        check(request)
        yield request


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
