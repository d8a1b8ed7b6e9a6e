"""AgencyService and RegimeService."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc

from services.common.clock import Clock
from services.common.errors import FieldViolation, InvalidArgument, NotFound
from services.directory.convert.agency import write_agency, write_regime, write_service
from services.directory.paging import read_offset, write_offset
from services.directory.rules.openings import BERLIN
from services.directory.store.agencies import AgencyStore

Context = grpc.aio.ServicerContext[Any, Any]
REGIME_PAGE = 1000


class AgencyServicer(agency_pb2_grpc.AgencyServiceServicer):
    """Public facts; the same for everybody who may ask."""

    def __init__(self, store: AgencyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def GetAgency(self, request: agency_pb2.GetAgencyRequest, context: Context) -> agency_pb2.GetAgencyResponse:
        """The agency with its services; NotFound for an unknown or inactive one."""
        now, id_ = self._clock.now(), UUID(request.agency_id)
        agencies = await self._store.list_agencies([id_], self._today())
        if not agencies:
            raise NotFound
        services = await self._store.list_services_of(id_, now)
        return agency_pb2.GetAgencyResponse(
            agency=write_agency(agencies[0], now), services=[write_service(service, now) for service in services]
        )

    async def BatchGetAgencies(
        self, request: agency_pb2.BatchGetAgenciesRequest, context: Context
    ) -> agency_pb2.BatchGetAgenciesResponse:
        """The agencies that are known, in the order asked."""
        ids = [UUID(id_) for id_ in request.agency_ids]
        agencies = await self._store.list_agencies(ids, self._today())
        return agency_pb2.BatchGetAgenciesResponse(
            agencies=[write_agency(agency, self._clock.now()) for agency in agencies]
        )

    async def GetService(
        self, request: agency_pb2.GetServiceRequest, context: Context
    ) -> agency_pb2.GetServiceResponse:
        """The service with its agency; NotFound for an unknown or inactive one."""
        now = self._clock.now()
        service = await self._store.find_service(UUID(request.service_id), now)
        if service is None:
            raise NotFound
        agencies = await self._store.list_agencies([service.agency_id], self._today())
        if not agencies:
            raise NotFound
        return agency_pb2.GetServiceResponse(service=write_service(service, now), agency=write_agency(agencies[0], now))

    def _today(self) -> date:
        """Days of law are German days."""
        return self._clock.now().astimezone(BERLIN).date()


class RegimeServicer(agency_pb2_grpc.RegimeServiceServicer):
    """The dated law of all agencies."""

    def __init__(self, store: AgencyStore) -> None:
        self._store = store

    async def ListRegimes(
        self, request: agency_pb2.ListRegimesRequest, context: Context
    ) -> agency_pb2.ListRegimesResponse:
        """A page of rows by agency and day."""
        size = request.page_size or REGIME_PAGE
        after = _read_after(request.page_token)
        rows = await self._store.list_regimes(after, size + 1)
        last = rows[size - 1] if len(rows) > size else None
        return agency_pb2.ListRegimesResponse(
            rows=[write_regime(row) for row in rows[:size]],
            next_page_token=write_offset(f"{last.agency_id} {last.valid_from}") if last else "",
        )


def _read_after(token: str) -> tuple[UUID, date] | None:
    if not token:
        return None
    agency, _, day = read_offset(token).partition(" ")
    try:
        return UUID(agency), date.fromisoformat(day)
    except ValueError:
        raise InvalidArgument(violations=[FieldViolation("page_token", "is broken")]) from None
