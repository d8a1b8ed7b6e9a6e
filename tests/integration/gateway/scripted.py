"""A referrals service behind its real gates that answers what a test scripts: for how errors reach a browser only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import grpc
from lotse.referrals.v1 import case_pb2, case_pb2_grpc

from services.common.identity.context import staff
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.support.server import TestNetwork, running
from tests.support.tokens import KeycloakShapedIssuer

CASES = "lotse.referrals.v1.CaseService"


@dataclass
class Script(case_pb2_grpc.CaseServiceServicer):
    """What the next calls meet, and what came in."""

    error: Exception | None = None
    seconds: float = 0.0
    case_id: str = field(default_factory=lambda: str(uuid4()))
    etag: str = "etag-1"
    repeat_keys: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def GetCase(
        self, request: case_pb2.GetCaseRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> case_pb2.GetCaseResponse:
        await self._met()
        return case_pb2.GetCaseResponse(case=case_pb2.Case(case_id=self.case_id, handle="A-1", etag=self.etag))

    async def CreateCase(
        self, request: case_pb2.CreateCaseRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> case_pb2.CreateCaseResponse:
        self.repeat_keys.append(request.request_id)
        await self._met()
        return case_pb2.CreateCaseResponse(
            case=case_pb2.Case(case_id=self.case_id, handle=request.handle, etag=self.etag)
        )

    async def ListCases(
        self, request: case_pb2.ListCasesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> case_pb2.ListCasesResponse:
        await self._met()
        return case_pb2.ListCasesResponse()

    async def WriteSection(
        self, request: case_pb2.WriteSectionRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> case_pb2.WriteSectionResponse:
        await self._met()
        return case_pb2.WriteSectionResponse()

    async def ReadOwnSection(
        self, request: case_pb2.ReadOwnSectionRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> case_pb2.ReadOwnSectionResponse:
        await self._met()
        return case_pb2.ReadOwnSectionResponse()

    async def _met(self) -> None:
        self.agencies.append(str(staff().agency))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error


@asynccontextmanager
async def scripted_cases(network: TestNetwork, issuer: KeycloakShapedIssuer) -> AsyncIterator[Script]:
    """Listens where the gateway looks for referrals, until the block ends."""
    script = Script()
    settings = ServiceSettings(**network.service_values("referrals", {CASES: ["lotse-gateway"]}))
    registration = Registration(CASES, case_pb2_grpc.add_CaseServiceServicer_to_server, script)
    async with running(settings, [registration], Gates(issuer.staff_tokens("lotse-referrals"))):
        yield script
