"""Questions to the directory, how they were understood, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

DEFAULT_RADIUS_KM = 25


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
    """Something in the text that is a topic: any of these topics, or these stems in a name."""

    topics: frozenset[str]
    stems: frozenset[str]


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the question with its role, so that a relaxed question can leave words of a role out."""

    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was mended in a question: kind "spelling", "postcode" or "ambiguous", what was read, as what."""

    kind: str
    read: str
    taken: str


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
    loosened: bool = False
    """Not all of it must hold: any of the topics will do, and of the words any where no topic was understood."""

    @property
    def named_topics(self) -> frozenset[str]:
        """All topics that the question speaks of, by filter or in the text."""
        return self.topics.union(*(concept.topics for concept in self.concepts))


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
    loosened: bool = False


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
    openings: tuple[str, ...]
    features: Mapping[str, float]
    score: float
    total: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index is built from: a service at one place, or nowhere."""

    entry_id: UUID
    service_id: UUID
    agency_id: UUID
    service_name: str
    description: str
    agency_name: str
    parent_name: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    has_area: bool
    accepts_handover: bool
    confirmed_at: datetime | None
    capacity_state: str | None
    capacity_said_at: datetime | None
    capacity_expires_at: datetime | None
    openings: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    state: str
    protected: bool
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the index."""

    indexed: Indexed
    words: str
    cells: tuple[int, ...]
    latitude: float | None
    longitude: float | None
    place: str
    lexicon: frozenset[tuple[str, str]]
