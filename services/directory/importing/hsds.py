"""HSDS 3 JSON to rows: organizations or services in full and nested, a list of them, a page object, or one a line.

Beyond HSDS the fields of our profile are read; see the README. What the directory does not keep is named in the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from services.directory.importing.decode import decode
from services.directory.importing.nesting import ALL_CHILDREN, KNOWN, REFERENCE_TO, SINGLE, WRITTEN_AS
from services.directory.importing.notes import Note
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile
from services.directory.reference_files import TAXONOMY

JsonObject = Mapping[str, object]
Item = RawRow | Note

_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_SERVICE = frozenset({"organization", "organization_id", "status", "service_at_locations"})
_TERM = frozenset({"taxonomy_detail", "term_uri", "taxonomy_id"})


class _NoText(Exception):
    """A text with what is no character."""


def read_hsds(file: SourceFile) -> Iterator[Item]:
    """All rows of the file; raises FileFault when the file as a whole is broken."""
    text = decode(file, "utf-8")
    file.drop()
    document = _parse(file.name, text, 1)
    del text
    yield from _read(file.name, _items(file.name, document))


def read_ndjson(file: SourceFile) -> Iterator[Item]:
    """All rows of a file with one organization or service a line; raises FileFault."""
    text = decode(file, "utf-8")
    file.drop()
    yield from _read(file.name, _parsed_lines(file.name, text))


def _parsed_lines(name: str, text: str) -> Iterator[tuple[int, JsonObject]]:
    start, number = 0, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].strip()
        start, number = end + 1, number + 1
        if line:
            for _, item in _items(name, [_parse(name, line, number)], number):
                yield number, item


def _parse(name: str, text: str, line: int) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"The file is no JSON from here on: {error.msg}."
        suggestion = "It may be cut or of another format; export it again."
        raise FileFault(Finding(name, line + error.lineno - 1, "", "", reason, suggestion)) from None
    except RecursionError:
        raise FileFault(Finding(name, line, "", "", "The file is nested too deeply.", "Export it again.")) from None
    except ValueError:
        raise FileFault(Finding(name, line, "", "", "A number has too many digits.", "Export it again.")) from None


def _items(name: str, document: object, first: int = 1) -> list[tuple[int, JsonObject]]:
    if isinstance(document, dict) and isinstance(document.get("contents"), list):
        document = document["contents"]
    found = document if isinstance(document, list) else [document]
    for position, item in enumerate(found, start=first):
        if not isinstance(item, dict) or not ("name" in item or "id" in item):
            reason = "This is no HSDS organization or service."
            suggestion = "Expected are organizations or services in full, a list of them, or a page object."
            raise FileFault(Finding(name, position, "", "", reason, suggestion))
    return list(enumerate(found, start=first))


def _read(name: str, items: Iterable[tuple[int, JsonObject]]) -> Iterator[Item]:
    for position, item in items:
        try:
            found = _Reader(name, position).top(item)
        except _NoText:
            reason = "A text holds a zero or half a character, written as \\u0000 or as one of \\ud800 to \\udfff."
            raise FileFault(Finding(name, position, "", "", reason, "Export it again.")) from None
        except RecursionError:
            raise FileFault(
                Finding(name, position, "", "", "The file is nested too deeply.", "Export it again.")
            ) from None
        yield from found


class _Reader:
    """Walks one top-level object; the row number of all that is in it is its position in the file."""

    def __init__(self, file: str, position: int) -> None:
        self._file = file
        self._position = position
        self._found: list[Item] = []

    def top(self, item: JsonObject) -> list[Item]:
        """All that is in the object."""
        if not _SERVICE.isdisjoint(item):
            organization = item.get("organization")
            if isinstance(organization, dict):
                self._walk("organization", organization, {})
            self._walk("service", item, {})
        elif not _TERM.isdisjoint(item):
            self._term(item)
        else:
            self._walk("organization", item, {})
        return self._found

    def _walk(self, table: str, item: JsonObject, references: Mapping[str, str]) -> None:
        if table == "attribute":
            self._attribute(item, references)
            return
        key = _key(item)
        named = dict(references)
        for name in TABLES[table].references:
            if name in item and name not in named and (text := _text(item[name])):
                named[name] = text
        for name, target in SINGLE.get(table, {}).items():
            held = item.get(name)
            if isinstance(held, dict):
                named[f"{name}_id"] = _key(held)
                self._walk(target, held, self._of_program(target, item, references))
        self._beside(table, item, key, named)
        if table == "confirmation":
            key = f"{named.get('organization_id', '')}/{_text(item.get('field_group'))}"
        self._found.append(self._row(table, item, key, named))
        reference = REFERENCE_TO.get(table, f"{table}_id")
        for name, child in ALL_CHILDREN[table].items():
            if name in item and (children := _children(item, name)):
                inherited = self._inherited(table, child, reference, key, named)
                for held in children:
                    self._walk(child, held, inherited)
        if not item.keys() <= KNOWN[table]:
            self._note_unknown(table, item)

    def _note_unknown(self, table: str, item: JsonObject) -> None:
        for name in item.keys() - KNOWN[table]:
            if _text(item[name]) or item[name]:
                self._found.append(
                    Note(
                        self._file,
                        self._position,
                        f"{table}.{name[:60]}",
                        "The directory does not keep this field.",
                        "Nothing, unless it matters; then write it into a description.",
                    )
                )

    def _of_program(self, target: str, item: JsonObject, references: Mapping[str, str]) -> Mapping[str, str]:
        if target != "program":
            return {}
        organization = item.get("organization")
        owner = _key(organization) if isinstance(organization, dict) else references.get("organization_id", "")
        return {"organization_id": owner or _text(item.get("organization_id"))}

    def _inherited(self, table: str, child: str, reference: str, key: str, named: Mapping[str, str]) -> dict[str, str]:
        """What a held row refers to: its holder, and for places the organization around them."""
        if table == "service" and child == "service_at_location":
            return {reference: key, "organization_id": named.get("organization_id", "")}
        if table == "service_at_location" and child == "service_area":
            return {"service_id": named.get("service_id", "")}
        if table == "way_in":
            return {reference: key, "service_id": named.get("service_id", "")}
        return {reference: key}

    def _beside(self, table: str, item: JsonObject, key: str, named: dict[str, str]) -> None:
        """Rows that stand in the object as plain fields or as objects of their own kind."""
        match table:
            case "organization" if hours := _text(item.get("usual_answer_hours")):
                self._found.append(self._made("partner_answer_time", key, {"hours": hours}, {"organization_id": key}))
            case "service":
                organization = item.get("organization")
                if isinstance(organization, dict):
                    named["organization_id"] = _key(organization)
            case "service_capacity" if weeks := _text(item.get("weeks")):
                self._found.append(
                    self._made("partner_capacity", key, {"weeks": weeks}, {"service_id": named.get("service_id", "")})
                )
            case "service_at_location":
                location = item.get("location")
                if isinstance(location, dict):
                    named["location_id"] = _key(location)
                    if location.keys() - {"id", "source_id"}:
                        self._walk("location", location, self._around(location, named))

    def _around(self, location: JsonObject, named: Mapping[str, str]) -> dict[str, str]:
        return {"organization_id": _text(location.get("organization_id")) or named.get("organization_id", "")}

    def _attribute(self, item: JsonObject, references: Mapping[str, str]) -> None:
        fields = {name: text for name in ("link_type", "label", "value") if (text := _text(item.get(name)))}
        term = item.get("taxonomy_term")
        named = dict(references)
        if isinstance(term, dict):
            if _is_of_ours(term):
                fields["term"] = _text(term.get("code"))
            else:
                named["taxonomy_term_id"] = _key(term) or _text(term.get("code"))
                self._term(term)
        elif text := _text(item.get("taxonomy_term_id")):
            named["taxonomy_term_id"] = text
        if "taxonomy_term_id" in references:  # it stands on a term
            named["linked_taxonomy_term_id"] = references["taxonomy_term_id"]
        self._found.append(
            self._made("attribute", _key(item), {k: v for k, v in fields.items() if v}, named, _text(item.get("id")))
        )

    def _term(self, term: JsonObject) -> None:
        detail = term.get("taxonomy_detail")
        name, taxonomy = _text(term.get("taxonomy")), _text(term.get("taxonomy_id"))
        if isinstance(detail, dict):
            taxonomy = _key(detail) or _text(detail.get("name"))
            self._found.append(self._row("taxonomy", detail, taxonomy, {}))
        elif not taxonomy and name:
            taxonomy = name
            self._found.append(self._made("taxonomy", name, {"name": name}, {}))
        for each in (*_children(term, "ancestors"), term):
            references = {"taxonomy_id": taxonomy, "parent_id": _text(each.get("parent_id"))}
            self._found.append(self._row("taxonomy_term", each, _key(each) or _text(each.get("code")), references))

    def _row(self, table: str, item: JsonObject, key: str, references: Mapping[str, str]) -> RawRow:
        known = TABLES[table].fields
        fields = {name: text for name, value in item.items() if name in known and (text := _text(value))}
        if table == "funding" and (text := _text(item.get("source"))):
            fields["funder"] = text
        for name, ours in WRITTEN_AS.get(table, {}).items():
            if name not in fields and (text := _text(item.get(ours))):
                fields[name] = text
        return self._made(table, key, fields, references, _text(item.get("id")))

    def _made(
        self, table: str, key: str, fields: Mapping[str, str], references: Mapping[str, str], alias: str = ""
    ) -> RawRow:
        aliases = (alias,) if alias and alias != key else ()
        known = TABLES[table].references
        given = {name: value for name, value in references.items() if value and name in known}
        return RawRow(self._file, self._position, table, key, fields, given, aliases)


def _is_of_ours(term: JsonObject) -> bool:
    detail = term.get("taxonomy_detail")
    if isinstance(detail, dict):
        return _text(detail.get("name")) == TAXONOMY
    name = _text(term.get("taxonomy"))
    return name == TAXONOMY or not (name or _text(term.get("taxonomy_id")))


def _key(item: JsonObject) -> str:
    return _text(item.get("source_id")) or _text(item.get("id"))


def _children(item: JsonObject, name: str) -> list[JsonObject]:
    value = item.get(name)
    return [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """A JSON value as the text that a CSV would hold; objects become empty, lists are joined by commas.

    Raises _NoText for what JSON can write and no database can hold.
    """
    if isinstance(value, str):
        if (not value.isascii() and _NO_CHARACTER.search(value)) or "\x00" in value:
            raise _NoText
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return ""
