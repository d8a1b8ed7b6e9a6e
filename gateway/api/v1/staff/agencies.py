"""Agencies as the directory knows them."""

from datetime import datetime

from fastapi import APIRouter, Depends
from lotse.directory.v1 import agency_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Id, moment, word, words
from gateway.api.v1.staff.found import Capacity, Point, read_capacity

router = APIRouter(prefix="/api/v1", tags=["directory"], dependencies=[Depends(as_staff)])


class WayIn(Answer):
    """A way to come to a service, with its own hours where it has some."""

    way: str
    schedules: list[str]
    note: str


class SpokenLanguage(Answer):
    """A language of staff; level `basic`, `fluent`, `native` or ""."""

    code: str
    level: str


class AgencyService(Answer):
    """What an agency offers."""

    service_id: Id
    name: str
    description: str
    topics: list[str]
    languages: list[str]
    schedules: list[str]
    next_opening: str
    service_areas: list[str]
    capacity: Capacity
    audiences: list[str]
    minimum_age: int | None
    maximum_age: int | None
    eligibility: str
    exclusions: str
    ways_in: list[WayIn]
    application: str
    required_documents: list[str]
    fees: str
    interpretation: str
    interpretation_kinds: list[str]
    spoken_languages: list[SpokenLanguage]
    website: str
    alert: str


class GroupConfirmation(Answer):
    """When a part of the entry was last confirmed, and by whom: `agency`, `phone` or `import`."""

    field_group: str
    confirmed_at: datetime | None
    confirmed_how: str


class Agency(Answer):
    """A unit that counsels."""

    agency_id: Id
    name: str
    parent_name: str
    description: str
    accepts_handover: bool
    handover_kinds: list[str]
    regime: str
    website: str
    phones: list[str]
    address: str
    point: Point | None
    state: str
    accessibility: list[str]
    protected_location: bool
    confirmed_at: datetime | None
    confirmations: list[GroupConfirmation]
    is_unconfirmed: bool
    services: list[AgencyService]


@router.get("/agencies/{agency_id}", summary="One agency with its services")
async def agency(agency_id: Id, having: ClientsOf) -> Agency:
    """What the public may know of it; for a protected location the Land alone."""
    found = await having.agencies.GetAgency(agency_pb2.GetAgencyRequest(agency_id=agency_id))
    entry = found.agency
    point = Point(latitude=entry.point.latitude, longitude=entry.point.longitude)
    return Agency(
        agency_id=entry.agency_id,
        name=entry.name,
        parent_name=entry.parent_name,
        description=entry.description,
        accepts_handover=entry.accepts_handover,
        handover_kinds=words(vocabulary_pb2.ReferralKind, list(entry.handover_kinds)),
        regime=word(vocabulary_pb2.Regime, entry.regime),
        website=entry.website,
        phones=list(entry.phones),
        address=entry.address,
        point=point if entry.HasField("point") and not entry.protected_location else None,
        state=entry.state,
        accessibility=list(entry.accessibility),
        protected_location=entry.protected_location,
        confirmed_at=moment(entry.confirmed_at, present=entry.HasField("confirmed_at")),
        confirmations=[
            GroupConfirmation(
                field_group=each.field_group,
                confirmed_at=moment(each.confirmed_at, present=each.HasField("confirmed_at")),
                confirmed_how=each.confirmed_how,
            )
            for each in entry.confirmations
        ],
        is_unconfirmed=entry.is_unconfirmed,
        services=[_service(service) for service in found.services],
    )


def _service(service: agency_pb2.AgencyServiceEntry) -> AgencyService:
    return AgencyService(
        service_id=service.service_id,
        name=service.name,
        description=service.description,
        topics=list(service.topics),
        languages=list(service.languages),
        schedules=list(service.schedules),
        next_opening=service.next_opening,
        service_areas=list(service.service_areas),
        capacity=read_capacity(service.capacity),
        audiences=words(vocabulary_pb2.Audience, list(service.audiences)),
        minimum_age=service.minimum_age if service.HasField("minimum_age") else None,
        maximum_age=service.maximum_age if service.HasField("maximum_age") else None,
        eligibility=service.eligibility,
        exclusions=service.exclusions,
        ways_in=[
            WayIn(way=word(vocabulary_pb2.WayIn, each.way), schedules=list(each.schedules), note=each.note)
            for each in service.ways_in
        ],
        application=service.application,
        required_documents=list(service.required_documents),
        fees=service.fees,
        interpretation=service.interpretation,
        interpretation_kinds=words(vocabulary_pb2.Interpretation, list(service.interpretation_kinds)),
        spoken_languages=[SpokenLanguage(code=each.code, level=each.level) for each in service.spoken_languages],
        website=service.website,
        alert=service.alert,
    )
