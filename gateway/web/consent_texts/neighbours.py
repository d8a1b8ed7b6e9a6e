"""The versions that stand beside one: what is in force in its place, what came before it, and the German original."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.consent_texts import ConsentText, ShownConsentText, get_text
from gateway.web.consent_texts.differences import Piece, differences

_ORIGINAL = ("de", "standard")


@dataclass(frozen=True, slots=True)
class Place:
    """A subject in one language and variety."""

    subject: str
    language: str
    variety: str

    @property
    def is_original(self) -> bool:
        """What the others are translated from."""
        return (self.language, self.variety) == _ORIGINAL

    @property
    def original(self) -> "Place":
        """The place of its German original."""
        return Place(self.subject, *_ORIGINAL)

    def of(self, texts: Sequence[ConsentText]) -> list[ConsentText]:
        """The versions of this place, newest first as they came."""
        return [text for text in texts if place_of(text) == self]


def place_of(text: ConsentText) -> Place:
    """Where a version stands."""
    return Place(text.subject, text.language, text.variety)


@dataclass(frozen=True, slots=True)
class InForce:
    """What is shown in a place: to whoever reads alone, and where an interpreter is there."""

    alone: ConsentText | None
    accompanied: ConsentText | None


def in_force(texts: Sequence[ConsentText], place: Place, *, without: str = "") -> InForce:
    """What is shown; `without` leaves out the version with this id, as if it were retired."""
    there = [text for text in place.of(texts) if text.retired_at is None and text.text_version_id != without]
    return InForce(next((text for text in there if text.reviewer), None), next(iter(there), None))


def version_before(texts: Sequence[ConsentText], version: ConsentText) -> ConsentText | None:
    """The newest earlier version of its place that says something else, letter by letter."""
    there = place_of(version).of(texts)
    numbers = [text.text_version_id for text in there]
    earlier = there[numbers.index(version.text_version_id) + 1 :] if version.text_version_id in numbers else []
    return next((text for text in earlier if text.html_hash != version.html_hash), None)


async def original_of(having: PartsOf, texts: Sequence[ConsentText], place: Place) -> ShownConsentText | None:
    """The German original that is in force, else the newest; None for the original itself, and where there is none."""
    if place.is_original:
        return None
    there = place.original.of(texts)
    shown = in_force(texts, place.original)
    found = shown.alone or shown.accompanied or next(iter(there), None)
    return await get_text(found.content_hash, having.clients) if found else None


async def changes_since(having: PartsOf, before: ConsentText | None, title: str, body: str) -> list[Piece]:
    """What these words say otherwise than that version; nothing without one."""
    if before is None:
        return []
    read = (await get_text(before.content_hash, having.clients)).text
    return differences(f"{read.title}\n\n{read.body}", f"{title}\n\n{body}")


def artefact(html: str) -> Markup:
    """What consent rendered, to stand within a page that has a heading of its own. Consent has escaped every word."""
    return Markup(html.replace("<h1>", "<h3>").replace("</h1>", "</h3>"))  # noqa: S704 - rendered by consent
