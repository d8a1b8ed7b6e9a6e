"""A house whose handlers do what a test says, behind all gates of a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

from lotse.consent.v1 import decision_pb2, decision_pb2_grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc, import_pb2, import_pb2_grpc

from services.common.server import Gates, Registration, serving
from services.common.settings import ServiceSettings
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer

BACKGROUND = "lotse.directory.v1.RegimeService"
"""For service principals."""
DECISIONS = "lotse.consent.v1.ConsentDecisionService"
"""`Decide` is for counsellors and coordinators."""
IMPORTS = "lotse.directory.v1.ImportService"
"""A client stream for service principals."""
HEALTH = "grpc.health.v1.Health"
LIST_REGIMES = f"/{BACKGROUND}/ListRegimes"

Act = Callable[[Any], Awaitable[None]]


async def nothing(_: object = None) -> None:
    """Do nothing, be ready."""


class Background(agency_pb2_grpc.RegimeServiceServicer):
    def __init__(self, act: Act) -> None:
        self.act = act

    async def ListRegimes(self, request: agency_pb2.ListRegimesRequest, _: Any) -> agency_pb2.ListRegimesResponse:
        await self.act(request)
        return agency_pb2.ListRegimesResponse()


class Decisions(decision_pb2_grpc.ConsentDecisionServiceServicer):
    def __init__(self, act: Act) -> None:
        self.act = act

    async def Decide(self, request: decision_pb2.DecideRequest, _: Any) -> decision_pb2.DecideResponse:
        await self.act(request)
        return decision_pb2.DecideResponse()

    async def Disclose(self, request: decision_pb2.DiscloseRequest, _: Any) -> decision_pb2.DiscloseResponse:
        await self.act(request)
        return decision_pb2.DiscloseResponse()

    async def ListChanges(self, request: decision_pb2.ListChangesRequest, _: Any) -> decision_pb2.ListChangesResponse:
        await self.act(request)
        return decision_pb2.ListChangesResponse()

    async def AcknowledgeWithdrawal(
        self, request: decision_pb2.AcknowledgeWithdrawalRequest, _: Any
    ) -> decision_pb2.AcknowledgeWithdrawalResponse:
        await self.act(request)
        return decision_pb2.AcknowledgeWithdrawalResponse()


class Imports(import_pb2_grpc.ImportServiceServicer):
    def __init__(self, act: Act) -> None:
        self.act = act

    async def Import(self, parts: AsyncIterator[import_pb2.ImportRequest], _: Any) -> import_pb2.ImportResponse:
        async for part in parts:
            await self.act(part)
        return import_pb2.ImportResponse()

    async def GetImportProgress(
        self, request: import_pb2.GetImportProgressRequest, _: Any
    ) -> import_pb2.GetImportProgressResponse:
        await self.act(request)
        return import_pb2.GetImportProgressResponse()


class Sample:
    """The house; `act` is what its handlers do with a request."""

    def __init__(self, network: TestNetwork, act: Act = nothing) -> None:
        self.network = network
        self.issuer = KeycloakShapedIssuer()
        self.act = act

    def serve(
        self, ready: Act = nothing, more_callers: Mapping[str, list[str]] | None = None, **changes: Any
    ) -> AbstractAsyncContextManager[None]:
        """The server, with lotse-consent as caller of everything and lotse-cli of health."""
        listed = {name: ["lotse-consent"] for name in (BACKGROUND, DECISIONS, IMPORTS)}
        callers = {**listed, HEALTH: ["lotse-consent", "lotse-cli"], **(more_callers or {})}
        settings = ServiceSettings(**self.network.service_values("directory", callers, **changes))

        async def act(request: Any) -> None:
            await self.act(request)

        async def readiness() -> None:
            await ready(None)

        registrations = [
            Registration(BACKGROUND, agency_pb2_grpc.add_RegimeServiceServicer_to_server, Background(act)),
            Registration(DECISIONS, decision_pb2_grpc.add_ConsentDecisionServiceServicer_to_server, Decisions(act)),
            Registration(IMPORTS, import_pb2_grpc.add_ImportServiceServicer_to_server, Imports(act)),
        ]
        return serving(settings, registrations, Gates(self.issuer.staff_tokens("lotse-directory")), readiness)

    def channel(self, caller: str = "lotse-consent", **options: Any) -> AbstractAsyncContextManager[Any]:
        """A channel to it."""
        return self.network.channel(caller, "directory", **options)

    def login(self, *roles: str, **changes: Any) -> list[tuple[str, str]]:
        """Metadata of a person with these roles in some agency."""
        return [("authorization", f"Bearer {self.issuer.token(uuid4(), uuid4(), *roles, **changes)}")]
