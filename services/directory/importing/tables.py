"""Which tables an import may fill, with which fields, in the order in which they refer to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.directory.importing.fields import (
    COUNT,
    DATE,
    EMAIL,
    FLAG,
    LONG,
    MOMENT,
    NAME,
    TEXT,
    URL,
    Field,
    Kind,
    one_of,
    some_of,
)


@dataclass(frozen=True)
class Table:
    """A table: its fields and what it refers to; `required_references` must be given and known.

    `belongs`: a row must name one of its references at least. `says`: it must hold a field beside them. `tolerates`: a
    reference among these that leads to nothing is left out and reported. `made`: columns that the check makes.
    `keeps_itself` is false where rows have neither source nor digest; they are added and renewed, and never vanish.
    """

    name: str
    fields: Mapping[str, Field]
    references: Mapping[str, str] = field(default_factory=dict)
    required_references: frozenset[str] = frozenset()
    belongs: bool = False
    says: bool = False
    tolerates: frozenset[str] = frozenset()
    made: tuple[str, ...] = ()
    links: bool = False
    keeps_itself: bool = True

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that an import writes, beside id, source, source_id, digest and the like."""
        own = [name for name, each in self.fields.items() if not each.virtual]
        references = () if self.links else tuple(self.references)
        return (*references, *own, *self.made)

    @cached_property
    def required_fields(self) -> tuple[str, ...]:
        """The fields that must be there."""
        return tuple(name for name, each in self.fields.items() if each.required)

    @cached_property
    def defaults(self) -> tuple[tuple[str, Field], ...]:
        """The fields that hold something when they are absent."""
        return tuple((name, each) for name, each in self.fields.items() if each.default is not None)

    @cached_property
    def plain(self) -> frozenset[str]:
        """The fields that are any text of the usual length."""
        return frozenset(name for name, each in self.fields.items() if each in {TEXT, NAME})


_ADDRESS = ("physical", "postal", "virtual")
_GROUPS = [
    "women-only",
    "men-only",
    "families",
    "single-parents",
    "children",
    "young-people",
    "older-people",
    "lgbtiq",
    "migrants",
    "refugees",
    "people-with-disabilities",
    "deaf-people",
    "relatives",
    "homeless-people",
    "prisoners",
    "sex-workers",
    "students",
    "employees",
]
_EXCLUDED = (*_GROUPS, "men", "women", "acute-addiction", "acute-crisis", "own-clients-only")
_OF_ORGANIZATION = {"organization_id": "organization"}
_OF_SERVICE = {"service_id": "service"}
_OF_LOCATION = {"location_id": "location"}
_OF_PLACE = {"service_at_location_id": "service_at_location"}
_CONFIRMED = ("agency", "phone", "import")
_IS_OF_SERVICE = frozenset(_OF_SERVICE)
_IS_OF_ORGANIZATION = frozenset(_OF_ORGANIZATION)
_PHONE = {"number": NAME, "extension": TEXT, "type": TEXT, "description": LONG}

_ALL = (
    Table("taxonomy", {"name": NAME, "description": Field(longest=20_000, default=""), "uri": URL, "version": TEXT}),
    Table(
        "taxonomy_term",
        {
            "code": TEXT,
            "name": NAME,
            "description": LONG,
            "language": TEXT,
            "term_uri": URL,
        },
        {"taxonomy_id": "taxonomy", "parent_id": "taxonomy_term"},
        frozenset({"taxonomy_id"}),
    ),
    Table("unit", {"name": NAME, "scheme": TEXT, "identifier": TEXT, "uri": URL}),
    Table("meta_table_description", {"name": TEXT, "language": TEXT, "character_set": TEXT}, says=True),
    Table(
        "organization",
        {
            "name": NAME,
            "alternate_name": TEXT,
            "description": LONG,
            "email": EMAIL,
            "website": URL,
            "tax_status": TEXT,
            "tax_id": TEXT,
            "year_incorporated": Field(Kind.INTEGER, least=1000, most=2200),
            "legal_status": TEXT,
            "logo": URL,
            "uri": URL,
            "accepts_handover": FLAG,
            "handover_kinds": some_of("refer", "transfer", "request"),
            "confirmed_at": MOMENT,
            "confirmed_how": one_of(*_CONFIRMED),
        },
        {"parent_organization_id": "organization"},
    ),
    Table(
        "organization_identifier",
        {"identifier_scheme": TEXT, "identifier_type": NAME, "identifier": NAME},
        _OF_ORGANIZATION,
        _IS_OF_ORGANIZATION,
    ),
    Table(
        "program",
        {"name": NAME, "alternate_name": TEXT, "description": LONG},
        _OF_ORGANIZATION,
        _IS_OF_ORGANIZATION,
    ),
    Table(
        "service",
        {
            "name": NAME,
            "alternate_name": TEXT,
            "description": LONG,
            "url": URL,
            "email": EMAIL,
            "status": one_of("active", "inactive", "defunct", "temporarily closed", default="active", told=True),
            "interpretation_services": LONG,
            "application_process": LONG,
            "fees_description": LONG,
            "wait_time": LONG,
            "fees": LONG,
            "accreditations": LONG,
            "eligibility_description": LONG,
            "minimum_age": COUNT,
            "maximum_age": COUNT,
            "assured_date": DATE,
            "assurer_email": EMAIL,
            "licenses": LONG,
            "alert": LONG,
            "audiences": some_of(*_GROUPS),
            "exclusions": some_of(*_EXCLUDED),
            "exclusions_description": LONG,
            "interpretation": some_of("none", "arranged", "video-interpreter"),
        },
        {**_OF_ORGANIZATION, "program_id": "program"},
        _IS_OF_ORGANIZATION,
    ),
    Table(
        "location",
        {
            "name": TEXT,
            "alternate_name": TEXT,
            "location_type": one_of(*_ADDRESS),
            "url": URL,
            "description": LONG,
            "transportation": LONG,
            "latitude": Field(Kind.DEGREES, least=-90, most=90, droppable=True),
            "longitude": Field(Kind.DEGREES, least=-180, most=180, droppable=True),
            "external_identifier": TEXT,
            "external_identifier_type": TEXT,
            "state": Field(Kind.STATE),
            "protected": FLAG,
        },
        _OF_ORGANIZATION,
        tolerates=_IS_OF_ORGANIZATION,
    ),
    Table(
        "service_at_location",
        {"description": LONG},
        {**_OF_SERVICE, **_OF_LOCATION},
        frozenset({"service_id", "location_id"}),
    ),
    Table(
        "address",
        {
            "attention": TEXT,
            "address_1": TEXT,
            "address_2": TEXT,
            "city": TEXT,
            "region": TEXT,
            "state_province": TEXT,
            "postal_code": Field(required=True, longest=20),
            "country": Field(longest=60, default="DE"),
            "address_type": one_of(*_ADDRESS, default="physical"),
        },
        _OF_LOCATION,
        frozenset(_OF_LOCATION),
    ),
    Table("phone", _PHONE, {**_OF_ORGANIZATION, **_OF_SERVICE, **_OF_LOCATION, **_OF_PLACE}, belongs=True),
    Table(
        "way_in",
        {
            "way": one_of(
                *["walk-in", "appointment", "phone", "chat", "video", "home-visit", "accompanied", "outreach"],
                required=True,
            ),
            "note": LONG,
        },
        _OF_SERVICE,
        _IS_OF_SERVICE,
    ),
    Table(
        "schedule",
        {
            "valid_from": DATE,
            "valid_to": DATE,
            "dtstart": DATE,
            "timezone": TEXT,
            "until": DATE,
            "count": Field(Kind.INTEGER, least=1),
            "wkst": one_of("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
            "freq": one_of("WEEKLY", "MONTHLY"),
            "interval": Field(Kind.INTEGER, least=1, most=1_000),
            "byday": Field(Kind.DAYS),
            "byweekno": Field(Kind.NUMBERS, most=53),
            "bymonthday": Field(Kind.NUMBERS, most=31),
            "byyearday": Field(Kind.NUMBERS, most=366),
            "opens_at": Field(Kind.TIME),
            "closes_at": Field(Kind.TIME),
            "schedule_link": URL,
            "description": LONG,
            "attending_type": TEXT,
            "notes": LONG,
        },
        {**_OF_SERVICE, **_OF_LOCATION, **_OF_PLACE, "way_in_id": "way_in"},
        belongs=True,
        says=True,
    ),
    Table(
        "language",
        {
            "code": Field(Kind.LANGUAGE, required=True),
            "name": TEXT,
            "level": one_of("basic", "fluent", "native"),
            "note": LONG,
        },
        {**_OF_SERVICE, **_OF_LOCATION, "phone_id": "phone"},
        belongs=True,
    ),
    Table(
        "service_area",
        {
            "name": TEXT,
            "description": LONG,
            "extent": LONG,
            "extent_type": TEXT,
            "uri": URL,
            "postcode_from": Field(Kind.POSTCODE, virtual=True),
            "postcode_to": Field(Kind.POSTCODE, virtual=True),
            "district_code": Field(Kind.DISTRICT),
            "state": Field(Kind.STATE),
        },
        _OF_SERVICE,
        _IS_OF_SERVICE,
        made=("postcodes",),
    ),
    Table(
        "accessibility",
        {"description": LONG, "details": LONG, "url": URL},
        _OF_LOCATION,
        frozenset(_OF_LOCATION),
        says=True,
    ),
    Table(
        "cost_option",
        {
            "valid_from": DATE,
            "valid_to": DATE,
            "option": LONG,
            "currency": Field(Kind.CURRENCY),
            "amount": Field(Kind.AMOUNT),
            "amount_description": LONG,
        },
        _OF_SERVICE,
        _IS_OF_SERVICE,
        says=True,
    ),
    Table("required_document", {"document": LONG, "uri": URL}, _OF_SERVICE, _IS_OF_SERVICE, says=True),
    Table("funding", {"funder": LONG}, {**_OF_ORGANIZATION, **_OF_SERVICE}, belongs=True, says=True),
    Table(
        "service_capacity",
        {
            "state": one_of("free", "waiting-list", "closed", required=True),
            "available": COUNT,
            "maximum": COUNT,
            "description": LONG,
            "updated": Field(Kind.TIMESTAMP, required=True),
            "expires_at": Field(Kind.TIMESTAMP, required=True),
        },
        {**_OF_SERVICE, "unit_id": "unit"},
        _IS_OF_SERVICE,
    ),
    Table(
        "regime",
        {
            "regime": one_of("gdpr", "kdg", "dsg-ekd", required=True),
            "overlays": some_of("sgb-x", "sgb-viii", "schkg"),
            "valid_from": Field(Kind.DATE, required=True),
        },
        _OF_ORGANIZATION,
        _IS_OF_ORGANIZATION,
    ),
    Table(
        "partner_contact",
        {
            "name": TEXT,
            "title": TEXT,
            "department": TEXT,
            "email": EMAIL,
            "phone": TEXT,
            "is_deputy": FLAG,
        },
        {**_OF_ORGANIZATION, **_OF_SERVICE, **_OF_LOCATION, **_OF_PLACE},
        belongs=True,
        says=True,
    ),
    Table("partner_phone", _PHONE, {"contact_id": "partner_contact"}, frozenset({"contact_id"})),
    Table(
        "partner_capacity",
        {"weeks": Field(Kind.INTEGER, required=True, most=520)},
        _OF_SERVICE,
        _IS_OF_SERVICE,
    ),
    Table(
        "partner_answer_time",
        {"hours": Field(Kind.INTEGER, required=True, least=1, most=2000)},
        _OF_ORGANIZATION,
        _IS_OF_ORGANIZATION,
    ),
    Table(
        "confirmation",
        {
            "field_group": one_of(
                *["contact", "opening-hours", "services", "languages", "responsibility", "capacity", "handover"],
                required=True,
            ),
            "confirmed_at": Field(Kind.TIMESTAMP, required=True),
            "confirmed_how": one_of(*_CONFIRMED, required=True),
        },
        _OF_ORGANIZATION,
        _IS_OF_ORGANIZATION,
        keeps_itself=False,
    ),
)

LINKED = [
    "organization",
    "service",
    "location",
    "service_at_location",
    "program",
    "address",
    "phone",
    "schedule",
    "language",
    "service_area",
    "accessibility",
    "cost_option",
    "required_document",
    "funding",
    "organization_identifier",
    "service_capacity",
    "unit",
    "meta_table_description",
]
"""Tables on whose rows an attribute may stand, beside taxonomy_term; the attribute names it as `{table}_id`."""

LINKED_TERM = "linked_taxonomy_term_id"

_ATTRIBUTE = Table(
    "attribute",
    {
        "term": Field(Kind.TOPIC, virtual=True),
        "link_type": TEXT,
        "label": TEXT,
        "value": LONG,
    },
    {
        "taxonomy_term_id": "taxonomy_term",
        **{f"{table}_id": table for table in LINKED},
        LINKED_TERM: "taxonomy_term",
    },
    belongs=True,
    made=("taxonomy_term_id", "link_entity", "link_id"),
    links=True,
)

TABLES: Mapping[str, Table] = {table.name: table for table in (*_ALL, _ATTRIBUTE)}
"""All tables by name, in an order in which a table comes after those that it refers to."""
