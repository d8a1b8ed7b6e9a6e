"""Questions to the directory, how they were understood, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from services.directory.model.opening import Opening

DEFAULT_RADIUS_KM = 25
FACETS = ("topic", "language", "audience", "way-in", "interpretation", "room", "handover")
"""Kinds of facets in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as typed; all conditions must hold together."""

    text: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    place: str = ""
    near: tuple[float, float] | None = None
    radius_km: int = 0
    accepts_handover: bool = False
    has_room: bool = False
    audiences: tuple[str, ...] = ()
    age: int | None = None
    ways_in: tuple[str, ...] = ()
    interpretation: tuple[str, ...] = ()
    open_at: datetime | None = None
    open_now: bool = False
    with_facets: bool = False
    while_typing: bool = False
    page_size: int = 20
    page_token: str = ""
    reader: str = "de"


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the map: its middle, and the postcodes and districts that belong to it, for responsibility."""

    name: str
    latitude: float
    longitude: float
    reach_km: float
    postcode: str = ""
    postcodes: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something in the text that is a topic: any of these topics, or these stems in a name.

    `named`: those that the words mean; the others are narrower.

    `wider`: topics above them. Who offers one of those may help too, and comes after those who offer what was meant.
    """

    topics: frozenset[str]
    stems: frozenset[str]
    named: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text that is searched for as it is: its stem, or all stems of its parts, or as a beginning.

    The last word may still be being typed: then it is also a beginning, and `topics` are those it may become.
    """

    text: str
    stem: str
    parts: tuple[str, ...] = ()
    is_beginning: bool = False
    topics: frozenset[str] = frozenset()


class Role(StrEnum):
    """What a word of a question turned out to be."""

    TOPIC = "topic"
    LANGUAGE = "language"
    PLACE = "place"
    WORD = "word"
    NOTHING = "nothing"


class Loosened(IntEnum):
    """What is given up of a question that nothing fits whole."""

    NOT = 0
    TO_TOPICS = 1
    """Any of its topics will do, else what its words hint at; words do not count."""

    TO_WORDS = 2
    """Any of its words will do."""

    TO_GENERAL = 3
    """Nothing of it was understood but the place: whoever advises on everything there."""

    TO_LIKELY = 4
    """For the topics that it speaks of there is nobody: what else it may be about."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the question with its role, so that a relaxed question can leave words of a role out."""

    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was made of a question: its kind, a key of the sentences in `rules/wording.py`, what, as what."""

    kind: str
    read: str
    taken: str


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """One meaning of a place: how people tell it from the others, and what to ask for to get exactly this one."""

    label: str
    place: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was read."""

    concepts: tuple[Concept, ...] = ()
    words: tuple[Word, ...] = ()
    topics: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    area: Area | None = None
    unknown_place: str = ""
    repairs: tuple[Repair, ...] = ()
    pieces: tuple[Piece, ...] = ()
    choices: tuple[PlaceChoice, ...] = ()
    """All places that were meant, perhaps, where there is more than one; the first was taken."""
    filtered: frozenset[str] = frozenset()
    """The topics asked for by filter, without the narrower ones that `topics` holds as well."""

    guessed: Concept | None = None
    """What the words hint at, where no topic was understood."""

    likely: tuple[str, ...] = ()
    """Of a story the topics that it may be about as well, the likeliest first: to ask back, or when nobody is found."""

    loosened: Loosened = Loosened.NOT
    """Whether all of it must hold."""

    @property
    def wider_topics(self) -> frozenset[str]:
        """All topics above those that the text speaks of."""
        return frozenset[str]().union(*(concept.wider for concept in self.concepts)) - self.named_topics

    @property
    def named_topics(self) -> frozenset[str]:
        """All topics that the question speaks of, by filter or in the text."""
        return self.topics.union(*(concept.topics for concept in self.concepts))

    @property
    def exact_topics(self) -> frozenset[str]:
        """Those of the topics that were named themselves, and not only stand below one that was."""
        return self.filtered.union(*(concept.named for concept in self.concepts))


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page begins: after this score and service, at the time of the first page.

    `mended`: the first page was found only after misspelt words were mended, `loosened`: only when not all had to hold;
    so are the next ones.
    """

    asked_at: datetime
    score: float
    service_id: UUID
    mended: bool = False
    loosened: Loosened = Loosened.NOT


@dataclass(frozen=True, slots=True)
class Found:
    """One service as the index gave it, with the features that the ranking weighed."""

    service_id: UUID
    agency_id: UUID
    service_name: str
    agency_name: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    distance_km: float | None
    is_responsible: bool
    has_area: bool
    capacity_state: str
    capacity_said_at: datetime | None
    capacity_expires_at: datetime | None
    confirmed_at: datetime | None
    accepts_handover: bool
    place: str
    protected: bool
    openings: tuple[Opening, ...]
    features: Mapping[str, float]
    score: float
    state: str = ""
    audiences: tuple[str, ...] = ()
    ways_in: tuple[str, ...] = ()
    interpretation: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    exclusions_description: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a property and how many of the services found have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of what was found, its most frequent values first."""

    kind: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Hits, best first, and how many services there are in all; `is_capped`: at least so many."""

    hits: tuple[Found, ...]
    total: int = 0
    is_capped: bool = False
    facets: tuple[Facet, ...] = ()
    facets_are_capped: bool = False
