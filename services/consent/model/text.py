"""A version of a text that clients are shown."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class TextState(StrEnum):
    """What a version is good for now, among those of its subject, language and variety."""

    UNREVIEWED = "unreviewed"
    """Newer than what is in force and without a reviewer: shown where an interpreter is with her."""
    REVIEWED = "reviewed"
    REPLACED = "replaced"
    RETIRED = "retired"


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
    material: bool = True
    """Says something else than the version before. It is about the step to this version, so no part of its content."""


@dataclass(frozen=True, slots=True)
class TextVersion:
    """A published text."""

    text_version_id: UUID
    text: Text
    content_hash: bytes
    published_at: datetime
    retired_at: datetime | None
    html_hash: bytes | None = None
    """Of what was rendered at publishing; None for a version from before that was kept."""
    recording_type: str = ""
    """Media type of its recording; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The words of a version as a person speaks them."""

    content: bytes
    media_type: str
    digest: bytes
    """SHA-256 of the content."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """What a version was rendered to when it was published."""

    html: str
    html_hash: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """A version without its words: all that decides whether it may be shown, and whether it still counts."""

    text_version_id: UUID
    subject: str
    language: str
    variety: str
    words: bytes
    """The same for versions that say the same, letter by letter; a reviewer's signature changes nothing in it."""
    published_at: datetime
    material: bool
    reviewed: bool
    demo: bool
    retired: bool
