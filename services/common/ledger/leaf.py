"""The hash under which a row is logged; the same row gives the same hash in every program and language."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

SALT_LENGTH = 16
VERSION = 1

LeafValue: TypeAlias = "bool | int | str | UUID | datetime | date | bytes | Sequence[LeafValue] | None"
_Json: TypeAlias = "bool | int | str | list[_Json] | None"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RESERVED = frozenset({"v", "kind"})
_LARGEST_INT = 2**53 - 1
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
"""Writes texts, whole numbers and lists exactly as RFC 8785 does, in a fifth of the time of a library for all of JSON;
a test holds the two together."""


def leaf_hash(kind: str, columns: Mapping[str, LeafValue], salt: bytes) -> bytes:
    """SHA-256(0x00 ‖ salt ‖ RFC 8785 JSON of v, kind and all columns); the README says how values are written.

    The salt keeps a hash that outlives its erased row from being guessed back. Raises ValueError or TypeError for what
    has no single written form: fractions, times without zone, columns called `v` or `kind`, a salt of another length.
    """
    if len(salt) != SALT_LENGTH:
        raise ValueError(f"A salt has {SALT_LENGTH} bytes, not {len(salt)}.")
    return hashlib.sha256(b"\x00" + salt + canonical(kind, columns)).digest()


def canonical(kind: str, columns: Mapping[str, LeafValue]) -> bytes:
    """The JSON text that is hashed, for test vectors and receipts."""
    row = _fixed(kind, columns) | {name: _written(value) for name, value in columns.items()}
    return _encoder.encode({name: row[name] for name in _in_order(row)}).encode()


def template(kind: str, columns: Sequence[str]) -> tuple[bytes, list[str]]:
    """The text of `canonical` with `%b` for the value of each column, and the columns in the order of these places."""
    fixed = _fixed(kind, columns)
    names = _in_order([*columns, *fixed])
    members = [(_encoder.encode(name), _encoder.encode(fixed[name]) if name in fixed else None) for name in names]
    text = ",".join(f"{_literal(name)}:{'%b' if value is None else _literal(value)}" for name, value in members)
    return f"{{{text}}}".encode(), [name for name in names if name not in fixed]


def _fixed(kind: str, columns: Collection[str]) -> dict[str, _Json]:
    if reserved := _RESERVED.intersection(columns):
        raise ValueError(f"A column cannot be called {min(reserved)!r}.")
    return {"v": VERSION, "kind": kind}


def _in_order(names: Collection[str]) -> list[str]:
    """RFC 8785 sorts by UTF-16, which for ASCII is the order that Python has."""
    return sorted(names, key=None if "".join(names).isascii() else _utf16)


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _written(value: LeafValue) -> _Json:
    match value:
        case None | bool():
            return value
        case int():
            return _whole(value)
        case str():
            return str.__str__(value)  # the text of a string enum, not its name
        case UUID():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise ValueError("A time without zone has no place in a leaf.")
            return _whole((value - _EPOCH) // timedelta(microseconds=1))
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case list() | tuple():
            return [_written(item) for item in value]
        case _:
            raise TypeError(f"A value of type {type(value).__name__} has no written form in a leaf.")


def _whole(number: int) -> int:
    if abs(number) > _LARGEST_INT:
        raise ValueError("A number exceeds 2^53 and would be read differently in other languages.")
    return int(number)
