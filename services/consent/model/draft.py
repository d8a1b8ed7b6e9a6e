"""A text that is being written, and what persons did with texts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.consent.model.text import Text


class TextActKind(StrEnum):
    """What a person did."""

    WRITTEN = "written"
    SIGNED = "signed"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    REVIEWED = "reviewed"
    """Signed a version that was published before."""
    RETIRED = "retired"
    RECORDED = "recorded"
    """Put a recording beside a version, in the place of one before."""
    RECORDING_REMOVED = "recording-removed"


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Hand:
    """A person in the role in which she acts on texts. Personal data."""

    person_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class TextAct:
    """One act, written once and logged. `revision` is that of the draft, None for an act on a published version.

    `content_hash` is that of the words, or of the recording that was put or removed.
    """

    act_id: UUID
    at: datetime
    act: TextActKind
    draft_id: UUID | None
    revision: int | None
    text_version_id: UUID | None
    content_hash: bytes
    hand: Hand
    request_id: UUID
    reviewer: str = ""
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """The words of a draft as they were written down once."""

    draft_id: UUID
    revision: int
    text: Text
    content_hash: bytes
    """Of these words without a reviewer: that is what a reviewer signs."""


@dataclass(frozen=True, slots=True)
class TextDraft:
    """The newest revision of a draft and all that was done with the draft, oldest first."""

    newest: Revision
    acts: tuple[TextAct, ...]

    @property
    def writers(self) -> frozenset[Hand]:
        """Everybody who wrote a revision of it."""
        return frozenset(act.hand for act in self.acts if act.act is TextActKind.WRITTEN)

    @property
    def written_at(self) -> datetime:
        """When the newest revision was written."""
        return max(act.at for act in self.acts if act.act is TextActKind.WRITTEN)

    @property
    def signature(self) -> TextAct | None:
        """The last one on the newest revision; those on earlier ones do not hold."""
        signed = [act for act in self.acts if act.act is TextActKind.SIGNED and act.revision == self.newest.revision]
        return signed[-1] if signed else None

    @property
    def state(self) -> DraftState:
        """Whether it can still be written."""
        ends = {TextActKind.PUBLISHED: DraftState.PUBLISHED, TextActKind.DISCARDED: DraftState.DISCARDED}
        return next((ends[act.act] for act in self.acts if act.act in ends), DraftState.OPEN)
