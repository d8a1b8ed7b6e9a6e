"""What was wrong with a request, in names of fields and rules; never in words that the request brought along."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.field_rules import broken_rule
from services.common.errors import FieldViolation

_UNKNOWN = "*"


def known_names(description: Mapping[str, Any]) -> frozenset[str]:
    """Every name of a field or parameter that an OpenAPI description has."""
    schemas = description.get("components", {}).get("schemas", {}).values()
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    fields = {name for schema in schemas for name in schema.get("properties", {})}
    return frozenset(fields | {each["name"] for operation in operations for each in operation.get("parameters", [])})


def violations(found: Iterable[Mapping[str, Any]], known: frozenset[str]) -> list[FieldViolation]:
    """The faults that pydantic found. A name that is not ours, which somebody may have typed, stands there as `*`."""
    return [FieldViolation(_field(fault["loc"], known), broken_rule(fault)) for fault in found]


def _field(location: tuple[str | int, ...], known: frozenset[str]) -> str:
    where, *path = location
    parts = [part for part in path if part != "[key]"]
    names = [str(part) if isinstance(part, int) or part in known else _UNKNOWN for part in parts]
    return ".".join(names) or str(where)
