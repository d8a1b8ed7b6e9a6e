"""Enum values as the words that SQL, JSON and Python use: DATA_CATEGORY_SAFE_CONTACT is "safe-contact"."""

from functools import cache
from typing import Any, Protocol

from google.protobuf.descriptor import EnumDescriptor


class ProtoEnum(Protocol):
    """An enum of a generated module."""

    @property
    def DESCRIPTOR(self) -> EnumDescriptor:  # noqa: N802 - protobuf's name
        """Its descriptor."""

    def __hash__(self) -> int:
        """By identity: there is one object for each enum."""


@cache
def _words(enum: ProtoEnum) -> dict[int, str]:
    """The word of each number; kept, since a descriptor makes new objects whenever it is asked."""
    values = enum.DESCRIPTOR.values_by_number
    prefix = values[0].name.removesuffix("UNSPECIFIED")
    return {
        number: value.name.removeprefix(prefix).lower().replace("_", "-") if number else ""
        for number, value in values.items()
    }


@cache
def _numbers(enum: ProtoEnum) -> dict[str, int]:
    return {word: number for number, word in _words(enum).items()}


def enum_text(enum: ProtoEnum, value: int) -> str:
    """The word of a value; "" for the zero value; for a number that is not known "unknown-NUMBER"."""
    word = _words(enum).get(value)
    return f"unknown-{value}" if word is None else word


def enum_value(enum: ProtoEnum, text: str) -> Any:
    """The value of a word, "" for zero; raises ValueError for a word the enum does not have."""
    number = _numbers(enum).get(text)
    if number is None:
        raise ValueError(f"{enum.DESCRIPTOR.name} has no value of that name")
    return number


def enum_words(enum: ProtoEnum) -> list[str]:
    """All words of an enum in its order, without the zero value."""
    return [word for number, word in _words(enum).items() if number]
