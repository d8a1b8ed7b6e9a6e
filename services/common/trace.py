"""The trace id that ties together, in every log line, all that one request causes (W3C Trace Context)."""

import os
import re
from contextvars import ContextVar

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_trace: ContextVar[str] = ContextVar("lotse_trace", default="")


def trace_id(traceparent: str = "") -> str:
    """The trace id of a traceparent header; a new one where there is none or it is not valid."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return match.group(1) if match else os.urandom(16).hex()


def current_trace() -> str:
    """The trace of what is being handled; "" outside of a request."""
    return _trace.get()


def outgoing_traceparent() -> str:
    """The header for a call made now: this call's trace, a span of its own."""
    return f"00-{_trace.get() or trace_id()}-{os.urandom(8).hex()}-01"


class use_trace:  # noqa: N801 - used as a word, like a function
    """Binds a trace to log lines and outgoing calls within the block."""

    __slots__ = ("_token", "_trace")

    def __init__(self, trace: str) -> None:
        self._trace = trace

    def __enter__(self) -> None:
        """Bind."""
        self._token = _trace.set(self._trace)

    def __exit__(self, *error: object) -> None:
        """Unbind."""
        _trace.reset(self._token)
