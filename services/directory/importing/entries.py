"""Builds the rows of the search index from what was loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.directory.model.indexing import Entry, Indexed
from services.directory.model.opening import Opening
from services.directory.model.reference import Reference
from services.directory.rules.grid import cell_of, cell_of_state
from services.directory.rules.openings import compile_schedule
from services.directory.rules.properties import property_lexemes
from services.directory.rules.tsquery import quote, topic_lexeme
from services.directory.rules.vocabulary import Vocabulary

MOST_POSITIONS = 16_000
MOST_TEXTS = 2_000
SHORT_WORD = 3
"""Words of so many letters are not mended, so the lexicon does not need them."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What was read in a text: the lexemes of its stems, and its words with their stems."""

    lexemes: tuple[str, ...]
    lexicon: frozenset[tuple[str, str]]


class EntryBuilder:
    """Builds the rows of the search index, and remembers what it read in texts: agencies and topics come many times."""

    def __init__(self, vocabulary: Vocabulary, reference: Reference) -> None:
        self._vocabulary = vocabulary
        self._reference = reference
        self._read = lru_cache(maxsize=MOST_TEXTS)(self._read_anew)
        self._labels_of = lru_cache(maxsize=MOST_TEXTS)(self._join_labels)
        self._compiled = lru_cache(maxsize=MOST_TEXTS)(lambda schedule, ways: tuple(compile_schedule(schedule, ways)))

    def build(self, indexed: Indexed) -> Entry:
        """The index row of a service at one place.

        A protected location gives its Land and nothing else. Without coordinates of its own a place stands at the
        middle of its postcode.
        """
        texts = (
            ("A", self._read(indexed.service_name)),
            ("B", self._read(f"{indexed.agency_name} {indexed.parent_name}")),
            ("B", self._read(self._labels_of(indexed.topics))),
            ("B", self._read(" ".join(indexed.terms))),
            ("D", self._read(indexed.description)),
        )
        latitude, longitude, place, state = indexed.latitude, indexed.longitude, indexed.city, indexed.state
        cells: tuple[int, ...] = ()
        if indexed.protected:
            latitude, longitude, place = None, None, indexed.state
            cells = (cell_of_state(indexed.state),) if indexed.state else ()
        else:
            point = self._reference.points.get(indexed.postcode)
            if point is not None:
                place = place or point.name
                state = state or self._reference.districts[point.district_code].state
                if latitude is None or longitude is None:
                    latitude, longitude = point.latitude, point.longitude
            if latitude is not None and longitude is not None:
                cells = (cell_of(latitude, longitude),)
        openings = self._openings(indexed)
        marks = [topic_lexeme(topic) for topic in indexed.topics]
        marks += property_lexemes(indexed, has_hours=bool(openings))
        lexicon = frozenset[tuple[str, str]]().union(*(text.lexicon for _, text in texts))
        words = _vector(((weight, text.lexemes) for weight, text in texts), marks)
        return Entry(indexed, words, cells, latitude, longitude, place, state, openings, lexicon)

    def _read_anew(self, text: str) -> _Text:
        words = self._vocabulary.words(text)
        lexicon = frozenset((word, self._vocabulary.stem(word)) for word in words if len(word) > SHORT_WORD)
        return _Text(tuple(map(quote, self._vocabulary.index_stems_of(words))), lexicon)

    def _join_labels(self, topics: tuple[str, ...]) -> str:
        return " ".join(label for slug in topics for label in _labels(slug, self._vocabulary))

    def _openings(self, indexed: Indexed) -> tuple[Opening, ...]:
        """Hours of a way in are for it alone; all others are for the ways in that have none of their own."""
        own = {schedule.way for schedule in indexed.schedules if schedule.way}
        others = tuple(way for way in indexed.ways_in if way not in own)
        return tuple(
            opening
            for schedule in indexed.schedules
            for opening in self._compiled(schedule, (schedule.way,) if schedule.way else others)
        )


def _labels(slug: str, vocabulary: Vocabulary) -> Iterable[str]:
    topic = vocabulary.topics.get(slug)
    return topic.labels.values() if topic is not None else ()


def _vector(texts: Iterable[tuple[str, Sequence[str]]], marks: Iterable[str]) -> str:
    """The text form of a tsvector with positions and weights, and topics and properties as lexemes of their own."""
    lexemes: list[str] = []
    for weight, quoted in texts:
        start = len(lexemes) + 1
        if start + len(quoted) <= MOST_POSITIONS:
            lexemes += [f"{lexeme}:{position}{weight}" for position, lexeme in enumerate(quoted, start)]
        else:
            lexemes += [
                f"{lexeme}:{min(position, MOST_POSITIONS)}{weight}" for position, lexeme in enumerate(quoted, start)
            ]
    lexemes += [f"{quote(mark)}:{MOST_POSITIONS}A" for mark in marks]
    return " ".join(lexemes)
