"""Pages of whoever runs the installation, who belongs to no agency; beside a directory that is scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
from lotse.directory.v1 import agency_pb2_grpc, entry_pb2, entry_pb2_grpc, import_pb2, import_pb2_grpc

from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted_directory import Script as Names
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork, running

Context = grpc.aio.ServicerContext[Any, Any]
RUN = str(uuid4())
CALLERS = {
    f"lotse.directory.v1.{name}": ["lotse-gateway"]
    for name in ("ImportRunService", "FreshnessService", "AgencyService")
}


@dataclass
class Script(import_pb2_grpc.ImportRunServiceServicer, entry_pb2_grpc.FreshnessServiceServicer):
    """What the directory tells an operator, and what it was asked."""

    asked: list[object] = field(default_factory=list)

    async def ListImportRuns(
        self, request: import_pb2.ListImportRunsRequest, context: Context
    ) -> import_pb2.ListImportRunsResponse:
        count = import_pb2.ImportCount
        run = import_pb2.ImportRun(
            import_id=RUN,
            source="kommunen",
            loaded=True,
            findings=2,
            counts=[
                count(table="service", read=40, created=30, quarantined=7),
                count(table="phone", read=2, changed=2),
            ],
        )
        return import_pb2.ListImportRunsResponse(runs=[run])

    async def ListImportFindings(
        self, request: import_pb2.ListImportFindingsRequest, context: Context
    ) -> import_pb2.ListImportFindingsResponse:
        self.asked.append(request)
        refused = import_pb2.QuarantineEntry(
            file="a.csv", row=7, field="postcode", value="3810", reason="no such postcode", suggestion="38100?"
        )
        return import_pb2.ListImportFindingsResponse(findings=[refused], next_page_token="next")

    async def ListFreshness(
        self, request: entry_pb2.ListFreshnessRequest, context: Context
    ) -> entry_pb2.ListFreshnessResponse:
        self.asked.append(request)
        entry = entry_pb2.Freshness(
            agency_id=str(uuid4()), name="Alte Stelle", source="kommunen", open_reports=3,
            standing=entry_pb2.STANDING_UNCONFIRMED,
        )  # fmt: skip
        return entry_pb2.ListFreshnessResponse(entries=[entry])


@dataclass
class Operating:
    world: World
    script: Script
    browser: Browser

    async def page(self, path: str) -> httpx.Response:
        return await self.browser.get(path, headers={"Accept": "text/html"})


@asynccontextmanager
async def scripted(network: TestNetwork, login_server: LoginServer) -> AsyncIterator[Script]:
    script = Script()
    servers: list[tuple[Any, Any]] = [
        (import_pb2_grpc.add_ImportRunServiceServicer_to_server, script),
        (entry_pb2_grpc.add_FreshnessServiceServicer_to_server, script),
        (agency_pb2_grpc.add_AgencyServiceServicer_to_server, Names()),
    ]
    registrations = [Registration(name, add, one) for name, (add, one) in zip(CALLERS, servers, strict=True)]
    settings = ServiceSettings(**network.service_values("directory", CALLERS))
    async with running(settings, registrations, Gates(login_server.tokens.staff_tokens("lotse-directory"))):
        yield script


@pytest.fixture
async def operating(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Operating]:
    database = await database_of("gateway")
    async with (
        scripted(network, login_server) as script,
        running_gateway(tmp_path, database, network, login_server) as world,
    ):
        browser = world.staff()
        await world.log_in(browser, world.an_operator())
        yield Operating(world, script, browser)


async def test_whoever_runs_the_installation_begins_with_imports_and_old_entries(operating: Operating) -> None:
    led = await operating.page("/")
    assert (led.status_code, led.headers["Location"]) == (303, "/betrieb")
    page = (await operating.page("/betrieb")).text
    for words in ("kommunen", ">42<", ">7<", "Alte Stelle", "Not confirmed for over a year", "never", "Log out"):
        assert words in page, words
    assert "Change agency" not in page


async def test_what_an_import_refused_is_told_with_what_to_do(operating: Operating) -> None:
    page = (await operating.page(f"/betrieb/importe/{RUN}?quelle=kommunen")).text
    for words in ("no such postcode", "38100?", "a.csv, row 7, postcode", "page_token=next"):
        assert words in page, words
    assert (await operating.page("/betrieb/importe")).status_code == 200
    assert (await operating.page("/betrieb/importe/none")).status_code == 400


async def test_entries_are_ordered_as_asked(operating: Operating) -> None:
    answer = await operating.page("/betrieb/frische?reihenfolge=open-reports&nur=unbestaetigt")
    assert answer.status_code == 200
    asked = operating.script.asked[-1]
    assert isinstance(asked, entry_pb2.ListFreshnessRequest)
    assert (asked.order, asked.only_unconfirmed) == (entry_pb2.FRESHNESS_ORDER_OPEN_REPORTS, True)
    assert (await operating.page("/betrieb/frische?reihenfolge=colour")).status_code == 400


async def test_nobody_of_an_agency_sees_what_is_the_operators(operating: Operating) -> None:
    browser = operating.world.staff()
    await operating.world.log_in(browser, operating.world.a_login("coordinator"))
    for path in ("/betrieb", "/betrieb/importe", f"/betrieb/importe/{RUN}", "/betrieb/frische"):
        assert (await browser.get(path, headers={"Accept": "text/html"})).status_code == 403, path
