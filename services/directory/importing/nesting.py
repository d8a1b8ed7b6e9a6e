"""Which objects of HSDS 3 JSON hold which others, and what else may stand in them."""

from __future__ import annotations

from collections.abc import Mapping

from services.directory.importing.tables import LINKED, TABLES

_EVERYWHERE = {"attributes": "attribute"}

CHILDREN: Mapping[str, Mapping[str, str]] = {
    "organization": {
        "regimes": "regime",
        "phones": "phone",
        "contacts": "partner_contact",
        "programs": "program",
        "organization_identifiers": "organization_identifier",
        "funding": "funding",
        "confirmations": "confirmation",
        "locations": "location",
        "services": "service",
    },
    "service": {
        "phones": "phone",
        "contacts": "partner_contact",
        "ways_in": "way_in",
        "schedules": "schedule",
        "languages": "language",
        "service_areas": "service_area",
        "capacities": "service_capacity",
        "cost_options": "cost_option",
        "required_documents": "required_document",
        "funding": "funding",
        "service_at_locations": "service_at_location",
    },
    "location": {
        "addresses": "address",
        "phones": "phone",
        "contacts": "partner_contact",
        "schedules": "schedule",
        "languages": "language",
        "accessibility": "accessibility",
    },
    "service_at_location": {
        "phones": "phone",
        "contacts": "partner_contact",
        "schedules": "schedule",
        "service_areas": "service_area",
    },
    "phone": {"languages": "language"},
    "partner_contact": {"phones": "partner_phone"},
    "way_in": {"schedules": "schedule"},
}
"""Lists of objects by the table of the object that holds them."""

SINGLE: Mapping[str, Mapping[str, str]] = {
    "service": {"program": "program"},
    "service_capacity": {"unit": "unit"},
}
"""Objects that the row refers to, as `{name}_id`."""

_BESIDE: Mapping[str, frozenset[str]] = {
    "organization": frozenset({"usual_answer_hours"}),
    "service": frozenset({"organization"}),
    "service_at_location": frozenset({"location"}),
    "service_capacity": frozenset({"weeks"}),
    "funding": frozenset({"source"}),
    "attribute": frozenset({"taxonomy_term", "link_entity", "link_id"}),
    "taxonomy_term": frozenset({"taxonomy", "taxonomy_detail"}),
    "confirmation": frozenset(),
}

REFERENCE_TO: Mapping[str, str] = {"partner_contact": "contact_id"}
"""How a row is named by what it holds, where that is not `{table}_id`."""


ALL_CHILDREN: Mapping[str, Mapping[str, str]] = {
    table: {**CHILDREN.get(table, {}), **(_EVERYWHERE if table in {*LINKED, "taxonomy_term"} else {})}
    for table in TABLES
}
"""The lists that an object may hold, attributes among them."""


WRITTEN_AS: Mapping[str, Mapping[str, str]] = {
    "phone": {"extension": "extension_text"},
    "schedule": {"timezone": "timezone_name"},
}
"""Names of our profile for what HSDS holds as a number and is none: field and profile's name by table."""

KNOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(
        {"id", "source_id", *table.fields, *table.references, *ALL_CHILDREN[name], *SINGLE.get(name, {})}
        | _BESIDE.get(name, frozenset())
        | set(WRITTEN_AS.get(name, {}).values())
    )
    for name, table in TABLES.items()
}
"""Every name that an object of a table may hold without a word in the report."""
