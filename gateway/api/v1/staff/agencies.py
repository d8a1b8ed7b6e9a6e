"""Agencies as the directory knows them."""

from fastapi import APIRouter, Depends
from lotse.directory.v1 import agency_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Id, word

router = APIRouter(prefix="/api/v1", tags=["directory"], dependencies=[Depends(as_staff)])


class AgencyService(Answer):
    """What an agency offers."""

    service_id: Id
    name: str
    description: str
    topics: list[str]
    languages: list[str]
    schedules: list[str]
    service_areas: list[str]


class Agency(Answer):
    """A unit that counsels."""

    agency_id: Id
    name: str
    parent_name: str
    description: str
    accepts_handover: bool
    regime: str
    website: str
    phones: list[str]
    address: str
    protected_location: bool
    services: list[AgencyService]


@router.get("/agencies/{agency_id}", summary="One agency with its services")
async def agency(agency_id: Id, having: ClientsOf) -> Agency:
    """What the public may know of it; for a protected location the Land alone."""
    found = await having.agencies.GetAgency(agency_pb2.GetAgencyRequest(agency_id=agency_id))
    entry = found.agency
    return Agency(
        agency_id=entry.agency_id,
        name=entry.name,
        parent_name=entry.parent_name,
        description=entry.description,
        accepts_handover=entry.accepts_handover,
        regime=word(vocabulary_pb2.Regime, entry.regime),
        website=entry.website,
        phones=list(entry.phones),
        address=entry.address,
        protected_location=entry.protected_location,
        services=[
            AgencyService(
                service_id=service.service_id,
                name=service.name,
                description=service.description,
                topics=list(service.topics),
                languages=list(service.languages),
                schedules=list(service.schedules),
                service_areas=list(service.service_areas),
            )
            for service in found.services
        ],
    )
