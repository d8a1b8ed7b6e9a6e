"""HSDS 3 as tables: a tabular datapackage, or its CSV files, to rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.directory.importing.csvlines import guess_delimiter, read_lines
from services.directory.importing.decode import decode
from services.directory.importing.nesting import WRITTEN_AS
from services.directory.importing.notes import Note
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile

DESCRIPTOR = "datapackage.json"
NOT_SAID = "\N{EN DASH}"
"""What our own export writes into a cell that must not be empty and that nobody filled in."""
NOT_KEPT = frozenset({"metadata", "url"})
_PLURALS = {
    "taxonomy": "taxonomies",
    "accessibility": "accessibilities",
    "service_capacity": "service_capacities",
    "way_in": "ways_in",
}
_NAMES: Mapping[str, str] = {
    "contact": "partner_contact",
    "contacts": "partner_contact",
    "capacities": "service_capacity",
    **{name: name for name in TABLES},
    **{_PLURALS.get(name, f"{name}s"): name for name in TABLES},
    **{name: name for name in NOT_KEPT},
    "urls": "url",
}


@dataclass(frozen=True, slots=True)
class _Resource:
    file: SourceFile
    table: str
    encoding: str = "utf-8"
    delimiter: str = ""


def table_of(name: str) -> str | None:
    """The table that a CSV file of this name holds in HSDS 3, or None."""
    return _NAMES.get(name.rpartition(".")[0].lower())


def read_tables(files: Sequence[SourceFile], *, may_be_cut: bool) -> Iterator[RawRow | Finding | Note]:
    """All rows of all tables; raises FileFault."""
    for resource in _resources(files):
        yield from _read(resource, may_be_cut=may_be_cut)


def _resources(files: Sequence[SourceFile]) -> list[_Resource]:
    by_name = {file.name: file for file in files}
    if DESCRIPTOR not in by_name:
        found = [_Resource(file, table) for file in files if (table := table_of(file.name))]
        strange = [file.name for file in files if table_of(file.name) is None]
        if strange:
            reason = "No table of HSDS has this name."
            raise FileFault(Finding(strange[0], 1, "", "", reason, "Name the file as HSDS does, or give a mapping."))
        return found
    described = []
    for item in _described(by_name[DESCRIPTOR]):
        path = str(item.get("path", "")).rpartition("/")[2]
        table = _NAMES.get(str(item.get("name", "")).lower()) or table_of(path)
        if path not in by_name:
            continue  # the package describes all tables of HSDS, and few directories have all
        if table is None:
            reason = "The package names a table that HSDS does not have."
            raise FileFault(Finding(DESCRIPTOR, 1, str(item.get("name", ""))[:80], "", reason, "Take it out."))
        dialect = item.get("dialect")
        delimiter = dialect.get("delimiter", "") if isinstance(dialect, dict) else ""
        encoding = str(item.get("encoding") or "utf-8")
        described.append(_Resource(by_name[path], table, encoding, delimiter if isinstance(delimiter, str) else ""))
    forgotten = by_name.keys() - {DESCRIPTOR} - {resource.file.name for resource in described}
    if forgotten or not described:
        name = min(forgotten, default=DESCRIPTOR)
        raise FileFault(
            Finding(name, 1, "", "", "The package does not describe this file.", f"Add it to {DESCRIPTOR}.")
        )
    return described


def _described(file: SourceFile) -> list[Mapping[str, object]]:
    try:
        document = json.loads(decode(file, "utf-8"))
    except (ValueError, RecursionError):
        raise FileFault(
            Finding(file.name, 1, "", "", "The description of the package is no JSON.", "Export it again.")
        ) from None
    resources = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
        reason = "The description of the package lists no resources."
        raise FileFault(Finding(file.name, 1, "resources", "", reason, "See https://specs.frictionlessdata.io/."))
    return resources


def _read(resource: _Resource, *, may_be_cut: bool) -> Iterator[RawRow | Finding | Note]:
    file = resource.file
    text = decode(file, resource.encoding)
    file.drop()
    delimiter = resource.delimiter if len(resource.delimiter) == 1 else guess_delimiter(text)
    if not text.strip() or "\n" not in text.strip():
        return  # a table of which only the names of the columns are given
    header, lines = read_lines(file.name, text, delimiter, may_be_cut=may_be_cut)
    if resource.table in NOT_KEPT:
        yield Note(file.name, 1, resource.table, "The directory does not keep this table.", "Nothing.")
        return
    _check_header(file.name, header, resource.table)
    for line in lines:
        if isinstance(line, Finding):
            yield line
        else:
            values = {name: cell for name, cell in zip(header, line[1], strict=True) if cell and cell != NOT_SAID}
            yield from make_rows(file.name, line[0], resource.table, values)


def _check_header(name: str, header: Sequence[str], table: str) -> None:
    key = "organization_id" if table == "confirmation" else "id"
    if key not in header and "source_id" not in header:
        reason = "The first line lacks this column."
        raise FileFault(Finding(name, 1, key, "", reason, "Is this a table of HSDS 3? Otherwise give a mapping."))


def make_rows(file: str, number: int, name: str, values: Mapping[str, str]) -> Iterator[RawRow | Note]:
    """The row of one line, and notes of columns that are not kept."""
    if name == "phone" and values.get("contact_id"):
        name = "partner_phone"
    table = TABLES[name]
    given = dict(values)
    id_ = given.pop("id", "")
    key = given.pop("source_id", "") or id_
    if name == "confirmation":
        key = f"{given.get('organization_id', '')}/{given.get('field_group', '')}"
    _rename(name, given)
    if name == "taxonomy_term" and (taxonomy := given.pop("taxonomy", "")) and "taxonomy_id" not in given:
        given["taxonomy_id"] = taxonomy
        yield RawRow(file, number, "taxonomy", taxonomy, {"name": taxonomy}, {})
    fields = {column: text for column, text in given.items() if column in table.fields}
    references = {column: text for column, text in given.items() if column in table.references}
    yield RawRow(file, number, name, key, fields, references, (id_,) if id_ and id_ != key else ())
    for column in given.keys() - fields.keys() - references.keys():
        yield Note(
            file,
            number,
            f"{name}.{column[:60]}",
            "The directory does not keep this column.",
            "Nothing, unless it matters.",
        )


def _rename(name: str, given: dict[str, str]) -> None:
    for column, ours in WRITTEN_AS.get(name, {}).items():
        if ours in given:
            given.setdefault(column, given.pop(ours))
    if name == "funding" and "source" in given:
        given["funder"] = given.pop("source")
    if name == "attribute" and "link_id" in given:
        entity = given.pop("link_entity", "service")
        given["linked_taxonomy_term_id" if entity == "taxonomy_term" else f"{entity}_id"] = given.pop("link_id")
