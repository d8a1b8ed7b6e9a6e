"""Bounds: how a path may be written, how large and how slow a body may be, how many requests are taken at once."""

import asyncio
import hashlib
import ipaddress
import re
import secrets
import time
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import BodyTooLarge, BodyTooSlow, ContentTypeNotSupported, TooBusy
from gateway.http.hosts import header
from gateway.http.refusal import refusal
from services.common.errors import LotseError, NotFound

_AMBIGUOUS = re.compile(rb"%(?:2f|5c|[01][0-9a-f]|7f)|\\|(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
"""What one reads as part of a name and another as a step or an end (a route's pattern ends before %0a as well)."""


_WITH_FILE = re.compile(r"/verweisungen/[^/]+/papier|/texte/fassungen/[^/]+/aufnahme")
"""Forms with a file: a scan, the recording of a text."""

_LARGE = re.compile(
    rf"{_WITH_FILE.pattern}|/api/v1/referrals/[^/]+/paper-decisions|/api/v1/consent-texts/[^/]+/recording"
)
_LARGE_BYTES = 5 * 1024 * 1024
"""A file of at most three MiB, also as base64, with the form around it."""
_LARGE_SECONDS = 30.0
"""Lines of small agencies send about a megabit a second."""


class BodyLimit:
    """Reads the body before any route runs, within size and time, whether its length was announced or not.

    All bodies together are bounded as well, since many may be sent at once; one that holds little costs little.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float, all_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._free = all_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on a body that is here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            try:
                is_whole = await self._read(scope, receive, body)
            except LotseError as error:
                await refusal(error, scope)(scope, receive, send)
                return
            if is_whole:  # half a body is none: whoever sent it is gone
                await self._pass_on(bytes(body), scope, receive, send)
        finally:
            self._free += len(body)

    async def _pass_on(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive, body: bytearray) -> bool:
        announced = header(scope, b"content-length")
        most_bytes, seconds = self._most_bytes, self._seconds
        if _LARGE.fullmatch(scope["path"]):
            most_bytes, seconds = max(_LARGE_BYTES, most_bytes), max(_LARGE_SECONDS, seconds)
        if announced.isdecimal() and int(announced) > most_bytes:
            raise BodyTooLarge
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return False
                    piece = message.get("body", b"")
                    body += piece
                    self._free -= len(piece)
                    if len(body) > most_bytes:
                        raise BodyTooLarge
                    if self._free < 0:
                        raise TooBusy
                    if not message.get("more_body", False):
                        return True
        except TimeoutError:
            raise BodyTooSlow from None


class OnlyExpected:
    """Lets bodies in that are JSON for the API, and forms for pages; needs a body that is read already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 415, or pass on."""
        kind = header(scope, b"content-type").partition(";")[0].strip().lower()
        announced = header(scope, b"content-length") not in {"", "0"} or header(scope, b"transfer-encoding")
        wanted = (
            "application/json" if scope["path"].startswith(("/api/", "/hsds/")) else "application/x-www-form-urlencoded"
        )
        with_file = kind == "multipart/form-data" and _WITH_FILE.fullmatch(scope["path"]) is not None
        if announced and kind != wanted and not with_file:
            await refusal(ContentTypeNotSupported(), scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class PlainPaths:
    """Answers 404 to a path that means one thing to this process and may mean another to a proxy before it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if _AMBIGUOUS.search(scope["raw_path"]):
            await refusal(NotFound(), scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Crowd:
    """Lets so many requests in at once and so many wait; whoever comes then is asked to come again."""

    def __init__(self, app: ASGIApp, at_once: int, waiting: int, seconds: float = 5.0) -> None:
        self._app = app
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place, or answer 503 with Retry-After."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._inside >= self._most:
            await refusal(TooBusy(), scope)(scope, receive, send)
            return
        self._inside += 1
        try:
            entered = False
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    entered = await self._places.acquire()
            if not entered:
                await refusal(TooBusy(), scope)(scope, receive, send)
                return
            try:
                await self._app(scope, receive, send)
            finally:
                self._places.release()
        finally:
            self._inside -= 1


class Attempts:
    """Counts tries of a sender in a window of time, an hour if not said; those that were no guess can be taken back.

    Senders are known by a salted hash that changes with the window.
    """

    def __init__(self, most: int, most_senders: int = 100_000, *, seconds: int = 3600) -> None:
        self._most = most
        self._seconds = seconds
        self._most_senders = most_senders
        self._window = -1
        self._salt = b""
        self._counts: dict[bytes, int] = {}

    def allow(self, sender: str) -> bool:
        """Whether one more try is allowed; counts it, until it turns out to be no guess.

        Senders beyond what is remembered share one count.
        """
        window = int(time.time() // self._seconds)
        if window != self._window:
            self._window, self._salt, self._counts = window, secrets.token_bytes(32), {}
        key = self._key(sender)
        if key not in self._counts and len(self._counts) >= self._most_senders:
            key = b""
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] <= self._most

    def was_no_guess(self, sender: str) -> None:
        """The last try was right, or a slip: many clients may come from the one address of a house or an agency."""
        key = self._key(sender)
        key = key if key in self._counts else b""
        self._counts[key] = max(self._counts.get(key, 0) - 1, 0)

    def _key(self, sender: str) -> bytes:
        return hashlib.blake2b(_network(sender).encode(), key=self._salt, digest_size=16).digest()


def _network(sender: str) -> str:
    """The address, or the /64 of an IPv6 one, since whoever has one address there has all of them."""
    try:
        address = ipaddress.ip_address(sender)
    except ValueError:
        return sender
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
