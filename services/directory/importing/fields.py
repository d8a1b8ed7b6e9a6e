"""What a field of an importable table may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a field's text must be."""

    TEXT = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    DEGREES = auto()
    AMOUNT = auto()
    CURRENCY = auto()
    DATE = auto()
    TIME = auto()
    TIMESTAMP = auto()
    POSTCODE = auto()
    LANGUAGE = auto()
    DISTRICT = auto()
    STATE = auto()
    TOPIC = auto()
    WORDS = auto()
    URL = auto()
    EMAIL = auto()
    DAYS = auto()
    NUMBERS = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its kind, whether it must be there, its values where they are a closed list, its bounds for numbers.

    `default` is what the column holds when the field is absent; it is `told` where the source ought to have said it.
    `droppable`: a bad value is left out and reported, since the row serves better without it than not at all.
    `virtual`: it has no column of its own; the check makes another one of it.
    """

    kind: Kind = Kind.TEXT
    required: bool = False
    values: frozenset[str] = frozenset()
    longest: int = 500
    least: int = 0
    most: int = 1_000_000
    default: str | bool | tuple[str, ...] | None = None
    told: bool = False
    droppable: bool = False
    virtual: bool = False


TEXT = Field()
NAME = Field(required=True)
LONG = Field(longest=20_000)
FLAG = Field(Kind.BOOLEAN, default=False)
COUNT = Field(Kind.INTEGER)
DATE = Field(Kind.DATE)
MOMENT = Field(Kind.TIMESTAMP)
URL = Field(Kind.URL, longest=2_000, droppable=True)
EMAIL = Field(Kind.EMAIL, longest=254, droppable=True)


def one_of(*values: str, required: bool = False, default: str | None = None, told: bool = False) -> Field:
    """A field with a closed list of values."""
    return Field(required=required, values=frozenset(values), default=default, told=told)


def some_of(*values: str) -> Field:
    """A field of several words of a closed list, parted by commas."""
    return Field(Kind.WORDS, values=frozenset(values), longest=2_000, default=())
