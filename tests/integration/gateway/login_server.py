"""An issuer over HTTP with the endpoints of Keycloak that the gateway uses; signs tokens of Keycloak's shape.

The tier with the real Keycloak is the system tier; this one has the faults that a real one shows only by luck.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.clock import MovableClock
from tests.support.tokens import ISSUER, KeycloakShapedIssuer

CLIENT_ID, CLIENT_SECRET = "lotse-gateway", "a-secret-of-a-test"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Login:
    """Somebody who is logged in at the issuer."""

    person: UUID
    agency: UUID | None
    roles: tuple[str, ...]
    sid: str = field(default_factory=lambda: str(uuid4()))
    ended: bool = False
    acr: str = "1"


@dataclass
class LoginServer:
    """The issuer, and what it was asked."""

    tokens: KeycloakShapedIssuer = field(default_factory=KeycloakShapedIssuer)
    clock: MovableClock = field(default_factory=MovableClock)
    url: str = ""
    public_url: str = ""
    """Where browsers reach it and what its tokens name, when that is another address than the gateway's own way."""
    away: bool = False
    answer_seconds: float = 0.0
    codes: dict[str, tuple[dict[str, str], Login]] = field(default_factory=dict)
    refresh_tokens: dict[str, Login] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    asked: int = 0
    refreshes: int = 0
    logouts: list[str] = field(default_factory=list)
    """Refresh tokens of logins that were to be ended."""
    people: list[dict[str, Any]] = field(default_factory=list)
    """Members of whatever organization is asked for, as Keycloak describes them."""
    id_claims: dict[str, Any] = field(default_factory=dict)
    """Claims of ID tokens that a test wants otherwise."""

    @property
    def issuer(self) -> str:
        return f"{self.public_url or self.url}/realms/lotse"

    def approve(self, location: str, login: Login) -> str:
        """The person logs in where the gateway sent the browser: the address that the browser is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.issuer}/protocol/openid-connect/auth?")
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = (query, login)
        return f"{query['redirect_uri']}?{urlencode({'state': query['state'], 'code': code, 'session_state': 'x'})}"

    def logout_token(self, login: Login, **changes: Any) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": int(time.time()),
            "exp": int(time.time()) + 120,
            "jti": str(uuid4()),
            "sid": login.sid,
            "sub": str(login.person),
            "events": {LOGOUT_EVENT: {}},
            **changes,
        }
        return self.tokens.sign({name: value for name, value in claims.items() if value is not None}, typ="logout+jwt")

    def access_token(self, login: Login, **changes: Any) -> str:
        values = {
            "iss": ISSUER,
            "sid": login.sid,
            "acr": login.acr,
            "exp": int(self.clock.now().timestamp()) + 300,
            **changes,
        }
        return self.tokens.token(login.person, login.agency, *login.roles, **values)

    def routes(self) -> Starlette:
        base = "/realms/lotse/protocol/openid-connect"
        return Starlette(
            routes=[
                Route(f"{base}/token", self._token, methods=["POST"]),
                Route(f"{base}/logout", self._logout, methods=["POST"]),
                Route(f"{base}/certs", self._certs),
                Route("/admin/realms/lotse/organizations/{organization}/members", self._members),
                Route("/realms/lotse/.well-known/openid-configuration", self._described),
            ]
        )

    async def _described(self, _: Request) -> Response:
        return Response(status_code=503) if self.away else JSONResponse({"issuer": self.issuer})

    async def _token(self, request: Request) -> Response:
        self.asked += 1
        await asyncio.sleep(self.answer_seconds)
        if self.away:
            return Response(status_code=503)
        form = {name: str(value) for name, value in (await request.form()).items()}
        credentials = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        if credentials != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return JSONResponse({"error": "unauthorized_client"}, 401)
        if form["grant_type"] == "client_credentials":
            return JSONResponse({"access_token": "of-the-account"})
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form["refresh_token"])
        asked, login = self.codes.pop(form["code"], ({}, None))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        fits = asked.get("code_challenge") == challenge.decode() and asked.get("redirect_uri") == form["redirect_uri"]
        if login is None or not fits:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return self._answer(login, asked["nonce"])

    def _refreshed(self, token: str) -> Response:
        self.refreshes += 1
        login = self.refresh_tokens.get(token)
        if login is None or login.ended or token in self.used:
            return JSONResponse({"error": "invalid_grant", "error_description": "Token is not active"}, 400)
        self.used.add(token)
        return self._answer(login, None)

    def _answer(self, login: Login, nonce: str | None) -> Response:
        refresh_token = secrets.token_urlsafe(24)
        self.refresh_tokens[refresh_token] = login
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "sub": str(login.person),
            "typ": "ID",
            "sid": login.sid,
            "nonce": nonce,
            **self.id_claims,
        }
        id_token = self.tokens.sign({name: value for name, value in claims.items() if value is not None})
        access_token = self.access_token(login)
        return JSONResponse({"access_token": access_token, "refresh_token": refresh_token, "id_token": id_token})

    async def _logout(self, request: Request) -> Response:
        if self.away:
            return Response(status_code=503)
        form = await request.form()
        if form["client_secret"] != CLIENT_SECRET:
            return JSONResponse({"error": "unauthorized_client"}, 401)
        self.logouts.append(str(form["refresh_token"]))
        self.refresh_tokens[self.logouts[-1]].ended = True
        return Response(status_code=204)

    async def _members(self, request: Request) -> Response:
        if self.away:
            return Response(status_code=503)
        if request.headers.get("Authorization") != "Bearer of-the-account":
            return Response(status_code=401)
        first, most = int(request.query_params["first"]), int(request.query_params["max"])
        return JSONResponse(self.people[first : first + most])

    async def _certs(self, _: Request) -> Response:
        return JSONResponse(self.tokens.jwks())


@asynccontextmanager
async def running_login_server(login_server: LoginServer | None = None) -> AsyncIterator[LoginServer]:
    """On a free port of this machine; a fresh one unless it is given."""
    login_server = login_server or LoginServer()
    config = uvicorn.Config(
        login_server.routes(), host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none", access_log=False
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    login_server.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield login_server
    finally:
        server.should_exit = True
        await serving
