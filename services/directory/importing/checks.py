"""Raw rows to rows that can be staged; whatever cannot is reported with a reason, and so is all that belongs to it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from services.directory.importing.tables import TABLES, Table
from services.directory.importing.values import NOT_TRUE, Mended, Refused, Value, convert, repair_encoding
from services.directory.model.imports import Finding, RawRow, Report
from services.directory.model.reference import Reference

POINT_FIELDS = ("latitude", "longitude", "transportation")
LONGEST_VALUE = 200
PROTECT = json.dumps({"protected": True})


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row as it will be merged; without digest it was refused, and what is there of it stays.

    A refused location that the file calls protected has PROTECT as its fields: what is there of it becomes protected.
    """

    table: str
    id: UUID
    source_id: str
    digest: bytes | None
    fields: str | None


def make_id(source: str, table: str, key: str) -> UUID:
    """The id of a row: the same for the same source, table and key, and no two tables share one."""
    return uuid5(NAMESPACE_URL, f"{source}/{table}/{key}")


class Checker:
    """Checks all rows of one import; `protected` are the locations that the directory holds as protected."""

    def __init__(
        self, source: str, reference: Reference, protected: frozenset[UUID], report: Report, *, joins_repeats: bool
    ) -> None:
        self._source = source
        self._reference = reference
        self._protected = set(protected)
        self._marked: set[UUID] = set()
        self._report = report
        self._joins_repeats = joins_repeats
        self._keys: dict[tuple[str, str], str] = {}
        self._accepted: dict[str, set[UUID]] = defaultdict(set)

    def check(self, rows: Iterable[RawRow]) -> list[StagedRow]:
        """All rows in the order of TABLES, refused ones without fields; counts and findings go to the report."""
        by_table: dict[str, list[RawRow]] = defaultdict(list)
        for row in rows:
            by_table[row.table].append(row)
            for alias in row.aliases:
                self._keys.setdefault((row.table, alias), row.key)
            if row.table == "location" and row.fields.get("protected", "false").lower() not in NOT_TRUE:
                # Known before any value is looked at, so that no part of an address can get into the report.
                self._protected.add(self._id("location", row.key))
                self._marked.add(make_id(self._source, "location", row.key))
        staged: list[StagedRow] = []
        for table in TABLES.values():
            staged += self._check_table(table, self._without_repeats(by_table[table.name]))
        return staged

    def _without_repeats(self, rows: list[RawRow]) -> list[RawRow]:
        seen: dict[str, RawRow] = {}
        for row in rows:
            first = seen.setdefault(row.key, row)
            same = (first.fields, first.references) == (row.fields, row.references)
            if row is not first and row.key and self._joins_repeats and same:
                continue  # nested JSON shows the same location under each of its services
            self._report.of(row.table).read += 1
            if not row.key:
                self._report.may_deactivate = False
                self._refuse(row, "id", "", "The row has no id.", "Give every row an id that stays the same.")
            elif row is not first:
                self._refuse(row, "id", row.key, f"The row repeats row {first.row} of {first.file}.", "Remove one.")
        return [row for key, row in seen.items() if key]

    def _check_table(self, table: Table, rows: list[RawRow]) -> list[StagedRow]:
        checked: dict[UUID, tuple[RawRow, dict[str, Value] | None]] = {}
        for row in rows:
            mends: list[Finding] = []
            fields = self._check_row(table, row, mends)
            checked[make_id(self._source, table.name, row.key)] = (row, fields)
            if fields is not None:
                self._report.findings += mends  # of a row that is refused all the same only that is told
        if table.name == "organization":
            self._drop_orphans(checked)
        for id_, (_, fields) in checked.items():
            if fields is not None:
                self._accepted[table.name].add(id_)
        return [self._stage(table.name, id_, row.key, fields) for id_, (row, fields) in checked.items()]

    def _check_row(self, table: Table, row: RawRow, mends: list[Finding]) -> dict[str, Value] | None:
        if row.table == "address" and self._is_of_protected(row):
            reason = "The address of a protected place is not stored."
            self._refuse(row, "location_id", "", reason, "Remove it from the source; give front-door phone and Land.")
            return None
        fields: dict[str, Value] = {}
        for name, field in table.fields.items():
            text = row.fields.get(name, "")
            if not text:
                if field.required:
                    self._refuse(row, name, "", "The field is missing.", "Ask the agency for it.")
                    return None
                continue
            repaired = repair_encoding(text)
            if repaired != text:
                mends.append(self._mend(row, name, text, "The text's encoding was broken and was repaired."))
            try:
                value = convert(repaired, field, self._reference)
            except Refused as refusal:
                self._refuse(row, name, text, refusal.reason, refusal.suggestion)
                return None
            if isinstance(value, Mended):
                mends.append(self._mend(row, name, text, value.reason))
                value = value.value
            fields[name] = value
        if not self._resolve(table, row, fields):
            return None
        return self._finish(table, row, fields)

    def _is_of_protected(self, row: RawRow) -> bool:
        if row.table == "location":
            return self._id("location", row.key) in self._protected
        return self._id("location", row.references.get("location_id", "")) in self._protected

    def _resolve(self, table: Table, row: RawRow, fields: dict[str, Value]) -> bool:
        for name, target in table.references.items():
            key = row.references.get(name, "")
            if not key:
                if name in table.required_references:
                    self._refuse(row, name, "", f"The row does not say which {target} it belongs to.", "Add it.")
                    return False
                continue
            id_ = self._id(target, key)
            if target != table.name and id_ not in self._accepted[target]:
                reason = f"The {target} that it belongs to is not in the import, or was not loaded."
                self._refuse(row, name, key, reason, f"Mend or add the {target} first.")
                return False
            fields[name] = str(id_)
        may_stand_alone = bool(table.required_references) or table.name in {"organization", "location"}
        if not may_stand_alone and not any(name in fields for name in table.references):
            self._refuse(row, "", "", "The row belongs to nothing.", "Name what it belongs to.")
            return False
        return True

    def _finish(self, table: Table, row: RawRow, fields: dict[str, Value]) -> dict[str, Value] | None:
        match table.name:
            case "location":
                return self._finish_location(row, fields)
            case "service_area":
                return self._finish_area(row, fields)
            case "attribute":
                fields["taxonomy_term_id"] = str(self._reference.topics[str(fields.pop("term"))])
            case "address":
                postcode, country = str(fields["postal_code"]), fields.get("country", "DE")
                if country == "DE" and postcode not in self._reference.points:
                    given = row.fields["postal_code"]
                    self._refuse(row, "postal_code", given, "There is no such postcode.", "Ask the agency for it.")
                    return None
            case "schedule":
                opens, closes = fields.get("opens_at"), fields.get("closes_at")
                if opens and closes and str(opens) >= str(closes):
                    self._refuse(row, "closes_at", str(closes), "It closes before it opens.", "Swap or mend the times.")
                    return None
        return fields

    def _finish_location(self, row: RawRow, fields: dict[str, Value]) -> dict[str, Value] | None:
        id_ = self._id("location", row.key)
        if id_ in self._protected and not fields.get("protected"):
            reason = "The location is protected here, and the import would end that."
            self._refuse(row, "protected", "", reason, "Mark it as protected, or have protection ended by hand.")
            return None
        if fields.get("protected"):
            if any(name in fields for name in POINT_FIELDS):
                reason = "A protected place is given with a point on the map or the way there."
                self._refuse(row, "latitude", "", reason, "Remove it from the source.")
                return None
        elif ("latitude" in fields) != ("longitude" in fields):
            self._refuse(row, "latitude", "", "One of two coordinates is missing.", "Give both or none.")
            return None
        return fields

    def _finish_area(self, row: RawRow, fields: dict[str, Value]) -> dict[str, Value] | None:
        first, last = fields.pop("postcode_from", None), fields.pop("postcode_to", None)
        if first is not None or last is not None:
            low, high = str(first or last), str(last or first)
            if low > high:
                reason = "The range ends before it begins."
                self._refuse(row, "postcode_from", f"{low}-{high}", reason, "Swap or mend the two postcodes.")
                return None
            fields["postcodes"] = f"[{int(low)},{int(high) + 1})"
        if sum(name in fields for name in ("postcodes", "district_code", "state")) > 1:
            reason = "The area is given in more than one way."
            self._refuse(row, "postcode_from", "", reason, "Make a row of each.")
            return None
        return fields

    def _drop_orphans(self, checked: dict[UUID, tuple[RawRow, dict[str, Value] | None]]) -> None:
        """Refuses organizations whose parent is missing or was refused, until none is left."""
        while True:
            known = {str(id_) for id_, (_, fields) in checked.items() if fields is not None}
            orphans = [
                id_
                for id_, (_, fields) in checked.items()
                if fields is not None and not {fields.get("parent_organization_id")} <= {None, *known}
            ]
            for id_ in orphans:
                row = checked[id_][0]
                key = row.references["parent_organization_id"]
                reason = "The parent organization is not in the import, or was not loaded."
                self._refuse(row, "parent_organization_id", key, reason, "Mend or add it first.")
                checked[id_] = (row, None)
            if not orphans:
                return

    def _id(self, table: str, key: str) -> UUID:
        return make_id(self._source, table, self._keys.get((table, key), key))

    def _refuse(self, row: RawRow, field: str, value: str, reason: str, suggestion: str) -> None:
        self._report.of(row.table).quarantined += 1
        self._report.findings.append(self._finding(row, field, value, reason, suggestion, mended=False))

    def _mend(self, row: RawRow, field: str, value: str, reason: str) -> Finding:
        return self._finding(row, field, value, reason, "Mend it in the source.", mended=True)

    def _finding(self, row: RawRow, field: str, value: str, reason: str, suggestion: str, *, mended: bool) -> Finding:
        name = f"{row.table}.{field}" if field else row.table
        shown = "" if self._is_of_protected(row) else value[:LONGEST_VALUE]
        return Finding(row.file, row.row, name, shown, reason, suggestion, mended)

    def _stage(self, table: str, id_: UUID, key: str, fields: dict[str, Value] | None) -> StagedRow:
        if fields is None:
            must_protect = table == "location" and id_ in self._marked
            return StagedRow(table, id_, key, None, PROTECT if must_protect else None)
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
        return StagedRow(table, id_, key, hashlib.sha256(text.encode()).digest(), text)
