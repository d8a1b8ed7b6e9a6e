"""Which tables an import may fill, with which fields, in the order in which they refer to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    """What a field's text must be."""

    TEXT = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    NUMBER = auto()
    DATE = auto()
    TIME = auto()
    TIMESTAMP = auto()
    POSTCODE = auto()
    LANGUAGE = auto()
    DISTRICT = auto()
    STATE = auto()
    TOPIC = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its kind, whether it must be there, its values where they are a closed list, its bounds for integers."""

    kind: Kind = Kind.TEXT
    required: bool = False
    values: frozenset[str] = frozenset()
    longest: int = 500
    least: int = 0
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its fields and what it refers to; `required_references` must be given and known."""

    name: str
    fields: Mapping[str, Field]
    references: Mapping[str, str] = field(default_factory=dict)
    required_references: frozenset[str] = frozenset()


TEXT = Field()
NAME = Field(required=True)
LONG = Field(longest=20_000)
FLAG = Field(Kind.BOOLEAN)
COUNT = Field(Kind.INTEGER)
ADDRESS_TYPES = Field(values=frozenset({"physical", "postal", "virtual"}))

_ALL = (
    Table(
        "organization",
        {
            "name": NAME,
            "alternate_name": TEXT,
            "description": LONG,
            "email": TEXT,
            "website": TEXT,
            "legal_status": TEXT,
            "uri": TEXT,
            "accepts_handover": FLAG,
            "confirmed_at": Field(Kind.TIMESTAMP),
            "confirmed_how": Field(values=frozenset({"agency", "phone", "import"})),
        },
        {"parent_organization_id": "organization"},
    ),
    Table(
        "service",
        {
            "name": NAME,
            "alternate_name": TEXT,
            "description": LONG,
            "url": TEXT,
            "email": TEXT,
            "status": Field(values=frozenset({"active", "inactive", "defunct", "temporarily closed"})),
            "interpretation_services": LONG,
            "application_process": LONG,
            "fees_description": LONG,
            "eligibility_description": LONG,
            "minimum_age": COUNT,
            "maximum_age": COUNT,
            "alert": LONG,
        },
        {"organization_id": "organization"},
        frozenset({"organization_id"}),
    ),
    Table(
        "location",
        {
            "name": TEXT,
            "location_type": ADDRESS_TYPES,
            "description": LONG,
            "transportation": LONG,
            "latitude": Field(Kind.NUMBER),
            "longitude": Field(Kind.NUMBER),
            "state": Field(Kind.STATE),
            "protected": FLAG,
        },
        {"organization_id": "organization"},
    ),
    Table(
        "service_at_location",
        {"description": LONG},
        {"service_id": "service", "location_id": "location"},
        frozenset({"service_id", "location_id"}),
    ),
    Table(
        "address",
        {
            "address_1": TEXT,
            "address_2": TEXT,
            "city": TEXT,
            "region": TEXT,
            "state_province": TEXT,
            "postal_code": Field(Kind.POSTCODE, required=True),
            "country": TEXT,
            "address_type": ADDRESS_TYPES,
        },
        {"location_id": "location"},
        frozenset({"location_id"}),
    ),
    Table(
        "phone",
        {"number": NAME, "extension": TEXT, "type": TEXT, "description": LONG},
        {"organization_id": "organization", "service_id": "service", "location_id": "location"},
    ),
    Table(
        "schedule",
        {
            "valid_from": Field(Kind.DATE),
            "valid_to": Field(Kind.DATE),
            "freq": Field(values=frozenset({"WEEKLY", "MONTHLY"})),
            "interval": COUNT,
            "byday": TEXT,
            "bymonthday": TEXT,
            "opens_at": Field(Kind.TIME),
            "closes_at": Field(Kind.TIME),
            "description": LONG,
            "attending_type": TEXT,
            "notes": LONG,
        },
        {"service_id": "service", "location_id": "location", "service_at_location_id": "service_at_location"},
    ),
    Table(
        "language",
        {"code": Field(Kind.LANGUAGE, required=True), "note": LONG},
        {"service_id": "service", "location_id": "location"},
    ),
    Table(
        "service_area",
        {
            "name": TEXT,
            "description": LONG,
            "extent": LONG,
            "extent_type": TEXT,
            "postcode_from": Field(Kind.POSTCODE),
            "postcode_to": Field(Kind.POSTCODE),
            "district_code": Field(Kind.DISTRICT),
            "state": Field(Kind.STATE),
        },
        {"service_id": "service"},
        frozenset({"service_id"}),
    ),
    Table(
        "attribute",
        {"term": Field(Kind.TOPIC, required=True), "link_type": TEXT, "label": TEXT},
        {"service_id": "service"},
        frozenset({"service_id"}),
    ),
    Table(
        "regime",
        {
            "regime": Field(required=True, values=frozenset({"gdpr", "kdg", "dsg-ekd"})),
            "overlays": Field(Kind.WORDS, values=frozenset({"sgb-x", "sgb-viii", "schkg"})),
            "valid_from": Field(Kind.DATE, required=True),
        },
        {"organization_id": "organization"},
        frozenset({"organization_id"}),
    ),
    Table(
        "service_capacity",
        {
            "state": Field(required=True, values=frozenset({"free", "waiting-list", "closed"})),
            "available": COUNT,
            "updated": Field(Kind.TIMESTAMP, required=True),
            "expires_at": Field(Kind.TIMESTAMP, required=True),
        },
        {"service_id": "service"},
        frozenset({"service_id"}),
    ),
    Table(
        "partner_contact",
        {"name": TEXT, "title": TEXT, "department": TEXT, "email": TEXT, "phone": TEXT},
        {"organization_id": "organization"},
        frozenset({"organization_id"}),
    ),
    Table(
        "partner_capacity",
        {"weeks": Field(Kind.INTEGER, required=True, most=520)},
        {"service_id": "service"},
        frozenset({"service_id"}),
    ),
    Table(
        "partner_answer_time",
        {"hours": Field(Kind.INTEGER, required=True, least=1, most=2000)},
        {"organization_id": "organization"},
        frozenset({"organization_id"}),
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in _ALL}
"""All tables by name, in an order in which a table comes after those that it refers to."""
