"""The schemas of HSDS 3.0 as they are published, for the tests that hold answers against them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SCHEMAS = Path(__file__).parents[4] / "shared" / "hsds" / "3.0"

FORMATS = FormatChecker(["uuid", "email"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_a_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _is_an_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def _retrieve(uri: str) -> Resource[Any]:
    content = json.loads((SCHEMAS / uri.rpartition("/")[2]).read_text(encoding="utf-8"))
    return Resource.from_contents(content, default_specification=DRAFT202012)


@cache
def validator(table: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{table}.json").read_text(encoding="utf-8")) | {"$id": f"file:///{table}.json"}
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    return Draft202012Validator(schema, registry=registry, format_checker=FORMATS)


def faults(table: str, document: Any) -> list[str]:
    """What the standard says against it, with the path in the document."""
    return [f"{table}: {error.json_path}: {error.message}" for error in validator(table).iter_errors(document)]
