"""CoverageService."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import grpc
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from services.common.clock import Clock
from services.common.errors import FieldViolation, InvalidArgument
from services.directory.convert.coverage import write_district, write_need
from services.directory.errors import UnknownTopic
from services.directory.model.search import DEFAULT_RADIUS_KM
from services.directory.paging import read_offset, write_offset
from services.directory.rules.gazetteer import STATE_NAMES
from services.directory.rules.openings import BERLIN
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.coverage import CoverageStore

Context = grpc.aio.ServicerContext[Any, Any]
SHOWN_FROM = 5
"""A smaller count could point to one person."""
PAGE = 100
MOST_PAST = 1_000_000


class CoverageServicer(search_pb2_grpc.CoverageServiceServicer):
    """Where nobody helps; the same for everybody who may ask."""

    def __init__(self, store: CoverageStore, vocabulary: Vocabulary, clock: Clock) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._clock = clock

    async def GetCoverage(
        self, request: search_pb2.GetCoverageRequest, context: Context
    ) -> search_pb2.GetCoverageResponse:
        """All districts, or those of a Land; who helps with a narrower topic helps with the wider one."""
        if request.topic and request.topic not in self._vocabulary.topics:
            raise UnknownTopic(violations=[FieldViolation("topic", "is not in the taxonomy")])
        if request.state and request.state not in STATE_NAMES:
            raise InvalidArgument(violations=[FieldViolation("state", "is no Land")])
        topics = sorted(self._vocabulary.with_descendants(request.topic)) if request.topic else []
        radius = float(request.radius_km or DEFAULT_RADIUS_KM)
        districts = await self._store.list_coverage(topics, request.language, request.state, radius)
        return search_pb2.GetCoverageResponse(districts=[write_district(district) for district in districts])

    async def ListUnmetNeeds(
        self, request: search_pb2.ListUnmetNeedsRequest, context: Context
    ) -> search_pb2.ListUnmetNeedsResponse:
        """A page of counts, most frequent first."""
        size, offset = request.page_size or PAGE, _read_number(request.page_token)
        since = _read_month(request.from_month) if request.from_month else self._a_year_ago()
        needs = await self._store.list_unmet(since, SHOWN_FROM, offset, size + 1)
        return search_pb2.ListUnmetNeedsResponse(
            needs=[write_need(unmet) for unmet in needs[:size]],
            next_page_token=write_offset(str(offset + size)) if len(needs) > size else "",
        )

    def _a_year_ago(self) -> date:
        today = self._clock.now().astimezone(BERLIN).date()
        return today.replace(year=today.year - 1, day=1)


def _read_month(text: str) -> date:
    try:
        return datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a month of the calendar
    except ValueError:
        raise InvalidArgument(violations=[FieldViolation("from_month", "is no month")]) from None


def _read_number(token: str) -> int:
    number = read_offset(token) or "0"
    if not (number.isascii() and number.isdigit() and len(number) < 8 and int(number) <= MOST_PAST):
        raise InvalidArgument(violations=[FieldViolation("page_token", "is broken")])
    return int(number)
