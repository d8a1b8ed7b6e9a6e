"""SearchService and TopicService."""

from __future__ import annotations

from typing import Any

import grpc
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from services.common.clock import Clock
from services.common.errors import FieldViolation
from services.directory.convert.search import read_question, write_answer, write_topic
from services.directory.errors import UnknownTopic
from services.directory.finding import Finder
from services.directory.rules.vocabulary import Vocabulary

Context = grpc.aio.ServicerContext[Any, Any]


class SearchServicer(search_pb2_grpc.SearchServiceServicer):
    """Finds services; the same for everybody who may ask."""

    def __init__(self, finder: Finder, vocabulary: Vocabulary, clock: Clock) -> None:
        self._finder = finder
        self._vocabulary = vocabulary
        self._clock = clock

    async def SearchServices(
        self, request: search_pb2.SearchServicesRequest, context: Context
    ) -> search_pb2.SearchServicesResponse:
        """One page of hits; UnknownTopic for a filter that is no topic."""
        question = read_question(request)
        for index, slug in enumerate(question.topics):
            if slug not in self._vocabulary.topics:
                raise UnknownTopic(violations=[FieldViolation(f"topics[{index}]", "is not in the taxonomy")])
        answer = await self._finder.find(question)
        return write_answer(answer, question, self._vocabulary, self._clock.now())


class TopicServicer(search_pb2_grpc.TopicServiceServicer):
    """The taxonomy as it was at start."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._response = search_pb2.ListTopicsResponse(
            topics=[write_topic(topic) for topic in vocabulary.topics.values()]
        )

    async def ListTopics(
        self, request: search_pb2.ListTopicsRequest, context: Context
    ) -> search_pb2.ListTopicsResponse:
        """All topics in the taxonomy's order."""
        return self._response
