"""The public keys of a token issuer, kept so that its being away stops nobody who is logged in."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jwt
import structlog

from services.common.errors import LotseError, Unavailable

_log = structlog.get_logger(__name__)

KeyFetch = Callable[[], Awaitable[Mapping[str, Any]]]
"""Gives the keys by their `kid`; raises OSError or LotseError when the issuer is away."""


class KeyCache:
    """Keys by `kid`: one fetch at a time, a minimum gap between fetches, old keys kept while the issuer is away.

    Only a key that is not known is waited for. Keys that have grown old are fetched anew beside the calls, so that an
    issuer that is slow or away holds up nobody who is logged in.
    """

    def __init__(self, fetch: KeyFetch, *, gap_seconds: float = 10.0, fresh_seconds: float = 600.0) -> None:
        self._fetch = fetch
        self._gap = gap_seconds
        self._fresh = fresh_seconds
        self._keys: Mapping[str, Any] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> Any | None:
        """The key, or None when the issuer has none of that name; raises Unavailable when nothing was ever fetched."""
        if kid not in self._keys:
            await self._refresh()
        elif time.monotonic() - self._fetched_at > self._fresh:
            self._begin()
        if not self._keys:
            raise Unavailable
        return self._keys.get(kid)

    async def _refresh(self) -> None:
        self._begin()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)

    def _begin(self) -> None:
        """Fetch, unless that is under way or was tried a moment ago."""
        if self._fetching is None and time.monotonic() - self._tried_at >= self._gap:
            # In a context of its own and shielded, since it is for everybody: a caller's short deadline or hanging up
            # would otherwise leave all others without keys until the gap is over.
            self._fetching = asyncio.create_task(self._fetch_once(), name="keys", context=Context())

    async def _fetch_once(self) -> None:
        self._tried_at = time.monotonic()
        try:
            self._keys = await self._fetch()
            self._fetched_at = time.monotonic()
        except (httpx.HTTPError, OSError, LotseError, jwt.PyJWTError, ValueError) as error:
            _log.warning("keys.fetch_failed", error=type(error).__name__, keys_kept=len(self._keys))
        finally:
            self._fetching = None


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """What httpx is to believe of certificates: this authority alone, or without one what browsers trust."""
    return ssl.create_default_context(cafile=str(ca_file)) if ca_file else _usual()


@cache
def _usual() -> ssl.SSLContext:
    """Read once in a process: it takes some hundredths of a second, in which nobody else is served."""
    return httpx.create_ssl_context(trust_env=False)


def http_jwks(url: str, *, ca_file: Path | None = None, timeout_seconds: float = 3.0) -> KeyFetch:
    """Fetches a JWKS by HTTP. Only signature keys; what cannot be read is left out.

    Raises OSError at once when the file of the authority cannot be read.
    """
    believed = trusting(ca_file)

    async def fetch() -> Mapping[str, Any]:
        async with httpx.AsyncClient(verify=believed, timeout=timeout_seconds, trust_env=False) as http:
            async with asyncio.timeout(timeout_seconds):  # that of httpx is for each read, this for the whole
                response = await http.get(url)
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise ValueError("no JWKS")  # noqa: TRY004 - the answer is broken, not the call
        keys = jwt.PyJWKSet.from_dict(answer).keys
        return {key.key_id: key.key for key in keys if key.key_id and key.public_key_use in {None, "sig"}}

    return fetch
