"""What stands before the HSDS API alone: pages of any origin may read it, and nobody may ask without end."""

from datetime import timedelta

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import TooManyRequests
from gateway.http.limits import Attempts
from gateway.http.refusal import refusal

_SECONDS = 60
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Without Access-Control-Allow-Credentials, so that no browser ever sends a cookie along."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


class OpenDoor:
    """Opens /hsds on the staff's host to pages of all origins and counts who asks; everything else passes untouched.

    What is asked with HEAD is answered as with GET, without the body.
    """

    def __init__(self, app: ASGIApp, requests_per_minute: int) -> None:
        self._app = app
        self._asked = Attempts(requests_per_minute, seconds=_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the preflight or 429, or pass on."""
        if scope["type"] != "http" or scope["lotse_side"] != "staff" or not is_hsds(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_OPEN)
                if scope["method"] == "OPTIONS":
                    headers.update(_PREFLIGHT)
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        if scope["method"] == "OPTIONS":
            await opened({"type": "http.response.start", "status": 204, "headers": []})
            await opened({"type": "http.response.body", "body": b""})
        elif not self._asked.allow((scope.get("client") or ("",))[0]):
            error = TooManyRequests(retry_after=timedelta(seconds=_SECONDS))
            await refusal(error, scope)(scope, receive, opened)
        else:
            await self._app(scope, receive, opened)


def is_hsds(path: str) -> bool:
    """Whether it is the API's or below."""
    return path == "/hsds" or path.startswith("/hsds/")
