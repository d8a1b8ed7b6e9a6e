"""A version of a text that clients are shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown, and who stands for it. A published version never changes."""

    subject: str
    language: str
    variety: str
    title: str
    body: str
    translator: str
    reviewer: str
    reviewed_on: date | None
    demo: bool


@dataclass(frozen=True, slots=True)
class TextVersion:
    """A published text."""

    text_version_id: UUID
    text: Text
    content_hash: bytes
    published_at: datetime
    retired_at: datetime | None
