"""What is asked of every size, as our request and as what the peers get for it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from services.directory import reference_files as files
from services.directory.model.search import DEFAULT_RADIUS_KM, Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.grid import cells_around
from services.directory.rules.tsquery import write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.stemming import STEMMERS

_TOPICS = ("Mietschulden", "Schuldnerberatung", "Aufenthalt", "Schwangerschaft", "Sucht", "Trennung")
_LANGUAGES = ("Arabisch", "Türkisch")
_PLACES = ("Hannover", "Braunschweig", "50667", "München", "Dresden", "Kiel")
_WORDS = (
    "Caritasverband",
    "Diakonie",
    "Fachdienst",
    "Beratungsstelle Dekanat",
    "Ambulanz",
    "SkF",
    "Kreisverband",
    "Fachambulanz",
)
_SLUGS = ("schulden", "migration", "sucht", "pflege", "wohnen", "schwangerschaft", "sozialrecht", "erziehung")
_LETTERS = "abcdefghiklmnoprstuwz"
MISSPELT = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: ours as text and topics, the bare statement's parameters, tantivy's conditions."""

    text: str
    topics: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the peers know it by."""
        return f"{self.text}#{','.join(self.topics)}"


class Reader:
    """Reads questions as the product does, so that all sides are asked the same."""

    def __init__(self) -> None:
        found = files.read_topics()
        self.vocabulary = Vocabulary(list(found.topics), files.read_languages(), found.lists, STEMMERS)
        self._gazetteer = Gazetteer(list(files.read_places()), list(files.read_districts()))

    def parameters(self, asked: Asked) -> dict[str, Any]:
        """Conditions for the peers; absent ones are empty."""
        read = understand(Question(text=asked.text, topics=asked.topics), self.vocabulary, self._gazetteer)
        area = read.area
        radius = float(DEFAULT_RADIUS_KM)
        return {
            "tsquery": write_tsquery(read),
            "topics": sorted(read.topics),
            "concepts": [sorted(concept.topics) for concept in read.concepts],
            "words": [word.text for word in read.words],
            "languages": [code for code in read.languages if code != "de"],
            "cells": cells_around(area.latitude, area.longitude, radius) if area is not None else [],
            "latitude": area.latitude if area is not None else None,
            "longitude": area.longitude if area is not None else None,
            "radius": radius,
        }


def shapes() -> dict[str, list[Asked]]:
    """The questions of each shape."""
    return {
        "text, topic, language, 25 km": [Asked(", ".join(each)) for each in product(_TOPICS, _LANGUAGES, _PLACES)],
        "text only": [Asked(word) for word in _WORDS],
        "topic only": [Asked("", (slug,)) for slug in _SLUGS],
    }


def misspelt(names: Sequence[str], vocabulary: Vocabulary) -> list[tuple[Asked, Asked]]:
    """A hundred words of names and topics with one or two slips, each with what was meant; always the same."""
    chance = random.Random(4711)  # noqa: S311 - the same questions in each run, not a secret
    known = {word for name in names for word in vocabulary.words(name)}
    known |= {word for topic in vocabulary.topics.values() for word in vocabulary.words(topic.labels["de"])}
    usable = sorted(word for word in known if len(word) >= 5 and word.isalpha())
    return [(Asked(_slip(word, chance)), Asked(word)) for word in chance.sample(usable, MISSPELT)]


def _slip(word: str, chance: random.Random) -> str:
    for _ in range(1 if len(word) < 8 else chance.choice((1, 1, 2))):
        word = chance.choice(list(_slips(word, chance)))
    return word


def _slips(word: str, chance: random.Random) -> Iterator[str]:
    """A letter missing, doubled, wrong, or swapped with its neighbour."""
    at, letter = chance.randrange(len(word) - 1), chance.choice(_LETTERS)
    yield word[:at] + word[at + 1 :]
    yield word[:at] + word[at] + word[at:]
    yield word[:at] + letter + word[at + 1 :]
    yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
