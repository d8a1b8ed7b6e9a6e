"""Server reflection behind the same gates as everything else; for development, refused in production."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from grpc_reflection.v1alpha.reflection import SERVICE_NAME, aio

from services.common.access import AccessRule

REFLECTION_RULES = {f"/{SERVICE_NAME}/ServerReflectionInfo": AccessRule(kinds=frozenset({"public", "service"}))}
"""The caller allow-list holds for it as for all."""


class ReflectionServicer:
    """Writes to the context, since the interceptors wrap coroutines and not generators."""

    def __init__(self, services: Sequence[str]) -> None:
        # The types of grpc_reflection take its generator for a coroutine.
        self._answers: Any = aio.ReflectionServicer(services).ServerReflectionInfo

    async def ServerReflectionInfo(self, requests: AsyncIterator[Any], context: Any) -> None:  # noqa: N802
        """Answers each question in turn."""
        async for answer in self._answers(requests, context):
            await context.write(answer)
