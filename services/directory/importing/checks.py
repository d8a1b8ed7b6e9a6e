"""Raw rows to rows that can be staged; whatever cannot is reported with a reason, and so is all that belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.directory.importing.circles import find_circles
from services.directory.importing.encoding import is_plain, looks_broken, repair
from services.directory.importing.fields import TEXT, Field, Kind, Table
from services.directory.importing.finishing import Check, finish
from services.directory.importing.identity import MENDED, make_hex_id, row_digest
from services.directory.importing.places import find_misplaced
from services.directory.importing.tables import TABLES
from services.directory.importing.values import NOT_TRUE, Mended, Refused, Value, convert
from services.directory.model.imports import Finding, KnownRow, RawRow, Report, StagedRow, StagedTable
from services.directory.model.reference import Reference

LONGEST_VALUE = 200
LONGEST_KEY = 300
SHORT = TEXT.longest
Known = Mapping[str, Mapping[str, KnownRow]]
PARENTS = {"organization": "parent_organization_id", "taxonomy_term": "parent_id"}
EVERY = 500


@dataclass(frozen=True)
class Circumstances:
    """What rows are checked against: the source, its country, reference data, and what the directory has of it.

    `trusts_digests`: a row with the digest of last time needs no check, since checks and reference data are the same.
    """

    source: str
    country: str
    reference: Reference
    known: Known
    protected: frozenset[UUID]
    trusts_digests: bool
    joins_repeats: bool


class Checker:
    """Checks all rows of one import, table by table; counts and findings go to the report."""

    def __init__(self, circumstances: Circumstances, report: Report) -> None:
        self._given = circumstances
        self._report = report
        self._protected = {id_.hex for id_ in circumstances.protected}
        self._marked: set[str] = set()
        self._rows: dict[str, list[RawRow]] = defaultdict(list)
        self._aliases: dict[tuple[str, str], str] = {}
        self._accepted: dict[str, dict[str, str]] = {name: {} for name in TABLES}
        self._keys: dict[str, set[str]] = {}
        self._misplaced: dict[str, str] = {}
        self._taken: dict[tuple[str, str], Value] = {}
        self.checked = 0
        self.total = 0
        self.must_protect: list[str] = []
        """Locations that the file calls protected and whose row is not merged: what is there becomes protected."""

    def read(self, rows: Iterable[RawRow]) -> None:
        """Takes all rows in, told apart by table, before any value is looked at."""
        for row in rows:
            self._rows[row.table].append(row)
            for alias in row.aliases:
                self._aliases.setdefault((row.table, alias), row.key)
            if row.table == "location" and row.fields.get("protected", "false").lower() not in NOT_TRUE:
                # Known before any value is looked at, so that no part of an address can get into the report.
                self._marked.add(row.key)
                self._protected.add(self._id("location", row.key))
        for name in TABLES:
            self._rows[name] = self._without_repeats(self._rows[name])
            self._keys[name] = {row.key for row in self._rows[name]}
            self.total += len(self._rows[name])
        self._misplaced = find_misplaced(self._rows["location"], self._rows["address"], self._given.reference)

    def check(self, table: Table) -> StagedTable:
        """One table, after all that it refers to: its new and changed rows, and the ids of those that are gone."""
        staged = StagedTable(table.name)
        known = self._given.known.get(table.name, {})
        rows = self._rows.pop(table.name, [])
        self._taken.clear()
        in_circles = self._refuse_circles(table, rows) if table.name in PARENTS else set()
        waiting = self._parents_first(table, rows, in_circles) if table.name in PARENTS else rows
        for number, row in enumerate(waiting):
            if number % EVERY == 0:
                self.checked += min(EVERY, len(rows))
            self._check_row(table, row, known.get(row.key), staged)
        self._note_gone(table, known, staged)
        return staged

    def _without_repeats(self, rows: list[RawRow]) -> list[RawRow]:
        seen: dict[str, RawRow] = {}
        for row in rows:
            first = seen.setdefault(row.key, row)
            if row is not first and row.key and self._given.joins_repeats and first.fields == row.fields:
                joined = self._joined(first, row)
                if joined is not None:  # nested JSON shows the same row in each of its holders
                    seen[row.key] = joined
                    continue
            self._report.of(row.table).read += 1
            if not row.key:
                self._report.may_deactivate = False
                self._refuse(row, "id", "", "The row has no id.", "Give every row an id that stays the same.")
            elif row is not first:
                self._refuse(row, "id", row.key, f"The row repeats row {first.row} of {first.file}.", "Remove one.")
        whole = []
        for key, row in seen.items():
            if len(key) > LONGEST_KEY or not key.isprintable():
                self._report.may_deactivate = False
                reason = f"The id is longer than {LONGEST_KEY} characters or holds what is no character."
                self._refuse(row, "id", "", reason, "Give every row a short id that stays the same.")
            elif key:
                whole.append(row)
        return whole

    def _joined(self, first: RawRow, row: RawRow) -> RawRow | None:
        """The row with the holders of both, or None where they contradict each other."""
        if first.references == row.references:
            return first
        table = TABLES[row.table]
        ours, theirs = (
            {name: self._alias(table.references[name], key) for name, key in each.references.items()}
            for each in (first, row)
        )
        contradict = any(theirs.get(name, key) != key for name, key in ours.items())
        if contradict or (table.links and ours.keys() != theirs.keys()):
            return None
        return first if theirs.keys() <= ours.keys() else replace(first, references=theirs | ours)

    def _check_row(self, table: Table, row: RawRow, known: KnownRow | None, staged: StagedTable) -> None:
        digest = row_digest(row)
        if known is not None and self._is_as_last_time(table, row, known, digest):
            self._accepted[table.name][row.key] = known.id
            if known.edited:
                self._report.of(table.name).kept += 1
            else:
                self._report.of(table.name).unchanged += 1
            return
        check = Check(table, row, self._given.reference, self._given.country)
        if not self._convert(check):
            if row.key in self._marked and table.name == "location":
                self.must_protect.append(self._id("location", row.key))
            return
        self._report.findings += check.mends
        for field, reason in check.notes:
            self._report.note(row.file, row.row, f"{table.name}.{field}", reason, "Mend it in the source.")
        if known is not None and known.edited:
            self._keep(row, known, digest)
        id_ = check.instead or (known.id if known is not None else make_hex_id(self._given.source, table.name, row.key))
        self._accepted[table.name][row.key] = id_
        if check.instead:
            self._report.of(table.name).unchanged += 1
            return
        if check.is_mended:
            digest += MENDED
        found = staged.new if known is None and table.keeps_itself else staged.rows
        found.append(StagedRow(id_, row.key, digest.hex(), check.values))

    def _is_as_last_time(self, table: Table, row: RawRow, known: KnownRow, digest: bytes) -> bool:
        if not (self._given.trusts_digests and known.active and known.digest == digest):
            return False
        if table.name == "location" and (known.id in self._protected or row.key in self._misplaced):
            return False
        if table.name == "address" and self._is_of_protected(row):
            return False
        for name, key in row.references.items():
            target = table.references[name]
            if self._alias(target, key) not in self._accepted[target]:
                return False
        return True

    def _convert(self, check: Check) -> bool:
        """Fills `check.values`; whatever is refused is in the report."""
        table, row = check.table, check.row
        if table.name == "address" and self._is_of_protected(row):
            reason = "The address of a protected place is not stored."
            self._refuse(row, "location_id", "", reason, "Remove it from the source; give front-door phone and Land.")
            return False
        given, values, plain = row.fields, check.values, table.plain
        for name in table.required_fields:
            if not given.get(name):
                self._refuse(row, name, "", "The field is missing.", "Ask the agency for it.")
                return False
        for name, field in table.defaults:
            if not given.get(name):
                values[name] = field.default
                if field.told:
                    check.notes.append((name, f"The field is missing and was taken as {field.default}."))
        for name, text in given.items():
            if not text:
                continue
            if name in plain and len(text) <= SHORT and text.isascii() and text.isprintable():
                values[name] = text  # most fields of most rows
                continue
            if (name, text) in self._taken:
                values[name] = self._taken[name, text]
                continue
            field = table.fields[name]
            try:
                self._take(check, name, field, text)
            except Refused as refusal:
                if not field.droppable:
                    self._refuse(row, name, text, refusal.reason, refusal.suggestion)
                    return False
                self._mend(check, name, text, f"{refusal.reason} It was left out.", refusal.suggestion)
        if not self._resolve(check):
            return False
        if table.name == "location":
            return self._finish_location(check)
        try:
            finish(check, self._accepted)
        except Check.Fault as fault:
            self._refuse(row, fault.field, fault.value, fault.reason, fault.suggestion)
            return False
        for name, text, reason in check.to_mend:
            self._mend(check, name, text, reason)
        return True

    def _take(self, check: Check, name: str, field: Field, text: str) -> None:
        """Fills in one value. What is right as it stands is remembered: words, dates and hours come in many rows."""
        given, told = text, len(check.mends) + len(check.notes)
        if not is_plain(text):
            repaired = repair(text)
            if looks_broken(repaired):
                reason = "The text's encoding looks broken, and it does not prove what it was; it was loaded as it is."
                self._mend(check, name, text, reason)
            elif repaired != text:
                self._mend(check, name, text, "The text's encoding was broken and was repaired.")
            text = repaired
        if field.kind is Kind.TEXT and not field.values and len(text) <= field.longest:
            check.values[name] = text
        else:
            value = convert(text, field, self._given.reference)
            if isinstance(value, Mended):
                if value.often:
                    check.notes.append((name, value.reason))
                else:
                    self._mend(check, name, text, value.reason)
                value = value.value
            check.values[name] = value
        if len(given) <= SHORT and told == len(check.mends) + len(check.notes):
            self._taken[name, given] = check.values[name]

    def _resolve(self, check: Check) -> bool:
        table, row = check.table, check.row
        named = False
        for name in table.required_references:
            if not row.references.get(name):
                reason = f"The row does not say which {table.references[name]} it belongs to."
                self._refuse(row, name, "", reason, "Add it.")
                return False
        for name, key in row.references.items():
            if not key:
                continue
            target = table.references[name]
            id_ = self._accepted[target].get(self._alias(target, key))
            if id_ is None and target == "taxonomy_term" and key in self._given.reference.topics:
                id_ = self._given.reference.topics[key].hex
            if id_ is None:
                if self._can_do_without(row, name) and not self._was_given(target, key):
                    reason = f"The {target} that it names is not in the import; it was loaded without."
                    self._mend(check, name, key, reason, f"Add the {target} or take the reference out.")
                    continue
                reason = f"The {target} that it belongs to is not in the import, or was not loaded."
                if name == PARENTS.get(table.name):
                    reason = f"The parent {target} is not in the import, or was not loaded."
                self._refuse(row, name, key, reason, f"Mend or add the {target} first.")
                return False
            named = named or name != "taxonomy_term_id"
            check.values[name] = id_
        if table.belongs and not named:
            self._refuse(row, "", "", "The row belongs to nothing.", "Name what it belongs to.")
            return False
        if table.says and not any(name in row.fields for name in table.fields):
            self._refuse(row, "", "", "The row says nothing beside its id.", "Fill it in or take it out.")
            return False
        return True

    def _can_do_without(self, row: RawRow, reference: str) -> bool:
        """Whether the row is loaded where this leads to nothing: in JSON it stands in a holder and may name others."""
        table = TABLES[row.table]
        names_others = self._given.joins_repeats and table.belongs and not table.links and len(row.references) > 1
        return names_others or reference in table.tolerates

    def _alias(self, table: str, key: str) -> str:
        """The key under which a row of this name stands."""
        return self._aliases.get((table, key), key) if self._aliases else key

    def _was_given(self, target: str, key: str) -> bool:
        return self._alias(target, key) in self._keys[target]

    def _finish_location(self, check: Check) -> bool:
        row, values = check.row, check.values
        if self._id("location", row.key) in self._protected and not values.get("protected"):
            reason = "The location is protected here, and the import would end that."
            self._refuse(row, "protected", "", reason, "Mark it as protected, or have protection ended by hand.")
            return False
        if values.get("protected"):
            if any(row.fields.get(name) for name in ("latitude", "longitude", "transportation")):
                reason = "A protected place is given with a point on the map or the way there."
                self._refuse(row, "latitude", "", reason, "Remove it from the source.")
                return False
            return True
        if ("latitude" in values) != ("longitude" in values):
            if bool(row.fields.get("latitude")) != bool(row.fields.get("longitude")):
                reason = "One of two coordinates is missing; the point was left out."
                self._mend(check, "latitude", "", reason, "Give both or none.")
            values.pop("latitude", None)
            values.pop("longitude", None)
        elif row.key in self._misplaced and "latitude" in values:
            point = f"{row.fields['latitude']}, {row.fields['longitude']}"
            self._mend(check, "latitude", point, self._misplaced[row.key], "Ask the agency where it is.")
            del values["latitude"], values["longitude"]
        return True

    def _refuse_circles(self, table: Table, rows: list[RawRow]) -> set[str]:
        name = PARENTS[table.name]
        parents = {
            row.key: self._aliases.get((table.name, row.references[name]), row.references[name])
            for row in rows
            if name in row.references
        }
        circles = find_circles(parents)
        for row in rows:
            if row.key in circles:
                reason = f"The row is its own parent {table.name}, directly or over others."
                self._refuse(row, name, row.references[name], reason, "Say which of them stands at the top.")
        return circles

    def _parents_first(self, table: Table, rows: list[RawRow], without: set[str]) -> Iterator[RawRow]:
        name = PARENTS[table.name]
        by_key = {row.key: row for row in rows if row.key not in without}
        done: set[str] = set()
        for row in by_key.values():
            line = []
            each: RawRow | None = row
            while each is not None and each.key not in done:
                line.append(each)
                done.add(each.key)
                parent = each.references.get(name, "")
                each = by_key.get(self._aliases.get((table.name, parent), parent))
            yield from reversed(line)

    def _note_gone(self, table: Table, known: Mapping[str, KnownRow], staged: StagedTable) -> None:
        if not self._report.may_deactivate:
            return
        seen = self._keys[table.name]
        for key, row in known.items():
            if key in seen or not row.active:
                continue
            if row.edited:
                reason = "The import no longer has the row, and it stays, since the agency wrote it here itself."
                finding = Finding(
                    "", 0, f"{table.name}.id", key, reason, "Ask the agency whether it still holds.", mended=True
                )
                self._report.findings.append(finding)
            else:
                staged.gone.append(row.id)

    def _keep(self, row: RawRow, known: KnownRow, digest: bytes) -> None:
        if row.table == "location" and row.key in self._marked:
            self.must_protect.append(known.id)
        if known.digest.removesuffix(MENDED) != digest:
            reason = "The import brings something new, and the row stays, since the agency wrote it here itself."
            finding = self._finding(row, "", "", reason, "Ask the agency which of the two is right.", mended=True)
            self._report.findings.append(finding)

    def _is_of_protected(self, row: RawRow) -> bool:
        if row.table == "location":
            return self._id("location", row.key) in self._protected
        place = row.references.get("location_id")
        return place is not None and self._id("location", place) in self._protected

    def _id(self, table: str, key: str) -> str:
        return make_hex_id(self._given.source, table, self._alias(table, key))

    def _refuse(self, row: RawRow, field: str, value: str, reason: str, suggestion: str) -> None:
        self._report.of(row.table).quarantined += 1
        self._report.findings.append(self._finding(row, field, value, reason, suggestion, mended=False))

    def _mend(
        self, check: Check, field: str, value: str, reason: str, suggestion: str = "Mend it in the source."
    ) -> None:
        check.mends.append(self._finding(check.row, field, value, reason, suggestion, mended=True))

    def _finding(self, row: RawRow, field: str, value: str, reason: str, suggestion: str, *, mended: bool) -> Finding:
        name = f"{row.table}.{field}" if field else row.table
        shown = "" if self._is_of_protected(row) else value[:LONGEST_VALUE]
        return Finding(row.file, row.row, name, shown, reason, suggestion, mended)
