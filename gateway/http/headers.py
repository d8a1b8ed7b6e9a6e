"""Security headers on every answer, also on errors."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Icons of KERN UX stand in its style sheet as data."""

_WITH_SOUND = re.compile(r"/question(/[a-z-]+)?|/texte/fassungen/[0-9a-f]{64}(/[a-z/]+)?")
"""Pages on which a recording of a text can be heard."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all browsers hide the Origin of a form too
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
_HSTS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds what is missing; nothing is cached unless a route says so."""

    def __init__(self, app: ASGIApp, *, https: bool, led_to: Sequence[str] = ()) -> None:
        """`led_to`: origins that a form of ours may lead to by a redirect, which browsers count as its target."""
        self._app = app
        self._https = https
        self._policy = " ".join([_POLICY, *led_to])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap the start of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                heard = "; media-src 'self'" if _WITH_SOUND.fullmatch(scope["path"]) else ""
                headers.setdefault("Content-Security-Policy", self._policy + heard)
                headers.setdefault("Cache-Control", "no-store")
                if self._https:
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        await self._app(scope, receive, with_headers)
