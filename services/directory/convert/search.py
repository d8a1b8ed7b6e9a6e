"""Questions and answers between proto and model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.protobuf.enums import ProtoEnum, enum_text, enum_value
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.directory.finding import Answer, Help
from services.directory.model.reference import Topic
from services.directory.model.search import Facet, Found, Question, Understood
from services.directory.public_holidays import holidays_of
from services.directory.rules.freshness import is_unconfirmed
from services.directory.rules.openings import is_open, say_next_opening
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.wording import explain, explain_properties, say_exclusions, say_facet, say_repairs

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
        audiences=tuple(enum_text(vocabulary_pb2.Audience, value) for value in request.audiences),
        age=request.age if request.HasField("age") else None,
        ways_in=tuple(enum_text(vocabulary_pb2.WayIn, value) for value in request.ways_in),
        interpretation=tuple(enum_text(vocabulary_pb2.Interpretation, value) for value in request.interpretation),
        open_at=from_timestamp(request.open_at) if request.HasField("open_at") else None,
        open_now=request.open_now,
        with_facets=request.with_facets,
        while_typing=request.while_typing,
        page_size=request.page_size or DEFAULT_PAGE,
        page_token=request.page_token,
        reader="en" if request.reader_language.lower().startswith("en") else "de",
    )


def write_answer(
    answer: Answer, question: Question, vocabulary: Vocabulary, now: datetime
) -> search_pb2.SearchServicesResponse:
    """The answer with reasons and openings in the reader's language."""
    understood, reader = answer.understood, question.reader
    repairs = say_repairs(understood.repairs, reader)
    writer = _HitWriter(question, understood, vocabulary, now, answer.asked_at, repairs)
    return search_pb2.SearchServicesResponse(
        hits=[writer.write(found) for found in answer.hits],
        next_page_token=answer.next_page_token,
        total=answer.total,
        total_is_capped=answer.total_is_capped,
        understood=search_pb2.Understood(
            topics=sorted(understood.named_topics),
            languages=understood.languages,
            place=understood.area.name if understood.area else "",
            postcode=understood.area.postcode if understood.area else "",
            words=[word.text for word in understood.words],
            repairs=repairs,
        ),
        relaxations=[_relaxation(one) for one in answer.helps],
        coverage=search_pb2.Coverage(
            responsible_agency_ids=[str(id_) for id_ in answer.responsible], text=answer.coverage
        ),
        facets=[_facet(facet, vocabulary, reader, is_capped=answer.facets_are_capped) for facet in answer.facets],
        place_choices=[search_pb2.PlaceChoice(label=one.label, place=one.place) for one in understood.choices],
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


def write_point(point: tuple[float, float] | None) -> search_pb2.Coordinates | None:
    """The point; None where it must not be known or is not."""
    return search_pb2.Coordinates(latitude=point[0], longitude=point[1]) if point else None


@dataclass(frozen=True, slots=True)
class _HitWriter:
    """What all hits of an answer have in common."""

    question: Question
    understood: Understood
    vocabulary: Vocabulary
    now: datetime
    asked_at: datetime
    repairs: Sequence[str]

    def write(self, found: Found) -> search_pb2.Hit:
        """The hit in the reader's language."""
        question, now = self.question, self.now
        reader = question.reader
        open_at = None if question.open_now else question.open_at
        return search_pb2.Hit(
            service_id=str(found.service_id),
            service_name=found.service_name,
            agency_id=str(found.agency_id),
            agency_name=found.agency_name,
            distance_km=None if found.distance_km is None else round(found.distance_km, 3),
            languages=found.languages,
            topics=found.topics,
            next_opening=say_next_opening(found.openings, now, reader, holidays_of(found.state, reader)),
            capacity=write_capacity(found.capacity_state, found.capacity_said_at, found.capacity_expires_at),
            confirmed_at=to_timestamp(found.confirmed_at),
            accepts_handover=found.accepts_handover,
            reasons=[search_pb2.Reason(kind=kind, text=text) for kind, text in self._reasons(found)],
            place=found.place,
            protected_location=found.protected,
            score=found.score,
            audiences=write_words(vocabulary_pb2.Audience, found.audiences),
            ways_in=write_words(vocabulary_pb2.WayIn, found.ways_in),
            interpretation=write_words(vocabulary_pb2.Interpretation, found.interpretation),
            exclusions=say_exclusions(found.exclusions, found.exclusions_description, reader),
            point=write_point(found.point),
            is_unconfirmed=is_unconfirmed(found.confirmed_at, now),
            is_open=is_open(found.openings, open_at or now),
        )

    def _reasons(self, found: Found) -> Iterator[tuple[str, str]]:
        yield from explain(found, self.understood, self.vocabulary, self.question.reader)
        yield from explain_properties(found, self.question, self.asked_at)
        for text in self.repairs:
            yield "spelling", text


def write_words(enum: ProtoEnum, words: Iterable[str]) -> list[Any]:
    """The values of words, in the vocabulary's order."""
    return sorted(enum_value(enum, word) for word in words)


def _facet(facet: Facet, vocabulary: Vocabulary, reader: str, *, is_capped: bool) -> search_pb2.Facet:
    return search_pb2.Facet(
        kind=facet.kind,
        values=[
            search_pb2.FacetValue(
                value=one.value,
                label=say_facet(facet.kind, one.value, vocabulary, reader),
                count=one.count,
                is_capped=is_capped,
            )
            for one in facet.values
        ],
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
        audiences=write_words(vocabulary_pb2.Audience, question.audiences),
        age=question.age,
        ways_in=write_words(vocabulary_pb2.WayIn, question.ways_in),
        interpretation=write_words(vocabulary_pb2.Interpretation, question.interpretation),
        open_at=to_timestamp(question.open_at),
        open_now=question.open_now,
        with_facets=question.with_facets,
        page_size=question.page_size,
        reader_language=question.reader,
    )
