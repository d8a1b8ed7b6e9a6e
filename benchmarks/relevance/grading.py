"""How well a service fits what a question means, from facts of the directory alone; the rule is said in the README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.relevance.questions import Question
from services.directory.model.reference import District, Place, Topic
from services.directory.rules.grid import kilometres

BEST = 3
IN_PLACE_KM, NEAR_KM = 10.0, 25.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as the directory holds it."""

    service_id: str
    topics: frozenset[str]
    languages: frozenset[str]
    points: tuple[tuple[float, float], ...]
    """Where it is; none where its place is protected or not known."""

    postcodes: tuple[tuple[int, int], ...]
    """Ranges of postcodes that it names as its own, half-open."""

    districts: frozenset[str]
    states: frozenset[str]

    @property
    def names_an_area(self) -> bool:
        """Whether it says for whom it is there."""
        return bool(self.postcodes or self.districts or self.states)


class Grader:
    """Grades from 0 (useless) to 3 (exactly that)."""

    def __init__(
        self, topics: Mapping[str, Topic], places: Mapping[str, Place], districts: Mapping[str, District]
    ) -> None:
        """Places by postcode, districts by code, topics by slug."""
        self._topics = topics
        self._places = places
        self._districts = districts

    def grade(self, question: Question, entry: Entry) -> int:
        """What this service is worth to whoever asks."""
        if question.language and question.language not in entry.languages:
            return 0
        topic, reach = self._topic(question, entry), self._reach(question, entry)
        if topic == "meant":
            return {"responsible": BEST, "near": 2, "far": 0}[reach]
        return 1 if topic == "wider" and reach == "responsible" else 0

    def _topic(self, question: Question, entry: Entry) -> str:
        if any(question.topics & self._line(slug) for slug in entry.topics):
            return "meant"
        wider = frozenset[str]().union(*(self._line(slug) for slug in question.topics))
        return "wider" if wider & entry.topics else "other"

    def _line(self, slug: str) -> frozenset[str]:
        """A topic and those above it."""
        parent = self._topics[slug].parent
        return frozenset({slug}) | (self._line(parent) if parent else frozenset())

    def _reach(self, question: Question, entry: Entry) -> str:
        place = self._places[question.postcode]
        number = int(question.postcode)
        if (
            any(first <= number < end for first, end in entry.postcodes)
            or place.district_code in entry.districts
            or self._districts[place.district_code].state in entry.states
        ):
            return "responsible"
        distance = min((kilometres((place.latitude, place.longitude), point) for point in entry.points), default=None)
        if distance is None or distance > NEAR_KM:
            return "far"
        return "near" if entry.names_an_area or distance > IN_PLACE_KM else "responsible"
