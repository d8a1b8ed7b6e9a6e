"""One trace id for everything that a request causes, in every log line (W3C Trace Context)."""

import os
import re
from contextvars import ContextVar
from typing import Any

from structlog.contextvars import bound_contextvars

from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import CallRecord, current_record

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_trace: ContextVar[str | None] = ContextVar("lotse_trace", default=None)


def trace_id(traceparent: str = "") -> str:
    """The trace id of a traceparent header; a new one where there is none or it is not valid."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return match.group(1) if match else os.urandom(16).hex()


def outgoing_traceparent() -> str:
    """The header for a call made now: this call's trace, a span of its own."""
    return f"00-{_trace.get() or trace_id()}-{os.urandom(8).hex()}-01"


class TracingInterceptor(AroundInterceptor):
    """Takes up the caller's trace or begins one, and opens the call's record."""

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Bind the trace for the time of the call."""
        given = [value for key, value in context.invocation_metadata() or () if key == "traceparent"]
        trace = trace_id(str(given[0]) if len(given) == 1 else "")
        with use_trace(trace):
            token = current_record.set(CallRecord(method=method, trace=trace))
            try:
                return await proceed(request, context)
            finally:
                current_record.reset(token)


class use_trace:  # noqa: N801 - used as a word, like a function
    """Binds a trace to log lines and outgoing calls within the block."""

    def __init__(self, trace: str) -> None:
        self._trace = trace
        self._bound = bound_contextvars(trace=trace)

    def __enter__(self) -> None:
        """Bind."""
        self._token = _trace.set(self._trace)
        self._bound.__enter__()

    def __exit__(self, *error: object) -> None:
        """Unbind."""
        self._bound.__exit__(None, None, None)
        _trace.reset(self._token)
