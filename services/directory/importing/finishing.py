"""Rules over more than one field of a row, and the columns that are made of several fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.directory.importing.fields import Table
from services.directory.importing.places import STATES_OF_US
from services.directory.importing.tables import LINKED, LINKED_TERM
from services.directory.importing.values import Mended, Refused, Value, german_postcode
from services.directory.model.imports import Finding, RawRow
from services.directory.model.reference import Reference
from services.directory.reference_files import TAXONOMY

Accepted = Mapping[str, Mapping[str, str]]

_ZIP = re.compile(r"\d{5}(-\d{4})?")
_COUNTRIES = {
    "DEU": "DE",
    "GERMANY": "DE",
    "DEUTSCHLAND": "DE",
    "USA": "US",
    "UNITED STATES": "US",
    "AUT": "AT",
    "CHE": "CH",
}
_ENTITIES: Mapping[str, str] = {LINKED_TERM: "taxonomy_term", **{f"{table}_id": table for table in LINKED}}
_IN_ORDER = (
    ("schedule", "valid_from", "valid_to"),
    ("schedule", "dtstart", "until"),
    ("cost_option", "valid_from", "valid_to"),
)


@dataclass(slots=True)
class Check:
    """One row while it is checked. `instead`: the id of a row that is here already and stands for this one."""

    table: Table
    row: RawRow
    reference: Reference
    country: str
    values: dict[str, Value] = field(default_factory=dict)
    mends: list[Finding] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    to_mend: list[tuple[str, str, str]] = field(default_factory=list)
    instead: str = ""

    class Fault(Exception):
        """The row cannot be loaded because of this field."""

        def __init__(self, field_name: str, value: str, reason: str, suggestion: str) -> None:
            super().__init__(reason)
            self.field = field_name
            self.value = value
            self.reason = reason
            self.suggestion = suggestion

    @property
    def is_mended(self) -> bool:
        """Whether anything about the row is told that would have to be told again."""
        return bool(self.mends or self.notes or self.to_mend)


def finish(check: Check, accepted: Accepted) -> None:
    """Applies the rules of the row's table; raises Check.Fault."""
    rule = _RULES.get(check.table.name)
    if rule is not None:
        rule(check, accepted)
    for table, first, last in _IN_ORDER:
        if check.table.name == table and str(check.values.get(first) or "") > str(check.values.get(last) or "9"):
            raise Check.Fault(last, str(check.values[last]), "It ends before it begins.", "Swap or mend the two dates.")


def _taxonomy(check: Check, _: Accepted) -> None:
    if check.values["name"] == TAXONOMY:
        check.instead = TAXONOMY  # another Lotsennetz exported it; its terms are ours


def _term(check: Check, _: Accepted) -> None:
    check.values.setdefault("code", check.row.key)
    if check.values["taxonomy_id"] == TAXONOMY:
        topic = check.reference.topics.get(str(check.values["code"]))
        if topic is None:
            reason = "The topic is not in lotse-themen."
            raise Check.Fault("code", str(check.values["code"]), reason, "See services/directory/topics for the slugs.")
        check.instead = topic.hex


def _service(check: Check, _: Accepted) -> None:
    least, most = check.values.get("minimum_age"), check.values.get("maximum_age")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        raise Check.Fault("maximum_age", str(most), "The ages end before they begin.", "Swap or mend them.")


def _address(check: Check, _: Accepted) -> None:
    values, given = check.values, check.row.fields
    state, postcode = given.get("state_province", "").upper(), given["postal_code"]
    country = given.get("country", "").upper()
    if not country:
        country = "US" if state in STATES_OF_US and _ZIP.fullmatch(postcode) else check.country
    elif country in _COUNTRIES:
        check.to_mend.append(("country", country, "The country's name was replaced by its code."))
        country = _COUNTRIES[country]
    if not re.fullmatch("[A-Z]{2}", country):
        raise Check.Fault("country", country, "This is no country.", "Use two letters of ISO 3166-1, for instance DE.")
    values["country"] = country
    if country != "DE":
        return
    try:
        found = german_postcode(postcode)
    except Refused as refused:
        raise Check.Fault("postal_code", postcode, refused.reason, refused.suggestion) from None
    if isinstance(found, Mended):
        check.to_mend.append(("postal_code", postcode, found.reason))
        found = str(found.value)
    values["postal_code"] = found
    if found not in check.reference.points:
        raise Check.Fault("postal_code", postcode, "There is no such postcode.", "Ask the agency for it.")


def _schedule(check: Check, _: Accepted) -> None:
    values = check.values
    opens, closes = values.get("opens_at"), values.get("closes_at")
    if opens and closes and str(opens) >= str(closes):
        raise Check.Fault("closes_at", str(closes), "It closes before it opens.", "Swap or mend the times.")
    if "until" in values and "count" in values:
        reason = "A rule ends after a count or at a day, not by both."
        raise Check.Fault("count", str(values["count"]), reason, "Take until or count out.")
    if values.get("freq") != "MONTHLY":
        if re.search(r"\d", str(values.get("byday", ""))):
            reason = "Only a monthly rule can name the first or last of its days."
            raise Check.Fault("byday", str(values["byday"]), reason, "Use freq MONTHLY, or MO to SU without a number.")
        if values.get("freq") == "WEEKLY" and "bymonthday" in values and "byday" in values:
            reason = "A weekly rule cannot name days of the month."
            raise Check.Fault("bymonthday", str(values["bymonthday"]), reason, "Use freq MONTHLY.")


def _area(check: Check, _: Accepted) -> None:
    values = check.values
    first, last = values.pop("postcode_from", None), values.pop("postcode_to", None)
    if first is not None or last is not None:
        low, high = str(first or last), str(last or first)
        if low > high:
            reason = "The range ends before it begins."
            raise Check.Fault("postcode_from", f"{low}-{high}", reason, "Swap or mend the two postcodes.")
        values["postcodes"] = f"[{int(low)},{int(high) + 1})"
    if sum(name in values for name in ("postcodes", "district_code", "state")) > 1:
        raise Check.Fault("postcode_from", "", "The area is given in more than one way.", "Make a row of each.")


def _attribute(check: Check, _: Accepted) -> None:
    values = check.values
    term = values.pop("term", None)
    if term is not None:
        values["taxonomy_term_id"] = check.reference.topics[str(term)].hex
    if "taxonomy_term_id" not in values:
        raise Check.Fault("term", "", "The field is missing.", "Name a topic of lotse-themen, or a term of the import.")
    for name in [name for name in _ENTITIES if name in values]:
        values["link_entity"], values["link_id"] = _ENTITIES[name], values.pop(name)


_RULES: Mapping[str, Callable[[Check, Accepted], None]] = {
    "taxonomy": _taxonomy,
    "taxonomy_term": _term,
    "service": _service,
    "address": _address,
    "schedule": _schedule,
    "service_area": _area,
    "attribute": _attribute,
}
