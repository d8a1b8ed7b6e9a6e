"""Starts directory, consent and referrals behind their real gates on real databases."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

from lotse.consent.v1 import text_pb2, text_pb2_grpc

from services.common.identity.client_tokens import ClientTokens
from services.common.server import Gates, serving
from services.consent.keys import Keys
from services.consent.wiring import own_keys
from services.consent.wiring import wired as consent_wired
from services.directory.settings import DirectorySettings
from services.directory.wiring import wired as directory_wired
from services.referrals.settings import ReferralsSettings
from services.referrals.wiring import wired as referrals_wired
from tests.integration.consent.world import SUBJECTS, settings_for
from tests.integration.directory.conftest import CALLERS as DIRECTORY_CALLERS
from tests.integration.referrals.world import World, becomes
from tests.support.clock import MovableClock
from tests.support.postgres import TestDatabase
from tests.support.running import Running
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer

CALLERS = {
    f"lotse.referrals.v1.{name}": ["lotse-gateway"]
    for name in (
        "CaseService",
        "ReferralService",
        "DeletionTaskService",
        "DraftPreviewService",
        "ContactTaskService",
        "WithdrawalRequestService",
        "StatutoryService",
        "NameCheckService",
    )
}


@asynccontextmanager
async def a_world(
    directory: TestDatabase,
    consent: TestDatabase,
    content: TestDatabase,
    keys: TestDatabase,
    network: TestNetwork,
    folder: Path,
) -> AsyncIterator[World]:
    """All three services until the block ends; the directory holds the demo agencies."""
    issuer, clock = KeycloakShapedIssuer(), MovableClock()
    consent_settings = settings_for(consent, network, folder, directory_target=network.target("directory"))
    consent_keys = Keys.load(consent_settings)
    (folder / "root-key").write_bytes(os.urandom(32))
    settings = ReferralsSettings(
        **network.service_values(
            "referrals",
            CALLERS,
            database_url=content.target.database_url,
            database_passwords_dir=content.target.database_passwords_dir,
            keys_url=keys.target.database_url,
            keys_passwords_dir=keys.target.database_passwords_dir,
            root_key_file=folder / "root-key",
            key_journal_file=folder / "key-deletions",
            key_journal_key_file=folder / "log",
            consent_target=network.target("consent"),
            directory_target=network.target("directory"),
        )
    )

    async def start_directory(stack: AsyncExitStack) -> None:
        values = network.service_values(
            "directory",
            DIRECTORY_CALLERS,
            database_url=directory.target.database_url,
            database_passwords_dir=directory.target.database_passwords_dir,
        )
        directory_settings = DirectorySettings(**values)
        wiring = await stack.enter_async_context(directory_wired(directory_settings, clock))
        clients = ClientTokens("test", "lotse-directory", own_keys(consent_keys), clock=clock)
        gates = Gates(issuer.staff_tokens("lotse-directory"), clients)
        await stack.enter_async_context(serving(directory_settings, wiring.registrations, gates, wiring.ready))

    async def start_consent(stack: AsyncExitStack) -> None:
        wiring = await stack.enter_async_context(consent_wired(consent_settings, consent_keys, clock))
        gates = Gates(
            issuer.staff_tokens("lotse-consent", clock=clock),
            ClientTokens("test", "lotse-consent", wiring.client_keys, clock=clock),
            clock,
        )
        await stack.enter_async_context(serving(consent_settings, wiring.registrations, gates, wiring.ready))

    async def start_referrals(stack: AsyncExitStack) -> None:
        wiring = await stack.enter_async_context(referrals_wired(settings, clock))
        gates = Gates(
            issuer.staff_tokens("lotse-referrals", clock=clock),
            ClientTokens("test", "lotse-referrals", wiring.client_keys, clock=clock),
            clock,
        )
        await stack.enter_async_context(serving(settings, wiring.registrations, gates, wiring.ready))

    services = [Running(start_directory), Running(start_consent), Running(start_referrals)]
    try:
        for service in services:
            await service.start()
        async with (
            network.channel("lotse-gateway", "referrals") as referrals_channel,
            network.channel("lotse-gateway", "consent") as consent_channel,
        ):
            world = World(
                directory, content, keys, consent, network, issuer, clock, settings, referrals_channel, consent_channel,
                services[1], services[2], services[0], consent_settings=consent_settings,
            )  # fmt: skip
            await publish_texts(network, *SUBJECTS)
            await _regimes_known(consent)
            yield world
    finally:
        for service in reversed(services):
            await service.stop()


async def publish_texts(network: TestNetwork, *subjects: str) -> None:
    """One text in force for each subject."""
    async with network.channel("lotse-cli", "consent") as channel:
        for subject in subjects:
            text = text_pb2.TextVersion(
                subject=subject, language="de", variety="standard", title=subject, body=f"Text zu {subject}.",
                reviewer="Dr. Erfunden", reviewed_on="2026-11-01", demo=True,
            )  # fmt: skip
            await text_pb2_grpc.ConsentTextServiceStub(channel).PublishText(
                text_pb2.PublishTextRequest(request_id=str(uuid4()), text=text)
            )


async def _regimes_known(consent: TestDatabase) -> None:
    async with consent.administered() as admin:

        async def count() -> int:
            found: int = await admin.fetchval("select count(*) from regime")
            return found

        await becomes(count, lambda number: number > 0)
