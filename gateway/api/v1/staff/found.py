"""What a search found, out of the directory's answer."""

from datetime import datetime

from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.api.v1.schemas import Answer, Id, moment, word, words


class Reason(Answer):
    """Why a service matched."""

    kind: str
    text: str


class Capacity(Answer):
    """Whether there is room; "" where nobody said."""

    state: str
    said_at: datetime | None


class Point(Answer):
    """A point on the map in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Hit(Answer):
    """One service that fits."""

    service_id: Id
    service_name: str
    agency_id: Id
    agency_name: str
    place: str
    distance_km: float | None
    point: Point | None
    languages: list[str]
    topics: list[str]
    audiences: list[str]
    exclusions: str
    ways_in: list[str]
    interpretation: list[str]
    is_open: bool | None
    next_opening: str
    capacity: Capacity
    confirmed_at: datetime | None
    is_unconfirmed: bool
    accepts_handover: bool
    protected_location: bool
    reasons: list[Reason]


class FacetValue(Answer):
    """One value of a property, and how many of the services found have it."""

    value: str
    label: str
    count: int
    is_capped: bool


class Facet(Answer):
    """One property of what was found, most frequent values first."""

    kind: str
    values: list[FacetValue]


class PlaceChoice(Answer):
    """One meaning of an ambiguous place: what it is called, and what to ask for to mean this one."""

    label: str
    place: str


class Understood(Answer):
    """How the words were read."""

    topics: list[str]
    languages: list[str]
    place: str
    words: list[str]
    repairs: list[str]


def read_capacity(capacity: search_pb2.Capacity) -> Capacity:
    """Whether there is room, and when that was said."""
    return Capacity(
        state=word(vocabulary_pb2.CapacityState, capacity.state),
        said_at=moment(capacity.said_at, present=capacity.HasField("said_at")),
    )


def read_understood(found: search_pb2.Understood) -> Understood:
    """How the question was read."""
    return Understood(
        topics=list(found.topics),
        languages=list(found.languages),
        place=found.place,
        words=list(found.words),
        repairs=list(found.repairs),
    )


def read_facet(facet: search_pb2.Facet) -> Facet:
    """One property with its counts."""
    values = [
        FacetValue(value=each.value, label=each.label, count=each.count, is_capped=each.is_capped)
        for each in facet.values
    ]
    return Facet(kind=facet.kind, values=values)


def read_hit(hit: search_pb2.Hit) -> Hit:
    """One hit. A protected location has neither point nor distance, whatever the directory says."""
    is_placed = not hit.protected_location
    point = Point(latitude=hit.point.latitude, longitude=hit.point.longitude)
    return Hit(
        service_id=hit.service_id,
        service_name=hit.service_name,
        agency_id=hit.agency_id,
        agency_name=hit.agency_name,
        place=hit.place,
        distance_km=round(hit.distance_km, 3) if is_placed and hit.HasField("distance_km") else None,
        point=point if is_placed and hit.HasField("point") else None,
        languages=list(hit.languages),
        topics=list(hit.topics),
        audiences=words(vocabulary_pb2.Audience, list(hit.audiences)),
        exclusions=hit.exclusions,
        ways_in=words(vocabulary_pb2.WayIn, list(hit.ways_in)),
        interpretation=words(vocabulary_pb2.Interpretation, list(hit.interpretation)),
        is_open=hit.is_open if hit.HasField("is_open") else None,
        next_opening=hit.next_opening,
        capacity=read_capacity(hit.capacity),
        confirmed_at=moment(hit.confirmed_at, present=hit.HasField("confirmed_at")),
        is_unconfirmed=hit.is_unconfirmed,
        accepts_handover=hit.accepts_handover,
        protected_location=hit.protected_location,
        reasons=[Reason(kind=reason.kind, text=reason.text) for reason in hit.reasons],
    )
