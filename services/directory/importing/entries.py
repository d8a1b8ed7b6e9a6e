"""Builds the rows of the search index from what was loaded."""

from __future__ import annotations

from collections.abc import Iterable

from services.directory.model.indexing import Entry, Indexed
from services.directory.model.opening import Opening
from services.directory.model.reference import Reference
from services.directory.rules.grid import cell_of, cell_of_state
from services.directory.rules.openings import compile_schedule
from services.directory.rules.properties import property_lexemes
from services.directory.rules.tsquery import quote, topic_lexeme
from services.directory.rules.vocabulary import Vocabulary

MOST_POSITIONS = 16_000


def build_entry(indexed: Indexed, vocabulary: Vocabulary, reference: Reference) -> Entry:
    """The index row of a service at one place.

    A protected location gives its Land and nothing else. Without coordinates of its own a place stands at the middle of
    its postcode.
    """
    texts = (
        ("A", indexed.service_name),
        ("B", f"{indexed.agency_name} {indexed.parent_name}"),
        ("B", " ".join(label for slug in indexed.topics for label in _labels(slug, vocabulary))),
        ("B", " ".join(indexed.terms)),
        ("D", indexed.description),
    )
    lexicon = {(word, vocabulary.stem(word)) for _, text in texts for word in vocabulary.words(text) if len(word) > 3}
    latitude, longitude, place, state = indexed.latitude, indexed.longitude, indexed.city, indexed.state
    cells: tuple[int, ...] = ()
    if indexed.protected:
        latitude, longitude, place = None, None, indexed.state
        cells = (cell_of_state(indexed.state),) if indexed.state else ()
    else:
        point = reference.points.get(indexed.postcode)
        if point is not None:
            place = place or point.name
            state = state or reference.districts[point.district_code].state
            if latitude is None or longitude is None:
                latitude, longitude = point.latitude, point.longitude
        if latitude is not None and longitude is not None:
            cells = (cell_of(latitude, longitude),)
    openings = _openings(indexed)
    marks = [topic_lexeme(topic) for topic in indexed.topics]
    marks += property_lexemes(indexed, has_hours=bool(openings))
    words = _vector(((weight, vocabulary.index_stems(text)) for weight, text in texts), marks)
    return Entry(indexed, words, cells, latitude, longitude, place, state, openings, frozenset(lexicon))


def _openings(indexed: Indexed) -> tuple[Opening, ...]:
    """Hours of a way in are for it alone; all others are for the ways in that have none of their own."""
    own = {schedule.way for schedule in indexed.schedules if schedule.way}
    others = tuple(way for way in indexed.ways_in if way not in own)
    return tuple(
        opening
        for schedule in indexed.schedules
        for opening in compile_schedule(schedule, (schedule.way,) if schedule.way else others)
    )


def _labels(slug: str, vocabulary: Vocabulary) -> Iterable[str]:
    topic = vocabulary.topics.get(slug)
    return topic.labels.values() if topic is not None else ()


def _vector(texts: Iterable[tuple[str, list[str]]], marks: Iterable[str]) -> str:
    """The text form of a tsvector with positions and weights, and topics and properties as lexemes of their own."""
    lexemes = []
    position = 0
    for weight, stems in texts:
        for stem in stems:
            position = min(position + 1, MOST_POSITIONS)
            lexemes.append(f"{quote(stem)}:{position}{weight}")
    lexemes += [f"{quote(mark)}:{MOST_POSITIONS}A" for mark in marks]
    return " ".join(lexemes)
