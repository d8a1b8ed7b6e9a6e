"""One line for each call, pseudonymous ids only; never a message."""

import time
from collections import Counter
from typing import Any

import structlog

from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import record

_log = structlog.get_logger("rpc")


class AccessLogInterceptor(AroundInterceptor):
    """Writes the line and counts calls by method and code."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()

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
