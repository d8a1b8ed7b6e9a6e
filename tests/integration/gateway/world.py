"""The gateway on its real database, with an issuer beside it; browsers are HTTP clients with a jar of cookies."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
from starlette.types import ASGIApp

from gateway.identity import cookies
from gateway.settings import GatewaySettings
from gateway.wiring import wired
from tests.integration.gateway.login_server import CLIENT_SECRET, Login, LoginServer
from tests.support.clock import MovableClock
from tests.support.postgres import TestDatabase
from tests.support.server import TestNetwork

STAFF, CLIENT = "https://staff.test", "https://client.test"
STAFF_COOKIE, CLIENT_COOKIE, LOGIN_COOKIE = "__Host-lotse", "__Host-session", "__Host-lotse-login"


class Browser(httpx.AsyncClient):
    """Keeps cookies and says where its requests come from, as a browser does."""

    def __init__(self, app: ASGIApp, origin: str, sender: str = "192.0.2.1") -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(sender, 4242))
        super().__init__(transport=transport, base_url=origin, headers={"Accept-Language": "en"})
        self.origin = origin
        self.csrf = ""

    async def write(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A write as a page of ours does it; a header with the value "" is left out."""
        usual = {
            "Sec-Fetch-Site": "same-origin",
            "Origin": self.origin,
            "X-CSRF-Token": self.csrf,
            "Idempotency-Key": str(uuid4()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = {name: value for name, value in usual.items() if value}
        return await self.request(method, path, json=body, headers=sent)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:  # type: ignore[override]
        return await self.write("POST", path, body, **headers)

    def cookie(self, name: str) -> str | None:
        return self.cookies.get(name)


@dataclass
class World:
    """A running gateway."""

    app: ASGIApp
    settings: GatewaySettings
    database: TestDatabase
    login_server: LoginServer
    clock: MovableClock

    def staff(self, **options: Any) -> Browser:
        return Browser(self.app, STAFF, **options)

    def client(self, *, language: str = "en", **options: Any) -> Browser:
        """A client's phone on which she chose this language; none where it is ""."""
        phone = Browser(self.app, CLIENT, **options)
        if language:
            phone.cookies.set(cookies.LANGUAGE, language, domain=urlsplit(CLIENT).hostname or "")
        return phone

    def a_login(self, *roles: str, agency: UUID | None = None) -> Login:
        return Login(uuid4(), agency or uuid4(), roles or ("counsellor",))

    def an_operator(self) -> Login:
        """Who runs the installation belongs to no agency."""
        return Login(uuid4(), None, ("operator",))

    async def log_in(self, browser: Browser, login: Login | None = None, path: str = "/login") -> httpx.Response:
        """The whole way through the issuer and back; the answer that ends it."""
        begun = await browser.get(path)
        assert begun.status_code == 303
        back = self.login_server.approve(begun.headers["Location"], login or self.a_login())
        ended = await browser.get(back)
        if ended.status_code == 303:
            browser.csrf = (await browser.get("/api/v1/session")).json()["csrf_token"]
        return ended

    async def sessions(self, kind: str) -> int:
        async with self.database.administered() as admin:
            count: int = await admin.fetchval("select count(*) from session where kind = $1", kind)
            return count


def gateway_settings(
    folder: Path,
    database: TestDatabase,
    network: TestNetwork,
    login_server: LoginServer,
    session_key: bytes | None = None,
    **changes: Any,
) -> GatewaySettings:
    files = network.certificates["lotse-gateway"]
    (folder / "session-key").write_bytes(session_key or os.urandom(32))
    (folder / "client-secret").write_text(CLIENT_SECRET)
    values: dict[str, Any] = {
        "installation": "test",
        "tls_ca_file": files.ca,
        "tls_cert_file": files.cert,
        "tls_key_file": files.key,
        "listen": "127.0.0.1:0",
        "staff_origin": STAFF,
        "client_origin": CLIENT,
        "database_url": database.target.database_url,
        "database_passwords_dir": database.target.database_passwords_dir,
        "session_key_file": folder / "session-key",
        "issuer": login_server.issuer,
        "jwks_url": f"{login_server.issuer}/protocol/openid-connect/certs",
        "client_secret_file": folder / "client-secret",
        "directory_target": network.target("directory"),
        "consent_target": network.target("consent"),
        "referrals_target": network.target("referrals"),
        **changes,
    }
    return GatewaySettings(**values)


@asynccontextmanager
async def running_gateway(
    folder: Path, database: TestDatabase, network: TestNetwork, login_server: LoginServer, **changes: Any
) -> AsyncIterator[World]:
    """A gateway until the block ends; what it calls may be there or not."""
    settings = gateway_settings(folder, database, network, login_server, **changes)
    async with wired(settings, login_server.clock) as app:
        yield World(app, settings, database, login_server, login_server.clock)
