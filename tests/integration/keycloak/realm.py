"""A provisioned realm on a real Keycloak, and logins by its pages as a program with bearer tokens does them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt

from deploy.demo.browser import Browser, LoginRefused
from deploy.keycloak.admin import Admin, Changes
from deploy.keycloak.plan import Plan
from deploy.keycloak.provision import provision
from deploy.keycloak.realm import API_CLIENT, REALM, GatewayClient
from deploy.local.keycloak_server import ADMIN_CLIENT
from services.common.identity.jwks import KeyCache, http_jwks
from services.common.identity.staff_tokens import StaffTokenRules, StaffTokens

PLAN = Plan.read(Path(__file__).with_name("people.toml"))
PASSWORD = "prüfling-" + secrets.token_urlsafe(8)
REDIRECT = "http://127.0.0.1:9/callback"


@dataclass(frozen=True)
class Tokens:
    """What a login gave."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    id: str = field(repr=False)

    @property
    def claims(self) -> dict[str, Any]:
        """Of the access token, unverified."""
        claims: dict[str, Any] = jwt.decode(self.access, options={"verify_signature": False})
        return claims


@dataclass(frozen=True)
class Realm:
    """The realm `lotse` of one Keycloak."""

    url: str
    admin_secret: str = field(repr=False)
    log: Path | None = None

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/{REALM}"

    def provision(self, plan: Plan = PLAN, *, password: str = PASSWORD, secret: str | None = None) -> Changes:
        """One run of `lotse provision`."""
        gateway = GatewayClient("http://127.0.0.1:9", "of-the-gateway", "http://127.0.0.1:9/logout/back-channel")
        return provision(self.url, ADMIN_CLIENT, secret or self.admin_secret, gateway, plan, password)

    def admin(self) -> Admin:
        return Admin(self.url, ADMIN_CLIENT, self.admin_secret)

    def forget_failures(self, username: str) -> None:
        """Whoever failed twice in a second waits a minute for Keycloak; other tests log in as the same person."""
        admin = self.admin()
        (user,) = admin.get(f"/{REALM}/users?username={username}&exact=true")
        admin.delete(f"/{REALM}/attack-detection/brute-force/users/{user['id']}")

    def verifier(self, audience: str = "lotse-referrals") -> StaffTokens:
        """The verifier of a service."""
        rules = StaffTokenRules(self.issuer, audience, ["lotse-gateway", API_CLIENT])
        return StaffTokens(rules, KeyCache(http_jwks(f"{self.issuer}/protocol/openid-connect/certs")))

    async def log_in(
        self,
        username: str,
        agency: str | None = None,
        *,
        scope: str = "openid organization",
        client: str = API_CLIENT,
        browser: Browser | None = None,
        password: str = PASSWORD,
        one_time_code: str = "",
        **asked: str,
    ) -> Tokens:
        """The whole code flow with PKCE, with what is asked beside; raises LoginRefused."""
        if browser is None:
            async with Browser() as own:
                return await self.log_in(
                    username, agency, scope=scope, client=client, browser=own, password=password,
                    one_time_code=one_time_code, **asked,
                )  # fmt: skip
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code", "client_id": client, "redirect_uri": REDIRECT, "scope": scope, "state": "s",
            "code_challenge": challenge, "code_challenge_method": "S256", **asked,
        }  # fmt: skip
        start = f"{self.issuer}/protocol/openid-connect/auth?{urlencode(query)}"
        end = await browser.log_in(start, username, password, agency, until=REDIRECT, one_time_code=one_time_code)
        if not end.is_redirect:
            raise LoginRefused(f"ended on a page with {end.status_code}")
        code = parse_qs(urlsplit(end.headers["Location"]).query).get("code")
        if code is None:
            raise LoginRefused("came back without a code")
        answer = await self.token(
            grant_type="authorization_code", code=code[0], client_id=client, redirect_uri=REDIRECT,
            code_verifier=verifier,
        )  # fmt: skip
        answer.raise_for_status()
        return _tokens(answer)

    async def refresh(self, tokens: Tokens) -> Tokens | None:
        """New tokens, or None when Keycloak refuses."""
        answer = await self.token(grant_type="refresh_token", refresh_token=tokens.refresh, client_id=API_CLIENT)
        return _tokens(answer) if answer.status_code == 200 else None

    async def log_out(self, tokens: Tokens) -> None:
        """End the login, as the gateway does before a switch of agency."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(
                f"{self.issuer}/protocol/openid-connect/logout",
                data={"client_id": API_CLIENT, "refresh_token": tokens.refresh},
            )
        answer.raise_for_status()

    async def token(self, **form: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(f"{self.issuer}/protocol/openid-connect/token", data=form)


def _tokens(answer: httpx.Response) -> Tokens:
    body = answer.json()
    return Tokens(body["access_token"], body["refresh_token"], body["id_token"])
