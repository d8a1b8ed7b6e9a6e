"""What an agency may write: the field groups of an entry, their kinds of rows, and the fields of each.

Fields are those of the importer, with its checks; a kind's parents are what its rows may belong to, with the column
that says so. "" stands for the agency itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.directory.importing.fields import Field, Kind
from services.directory.importing.tables import TABLES
from services.directory.model.entry import Value


@dataclass(frozen=True, slots=True)
class EditableKind:
    """A kind of row in a group. A fixed one can be neither added nor removed here.

    One that `stays` may be left out where a group is written, and then stays as it is.
    """

    kind: str
    fields: Mapping[str, Field]
    parents: Mapping[str, str] = field(default_factory=lambda: {"": "organization_id"})
    new: Mapping[str, Value] = field(default_factory=dict)
    is_fixed: bool = False
    stays: bool = False


def _of(table: str, *names: str, needed: str = "") -> dict[str, Field]:
    """Fields of the importer; `needed` is one that an agency has to fill although sources may leave it out."""
    fields = {name: TABLES[table].fields[name] for name in names}
    return fields | {name: replace(fields[name], required=True) for name in (needed,) if name}


_SERVICE = {"service": "service_id"}
_PLACE = {"location": "location_id"}
_HOURS = ("byday", "opens_at", "closes_at", "freq", "interval", "valid_from", "valid_to", "description")

GROUPS: Mapping[str, tuple[EditableKind, ...]] = {
    "contact": (
        EditableKind(
            "organization",
            _of("organization", "name", "alternate_name", "description", "email", "website"),
            is_fixed=True,
        ),
        EditableKind(
            "location",
            _of("location", "name", "description", "transportation", "state", "protected"),
            new={"protected": False, "location_type": "physical"},
        ),
        EditableKind(
            "address",
            _of("address", "address_1", "address_2", "postal_code", "city", "address_type"),
            _PLACE,
            {"location_protected": False, "country": "DE", "address_type": "physical"},
        ),
        EditableKind("accessibility", _of("accessibility", "description", "details"), _PLACE),
        EditableKind(
            "phone",
            _of("phone", "number", "extension", "description"),
            {"": "organization_id", "location": "location_id", "service": "service_id"},
        ),
    ),
    "opening-hours": (
        EditableKind("way_in", _of("way_in", "way", "note"), _SERVICE),
        # Where a service is offered follows from services and places; here it is what hours at one place belong to.
        EditableKind(
            "service_at_location", _of("service_at_location", "description"), _SERVICE, is_fixed=True, stays=True
        ),
        EditableKind(
            "schedule",
            _of("schedule", *_HOURS, needed="byday"),
            {
                "service": "service_id",
                "way_in": "way_in_id",
                "location": "location_id",
                "service_at_location": "service_at_location_id",
            },
            {"freq": "WEEKLY", "interval": 1},
        ),
    ),
    "services": (
        EditableKind(
            "service",
            _of(
                "service",
                "name",
                "description",
                "url",
                "email",
                "application_process",
                "fees_description",
                "eligibility_description",
                "minimum_age",
                "maximum_age",
                "audiences",
                "exclusions",
                "exclusions_description",
                "interpretation",
                "interpretation_services",
                "alert",
            ),
            new={"status": "active", "audiences": [], "exclusions": [], "interpretation": []},
        ),
        EditableKind(
            "attribute",
            _of("attribute", "term", needed="term"),
            {"service": "link_id"},
            {"link_entity": "service", "link_type": "topic"},
        ),
        EditableKind(
            "cost_option",
            _of("cost_option", "option", "amount", "amount_description"),
            _SERVICE,
            {"currency": "EUR"},
        ),
        EditableKind("required_document", _of("required_document", "document", needed="document"), _SERVICE),
    ),
    "languages": (EditableKind("language", _of("language", "code", "level", "note"), _SERVICE),),
    "responsibility": (
        EditableKind(
            "service_area",
            _of("service_area", "postcode_from", "postcode_to", "district_code", "state", "name"),
            _SERVICE,
        ),
    ),
    "capacity": (
        EditableKind("service_capacity", _of("service_capacity", "state", "updated", "expires_at"), _SERVICE),
        EditableKind("partner_capacity", _of("partner_capacity", "weeks"), _SERVICE),
    ),
    "handover": (
        EditableKind("organization", _of("organization", "accepts_handover", "handover_kinds"), is_fixed=True),
        EditableKind("partner_answer_time", _of("partner_answer_time", "hours")),
        EditableKind(
            "partner_contact",
            _of("partner_contact", "name", "title", "department", "email", "phone", "is_deputy"),
            new={"is_deputy": False},
        ),
        EditableKind(
            "partner_phone",
            _of("partner_phone", "number", "extension", "description"),
            {"partner_contact": "contact_id"},
        ),
    ),
}
"""Every group with its kinds, parents before what belongs to them."""

SAID_ALONE = "capacity"
"""The group that is said service by service and never written as a whole."""


def kinds_of(group: str) -> dict[str, EditableKind]:
    """The kinds of a group by name."""
    return {one.kind: one for one in GROUPS[group]}


def all_kinds() -> Iterator[str]:
    """Every kind once, parents before what belongs to them."""
    return iter(dict.fromkeys(one.kind for kinds in GROUPS.values() for one in kinds))


def empty(of: Field) -> Value:
    """What stands in the column when nothing is said."""
    if isinstance(of.default, tuple):
        return list(of.default)
    return False if of.default is False else None


def show(kind: EditableKind, values: Mapping[str, Value]) -> dict[str, str]:
    """The texts of a row's fields, as `importing.values` would read them; empty ones are left out."""
    texts = {name: _text(values.get(name), of) for name, of in kind.fields.items()}
    return {name: text for name, text in texts.items() if text}


def _text(value: Value, of: Field) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "true"
        case list():
            return ", ".join(sorted(value))
        case str() if of.kind is Kind.TIME:
            return value[:5]
    return str(value).strip()
