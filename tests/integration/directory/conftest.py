"""The directory on a real database behind its real gates, empty or with the demo directory in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import grpc
import pytest
import pytest_asyncio
from lotse.directory.v1 import agency_pb2_grpc, import_pb2, import_pb2_grpc, search_pb2, search_pb2_grpc

from services.common.server import Gates, serving
from services.directory.__main__ import MIGRATIONS
from services.directory.importing.identity import make_id
from services.directory.provisioning import load_reference
from services.directory.settings import DirectorySettings
from services.directory.wiring import wired
from tests.support.clock import MovableClock
from tests.support.postgres import Postgres, TestDatabase, _drop_all
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer

DEMO = Path(__file__).parents[3] / "deploy" / "demo" / "directory"
CALLERS = {
    "lotse.directory.v1.SearchService": ["lotse-gateway", "lotse-cli"],
    "lotse.directory.v1.CoverageService": ["lotse-gateway", "lotse-cli"],
    "lotse.directory.v1.TopicService": ["lotse-gateway", "lotse-cli"],
    "lotse.directory.v1.AgencyService": ["lotse-gateway", "lotse-referrals", "lotse-cli"],
    "lotse.directory.v1.EntryService": ["lotse-gateway"],
    "lotse.directory.v1.FreshnessService": ["lotse-gateway"],
    "lotse.directory.v1.ReportService": ["lotse-gateway"],
    "lotse.directory.v1.PartnerNoteService": ["lotse-gateway"],
    "lotse.directory.v1.PublicationService": ["lotse-gateway", "lotse-cli"],
    "lotse.directory.v1.RegimeService": ["lotse-consent", "lotse-cli"],
    "lotse.directory.v1.ImportService": ["lotse-cli"],
    "lotse.directory.v1.ImportRunService": ["lotse-gateway", "lotse-cli"],
}
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Germany
CHUNK = 200_000


def demo_id(table: str, source_id: str) -> str:
    return str(make_id("demo", table, source_id))


@dataclass
class Directory:
    """A running directory as its callers see it."""

    database: TestDatabase
    network: TestNetwork
    issuer: KeycloakShapedIssuer
    clock: MovableClock
    stop: Callable[[], Awaitable[None]]

    def staff(self, *roles: str, agency: UUID | None = None) -> list[tuple[str, str]]:
        token = self.issuer.token(uuid4(), agency or uuid4(), *(roles or ("counsellor",)))
        return [("authorization", f"Bearer {token}")]

    def channel(self, caller: str = "lotse-gateway") -> AbstractAsyncContextManager[grpc.aio.Channel]:
        return self.network.channel(caller, "directory")

    async def search(self, text: str = "", **conditions: object) -> search_pb2.SearchServicesResponse:
        request = search_pb2.SearchServicesRequest(text=text, **conditions)  # type: ignore[arg-type]
        async with self.channel() as channel:
            stub = search_pb2_grpc.SearchServiceStub(channel)
            response: search_pb2.SearchServicesResponse = await stub.SearchServices(request)
            return response

    @asynccontextmanager
    async def agencies(self, caller: str = "lotse-gateway") -> AsyncIterator[agency_pb2_grpc.AgencyServiceStub]:
        async with self.channel(caller) as channel:
            yield agency_pb2_grpc.AgencyServiceStub(channel)

    async def load(
        self, source: str, files: dict[str, bytes], *, mapping: str = "", dry_run: bool = False, accept: bool = False
    ) -> import_pb2.ImportResponse:
        header = import_pb2.ImportHeader(
            source=source,
            format=import_pb2.IMPORT_FORMAT_AUTO,
            mapping=mapping,
            dry_run=dry_run,
            accept_vanishing=accept,
            total_bytes=sum(map(len, files.values())),
        )

        async def pieces() -> AsyncIterator[import_pb2.ImportRequest]:
            yield import_pb2.ImportRequest(header=header)
            for name, content in files.items():
                for start in range(0, max(len(content), 1), CHUNK):
                    chunk = import_pb2.ImportChunk(file=name, content=content[start : start + CHUNK])
                    yield import_pb2.ImportRequest(chunk=chunk)

        async with self.network.channel("lotse-cli", "directory", default_seconds=300) as channel:
            response: import_pb2.ImportResponse = await import_pb2_grpc.ImportServiceStub(channel).Import(pieces())
            return response

    async def findings(self, import_id: str) -> list[import_pb2.QuarantineEntry]:
        """All that the log has of an import, page by page."""
        found: list[import_pb2.QuarantineEntry] = []
        request = import_pb2.ListImportFindingsRequest(import_id=import_id, page_size=2_000)
        async with self.network.channel("lotse-cli", "directory") as channel:
            stub = import_pb2_grpc.ImportRunServiceStub(channel)
            while True:
                page = await stub.ListImportFindings(request)
                found += page.findings
                if not page.next_page_token:
                    return found
                request.page_token = page.next_page_token

    async def load_demo(self) -> import_pb2.ImportResponse:
        return await self.load("demo", {"agencies.json": (DEMO / "agencies.json").read_bytes()})


@asynccontextmanager
async def running_directory(database: TestDatabase, network: TestNetwork) -> AsyncIterator[Directory]:
    values = network.service_values(
        "directory",
        CALLERS,
        database_url=database.target.database_url,
        database_passwords_dir=database.target.database_passwords_dir,
    )
    settings = DirectorySettings(**values)
    clock, issuer = MovableClock(NOW), KeycloakShapedIssuer()
    gates = Gates(
        issuer.staff_tokens("lotse-directory"), longer_seconds={"/lotse.directory.v1.ImportService/Import": 300.0}
    )
    async with AsyncExitStack() as stack:
        wiring = await stack.enter_async_context(wired(settings, clock))
        await stack.enter_async_context(serving(settings, wiring.registrations, gates, wiring.ready))
        yield Directory(database, network, issuer, clock, stack.aclose)


# Names under which prepared databases are remembered for this session, where others have their migrations' folder.
EMPTY, FILLED = Path("directory-with-reference"), Path("directory-with-demo")


async def prepared(postgres: Postgres, network: TestNetwork, stage: Path) -> TestDatabase:
    """A clone of a database with topics and gazetteer, and for FILLED with the demo directory; each made once."""
    if ("directory", EMPTY) not in postgres.templates:
        database = await postgres.clone("directory", MIGRATIONS)
        async with database.connected("owner") as connection:
            await load_reference(connection)
        postgres.templates["directory", EMPTY] = urlsplit(database.admin_url).path.lstrip("/")
    if stage == FILLED and ("directory", FILLED) not in postgres.templates:
        database = await postgres.clone("directory", EMPTY)
        async with running_directory(database, network) as directory:
            report = await directory.load_demo()
            assert report.loaded
        postgres.templates["directory", FILLED] = urlsplit(database.admin_url).path.lstrip("/")
    return await postgres.clone("directory", stage)


@asynccontextmanager
async def directory_at(postgres: Postgres, network: TestNetwork, stage: Path) -> AsyncIterator[Directory]:
    database = await prepared(postgres, network, stage)
    try:
        async with running_directory(database, network) as directory:
            yield directory
    finally:
        await _drop_all(postgres.admin_url, [urlsplit(database.admin_url).path.lstrip("/")])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_directory(postgres: Postgres, network: TestNetwork) -> AsyncIterator[Directory]:
    """With the demo directory, one for all tests of a module that only read."""
    async with directory_at(postgres, network, FILLED) as running:
        yield running


@pytest.fixture
async def directory(postgres: Postgres, network: TestNetwork) -> AsyncIterator[Directory]:
    """With the demo directory."""
    async with directory_at(postgres, network, FILLED) as running:
        yield running


@pytest.fixture
async def empty_directory(postgres: Postgres, network: TestNetwork) -> AsyncIterator[Directory]:
    """With topics and gazetteer only."""
    async with directory_at(postgres, network, EMPTY) as running:
        yield running
