"""Parameters of the HSDS API, from a query or from the JSON body of a POST twin.

Read strictly: where a filter is passed over, the answer has more than was asked for.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lotse.directory.v1 import publication_pb2 as pb

from services.common.errors import FieldViolation, InvalidArgument
from services.common.protobuf.times import to_timestamp

MOST_PER_PAGE = 100
PER_PAGE = 20
_MOST_PAGES = 1_000_000
_MOST_METRES = 500_000
_MOST_SEARCH = 300
_PAGING = ("search", "page", "per_page", "format")
_OF_SERVICE = ("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after")

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "services": (*_PAGING, *_OF_SERVICE, "minimal", "full"),
    "organizations": (*_PAGING, "full", "full_service"),
    "service_at_locations": (*_PAGING, *_OF_SERVICE, "full", "postcode", "proximity"),
    "taxonomies": _PAGING,
    "taxonomy_terms": (*_PAGING, "taxonomy_id", "top_only", "parent_id"),
}
"""What each collection can be asked."""

COLLECTIONS: Mapping[str, pb.Collection.ValueType] = {
    "services": pb.COLLECTION_SERVICES,
    "organizations": pb.COLLECTION_ORGANIZATIONS,
    "service_at_locations": pb.COLLECTION_SERVICE_AT_LOCATIONS,
    "taxonomies": pb.COLLECTION_TAXONOMIES,
    "taxonomy_terms": pb.COLLECTION_TAXONOMY_TERMS,
}


class _Broken(Exception):
    """A value breaks this rule."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for records."""

    collection: str
    depth: pb.Depth.ValueType
    filter: pb.RecordFilter
    page: int
    per_page: int
    as_lines: bool
    minimal: bool


def read(collection: str, given: Iterable[tuple[str, object]]) -> Wanted:
    """What is asked; raises InvalidArgument that names each parameter that is unknown, given twice or broken."""
    values: dict[str, Any] = {}
    broken: list[FieldViolation] = []
    for name, value in given:
        if name not in PARAMETERS[collection]:
            known = any(name in names for names in PARAMETERS.values())
            broken.append(FieldViolation(name if known else "*", "unknown-field"))
        elif name in values:
            broken.append(FieldViolation(name, "too-many:1"))
        else:
            try:
                values[name] = _READERS[name](value)
            except _Broken as fault:
                values[name] = None
                broken.append(FieldViolation(name, str(fault)))
    if values.get("minimal") and values.get("full"):
        broken.append(FieldViolation("minimal", "invalid"))
    if "proximity" in values and "postcode" not in values:
        broken.append(FieldViolation("postcode", "missing"))
    if broken:
        raise InvalidArgument(violations=broken)
    return Wanted(
        collection,
        _depth(values),
        _filter(values),
        values.get("page", 1),
        values.get("per_page", PER_PAGE),
        values.get("format") == "ndjson",
        values.get("minimal", False),
    )


def read_depth(given: Iterable[tuple[str, object]], allowed: tuple[str, ...]) -> pb.Depth.ValueType:
    """How much of one record is wanted; it is always full."""
    found = pb.DEPTH_FULL
    for name, value in given:
        if name not in allowed:
            raise InvalidArgument(violations=[FieldViolation("*", "unknown-field")])
        try:
            found = pb.DEPTH_FULL_SERVICE if _boolean(value) else found
        except _Broken as fault:
            raise InvalidArgument(violations=[FieldViolation(name, str(fault))]) from None
    return found


def _depth(values: Mapping[str, Any]) -> pb.Depth.ValueType:
    if values.get("minimal"):
        return pb.DEPTH_MINIMAL
    if values.get("full_service"):
        return pb.DEPTH_FULL_SERVICE
    return pb.DEPTH_FULL if values.get("full") else pb.DEPTH_UNSPECIFIED


def _filter(values: Mapping[str, Any]) -> pb.RecordFilter:
    return pb.RecordFilter(
        search=values.get("search", ""),
        taxonomy_term_id=values.get("taxonomy_term_id", ""),
        taxonomy_id=values.get("taxonomy_id", ""),
        organization_id=values.get("organization_id", ""),
        modified_after=to_timestamp(values.get("modified_after")),
        postcode=values.get("postcode", ""),
        proximity_metres=values.get("proximity", 0),
        top_only=values.get("top_only", False),
        parent_id=values.get("parent_id", ""),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value or not value.isprintable():
        raise _Broken("not-text")
    if len(value) > _MOST_SEARCH:
        raise _Broken(f"too-long:{_MOST_SEARCH}")
    return value.strip()


def _number(least: int, most: int) -> Callable[[object], int]:
    def number(value: object) -> int:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise _Broken("not-a-number")
        if int(text) < least:
            raise _Broken(f"too-small:{least}")
        if int(text) > most:
            raise _Broken(f"too-large:{most}")
        return int(text)

    return number


def _boolean(value: object) -> bool:
    word = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    if word is None:
        raise _Broken("not-yes-or-no")
    return word


def _id(value: object) -> str:
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise _Broken("wrong-form") from None


def _time(value: object) -> datetime:
    """A day or a time; without a zone it is in UTC. In a query a plus sign that was not escaped arrives as a blank."""
    try:
        time = datetime.fromisoformat(value.replace(" ", "+") if isinstance(value, str) else "")
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        time = time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Broken("not-a-time") from None
    return time


def _postcode(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{5}", value):
        raise _Broken("wrong-form")
    return value


def _format(value: object) -> str:
    if value not in {"json", "ndjson"}:
        raise _Broken("not-in-vocabulary")
    return str(value)


_READERS: Mapping[str, Callable[[object], Any]] = {
    "search": _text,
    "page": _number(1, _MOST_PAGES),
    "per_page": _number(1, MOST_PER_PAGE),
    "format": _format,
    "taxonomy_term_id": _id,
    "taxonomy_id": _id,
    "organization_id": _id,
    "modified_after": _time,
    "minimal": _boolean,
    "full": _boolean,
    "full_service": _boolean,
    "postcode": _postcode,
    "proximity": _number(1, _MOST_METRES),
    "top_only": _boolean,
    "parent_id": _id,
}
