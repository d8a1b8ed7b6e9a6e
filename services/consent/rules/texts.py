"""Texts: hash and rendering, which ones a request needs, which may be shown, and when an older one counts no more."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.consent.model.text import Artefact, Standing, Text, TextState, TextVersion
from services.consent.model.vocabulary import Purpose

WAY_BACK: Final = "way-back"
SECRECY_RELEASE: Final = "secrecy-release"
YOUR_RIGHTS: Final = "your-rights"
STANDARD: Final = "standard"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ku", "ps", "ug", "ur", "yi"})
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")

Wording = tuple[str, str]
"""A language and a language variety: what she chooses between."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to be shown texts: what she may be shown depends on who is with her."""

    demo: bool
    """Texts invented for a demonstration may be shown: never in production."""
    with_interpreter: bool

    def may_see(self, version: Standing) -> bool:
        """A retired version is shown to nobody, one without a named reviewer only with an interpreter."""
        if version.retired or (version.demo and not self.demo):
            return False
        return version.reviewed or self.with_interpreter


def content_hash(text: Text) -> bytes:
    """SHA-256 over all that makes the version what it is; the same content has the same hash everywhere.

    JSON with sorted keys and without spaces: for texts alone that is the canonical form of RFC 8785.
    """
    content = {
        "subject": text.subject,
        "language": text.language,
        "variety": text.variety,
        "title": text.title,
        "body": text.body,
        "translator": text.translator,
        "reviewer": text.reviewer,
        "reviewed_on": text.reviewed_on.isoformat() if text.reviewed_on else "",
        "demo": text.demo,
    }
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(encoded.encode()).digest()


def rendered(text: Text) -> Artefact:
    """The text as HTML in one canonical form: title, paragraphs, lines; nothing of the page around it.

    Who wrote or reviewed it is not in it: two versions with the same artefact say the same to whoever reads them.
    """
    direction = "rtl" if text.language in _RIGHT_TO_LEFT else "ltr"
    paragraphs = "".join(
        f"<p>{'<br>'.join(html.escape(line) for line in lines)}</p>\n" for lines in paragraphs_of(text.body)
    )
    page = (
        f'<article lang="{html.escape(text.language)}" dir="{direction}">\n'
        f"<h1>{html.escape(text.title.strip())}</h1>\n{paragraphs}</article>\n"
    )
    return Artefact(page, hashlib.sha256(page.encode()).digest())


def paragraphs_of(body: str) -> list[list[str]]:
    """The paragraphs of a body, which an empty line separates, each with its lines."""
    whole = body.replace("\r\n", "\n").strip()
    return [[line.strip() for line in paragraph.split("\n") if line.strip()] for paragraph in _BLANK_LINES.split(whole)]


def subjects_for(purposes: frozenset[Purpose]) -> tuple[str, ...]:
    """The texts of a request in the order in which they are shown: purposes, rights, the way back, then the release."""
    ordered = tuple(purpose.value for purpose in Purpose if purpose in purposes)
    return (*ordered, YOUR_RIGHTS, WAY_BACK, SECRECY_RELEASE)


def newest_first(versions: Iterable[Standing]) -> list[Standing]:
    """Newest first, in an order that does not depend on how they came."""
    return sorted(versions, key=lambda version: (version.published_at, version.text_version_id), reverse=True)


def offered(
    versions: Iterable[Standing], subjects: tuple[str, ...], audience: Audience
) -> dict[Wording, tuple[Standing, ...]]:
    """What she can choose between: each language and variety that has every subject, with the newest version of each.

    A set that lacks a subject is not offered: she would agree to something that she was not told in her language.
    """
    newest: dict[Wording, dict[str, Standing]] = {}
    for version in newest_first(versions):
        if version.subject in subjects and audience.may_see(version):
            newest.setdefault((version.language, version.variety), {}).setdefault(version.subject, version)
    return {
        wording: tuple(found[subject] for subject in subjects)
        for wording, found in sorted(newest.items())
        if len(found) == len(subjects)
    }


def still_counts(shown: Standing, versions: Iterable[Standing], audience: Audience) -> bool:
    """Whether an answer to this version is an answer to what is in force.

    Not when it was retired, nor when a later version changed what it says. A later version that is itself not to be
    shown to her counts only once one is that came after it: until then nothing else could be shown in its place.
    """
    if not audience.may_see(shown):
        return False
    own = (shown.subject, shown.language, shown.variety)
    chain = newest_first(version for version in versions if (version.subject, version.language, version.variety) == own)
    later = chain[: next(place for place, version in enumerate(chain) if version == shown)]
    while later and not audience.may_see(later[0]):
        later = later[1:]
    if not later or later[0].words == shown.words:
        return True
    # A retired one in between counts too: what it changed is still changed in those that came after it.
    return not any(version.material for version in later if version.words != shown.words)


def states_of(versions: Sequence[TextVersion]) -> list[TextState]:
    """What each version is good for; `versions` is newest first.

    One without reviewer counts only while it is newer than the one in force: with an interpreter it is shown.
    """
    seen: dict[tuple[str, str, str], set[TextState]] = {}
    states = []
    for version in versions:
        text = version.text
        newer = seen.setdefault((text.subject, text.language, text.variety), set())
        if version.retired_at is not None:
            state = TextState.RETIRED
        elif TextState.REVIEWED in newer or (not text.reviewer and TextState.UNREVIEWED in newer):
            state = TextState.REPLACED
        else:
            state = TextState.REVIEWED if text.reviewer else TextState.UNREVIEWED
        newer.add(state)
        states.append(state)
    return states


def chosen(choices: Mapping[Wording, tuple[Standing, ...]], *wishes: Wording) -> tuple[Standing, ...]:
    """The first wish that is offered, else the standard variety of a language wished for; nothing when neither is."""
    for language, variety in (*wishes, *((language, STANDARD) for language, _ in wishes)):
        if found := choices.get((language, variety)):
            return found
    return ()


def one_of_each(versions: Iterable[Standing], ids: tuple[UUID, ...], subjects: tuple[str, ...]) -> list[Standing]:
    """The versions with these ids in the order of the subjects; empty unless they are one set of one wording."""
    by_subject = {version.subject: version for version in versions if version.text_version_id in ids}
    wordings = {(version.language, version.variety) for version in by_subject.values()}
    if len(ids) != len(subjects) or by_subject.keys() != set(subjects) or len(wordings) != 1:
        return []
    return [by_subject[subject] for subject in subjects]
