"""Rows to an entry in groups, each with its age and an etag of its own: two groups never stand in each other's way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.directory.editing.fields import GROUPS, EditableKind, show
from services.directory.model.entry import Confirmation, Entry, Part, Row, ShownRow
from services.directory.rules.freshness import standing_of

NEVER = Confirmation(None, "")


def compose(rows: Sequence[Row], confirmations: Mapping[str, Confirmation], now: datetime) -> Entry:
    """The entry of one agency; `rows` are its active ones."""
    agency = next(row for row in rows if row.kind == "organization")
    whole = Confirmation(_moment(agency.values["confirmed_at"]), str(agency.values["confirmed_how"] or ""))
    parts = tuple(_part(group, rows, max(whole, confirmations.get(group, NEVER), key=_age), now) for group in GROUPS)
    return Entry(
        agency_id=agency.id,
        name=str(agency.values["name"]),
        source=str(agency.values["source"]),
        etag=_digest([part.etag for part in parts]),
        parts=parts,
        confirmation=whole,
        standing=standing_of(whole.at, now),
        protected=any(row.values.get("protected") is True for row in rows),
    )


def name_of(row: Row) -> str:
    """What people would call a row; "" for one that has no name of its own."""
    named = ("name", "number", "address_1", "document", "option", "way", "code", "term", "description")
    return next((str(row.values[name]) for name in named if row.values.get(name)), "")


def _part(group: str, rows: Sequence[Row], confirmation: Confirmation, now: datetime) -> Part:
    shown = tuple(_shown(row, kind) for kind in GROUPS[group] for row in rows if row.kind == kind.kind)
    facts = [[row.kind, str(row.id), str(row.parent_id), sorted(row.fields.items())] for row in shown]
    return Part(group, _digest(facts), shown, confirmation, standing_of(confirmation.at, now))


def _shown(row: Row, kind: EditableKind) -> ShownRow:
    edited_at, place = _moment(row.values.get("edited_at")), None
    if row.kind == "service_at_location":
        place = UUID(str(row.values["location_id"]))
    return ShownRow(row.kind, row.id, row.parent_id, show(kind, row.values), edited_at, place)


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:20]


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _age(confirmation: Confirmation) -> float:
    return confirmation.at.timestamp() if confirmation.at else 0.0
