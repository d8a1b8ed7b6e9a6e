"""A note of one agency about another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Note:
    """What an agency knows about working with another; nobody keeps which person wrote it."""

    id: UUID
    agency_id: UUID
    service_id: UUID | None
    service_name: str
    text: str = field(repr=False)
    written_at: datetime
    author_id: UUID
    author_name: str
