"""Questions and answers between proto and model."""

from __future__ import annotations

from datetime import datetime

from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.directory.finding import Answer, Help
from services.directory.model.reference import Topic
from services.directory.model.search import Found, Question, Understood
from services.directory.rules.openings import say_next_opening
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.wording import explain, say_repairs

DEFAULT_PAGE = 20


def read_question(request: search_pb2.SearchServicesRequest) -> Question:
    """The question; every reader language but English is answered in German."""
    near = request.near
    return Question(
        text=request.text,
        topics=tuple(request.topics),
        languages=tuple(request.languages),
        place=request.place,
        near=(near.latitude, near.longitude) if request.HasField("near") else None,
        radius_km=request.radius_km,
        accepts_handover=request.accepts_handover,
        has_room=request.has_room,
        page_size=request.page_size or DEFAULT_PAGE,
        page_token=request.page_token,
        reader="en" if request.reader_language.lower().startswith("en") else "de",
    )


def write_answer(
    answer: Answer, vocabulary: Vocabulary, reader: str, now: datetime
) -> search_pb2.SearchServicesResponse:
    """The answer with reasons and openings in the reader's language."""
    understood = answer.understood
    return search_pb2.SearchServicesResponse(
        hits=[_hit(found, understood, vocabulary, reader, now) for found in answer.hits],
        next_page_token=answer.next_page_token,
        total=answer.total,
        understood=search_pb2.Understood(
            topics=sorted(understood.named_topics),
            languages=understood.languages,
            place=understood.area.name if understood.area else "",
            postcode=understood.area.postcode if understood.area else "",
            words=[word.text for word in understood.words],
            repairs=say_repairs(understood.repairs, reader),
        ),
        relaxations=[_relaxation(one) for one in answer.helps],
        coverage=search_pb2.Coverage(
            responsible_agency_ids=[str(id_) for id_ in answer.responsible], text=answer.coverage
        ),
    )


def write_topic(topic: Topic) -> search_pb2.Topic:
    """A term with all its words."""
    return search_pb2.Topic(
        slug=topic.slug,
        parent=topic.parent,
        labels=topic.labels,
        synonyms={language: search_pb2.WordList(words=words) for language, words in topic.synonyms.items()},
        sensitive=topic.sensitive,
        explanations=topic.explanations,
    )


def write_capacity(state: str, said_at: datetime | None, expires_at: datetime | None) -> search_pb2.Capacity | None:
    """The capacity; None where it was never said or no longer holds."""
    if not state:
        return None
    return search_pb2.Capacity(
        state=enum_value(vocabulary_pb2.CapacityState, state),
        said_at=to_timestamp(said_at),
        expires_at=to_timestamp(expires_at),
    )


def _hit(found: Found, understood: Understood, vocabulary: Vocabulary, reader: str, now: datetime) -> search_pb2.Hit:
    return search_pb2.Hit(
        service_id=str(found.service_id),
        service_name=found.service_name,
        agency_id=str(found.agency_id),
        agency_name=found.agency_name,
        distance_km=None if found.distance_km is None else round(found.distance_km, 3),
        languages=found.languages,
        topics=found.topics,
        next_opening=say_next_opening(found.openings, now, reader),
        capacity=write_capacity(found.capacity_state, found.capacity_said_at, found.capacity_expires_at),
        confirmed_at=to_timestamp(found.confirmed_at),
        accepts_handover=found.accepts_handover,
        reasons=[
            search_pb2.Reason(kind=kind, text=text) for kind, text in explain(found, understood, vocabulary, reader)
        ]
        + [search_pb2.Reason(kind="spelling", text=text) for text in say_repairs(understood.repairs, reader)],
        place=found.place,
        protected_location=found.protected,
        score=found.score,
    )


def _relaxation(one: Help) -> search_pb2.Relaxation:
    return search_pb2.Relaxation(
        kind=one.relaxed.kind, text=one.text, count=one.count, request=_request(one.relaxed.question)
    )


def _request(question: Question) -> search_pb2.SearchServicesRequest:
    near = question.near
    return search_pb2.SearchServicesRequest(
        text=question.text,
        topics=question.topics,
        languages=question.languages,
        place=question.place,
        near=search_pb2.Coordinates(latitude=near[0], longitude=near[1]) if near else None,
        radius_km=question.radius_km,
        accepts_handover=question.accepts_handover,
        has_room=question.has_room,
        page_size=question.page_size,
        reader_language=question.reader,
    )
