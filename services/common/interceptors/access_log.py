"""One line for each call, pseudonymous ids only; never a message."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import structlog

from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import record

_METHOD = re.compile(r"/[A-Za-z0-9_.]{1,100}/[A-Za-z0-9_]{1,100}")
_UNKNOWN = "unknown"
_log = structlog.get_logger("rpc")


class AccessLogInterceptor(AroundInterceptor):
    """Writes the line and counts calls by method and code."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """A method that is not served has no handler to run around: its line is written here."""
        handler = await super().intercept_service(continuation, handler_call_details)
        if handler is None:
            self.calls[_UNKNOWN, "UNIMPLEMENTED"] += 1
            asked = handler_call_details.method
            method = asked if _METHOD.fullmatch(asked) else _UNKNOWN  # what the caller made up is not repeated
            _log.warning("rpc", method=method, code="UNIMPLEMENTED")
        return handler

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Measure from the first interceptor to the answer."""
        started = time.perf_counter()
        try:
            return await proceed(request, context)
        except BaseException:
            seen = record()
            if seen.code == "OK":
                seen.code = "CANCELLED"
            raise
        finally:
            seen = record()
            self.calls[method, seen.code] += 1
            facts = {
                name: value
                for name in ("caller", "principal", "agency", "reason", "incident")
                if (value := getattr(seen, name))
            }
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            _log.info("rpc", method=method, code=seen.code, ms=milliseconds, **facts)
