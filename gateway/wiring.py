"""The gateway put together from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from starlette.types import ASGIApp

from gateway.api.v1.dependencies import Parts
from gateway.app import build_app
from gateway.clients import connected
from gateway.hsds.streaming import Streams
from gateway.http.limits import Attempts
from gateway.identity.oidc import Oidc
from gateway.identity.people import People
from gateway.identity.sessions import Sessions
from gateway.sessions.content import Sealer
from gateway.sessions.store.sessions import SessionStore
from gateway.settings import GatewaySettings
from services.common.clock import Clock
from services.common.database import Database
from services.common.identity.jwks import KeyCache, http_jwks, trusting
from services.common.worker import BackgroundTasks


@asynccontextmanager
async def wired(settings: GatewaySettings, clock: Clock) -> AsyncIterator[ASGIApp]:
    """The whole gateway, ready to be served; closes what it opened."""
    async with (
        await Database.open(settings, ("run", "worker")) as database,
        httpx.AsyncClient(verify=trusting(settings.keycloak_ca_file), trust_env=False) as http,
        connected(settings) as clients,
    ):
        store = SessionStore(database)
        oidc = Oidc(settings, KeyCache(http_jwks(settings.jwks_url, ca_file=settings.keycloak_ca_file)), http)
        sessions = Sessions(store, Sealer.from_file(settings.session_key_file), oidc, settings, clock)
        codes, searches = Attempts(settings.redeem_attempts_per_hour), Attempts(settings.public_searches_per_hour)
        streams = Streams(settings.hsds_streams, settings.hsds_stream_seconds)
        secret = settings.client_secret_file.read_text().strip()
        people = People(settings.realm_url or settings.issuer, settings.client_id, secret, http)
        typing, asked = Attempts(settings.public_typing_per_hour), Attempts(1)
        parts = Parts(settings, clients, sessions, oidc, codes, searches, typing, asked, streams, clock, people)
        async with BackgroundTasks(settings) as tasks:
            tasks.every(timedelta(minutes=5), "session-sweep", store.sweep)
            yield build_app(settings, parts, database.check)
