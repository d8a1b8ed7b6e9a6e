"""Renewals of tokens at Keycloak: each refresh token is used once, and what came of it is not lost to a late answer."""

import asyncio
import hashlib
from contextvars import Context

from gateway.errors import LoginUnavailable
from gateway.identity.oidc import LoginSilent, Oidc, Tokens
from gateway.identity.silence import Silence

PATIENCE_SECONDS = 3.0
"""How long a request waits for Keycloak; the renewal itself goes on."""
KEPT_SECONDS = 300.0


class Renewals:
    """Keycloak takes a refresh token once and ends the login at a second use.

    So a renewal whose answer is late is not asked for again: whoever comes next gets the answer of the first one. Each
    waiting request holds a connection to the database, so while Keycloak is silent only one waits.
    """

    def __init__(self, oidc: Oidc) -> None:
        self._oidc = oidc
        self._silence = Silence(LoginSilent)
        self._begun: dict[bytes, asyncio.Task[Tokens]] = {}

    async def renew(self, refresh_token: str) -> Tokens:
        """New tokens; raises SessionEnded, or LoginUnavailable when Keycloak is away or has not answered yet."""
        key = _key(refresh_token)
        if key in self._begun and self._begun[key].done():
            tokens = await self._answer(key)
            self._silence.end()
            return tokens
        with self._silence.asking(LoginUnavailable()):
            if key not in self._begun:
                self._begin(key, refresh_token)
            return await self._answer(key)

    async def newest(self, refresh_token: str) -> str:
        """The token that counts, which is another one when a renewal by this one is under way."""
        key = _key(refresh_token)
        if key not in self._begun:
            return refresh_token
        return (await self._answer(key)).refresh_token

    def _begin(self, key: bytes, refresh_token: str) -> None:
        # In a context of its own, since it outlives the request that began it.
        task = asyncio.create_task(self._oidc.refresh(refresh_token), name="renewal", context=Context())
        self._begun[key] = task
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # somebody may have gone meanwhile
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._begun.pop, key, None)

    async def _answer(self, key: bytes) -> Tokens:
        task = self._begun[key]
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        if not done:
            raise LoginSilent
        self._begun.pop(key, None)
        return task.result()


def _key(refresh_token: str) -> bytes:
    return hashlib.sha256(refresh_token.encode()).digest()
