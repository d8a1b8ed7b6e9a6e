"""The copy of the agencies' law: read from the directory, needed to be ready, never emptied by an accident."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.clock import SystemClock
from services.common.errors import Unavailable
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from services.consent.background.regimes import RegimePoller
from services.consent.keys import Keys
from services.consent.wiring import wired
from tests.integration.consent.world import settings_for
from tests.support.postgres import DatabaseOf, TestDatabase
from tests.support.server import TestNetwork, running
from tests.support.tokens import KeycloakShapedIssuer

NAME = "lotse.directory.v1.RegimeService"


class PagedRegimes(agency_pb2_grpc.RegimeServiceServicer):
    """The directory's answer in pages of two."""

    def __init__(self, rows: Sequence[agency_pb2.RegimeRow]) -> None:
        self.rows = rows

    async def ListRegimes(
        self, request: agency_pb2.ListRegimesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> agency_pb2.ListRegimesResponse:
        start = int(request.page_token or 0)
        more = str(start + 2) if start + 2 < len(self.rows) else ""
        return agency_pb2.ListRegimesResponse(rows=self.rows[start : start + 2], next_page_token=more)


class DirectorySettings(ServiceSettings):
    """The settings of a process called directory."""

    service = "directory"


@asynccontextmanager
async def a_directory(network: TestNetwork, servicer: PagedRegimes) -> AsyncIterator[None]:
    settings = DirectorySettings(**network.service_values("directory", {NAME: ["lotse-consent"]}))
    registration = Registration(NAME, agency_pb2_grpc.add_RegimeServiceServicer_to_server, servicer)
    gates = Gates(KeycloakShapedIssuer().staff_tokens("lotse-directory"))
    async with running(settings, [registration], gates):
        yield


def a_row(agency: UUID, **changes: Any) -> agency_pb2.RegimeRow:
    values = {"agency_id": str(agency), "regime": words.REGIME_KDG, "valid_from": "2020-01-01", **changes}
    return agency_pb2.RegimeRow(**values)


async def copied(database: TestDatabase) -> list[tuple[UUID, str, list[str], str]]:
    async with database.administered() as admin:
        rows = await admin.fetch("select agency_id, regime, overlays, coalesce(valid_until::text, '') as u from regime")
    return sorted((row["agency_id"], row["regime"], row["overlays"], row["u"]) for row in rows)


@asynccontextmanager
async def a_poller(database: TestDatabase, network: TestNetwork) -> AsyncIterator[RegimePoller]:
    async with database.opened("worker") as opened, network.channel("lotse-consent", "directory") as channel:
        yield RegimePoller(database.target, opened, channel)


async def test_all_pages_are_copied_and_what_is_gone_goes(database_of: DatabaseOf, network: TestNetwork) -> None:
    database, agencies = await database_of("consent"), sorted(uuid4() for _ in range(5))
    servicer = PagedRegimes([a_row(agency) for agency in agencies])
    async with a_directory(network, servicer), a_poller(database, network) as poller:
        with pytest.raises(Unavailable):
            await poller.check_ready()
        await poller.poll()
        await poller.check_ready()
        assert [row[0] for row in await copied(database)] == agencies

        overlay = [words.REGIME_OVERLAY_SGB_VIII]
        servicer.rows = [a_row(agencies[0], valid_until="2027-01-01", overlays=overlay), a_row(agencies[1], regime=99)]
        await poller.poll()
        assert await copied(database) == [(agencies[0], "kdg", ["sgb-viii"], "2027-01-01")]


async def test_an_empty_answer_changes_nothing(database_of: DatabaseOf, network: TestNetwork) -> None:
    database, servicer = await database_of("consent"), PagedRegimes([a_row(uuid4())])
    async with a_directory(network, servicer), a_poller(database, network) as poller:
        await poller.poll()
        servicer.rows = []
        with pytest.raises(Unavailable):
            await poller.poll()
        assert len(await copied(database)) == 1


async def test_consent_is_ready_once_the_directory_answered(
    database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> None:
    database = await database_of("consent")
    settings = settings_for(database, network, tmp_path, directory_target=network.target("directory"))
    async with wired(settings, Keys.load(settings), SystemClock()) as wiring:
        with pytest.raises(Unavailable):
            await wiring.ready()
        async with a_directory(network, PagedRegimes([a_row(uuid4())])), asyncio.timeout(20):
            while not await copied(database):  # noqa: ASYNC110 - the database is asked
                await asyncio.sleep(0.1)
            await wiring.ready()
