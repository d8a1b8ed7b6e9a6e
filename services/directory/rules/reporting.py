"""What an error can be reported of: fields as readers see them, with the field group in which each is corrected.

Notes of partners stand in none; the coordinator removes one.
"""

from __future__ import annotations

from collections.abc import Mapping

AGENCY_FIELDS: Mapping[str, str] = {
    "name": "contact",
    "description": "contact",
    "phone": "contact",
    "address": "contact",
    "website": "contact",
    "accessibility": "contact",
    "handover": "handover",
    "notes": "",
}
SERVICE_FIELDS: Mapping[str, str] = {
    "name": "services",
    "description": "services",
    "topics": "services",
    "audience": "services",
    "eligibility": "services",
    "fees": "services",
    "interpretation": "services",
    "opening-hours": "opening-hours",
    "languages": "languages",
    "responsibility": "responsibility",
    "capacity": "capacity",
}


def is_reportable(field: str, *, of_service: bool) -> bool:
    """Whether agencies, or services, have such a field."""
    return field in (SERVICE_FIELDS if of_service else AGENCY_FIELDS)
