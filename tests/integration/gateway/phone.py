"""A client's phone, with the gateway, real consent and a real directory behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from services.common.identity.client_tokens import ClientTokens
from services.common.server import Gates, serving
from services.consent.wiring import own_keys
from services.directory.settings import DirectorySettings
from services.directory.wiring import wired as wired_directory
from tests.integration.consent.world import CONTACT, COVER, HEALTH, SUBJECTS, Asked, a_world
from tests.integration.consent.world import World as Consent
from tests.integration.directory.conftest import CALLERS, FILLED, prepared
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.clock import MovableClock
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.server import TestNetwork


@dataclass
class Phone:
    """A client's browser, and everybody behind it."""

    gateway: World
    consent: Consent
    recipient: UUID
    browser: Browser

    async def asked(self, *categories: int) -> Asked:
        return await self.consent.ask(*(categories or (COVER, CONTACT, HEALTH)), to=self.recipient)

    async def enter(self, secret: str, browser: Browser | None = None) -> httpx.Response:
        browser = browser or self.browser
        answer = await browser.post("/api/v1/session", {"secret": secret})
        if answer.status_code == 201:
            browser.csrf = answer.json()["csrf_token"]
        return answer

    async def decide(self, *yes: str, no: tuple[str, ...] = ()) -> httpx.Response:
        answers = [{"category": each, "permit": True} for each in yes]
        answers += [{"category": each, "permit": False} for each in no]
        return await self.browser.post(
            "/api/v1/decision",
            {
                "answers": answers,
                "way_back": "outcome",
                "secrecy_release_forward": True,
                "secrecy_release_back": True,
            },
        )


@pytest.fixture
async def phone(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Phone]:
    recipient = UUID(await an_agency(postgres, network))
    directory_database = await prepared(postgres, network, FILLED)
    values = network.service_values(
        "directory",
        CALLERS,
        database_url=directory_database.target.database_url,
        database_passwords_dir=directory_database.target.database_passwords_dir,
    )
    settings, clock = DirectorySettings(**values), MovableClock()
    async with (
        a_world(await database_of("consent"), network, tmp_path) as consent,
        wired_directory(settings, clock) as wiring,
    ):
        for subject in SUBJECTS:
            await consent.publish(subject)
        await consent.set_regimes(recipient)
        clients = ClientTokens("test", "lotse-directory", own_keys(consent.keys))
        gates = Gates(consent.issuer.staff_tokens("lotse-directory"), clients)
        login_server.clock = consent.clock
        async with (
            serving(settings, wiring.registrations, gates, wiring.ready),
            running_gateway(tmp_path, await database_of("gateway"), network, login_server) as gateway,
        ):
            yield Phone(gateway, consent, recipient, gateway.client())


async def an_agency(postgres: Postgres, network: TestNetwork) -> str:
    database = await prepared(postgres, network, FILLED)
    async with database.administered() as admin:
        return str(await admin.fetchval("select id from organization where parent_organization_id is not null limit 1"))
