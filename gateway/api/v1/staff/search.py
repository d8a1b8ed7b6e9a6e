"""Finding the partner. A search is a POST, so that what was asked stands in no address and no log."""

from typing import Annotated

from fastapi import APIRouter, Depends
from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import AcceptLanguage, ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Body, Language, Moment, PlainText, Word, moment, numbers, words
from gateway.api.v1.staff.found import (
    Facet,
    Hit,
    PlaceChoice,
    Understood,
    read_facet,
    read_hit,
    read_understood,
)
from gateway.errors import language_of
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1", tags=["directory"], dependencies=[Depends(as_staff)])


class Search(Body):
    """What is searched for; all of it must hold together."""

    text: PlainText = Field("", max_length=300, examples=["Mietschulden, Arabisch, Braunschweig"])
    topics: list[PlainText] = Field(default=[], max_length=20, description="Any of them.")
    languages: list[Language] = Field(default=[], max_length=10, description="All of them.")
    place: PlainText = Field("", max_length=100, description="Postcode, town or district.")
    radius_km: int = Field(0, ge=0, le=500, description="0 means 25.")
    audiences: list[Word] = Field(default=[], max_length=18, description="Made for any of them.")
    age: int | None = Field(None, ge=0, le=130, description="Age of the client in years.")
    ways_in: list[Word] = Field(default=[], max_length=8, description="Any of them.")
    interpretation: list[Word] = Field(default=[], max_length=3, description="Any of them.")
    open_now: bool = False
    open_at: Moment | None = Field(None, description="Only services that are open then.")
    accepts_handover: bool = False
    has_room: bool = False
    with_facets: bool = Field(default=False, description="They cost about as much as the hits.")
    while_typing: bool = Field(default=False, description="What it finds in vain is not counted as an unmet need.")
    page_size: int = Field(0, ge=0, le=100)
    page_token: PlainText = Field("", max_length=500)


class Relaxation(Answer):
    """What would help, and the question that asks for it."""

    kind: str
    text: str
    count: int
    question: Search


class SearchAnswer(Answer):
    """What was found."""

    hits: list[Hit]
    total: int
    total_is_capped: bool
    next_page_token: str
    understood: Understood
    coverage: str
    relaxations: list[Relaxation]
    facets: list[Facet]
    place_choices: list[PlaceChoice]


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
    found = await having.search.SearchServices(_asked(body, language_of(accept_language)))
    return SearchAnswer(
        hits=[read_hit(hit) for hit in found.hits],
        total=found.total,
        total_is_capped=found.total_is_capped,
        next_page_token=found.next_page_token,
        understood=read_understood(found.understood),
        coverage=found.coverage.text,
        relaxations=[
            Relaxation(kind=each.kind, text=each.text, count=each.count, question=_question(each.request))
            for each in found.relaxations
        ],
        facets=[read_facet(facet) for facet in found.facets],
        place_choices=[PlaceChoice(label=each.label, place=each.place) for each in found.place_choices],
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


def _asked(body: Search, reader_language: str) -> search_pb2.SearchServicesRequest:
    """The question as the directory takes it; raises InvalidArgument for a word that is not of the vocabulary."""
    values = body.model_dump() | {
        "audiences": numbers(vocabulary_pb2.Audience, body.audiences, "audiences"),
        "ways_in": numbers(vocabulary_pb2.WayIn, body.ways_in, "ways_in"),
        "interpretation": numbers(vocabulary_pb2.Interpretation, body.interpretation, "interpretation"),
        "open_at": to_timestamp(body.open_at),
    }
    return search_pb2.SearchServicesRequest(**values, reader_language=reader_language)


def _question(asked: search_pb2.SearchServicesRequest) -> Search:
    return Search(
        text=asked.text,
        topics=list(asked.topics),
        languages=list(asked.languages),
        place=asked.place,
        radius_km=asked.radius_km,
        audiences=words(vocabulary_pb2.Audience, list(asked.audiences)),
        age=asked.age if asked.HasField("age") else None,
        ways_in=words(vocabulary_pb2.WayIn, list(asked.ways_in)),
        interpretation=words(vocabulary_pb2.Interpretation, list(asked.interpretation)),
        open_now=asked.open_now,
        open_at=moment(asked.open_at, present=asked.HasField("open_at")),
        accepts_handover=asked.accepts_handover,
        has_room=asked.has_room,
        with_facets=asked.with_facets,
        page_size=asked.page_size,
    )
