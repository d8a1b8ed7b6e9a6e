"""HSDS 1.x tables (one CSV file a table, mostly with whole numbers as ids) to rows of HSDS 3."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from services.directory.importing.csvlines import guess_delimiter, read_lines
from services.directory.importing.decode import decode
from services.directory.importing.languages import part_text
from services.directory.importing.notes import Note
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile
from services.directory.model.reference import Reference

Item = RawRow | Finding | Note
Values = dict[str, str]

ONLY_IN_1 = frozenset(
    [
        "physical_address",
        "physical_addresses",
        "postal_address",
        "postal_addresses",
        "regular_schedule",
        "regular_schedules",
        "holiday_schedule",
        "holiday_schedules",
        "eligibility",
        "services_taxonomy",
        "service_taxonomy",
        "services_at_location",
        "accessibility_for_disabilities",
        "payment_accepted",
        "payments_accepted",
    ]
)
"""Names of tables that HSDS 3 does not have any more."""

_RENAMED: Mapping[str, Mapping[str, str]] = {
    "organization": {"url": "website"},
    "accessibility": {"accessibility": "description"},
    "service_area": {"service_area": "name"},
    "phone": {"department": "description"},
    "partner_phone": {"department": "description"},
    "funding": {"source": "funder"},
    "attribute": {"taxonomy_id": "taxonomy_term_id", "taxonomy_detail": "value"},
}
_SIMPLE = {
    "organization": "organization",
    "program": "program",
    "location": "location",
    "service_at_location": "service_at_location",
    "funding": "funding",
    "service_area": "service_area",
    "required_document": "required_document",
    "accessibility_for_disabilities": "accessibility",
    "service_taxonomy": "attribute",
    "service_attribute": "attribute",
    "meta_table_description": "meta_table_description",
    "language": "language",
}
_IRREGULAR = {
    "services_at_location": "service_at_location",
    "services_at_locations": "service_at_location",
    "services_taxonomy": "service_taxonomy",
    "physical_addresses": "physical_address",
    "postal_addresses": "postal_address",
    "taxonomies": "taxonomy",
    "payments_accepted": "payment_accepted",
}
_DAYS = {
    name: name[:2].upper() for name in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
}
_TIME = re.compile(r"(1[0-2]|0?[1-9])(?::?([0-5]\d))? ?([ap])m?", re.IGNORECASE)
_LOCAL_DIGITS, _WHOLE_DIGITS = 6, 7
"""A number has so many digits at least after its area code, or without one; what has fewer reaches nobody."""
OF_SERVICE = ("eligibility", "language")


def read_hsds1(files: Sequence[SourceFile], reference: Reference, *, may_be_cut: bool) -> Iterator[Item]:
    """All rows of all tables; raises FileFault. What the tables hold that is not kept is named."""
    by_table: dict[str, SourceFile] = {}
    for file in files:
        stem = file.name.rpartition(".")[0].lower()
        name = _IRREGULAR.get(stem) or (stem if stem in _READERS or stem in _SIMPLE else stem.removesuffix("s"))
        if name not in _READERS and name not in _SIMPLE:
            raise FileFault(
                Finding(file.name, 1, "", "", "No table of HSDS 1 has this name.", "Name it as HSDS 1 does.")
            )
        by_table[name] = file
    beside: dict[str, dict[str, str]] = defaultdict(dict)
    # What stands in tables of its own there, and in fields of the service here, is read before the services.
    for name in sorted(by_table, key=lambda name: name not in OF_SERVICE):
        file = by_table[name]
        text = decode(file, "utf-8")
        file.drop()
        header, lines = read_lines(file.name, text, guess_delimiter(text), may_be_cut=may_be_cut)
        del text
        plan = _Plan.of(_SIMPLE[name], header) if name in _SIMPLE and name not in OF_SERVICE else None
        for line in lines:
            if isinstance(line, Finding):
                yield line
                continue
            if plan is not None:
                yield from plan.row(file.name, line[0], line[1])
                continue
            values = {column: cell for column, cell in zip(header, line[1], strict=True) if cell}
            if name == "language":
                yield from _language(file.name, line[0], values, beside, reference)
                continue
            reader = _READERS.get(name)
            if reader is not None:
                yield from reader(file.name, line[0], values, beside)
            else:
                yield from _row(file.name, line[0], _SIMPLE[name], values)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which cells of a simple table are what; made once a file, since its lines are many."""

    table: str
    key: int
    fields: tuple[tuple[str, int], ...]
    references: tuple[tuple[str, int], ...]
    others: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, table: str, header: Sequence[str]) -> _Plan:
        """For the columns of a file."""
        renamed = [(_RENAMED.get(table, {}).get(column, column), place) for place, column in enumerate(header)]
        kept = TABLES[table]
        fields = tuple(each for each in renamed if each[0] in kept.fields)
        references = tuple(each for each in renamed if each[0] in kept.references)
        others = tuple(each for each in renamed if each not in fields and each not in references and each[0] != "id")
        return cls(table, header.index("id") if "id" in header else -1, fields, references, others)

    def row(self, file: str, number: int, cells: Sequence[str]) -> Iterator[Item]:
        """The row of one line, and notes of columns that are not kept."""
        fields = {name: cells[place] for name, place in self.fields if cells[place]}
        references = {name: cells[place] for name, place in self.references if cells[place]}
        yield RawRow(file, number, self.table, cells[self.key] if self.key >= 0 else "", fields, references)
        for name, place in self.others:
            if cells[place]:
                yield _unkept(file, number, self.table, name)


def _unkept(file: str, number: int, table: str, column: str) -> Note:
    reason = "The directory does not keep this column."
    return Note(file, number, f"{table}.{column[:60]}", reason, "Nothing, unless it matters.")


def _row(file: str, number: int, table: str, values: Values, *, key: str = "") -> Iterator[Item]:
    renamed = {_RENAMED.get(table, {}).get(column, column): text for column, text in values.items()}
    key = key or renamed.get("id", "")
    kept = TABLES[table]
    fields = {column: text for column, text in renamed.items() if column in kept.fields}
    references = {column: text for column, text in renamed.items() if column in kept.references}
    yield RawRow(file, number, table, key, fields, references)
    for column in renamed.keys() - fields.keys() - references.keys() - {"id"}:
        yield _unkept(file, number, table, column)


def _service(file: str, number: int, values: Values, beside: Mapping[str, Mapping[str, str]]) -> Iterator[Item]:
    added = beside["eligibility"].get(values.get("id", ""))
    if added:
        values = {**values, "eligibility_description": added}
    spoken = beside["interpretation"].get(values.get("id", ""))
    if spoken:
        values = {
            **values,
            "interpretation_services": "; ".join(filter(None, (values.get("interpretation_services"), spoken))),
        }
    yield from _row(file, number, "service", values)


def _eligibility(file: str, number: int, values: Values, beside: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    service, text = values.get("service_id", ""), values.get("eligibility", "")
    if not service:
        reason = "The row does not say which service it belongs to."
        yield Finding(file, number, "eligibility.service_id", text[:200], reason, "Fill in the service's id.")
    elif text:
        known = beside["eligibility"]
        known[service] = f"{known[service]}\n\n{text}" if service in known else text


def _language(
    file: str, number: int, values: Values, beside: Mapping[str, dict[str, str]], reference: Reference
) -> Iterator[Item]:
    """A row for each language that the text names; what names none says how the service interprets."""
    text = values.pop("language", "")
    # Their own ids are those of the service in known files, so they tell no row.
    owner = "/".join((values.get("service_id", ""), values.get("location_id", "")))
    spoken, rest = part_text(text, reference)
    for each in spoken:
        given = {**values, "code": each.code, "name": each.name, "level": each.level, "note": each.note}
        yield from _row(file, number, "language", {k: v for k, v in given.items() if v}, key=f"{owner}/{each.code}")
    service = values.get("service_id", "")
    if rest and service:
        known = beside["interpretation"]
        known[service] = "; ".join(filter(None, (known.get(service, ""), *rest)))
        reason = "The text names no language and was put into the service's interpretation_services."
        yield Note(file, number, "language.language", reason, "Nothing, if it says how the service interprets.")
    elif not spoken:
        yield Finding(file, number, "language.language", text[:200], "The row names no language.", "Fill it in.")


def _address(kind: str) -> Callable[[str, int, Values, Mapping[str, dict[str, str]]], Iterator[Item]]:
    def read(file: str, number: int, values: Values, _: Mapping[str, dict[str, str]]) -> Iterator[Item]:
        given = {**values, "address_type": kind}
        given.pop("organization_id", None)
        key = f"{kind}/{values['id']}" if values.get("id") else ""
        yield from _row(file, number, "address", given, key=key)

    return read


def _phone(file: str, number: int, values: Values, _: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    yield from _row(file, number, "partner_phone" if values.get("contact_id") else "phone", values)


def _contact(file: str, number: int, values: Values, _: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    area, rest = values.pop("phone_areacode", ""), values.pop("phone_number", "")
    extension = values.pop("phone_extension", "")
    if len(re.sub(r"\D", "", rest)) >= (_LOCAL_DIGITS if area else _WHOLE_DIGITS):
        values["phone"] = "-".join(filter(None, (area, rest))) + (f" x{extension}" if extension else "")
    elif area or rest:
        reason = "The telephone number lacks digits and was left out."
        yield Note(file, number, "partner_contact.phone", reason, "Fill in the whole number.")
    yield from _row(file, number, "partner_contact", values)


def _schedule(file: str, number: int, values: Values, _: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    day = values.pop("weekday", "")
    text = values.pop("original_text", "")
    given = {**values, "freq": "WEEKLY", "description": text}
    given["byday"] = _DAYS.get(day.lower(), day.upper())
    for name in ("opens_at", "closes_at"):
        if name in given:
            given[name] = _clock(given[name])
    owner = next(
        (values[name] for name in ("service_at_location_id", "service_id", "location_id") if name in values), ""
    )
    key = (
        values.get("id") or "/".join((owner, day, values.get("opens_at", ""), values.get("closes_at", "")))
        if owner
        else ""
    )
    yield from _row(file, number, "schedule", {name: value for name, value in given.items() if value}, key=key)


def _clock(text: str) -> str:
    """A time of the clock with am or pm as ISO 8601; what is none stays as it is, for the check to refuse."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return text
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return time(hour, int(found[2] or 0)).isoformat()


def _taxonomy(file: str, number: int, values: Values, beside: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    taxonomy = values.pop("vocabulary", "") or "HSDS 1"
    if taxonomy not in beside["taxonomy"]:
        beside["taxonomy"][taxonomy] = taxonomy
        yield RawRow(file, number, "taxonomy", taxonomy, {"name": taxonomy}, {})
    facet = values.pop("taxonomy_facet", "")
    given = {**values, "taxonomy_id": taxonomy, "code": values.get("id", ""), "description": facet}
    given.pop("parent_name", None)  # the parent's own name
    yield from _row(file, number, "taxonomy_term", {name: text for name, text in given.items() if text})


def _not_kept(
    table: str, suggestion: str
) -> Callable[[str, int, Values, Mapping[str, dict[str, str]]], Iterator[Item]]:
    def read(file: str, number: int, _: Values, __: Mapping[str, dict[str, str]]) -> Iterator[Item]:
        yield Finding(file, number, table, "", "The directory does not keep this table.", suggestion)

    return read


_READERS: Mapping[str, Callable[[str, int, Values, Mapping[str, dict[str, str]]], Iterator[Item]]] = {
    "service": _service,
    "eligibility": _eligibility,
    "physical_address": _address("physical"),
    "postal_address": _address("postal"),
    "phone": _phone,
    "contact": _contact,
    "regular_schedule": _schedule,
    "taxonomy": _taxonomy,
    "holiday_schedule": _not_kept("holiday_schedule", "Write holidays into the notes of the schedule."),
    "payment_accepted": _not_kept("payment_accepted", "Write it into the fees of the service."),
    "metadata": _not_kept("metadata", "Nothing; changes are logged here from the import on."),
}
