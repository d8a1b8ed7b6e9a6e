"""The directory as a tabular data package: datapackage.json and a CSV file for each table, in one ZIP.

Tables, fields, types and keys are those of HSDS 3.0 (`datapackage.json` beside this file), with the fields of our
profile at the end of each table. Left out are `metadata`, whose required values are not published, and two rules of the
standard that no data can keep: that a code is unique over all taxonomies, and that an organization has one program.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lotse.directory.v1 import publication_pb2 as pb

_PACKAGE = Path(__file__).with_name("datapackage.json")
NOT_SAID = "\N{EN DASH}"
"""Stands in a cell that must not be empty and that nobody filled in."""

COLLECTIONS: Mapping[str, pb.Collection.ValueType] = {
    "taxonomy": pb.COLLECTION_TAXONOMIES,
    "taxonomy_term": pb.COLLECTION_TAXONOMY_TERMS,
    "organization": pb.COLLECTION_ORGANIZATIONS,
    "program": pb.COLLECTION_PROGRAMS,
    "organization_identifier": pb.COLLECTION_ORGANIZATION_IDENTIFIERS,
    "service": pb.COLLECTION_SERVICES,
    "location": pb.COLLECTION_LOCATIONS,
    "service_at_location": pb.COLLECTION_SERVICE_AT_LOCATIONS,
    "address": pb.COLLECTION_ADDRESSES,
    "phone": pb.COLLECTION_PHONES,
    "schedule": pb.COLLECTION_SCHEDULES,
    "language": pb.COLLECTION_LANGUAGES,
    "service_area": pb.COLLECTION_SERVICE_AREAS,
    "accessibility": pb.COLLECTION_ACCESSIBILITY,
    "cost_option": pb.COLLECTION_COST_OPTIONS,
    "required_document": pb.COLLECTION_REQUIRED_DOCUMENTS,
    "funding": pb.COLLECTION_FUNDING,
    "attribute": pb.COLLECTION_ATTRIBUTES,
    "meta_table_description": pb.COLLECTION_META_TABLE_DESCRIPTIONS,
    "unit": pb.COLLECTION_UNITS,
    "service_capacity": pb.COLLECTION_SERVICE_CAPACITIES,
    "way_in": pb.COLLECTION_WAYS_IN,
    "regime": pb.COLLECTION_REGIMES,
    "confirmation": pb.COLLECTION_CONFIRMATIONS,
}
"""In the order in which they are written."""


class TabularPackage:
    """A package being written, one table after the other."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._resources = {resource["name"]: resource for resource in _package()["resources"]}
        self._tables: dict[int, str] = {number: name for name, number in COLLECTIONS.items()}
        self._written: set[str] = set()
        self._collection: int | None = None
        self._file: TextIOWrapper | None = None
        self._writer: Any = None
        self._fields: list[dict[str, Any]] = []

    def add(self, collection: int, lines: list[bytes]) -> None:
        """Write rows; those of one table come together."""
        if collection != self._collection:
            self._collection = collection
            self._open(self._tables[collection])
        for line in lines:
            document = json.loads(line)
            self._writer.writerow([_cell(document, field) for field in self._fields])

    def close(self) -> None:
        """Write the tables that have no row, and what describes them all."""
        for name in self._resources:
            if name not in self._written:
                self._open(name)
        self.end_table()
        self._archive.writestr("datapackage.json", _PACKAGE.read_text(encoding="utf-8"))

    def _open(self, table: str) -> None:
        self.end_table()
        resource = self._resources[table]
        self._written.add(table)
        self._file = TextIOWrapper(self._archive.open(resource["path"], "w", force_zip64=True), "utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._fields = resource["schema"]["fields"]
        self._writer.writerow([field["name"] for field in self._fields])

    def end_table(self) -> None:
        """Nothing is added to the table any more."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def tabular_package(path: Path) -> Iterator[TabularPackage]:
    """A package at this path, whole at the end of the block."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        package = TabularPackage(archive)
        try:
            yield package
            package.close()
        finally:
            package.end_table()  # an archive with an open member cannot be closed


def _package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_PACKAGE.read_text(encoding="utf-8"))
    return found


def _cell(document: Mapping[str, Any], field: Mapping[str, Any]) -> object:
    value = document.get(field["name"])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if value in {None, ""}:
        return NOT_SAID if field.get("constraints", {}).get("required") else ""
    return value
