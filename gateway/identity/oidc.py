"""OIDC code flow with PKCE against Keycloak. Access tokens are passed on unread; services verify them themselves."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from gateway.errors import LoginFailed, LoginUnavailable, LogoutIncomplete, SessionEnded
from gateway.sessions.content import LoginContent
from gateway.settings import GatewaySettings
from services.common.identity.jwks import KeyCache

_ALGORITHMS = ["ES256"]
_SECONDS = 3.0
_REFRESH_SECONDS = 60.0
"""A refresh token is used up when Keycloak takes it, so its answer is waited for as long as it may come."""
_LOGOUT_SECONDS = 300
_CLOCK_SECONDS = 2
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
SCOPE = "openid organization"
_SECOND_FACTOR = json.dumps({"id_token": {"acr": {"essential": True, "values": ["2"]}}}, separators=(",", ":"))


class LoginSilent(LoginUnavailable):
    """Keycloak is there and does not answer, which takes as long as one waits."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Keycloak gave; times in seconds since 1970."""

    access_token: str = field(repr=False)
    access_expires: float
    refresh_token: str = field(repr=False)
    sid: str = field(repr=False)


class Oidc:
    """Talks to Keycloak for logins, refreshes and logouts."""

    def __init__(self, settings: GatewaySettings, keys: KeyCache, http: httpx.AsyncClient) -> None:
        self._realm = settings.realm_url or settings.issuer
        self._endpoint = f"{self._realm}/protocol/openid-connect"
        self._issuer = settings.issuer
        self._client_id = settings.client_id
        self._secret = settings.client_secret_file.read_text().strip()
        self._redirect_uri = f"{settings.staff_origin}/login/callback"
        self._keys = keys
        self._http = http

    def begin(
        self, return_to: str, *, fresh: bool, second_factor: bool = False, not_before: float = 0.0
    ) -> tuple[LoginContent, str]:
        """What to remember, and where to send the browser.

        `fresh` asks for the password even if a login is open. Whoever holds the browser can take that out of the
        address, so what must hold is `not_before`: the person must have proved herself after that time.
        `second_factor` asks for a login of class 2: Keycloak then gives no weaker one. Whether it was is checked where
        it counts, in the services.
        """
        login = LoginContent(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), return_to, not_before
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(login.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": SCOPE,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"max_age": "0"} if fresh else {}),
            **({"claims": _SECOND_FACTOR} if second_factor else {}),
        }
        return login, f"{self._issuer}/protocol/openid-connect/auth?{urlencode(query)}"

    async def require_there(self) -> None:
        """Raises LoginUnavailable when Keycloak does not answer, so that nobody is sent to a page that is not there."""
        try:
            response = await self._http.get(f"{self._realm}/.well-known/openid-configuration", timeout=_SECONDS)
        except httpx.HTTPError:
            raise LoginUnavailable from None
        if response.status_code != 200:
            raise LoginUnavailable

    async def finish(self, login: LoginContent, state: str, code: str) -> Tokens:
        """The tokens of a login that began here; raises LoginFailed when anything does not fit."""
        if not hmac.compare_digest(login.state.encode(), state.encode()):
            raise LoginFailed
        answer = await self._token(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri,
             "code_verifier": login.verifier}, LoginFailed(),
        )  # fmt: skip
        await self._verified(answer.get("id_token", ""), login)
        return _tokens(answer)

    async def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; raises SessionEnded when Keycloak ended the login, LoginUnavailable when it is away.

        A Keycloak that has just started may take many seconds; `Renewals` keeps requests from waiting for it.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        patience = httpx.Timeout(_REFRESH_SECONDS, connect=_SECONDS)
        answer = await self._token(form, SessionEnded(), patience)
        return _tokens(answer)

    async def end(self, refresh_token: str) -> None:
        """End the login at Keycloak, without a token in any address; raises LogoutIncomplete when Keycloak did not."""
        try:
            response = await self._http.post(
                f"{self._endpoint}/logout",
                data={"client_id": self._client_id, "client_secret": self._secret, "refresh_token": refresh_token},
                timeout=_SECONDS,
            )
        except httpx.HTTPError:
            raise LogoutIncomplete from None
        # A token that gives nothing any more belongs to a login that is over; any other refusal left it open.
        if response.status_code >= 400 and not _refused(response):
            raise LogoutIncomplete

    async def ended_login(self, logout_token: str) -> str:
        """The `sid` of the login that a logout token of Keycloak names; raises LoginFailed for any other token."""
        claims = await self._decoded(logout_token, ["iss", "aud", "iat", "events", "sid"])
        events, age = claims["events"], time.time() - claims["iat"]
        if not isinstance(events, dict) or _LOGOUT_EVENT not in events or "nonce" in claims or age > _LOGOUT_SECONDS:
            raise LoginFailed
        return str(claims["sid"])

    async def _token(
        self, form: dict[str, str], refused: Exception, patience: httpx.Timeout | float = _SECONDS
    ) -> dict[str, Any]:
        try:
            response = await self._http.post(
                f"{self._endpoint}/token", data=form, auth=(self._client_id, self._secret), timeout=patience
            )
        except httpx.TimeoutException:
            raise LoginSilent from None
        except httpx.HTTPError:
            raise LoginUnavailable from None
        if response.status_code == 200:
            answer: dict[str, Any] = response.json()
            return answer
        if _refused(response):
            raise refused
        # Anything else is between us and Keycloak (a wrong secret, too many requests) and ends nobody's session.
        raise LoginUnavailable

    async def _verified(self, id_token: str, login: LoginContent) -> None:
        claims = await self._decoded(id_token, ["iss", "aud", "exp", "iat", "nonce", "sub"])
        if not hmac.compare_digest(str(claims["nonce"]).encode(), login.nonce.encode()):
            raise LoginFailed
        if login.not_before and not _is_after(claims.get("auth_time"), login.not_before):
            raise LoginFailed

    async def _decoded(self, token: str, required: list[str]) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.key(str(header.get("kid", "")))
            if key is None:
                raise LoginFailed
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=_ALGORITHMS, audience=self._client_id, issuer=self._issuer,
                leeway=5, options={"require": required},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise LoginFailed from None
        return claims


def agency_of(access_token: str) -> dict[str, Any]:
    """Which agency a token of Keycloak names, to show its name and to notice another one; no right is read here."""
    return {
        alias: entry.get("agency_id") if isinstance(entry, dict) else None
        for alias, entry in _named(access_token).items()
    }


def membership_of(access_token: str) -> tuple[str, frozenset[str]]:
    """The directory's id of that agency and the roles held there; "" and none for an operator."""
    named = _named(access_token)
    entries = [entry for entry in named.values() if isinstance(entry, dict)]
    ids = [entry["agency_id"][0] for entry in entries if _is_one(entry.get("agency_id"))]
    if len(ids) != 1:
        return "", frozenset()
    given = [entry.get("realm_access") for entry in entries]
    roles = [role for access in given if isinstance(access, dict) for role in access.get("roles") or ()]
    return str(ids[0]), frozenset(map(str, roles))


def organization_of(access_token: str) -> str:
    """Keycloak's own id of the one organization that the token names; "" for an operator."""
    ids = [entry.get("id") for entry in _named(access_token).values() if isinstance(entry, dict)]
    return str(ids[0]) if len(ids) == 1 and ids[0] else ""


def _named(access_token: str) -> dict[str, Any]:
    named = jwt.decode(access_token, options={"verify_signature": False}).get("organization")
    return named if isinstance(named, dict) else {}


def _is_one(ids: object) -> bool:
    return isinstance(ids, list) and len(ids) == 1


def _is_after(auth_time: object, moment: float) -> bool:
    """Whether somebody proved herself after this moment; Keycloak says it in whole seconds, by its own clock."""
    return isinstance(auth_time, int | float) and auth_time >= moment - _CLOCK_SECONDS


def _refused(response: httpx.Response) -> bool:
    """Whether Keycloak says that this code or refresh token gives nothing (any more)."""
    try:
        answer = response.json()
    except ValueError:
        return False
    return response.status_code == 400 and isinstance(answer, dict) and answer.get("error") == "invalid_grant"


def _tokens(answer: dict[str, Any]) -> Tokens:
    try:
        # The gateway reads only when the token ends and which login it belongs to; it trusts neither for a right.
        claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
        return Tokens(answer["access_token"], float(claims["exp"]), answer["refresh_token"], str(claims["sid"]))
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        raise LoginFailed from None
