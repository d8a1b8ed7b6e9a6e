"""What a field of an importable table may hold, and what a table is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property


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


@dataclass(frozen=True)
class Table:
    """A table: its fields and what it refers to; `required_references` must be given and known.

    `belongs`: a row must name one of its references at least. `says`: it must hold a field beside them. `tolerates`: a
    reference among these that leads to nothing is left out and reported. `made`: columns that the check makes.
    `keeps_itself` is false where rows have neither source nor digest; they are added and renewed, and never vanish.
    """

    name: str
    fields: Mapping[str, Field]
    references: Mapping[str, str] = field(default_factory=dict)
    required_references: frozenset[str] = frozenset()
    belongs: bool = False
    says: bool = False
    tolerates: frozenset[str] = frozenset()
    made: tuple[str, ...] = ()
    links: bool = False
    keeps_itself: bool = True

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that an import writes, beside id, source, source_id, digest and the like."""
        own = [name for name, each in self.fields.items() if not each.virtual]
        references = () if self.links else tuple(self.references)
        return (*references, *own, *self.made)

    @cached_property
    def required_fields(self) -> tuple[str, ...]:
        """The fields that must be there."""
        return tuple(name for name, each in self.fields.items() if each.required)

    @cached_property
    def defaults(self) -> tuple[tuple[str, Field], ...]:
        """The fields that hold something when they are absent."""
        return tuple((name, each) for name, each in self.fields.items() if each.default is not None)

    @cached_property
    def plain(self) -> frozenset[str]:
        """The fields that are any text of the usual length."""
        return frozenset(name for name, each in self.fields.items() if each in {TEXT, NAME})
