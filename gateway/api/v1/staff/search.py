"""Finding the partner. A search is a POST, so that what was asked stands in no address and no log."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import AcceptLanguage, ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Language, PlainText, moment, word
from gateway.errors import language_of

router = APIRouter(prefix="/api/v1", tags=["directory"], dependencies=[Depends(as_staff)])


class Search(Body):
    """What is searched for; all of it must hold together."""

    text: PlainText = Field("", max_length=300, examples=["Mietschulden, Arabisch, Braunschweig"])
    topics: list[PlainText] = Field(default=[], max_length=20)
    languages: list[Language] = Field(default=[], max_length=10)
    place: PlainText = Field("", max_length=100, description="Postcode, town or district.")
    radius_km: int = Field(0, ge=0, le=500, description="0 means 25.")
    accepts_handover: bool = False
    has_room: bool = False
    page_size: int = Field(0, ge=0, le=100)
    page_token: PlainText = Field("", max_length=500)


class Reason(Answer):
    """Why a service matched."""

    kind: str
    text: str


class Capacity(Answer):
    """Whether there is room; "" where nobody said."""

    state: str
    said_at: datetime | None


class Hit(Answer):
    """One service that fits."""

    service_id: Id
    service_name: str
    agency_id: Id
    agency_name: str
    place: str
    distance_km: float | None
    languages: list[str]
    topics: list[str]
    next_opening: str
    capacity: Capacity
    accepts_handover: bool
    protected_location: bool
    reasons: list[Reason]


class Relaxation(Answer):
    """What would help."""

    kind: str
    text: str
    count: int


class Understood(Answer):
    """How the words were read."""

    topics: list[str]
    languages: list[str]
    place: str
    words: list[str]
    repairs: list[str]


class SearchAnswer(Answer):
    """What was found."""

    hits: list[Hit]
    total: int
    total_is_capped: bool
    next_page_token: str
    understood: Understood
    coverage: str
    relaxations: list[Relaxation]


class Topic(Answer):
    """A term of lotse-themen."""

    slug: str
    parent: str
    label: str


class Topics(Answer):
    """All of them."""

    topics: list[Topic]


@router.post("/searches", summary="Find services")
async def search(body: Search, having: ClientsOf, accept_language: AcceptLanguage = "de") -> SearchAnswer:
    """Best first, each with why it matched; when nothing fits, what to relax."""
    asked = search_pb2.SearchServicesRequest(**body.model_dump(), reader_language=language_of(accept_language))
    found = await having.search.SearchServices(asked)
    return SearchAnswer(
        hits=[_hit(hit) for hit in found.hits],
        total=found.total,
        total_is_capped=found.total_is_capped,
        next_page_token=found.next_page_token,
        understood=Understood(
            topics=list(found.understood.topics),
            languages=list(found.understood.languages),
            place=found.understood.place,
            words=list(found.understood.words),
            repairs=list(found.understood.repairs),
        ),
        coverage=found.coverage.text,
        relaxations=[Relaxation(kind=each.kind, text=each.text, count=each.count) for each in found.relaxations],
    )


@router.get("/topics", summary="The topics of the taxonomy")
async def topics(having: ClientsOf, accept_language: AcceptLanguage = "de") -> Topics:
    """In the taxonomy's order, labels in the reader's language."""
    found = await having.topics.ListTopics(search_pb2.ListTopicsRequest())
    language: Annotated[str, "de or en"] = language_of(accept_language)
    return Topics(
        topics=[
            Topic(slug=topic.slug, parent=topic.parent, label=topic.labels.get(language, topic.slug))
            for topic in found.topics
        ]
    )


def _hit(hit: search_pb2.Hit) -> Hit:
    return Hit(
        service_id=hit.service_id,
        service_name=hit.service_name,
        agency_id=hit.agency_id,
        agency_name=hit.agency_name,
        place=hit.place,
        distance_km=round(hit.distance_km, 3) if hit.HasField("distance_km") else None,
        languages=list(hit.languages),
        topics=list(hit.topics),
        next_opening=hit.next_opening,
        capacity=Capacity(
            state=word(vocabulary_pb2.CapacityState, hit.capacity.state),
            said_at=moment(hit.capacity.said_at, present=hit.capacity.HasField("said_at")),
        ),
        accepts_handover=hit.accepts_handover,
        protected_location=hit.protected_location,
        reasons=[Reason(kind=reason.kind, text=reason.text) for reason in hit.reasons],
    )
