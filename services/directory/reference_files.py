"""Reads the reference data that lives in the repository: topics, languages, gazetteer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from services.directory.model.reference import District, Language, Place, Topic, WordLists

HERE = Path(__file__).parent
TOPICS = HERE / "topics" / "lotse-themen.json"
HINTS = HERE / "topics" / "hints.json"
LANGUAGES = HERE / "languages" / "languages.json"
PLACES = HERE / "gazetteer" / "places.tsv"
EXONYMS = HERE / "gazetteer" / "exonyms.tsv"
DISTRICTS = HERE / "gazetteer" / "districts.tsv"
TAXONOMY = "lotse-themen"


@dataclass(frozen=True, slots=True)
class Review:
    """Who has read all words of a language, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class TopicFile:
    """The taxonomy as written in its file."""

    version: str
    description: str
    topics: tuple[Topic, ...]
    lists: WordLists
    reviews: Mapping[str, Review | None]
    """By language of the labels, None where nobody who speaks it has read them yet."""


def read_topics() -> TopicFile:
    """The taxonomy lotse-themen; parents come before children."""
    document = json.loads(TOPICS.read_text(encoding="utf-8"))
    topics = [
        Topic(
            id=uuid5(NAMESPACE_URL, f"{TAXONOMY}/taxonomy_term/{term['slug']}"),
            slug=term["slug"],
            parent=term["parent"],
            labels=term["labels"],
            explanations=term["explanation"],
            synonyms={language: tuple(words) for language, words in term["synonyms"].items()},
            sensitive=term["sensitive"],
        )
        for term in document["terms"]
    ]
    language = document["language"]
    lists = WordLists(
        general=_by_language(language["general_words"]),
        faint=_by_language(language["faint_words"]),
        stop=_by_language(language["stop_words"]),
        negations=_by_language(language["negations"]),
        families={code: tuple(map(tuple, families)) for code, families in language["families"].items()},
        parts=tuple(language["word_parts"]),
        abbreviations=_by_language(language["abbreviations"]),
        general_topic=language["general_topic"],
        hints={slug: _spelt(words) for slug, words in json.loads(HINTS.read_text(encoding="utf-8")).items()},
        verbs={code: tuple(tuple(forms.split()) for forms in verbs) for code, verbs in language["verbs"].items()},
        particles=_spelt(language["particles"]),
    )
    taxonomy = document["taxonomy"]
    reviews = {
        code: Review(found["by"], date.fromisoformat(found["on"])) if found else None
        for code, found in taxonomy["reviews"].items()
    }
    return TopicFile(taxonomy["version"], taxonomy["description"], tuple(_parents_first(topics)), lists, reviews)


def read_languages() -> tuple[Language, ...]:
    """All languages that the directory knows."""
    document = json.loads(LANGUAGES.read_text(encoding="utf-8"))
    return tuple(Language(row["code"], row["de"], row["en"], tuple(row["also"])) for row in document["languages"])


def read_districts() -> tuple[District, ...]:
    """All districts."""
    return tuple(District(*cells) for cells in _table(DISTRICTS))


def read_places() -> tuple[Place, ...]:
    """All places with their postcodes, as derived from GeoNames (CC BY 4.0)."""
    return tuple(
        Place(postcode, name, district, float(latitude), float(longitude), is_bulk=kind == "bulk")
        for postcode, name, district, latitude, longitude, kind in _table(PLACES)
    )


def read_exonyms() -> dict[str, tuple[str, ...]]:
    """What large towns are called in other languages, by their German name."""
    return {name: tuple(also.split()) for name, also in _table(EXONYMS)}


def checksum(*paths: Path) -> bytes:
    """SHA-256 over the files, to see whether they changed since they were loaded."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.digest()


def _by_language(words: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(found) for key, found in words.items()}


def _spelt(words: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Words that stand in one text with spaces between."""
    return {key: tuple(text.split()) for key, text in words.items()}


def _table(path: Path) -> list[list[str]]:
    """The rows of a tab-separated table after attribution and header."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[2:]]


def _parents_first(topics: list[Topic]) -> list[Topic]:
    ordered: list[Topic] = []
    waiting = list(topics)
    while waiting:
        placed = {topic.slug for topic in ordered}
        ready = [topic for topic in waiting if not topic.parent or topic.parent in placed]
        if not ready:
            message = f"These topics have no parent or make a circle: {[topic.slug for topic in waiting]}"
            raise ValueError(message)
        ordered += ready
        waiting = [topic for topic in waiting if topic not in ready]
    return ordered
