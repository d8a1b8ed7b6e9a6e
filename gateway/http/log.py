"""One line for each request: route, status, time. Never a path with what it carries, a query or a body."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.hosts import header
from services.common.trace import trace_id, use_trace

_log = structlog.get_logger("http")


class RequestLog:
    """Begins or takes up the trace, and writes the line when the answer is out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure the whole."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with use_trace(trace_id(header(scope, b"traceparent"))):
            try:
                await self._app(scope, receive, seen)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                _log.info(
                    "http", side=scope.get("lotse_side", ""), method=_method(scope), route=route, status=status,
                    ms=milliseconds,
                )  # fmt: skip


def _method(scope: Scope) -> str:
    """The method, where it is one; what a sender makes up is not written down."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return scope["method"] if scope["method"] in known else "other"
