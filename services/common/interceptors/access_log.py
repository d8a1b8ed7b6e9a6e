"""One line for each call, pseudonymous ids only; never a message."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

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

    def unserved(self, method: str, /) -> None:
        """Its line, without a method that the caller made up."""
        self.calls[_UNKNOWN, "UNIMPLEMENTED"] += 1
        _log.warning("rpc", method=method if _METHOD.fullmatch(method) else _UNKNOWN, code="UNIMPLEMENTED")

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
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            _log.info("rpc", method=method, code=seen.code, ms=milliseconds, **seen.facts())
