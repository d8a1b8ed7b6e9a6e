"""HSDS 3 JSON to rows: one organization or service in its full nested form, a list of them, or a page object.

Beyond HSDS these fields of our profile are read: `source_id` on every object, `accepts_handover`, `confirmed_at`,
`confirmed_how`, `regimes`, `usual_answer_hours` on organizations, `state` and `protected` on locations,
`postcode_from`, `postcode_to`, `district_code`, `state` on service areas, and `state`, `expires_at`, `weeks` on
capacities (3.1's name). Fields that this directory does not keep are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from services.directory.importing.decode import decode
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile

JsonObject = Mapping[str, object]

_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class _NoText(Exception):
    """A text with what is no character."""


def read_hsds(file: SourceFile) -> Iterator[RawRow]:
    """All rows of the file, parents before children; raises FileFault when the file as a whole is broken."""
    text = decode(file, "utf-8")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileFault(
            Finding(
                file.name,
                error.lineno,
                "",
                "",
                f"The file is no JSON from here on: {error.msg}.",
                "It may be cut or of another format; export it again.",
            )
        ) from None
    except RecursionError:
        raise FileFault(Finding(file.name, 1, "", "", "The file is nested too deeply.", "Export it again.")) from None
    except ValueError:
        raise FileFault(Finding(file.name, 1, "", "", "A number has too many digits.", "Export it again.")) from None
    for position, item in enumerate(_items(file, document), start=1):
        try:
            yield from _Reader(file.name, position).top(item)
        except _NoText:
            reason = "A text holds a zero or half a character, written as \\u0000 or as one of \\ud800 to \\udfff."
            raise FileFault(Finding(file.name, position, "", "", reason, "Export it again.")) from None


def _items(file: SourceFile, document: object) -> list[JsonObject]:
    if isinstance(document, dict) and isinstance(document.get("contents"), list):
        document = document["contents"]
    found: list[JsonObject] = document if isinstance(document, list) else [document]  # type: ignore[list-item]
    for position, item in enumerate(found, start=1):
        if not isinstance(item, dict) or not ("name" in item or "id" in item):
            raise FileFault(
                Finding(
                    file.name,
                    position,
                    "",
                    "",
                    "This is no HSDS organization or service.",
                    "Expected are organizations or services in full, a list of them, or a page object.",
                )
            )
    return found


class _Reader:
    """Walks one top-level object; the row number of all that is in it is its position in the file."""

    def __init__(self, file: str, position: int) -> None:
        self._file = file
        self._position = position

    def top(self, item: JsonObject) -> Iterator[RawRow]:
        if "organization" in item or "organization_id" in item or "status" in item or "service_at_locations" in item:
            organization = item.get("organization")
            if isinstance(organization, dict):
                yield from self._organization(organization)
                yield from self._service(item, self._key(organization))
            else:
                yield from self._service(item, _text(item.get("organization_id")))
        else:
            yield from self._organization(item)

    def _organization(self, item: JsonObject) -> Iterator[RawRow]:
        key = self._key(item)
        yield self._row("organization", item, key, parent_organization_id=_text(item.get("parent_organization_id")))
        for child in _children(item, "regimes"):
            yield self._row("regime", child, self._key(child), organization_id=key)
        for child in _children(item, "phones"):
            yield self._row("phone", child, self._key(child), organization_id=key)
        for child in _children(item, "contacts"):
            yield self._row("partner_contact", child, self._key(child), organization_id=key)
        hours = _text(item.get("usual_answer_hours"))
        if hours:
            yield self._made("partner_answer_time", key, {"hours": hours}, {"organization_id": key})
        for child in _children(item, "locations"):
            yield from self._location(child, key)
        for child in _children(item, "services"):
            yield from self._service(child, key)

    def _location(self, item: JsonObject, organization: str) -> Iterator[RawRow]:
        key = self._key(item)
        yield self._row("location", item, key, organization_id=organization)
        for child in _children(item, "addresses"):
            yield self._row("address", child, self._key(child), location_id=key)
        for child in _children(item, "phones"):
            yield self._row("phone", child, self._key(child), location_id=key)
        for child in _children(item, "schedules"):
            yield self._row("schedule", child, self._key(child), location_id=key)
        for child in _children(item, "languages"):
            yield self._row("language", child, self._key(child), location_id=key)

    def _service(self, item: JsonObject, organization: str) -> Iterator[RawRow]:
        key = self._key(item)
        yield self._row("service", item, key, organization_id=organization)
        for child in _children(item, "phones"):
            yield self._row("phone", child, self._key(child), service_id=key)
        for child in _children(item, "schedules"):
            yield self._row("schedule", child, self._key(child), service_id=key)
        for child in _children(item, "languages"):
            yield self._row("language", child, self._key(child), service_id=key)
        for child in _children(item, "service_areas"):
            yield self._row("service_area", child, self._key(child), service_id=key)
        for child in _children(item, "attributes"):
            yield self._attribute(child, key)
        for child in _children(item, "capacities"):
            yield self._row("service_capacity", child, self._key(child), service_id=key)
            weeks = _text(child.get("weeks"))
            if weeks:
                yield self._made("partner_capacity", self._key(child), {"weeks": weeks}, {"service_id": key})
        for child in _children(item, "service_at_locations"):
            yield from self._service_at_location(child, key, organization)

    def _service_at_location(self, item: JsonObject, service: str, organization: str) -> Iterator[RawRow]:
        location = item.get("location")
        place = _text(item.get("location_id"))
        if isinstance(location, dict):
            place = self._key(location)
            if set(location) - {"id", "source_id"}:
                yield from self._location(location, organization)
        yield self._row("service_at_location", item, self._key(item), service_id=service, location_id=place)

    def _attribute(self, item: JsonObject, service: str) -> RawRow:
        term = item.get("taxonomy_term")
        fields = {"term": _text(term.get("code"))} if isinstance(term, dict) else {}
        for name in ("link_type", "label"):
            if _text(item.get(name)):
                fields[name] = _text(item.get(name))
        return self._made("attribute", self._key(item), fields, {"service_id": service}, _text(item.get("id")))

    def _key(self, item: JsonObject) -> str:
        return _text(item.get("source_id")) or _text(item.get("id"))

    def _row(self, table: str, item: JsonObject, key: str, **references: str) -> RawRow:
        fields = {name: _text(item[name]) for name in TABLES[table].fields if _text(item.get(name))}
        given = {name: value for name, value in references.items() if value}
        return self._made(table, key, fields, given, _text(item.get("id")))

    def _made(
        self, table: str, key: str, fields: Mapping[str, str], references: Mapping[str, str], alias: str = ""
    ) -> RawRow:
        aliases = (alias,) if alias and alias != key else ()
        return RawRow(self._file, self._position, table, key, fields, references, aliases)


def _children(item: JsonObject, name: str) -> list[JsonObject]:
    value = item.get(name)
    return [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """A JSON value as the text that a CSV would hold; objects become empty, lists are joined by commas.

    Raises _NoText for what JSON can write and no database can hold.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if _NO_CHARACTER.search(value):
            raise _NoText
        return value.strip()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return ""
