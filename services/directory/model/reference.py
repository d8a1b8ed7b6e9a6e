"""What the directory knows before any agency is loaded: districts, postcodes, topics, languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A town or part of it with its postcode; `is_bulk`: the postcode of one large receiver, under its town's name."""

    postcode: str
    name: str
    district_code: str
    latitude: float
    longitude: float
    is_bulk: bool


@dataclass(frozen=True, slots=True)
class District:
    """A district or city that is one (Kreis, kreisfreie Stadt), by its five-digit official key (AGS)."""

    code: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language by ISO 639 code with its names and the other words people type for it."""

    code: str
    german: str
    english: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A term of lotse-themen; labels, explanations and synonyms by language code."""

    id: UUID
    slug: str
    parent: str
    labels: Mapping[str, str]
    explanations: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class WordLists:
    """Words that help to read a question or a name, by language where they are of one; see topics/README.md."""

    general: Mapping[str, tuple[str, ...]]
    faint: Mapping[str, tuple[str, ...]]
    """Words of everyday life that are part of a phrase, and by themselves no hint at what is needed."""

    stop: Mapping[str, tuple[str, ...]]
    negations: Mapping[str, tuple[str, ...]]
    families: Mapping[str, tuple[tuple[str, ...], ...]]
    """Words and forms of words that say the same in a phrase: "Sohn" is a "Kind", "geschlagen" is "schlägt"."""

    parts: tuple[str, ...]
    abbreviations: Mapping[str, tuple[str, ...]]
    general_topic: str
    """Whom to ask when nothing of a question was understood."""

    hints: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By topic and language: words that alone are no topic, and several of which in a story tell what it is about."""

    verbs: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The forms of irregular verbs, the infinitive first."""

    particles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What stands before a verb or apart from it: "nimmt … weg" is "wegnehmen"."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an import is checked against."""

    districts: Mapping[str, District]
    points: Mapping[str, Place]
    topics: Mapping[str, UUID]
    languages: frozenset[str]
    language_names: Mapping[str, str]

    @property
    def states(self) -> frozenset[str]:
        """All Länder, as ISO 3166-2:DE without "DE-"."""
        return frozenset(district.state for district in self.districts.values())
