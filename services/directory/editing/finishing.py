"""What must hold between the fields of a row, and the columns that follow from them.

Each function completes the values and says what is wrong as pairs of field and rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.directory.importing.values import Mended, Refused, german_postcode
from services.directory.model.entry import Value
from services.directory.model.reference import Reference

Faults = Iterator[tuple[str, str]]

_LEADS_THERE = ("latitude", "longitude", "transportation")


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that is being made: its values so far, those before the change, and those of the row it belongs to."""

    values: dict[str, Value]
    before: Mapping[str, Value]
    parent: Mapping[str, Value]
    reference: Reference


def _location(draft: Draft) -> Faults:
    """Nobody ends protection by a form, and of a protected place there is neither point nor way there."""
    values = draft.values
    if draft.before.get("protected") and not values["protected"]:
        yield "protected", "protected-stays"
    if values["protected"]:
        if values["transportation"] and draft.before.get("protected"):
            yield "transportation", "protected-place"
        values.update(dict.fromkeys(_LEADS_THERE))


def _address(draft: Draft) -> Faults:
    values = draft.values
    # One that is there already goes when its place becomes protected.
    if draft.parent.get("protected") and not draft.before:
        yield "address_1", "protected-place"
    if values["country"] != "DE" or not values["postal_code"]:
        return
    try:
        found = german_postcode(str(values["postal_code"]))
    except Refused:
        yield "postal_code", "no-postcode"
        return
    values["postal_code"] = str(found.value if isinstance(found, Mended) else found)
    if values["postal_code"] not in draft.reference.points:
        yield "postal_code", "no-postcode"


def _schedule(draft: Draft) -> Faults:
    values = draft.values
    before, days = str(draft.before.get("byday") or ""), str(values["byday"] or "")
    if before and set(before.split(",")) == set(days.split(",")):
        values["byday"] = before  # the same days in another order are no change
    if values["freq"] != "MONTHLY" and re.search(r"\d", days):
        yield "byday", "only-monthly"
    opens, closes = values["opens_at"], values["closes_at"]
    if opens and closes and str(opens) >= str(closes):
        yield "closes_at", "ends-before-it-begins"
    if values["valid_from"] and values["valid_to"] and str(values["valid_from"]) > str(values["valid_to"]):
        yield "valid_to", "ends-before-it-begins"


def _service(draft: Draft) -> Faults:
    values = draft.values
    least, most = values["minimum_age"], values["maximum_age"]
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield "maximum_age", "ends-before-it-begins"
    audiences, exclusions = values["audiences"], values["exclusions"]
    if isinstance(audiences, list) and isinstance(exclusions, list) and set(audiences) & set(exclusions):
        yield "exclusions", "for-and-not-for"


def _attribute(draft: Draft) -> Faults:
    values = draft.values
    term = draft.reference.topics.get(str(values["term"]))
    values["taxonomy_term_id"] = str(term) if term else None
    yield from ()


def _cost(draft: Draft) -> Faults:
    values = draft.values
    if values["amount"] is None and not values["option"] and not values["amount_description"]:
        yield "amount", "missing"


def _area(draft: Draft) -> Faults:
    values = draft.values
    first, last = values["postcode_from"], values["postcode_to"]
    low, high = first or last, last or first
    values["postcode_from"], values["postcode_to"], values["postcodes"] = low, high, None
    if low and high:
        if str(low) > str(high):
            yield "postcode_to", "ends-before-it-begins"
        else:
            values["postcodes"] = f"[{int(str(low))},{int(str(high)) + 1})"
    said = [name for name in ("postcode_from", "district_code", "state") if values[name]]
    if len(said) > 1:
        yield said[1], "one-area-a-row"
    if not said and not values["name"]:
        yield "postcode_from", "missing"


def _contact(draft: Draft) -> Faults:
    values = draft.values
    if not any(values[name] for name in ("name", "title", "department", "email", "phone")):
        yield "name", "missing"


FINISHES: Mapping[str, Callable[[Draft], Faults]] = {
    "location": _location,
    "address": _address,
    "schedule": _schedule,
    "service": _service,
    "attribute": _attribute,
    "cost_option": _cost,
    "service_area": _area,
    "partner_contact": _contact,
}
"""By kind."""
