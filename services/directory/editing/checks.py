"""The rows that somebody wants to rows that can stand, or what is wrong at which field.

A broken rule is a word, with a bound where it has one (`too-long:500`); whoever shows it says it in the reader's
language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from services.common.errors import FieldViolation, InvalidArgument
from services.directory.editing.fields import EditableKind, empty, kinds_of
from services.directory.editing.finishing import FINISHES, Draft
from services.directory.importing.fields import Field, Kind
from services.directory.importing.identity import make_id
from services.directory.importing.values import Mended, Refused, convert
from services.directory.model.entry import GivenRow, Row, Value
from services.directory.model.reference import Reference

SOURCE = "lotsennetz"
"""The source of rows that agencies add here."""

_RULES: Mapping[Kind, str] = {
    Kind.BOOLEAN: "not-yes-or-no",
    Kind.INTEGER: "not-a-number",
    Kind.DATE: "not-a-date",
    Kind.TIME: "not-a-time-of-day",
    Kind.POSTCODE: "no-postcode",
    Kind.LANGUAGE: "no-language",
    Kind.DISTRICT: "no-district",
    Kind.STATE: "no-state",
    Kind.TOPIC: "no-topic",
    Kind.AMOUNT: "no-amount",
    Kind.DAYS: "not-days",
    Kind.URL: "no-web-address",
    Kind.EMAIL: "no-email",
}


class Wanted:
    """Reads what a group is to be; all faults are told at once.

    A row that is not there yet gets its id from the agency and the id that was given: the same again is the same row,
    and no row of another agency can be meant.
    """

    def __init__(self, agency_id: UUID, group: str, rows: Sequence[Row], reference: Reference) -> None:
        """`rows` are all active rows of the entry: those of the group are replaced, others may be parents."""
        self._agency_id = agency_id
        self._kinds = kinds_of(group)
        self._current = {row.id: row for row in rows if row.kind in self._kinds}
        self._known = {row.id: row for row in rows}
        self._reference = reference
        self._violations: list[FieldViolation] = []

    def read(self, given: Sequence[GivenRow]) -> list[Row]:
        """All rows as they are to be, removed ones inactive; raises InvalidArgument."""
        order = {kind: number for number, kind in enumerate(self._kinds)}
        wanted: dict[UUID, Row] = {}
        for number, row in sorted(enumerate(given), key=lambda pair: order.get(pair[1].kind, -1)):
            built = self._row(f"rows[{number}]", row, wanted)
            if built is not None:
                wanted[built.id] = self._known[built.id] = self._known[row.id] = built
        for id_, current in self._current.items():
            if id_ not in wanted and not self._kinds[current.kind].stays:
                wanted[id_] = self._removed(current)
        for id_, child in wanted.items():
            if child.parent_id in wanted and not wanted[child.parent_id].values["active"]:
                wanted[id_] = replace(child, values={**child.values, "active": False})
        if self._violations:
            raise InvalidArgument(violations=list(dict.fromkeys(self._violations)))
        return list(wanted.values())

    def _row(self, at: str, given: GivenRow, wanted: Mapping[UUID, Row]) -> Row | None:
        """The row, or None where it is refused as a whole."""
        kind = self._kinds.get(given.kind)
        if kind is None:
            self._refuse(f"{at}.kind", "not-in-vocabulary")
            return None
        source_id = str(uuid5(self._agency_id, str(given.id)))
        current = self._current.get(given.id) or self._current.get(make_id(SOURCE, given.kind, source_id))
        id_ = current.id if current else make_id(SOURCE, given.kind, source_id)
        if (current is None and kind.is_fixed) or (current is not None and current.kind != given.kind):
            self._refuse(f"{at}.row_id", "not-of-this-entry")
            return None
        if id_ in wanted:
            self._refuse(f"{at}.row_id", "repeated")
            return None
        values: dict[str, Value]
        if current is not None:
            parent_id, values = current.parent_id, dict(current.values)
            parent = self._known.get(parent_id) if parent_id else None
            if given.parent_id and (self._known.get(given.parent_id) is not parent or parent is None):
                self._refuse(f"{at}.parent_id", "not-of-this-entry")
        else:
            parent = self._known.get(given.parent_id) if given.parent_id else None
            if (parent.kind if parent else "") not in kind.parents or (given.parent_id and parent is None):
                self._refuse(f"{at}.parent_id", "not-of-this-entry" if given.parent_id else "missing")
                return None
            parent_id = parent.id if parent else None
            values = {
                **kind.new, "id": str(id_), "source": SOURCE, "source_id": source_id, "active": True, "digest": "\\x",
                **_references(kind, parent, self._agency_id),
            }  # fmt: skip
        self._read_fields(f"{at}.fields", kind, given, values)
        if finish := FINISHES.get(kind.kind):
            draft = Draft(values, current.values if current else {}, parent.values if parent else {}, self._reference)
            for name, rule in finish(draft):
                self._refuse(f"{at}.fields.{name}", rule)
        return Row(kind.kind, id_, parent_id, values)

    def _read_fields(self, at: str, kind: EditableKind, given: GivenRow, values: dict[str, Value]) -> None:
        for name in given.fields.keys() - kind.fields.keys():
            self._refuse(f"{at}.{name}", "unknown-field")
        for name, of in kind.fields.items():
            text = given.fields.get(name, "").strip()
            if text:
                values[name] = self._value(f"{at}.{name}", of, text)
                continue
            must_be = name in kind.new and values.get(name, kind.new[name]) is not None
            values[name] = kind.new[name] if must_be else empty(of)
            if of.required:
                self._refuse(f"{at}.{name}", "missing")

    def _value(self, at: str, of: Field, text: str) -> Value:
        if of.kind is Kind.AMOUNT:
            text = text.replace(",", ".")  # as people here write it
        try:
            value = convert(text, of, self._reference)
        except Refused:
            rule = "not-in-vocabulary" if of.values else _RULES.get(of.kind, "invalid")
            self._refuse(at, f"too-long:{of.longest}" if len(text) > of.longest else rule)
            return None
        if isinstance(value, Mended):
            value = value.value
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, float) else value

    def _removed(self, row: Row) -> Row:
        if self._kinds[row.kind].is_fixed:
            self._refuse("rows", "agency-stays")
        if row.values.get("protected"):
            self._refuse("rows", "protected-stays")
        return Row(row.kind, row.id, row.parent_id, {**row.values, "active": False})

    def _refuse(self, at: str, rule: str) -> None:
        self._violations.append(FieldViolation(at, rule))


def _references(kind: EditableKind, parent: Row | None, agency_id: UUID) -> dict[str, Value]:
    if parent is None:
        return {kind.parents[""]: str(agency_id)}
    references: dict[str, Value] = {kind.parents[parent.kind]: str(parent.id)}
    if parent.kind == "way_in":  # its hours are also those of the service
        references["service_id"] = parent.values["service_id"]
    return references
