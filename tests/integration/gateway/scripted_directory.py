"""A directory behind its real gates that answers what a test scripts: for what pages do with an answer only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc, search_pb2, search_pb2_grpc

from services.common.identity.context import principal
from services.common.identity.principals import Principal
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.support.server import TestNetwork, running
from tests.support.tokens import KeycloakShapedIssuer

SERVICES = ("SearchService", "TopicService", "AgencyService", "CoverageService")
Context = grpc.aio.ServicerContext[Any, Any]


@dataclass
class Script(
    search_pb2_grpc.SearchServiceServicer,
    search_pb2_grpc.TopicServiceServicer,
    search_pb2_grpc.CoverageServiceServicer,
    agency_pb2_grpc.AgencyServiceServicer,
):
    """What the next calls answer, and what came in."""

    found: search_pb2.SearchServicesResponse = field(default_factory=search_pb2.SearchServicesResponse)
    agency: agency_pb2.GetAgencyResponse = field(default_factory=agency_pb2.GetAgencyResponse)
    coverage: search_pb2.GetCoverageResponse = field(default_factory=search_pb2.GetCoverageResponse)
    unmet: search_pb2.ListUnmetNeedsResponse = field(default_factory=search_pb2.ListUnmetNeedsResponse)
    asked: list[search_pb2.SearchServicesRequest] = field(default_factory=list)
    askers: list[Principal] = field(default_factory=list)

    async def SearchServices(
        self, request: search_pb2.SearchServicesRequest, context: Context
    ) -> search_pb2.SearchServicesResponse:
        self.asked.append(request)
        self.askers.append(principal())
        return self.found

    async def ListTopics(
        self, request: search_pb2.ListTopicsRequest, context: Context
    ) -> search_pb2.ListTopicsResponse:
        known = (
            ("schulden", "", "Schulden"),
            ("mietschulden", "schulden", "Mietschulden"),
            ("wohnungslosigkeit", "", "Wohnungslosigkeit"),
        )
        return search_pb2.ListTopicsResponse(
            topics=[
                search_pb2.Topic(slug=slug, parent=parent, labels={"de": name, "en": name})
                for slug, parent, name in known
            ]
        )

    async def GetAgency(self, request: agency_pb2.GetAgencyRequest, context: Context) -> agency_pb2.GetAgencyResponse:
        self.askers.append(principal())
        return self.agency

    async def BatchGetAgencies(
        self, request: agency_pb2.BatchGetAgenciesRequest, context: Context
    ) -> agency_pb2.BatchGetAgenciesResponse:
        return agency_pb2.BatchGetAgenciesResponse()

    async def GetService(
        self, request: agency_pb2.GetServiceRequest, context: Context
    ) -> agency_pb2.GetServiceResponse:
        return agency_pb2.GetServiceResponse(service=self.agency.services[0], agency=self.agency.agency)

    async def GetCoverage(
        self, request: search_pb2.GetCoverageRequest, context: Context
    ) -> search_pb2.GetCoverageResponse:
        return self.coverage

    async def ListUnmetNeeds(
        self, request: search_pb2.ListUnmetNeedsRequest, context: Context
    ) -> search_pb2.ListUnmetNeedsResponse:
        return self.unmet


def a_hit(name: str = "Schuldnerberatung", **changes: Any) -> search_pb2.Hit:
    """A service that fits, in Braunschweig."""
    values: dict[str, Any] = {
        "service_id": str(uuid4()),
        "service_name": name,
        "agency_id": str(uuid4()),
        "agency_name": "Beratungsstelle (Test)",
        "place": "Braunschweig",
        "point": search_pb2.Coordinates(latitude=52.27, longitude=10.52),
        **changes,
    }
    return search_pb2.Hit(**values)


@asynccontextmanager
async def scripted_directory(network: TestNetwork, issuer: KeycloakShapedIssuer) -> AsyncIterator[Script]:
    """Listens where the gateway looks for the directory, until the block ends."""
    script = Script()
    callers = {f"lotse.directory.v1.{name}": ["lotse-gateway"] for name in SERVICES}
    settings = ServiceSettings(**network.service_values("directory", callers))
    adders: dict[str, Any] = {
        "SearchService": search_pb2_grpc.add_SearchServiceServicer_to_server,
        "TopicService": search_pb2_grpc.add_TopicServiceServicer_to_server,
        "AgencyService": agency_pb2_grpc.add_AgencyServiceServicer_to_server,
        "CoverageService": search_pb2_grpc.add_CoverageServiceServicer_to_server,
    }
    registrations = [Registration(f"lotse.directory.v1.{name}", add, script) for name, add in adders.items()]
    async with running(settings, registrations, Gates(issuer.staff_tokens("lotse-directory"))):
        yield script
