"""Enum values as the words that SQL, JSON and Python use: DATA_CATEGORY_SAFE_CONTACT is "safe-contact"."""

from typing import Any, Protocol

from google.protobuf.descriptor import EnumDescriptor


class ProtoEnum(Protocol):
    """An enum of a generated module."""

    @property
    def DESCRIPTOR(self) -> EnumDescriptor:  # noqa: N802 - protobuf's name
        """Its descriptor."""


def _prefix(enum: ProtoEnum) -> str:
    zero: str = enum.DESCRIPTOR.values_by_number[0].name
    return zero.removesuffix("UNSPECIFIED")


def enum_text(enum: ProtoEnum, value: int) -> str:
    """The word of a value; "" for the zero value; for a number that is not known "unknown-NUMBER"."""
    known = enum.DESCRIPTOR.values_by_number.get(value)
    if known is None:
        return f"unknown-{value}"
    if value == 0:
        return ""
    name: str = known.name
    return name.removeprefix(_prefix(enum)).lower().replace("_", "-")


def enum_value(enum: ProtoEnum, text: str) -> Any:
    """The value of a word, "" for zero; raises ValueError for a word the enum does not have."""
    if text == "":
        return 0
    name = _prefix(enum) + text.upper().replace("-", "_")
    known = enum.DESCRIPTOR.values_by_name.get(name)
    if known is None or known.number == 0:
        raise ValueError(f"{enum.DESCRIPTOR.name} has no value {name}")
    return known.number


def enum_words(enum: ProtoEnum) -> list[str]:
    """All words of an enum in its order, without the zero value."""
    return [enum_text(enum, number) for number in enum.DESCRIPTOR.values_by_number if number]
