"""All texts by language: which sets are whole, who stands for each text, and what is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.consent_text_drafts import list_drafts
from gateway.api.v1.staff.consent_texts import ConsentText, list_texts
from gateway.web.consent_texts.neighbours import Place, in_force
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.rendering import page
from gateway.web.text_words import TEXT_SUBJECTS

router = APIRouter(include_in_schema=False)
_CURRENT = ("reviewed", "unreviewed")


@dataclass(frozen=True, slots=True)
class TextSet:
    """A language and a variety: a client can choose it only when every subject of her question is there."""

    language: str
    variety: str
    reviewed: int
    """Subjects that she can read alone."""
    accompanied: int
    """Further ones that she is shown where an interpreter is with her."""
    missing: tuple[str, ...]


@router.get("/texte")
async def overview(
    reader: StaffOf,
    having: PartsOf,
    sprache: Annotated[str, Query(pattern="^([a-z]{2,3})?$")] = "",
    gegenstand: Annotated[str, Query(pattern="^[a-z-]{0,40}$")] = "",
    alle: Annotated[str, Query(pattern="^(ja)?$")] = "",
) -> Response:
    """What is in force and what waits; with `alle` also what was replaced or retired."""
    texts = (await list_texts(having.clients)).texts
    drafts = (await list_drafts(having.clients)).drafts
    order = list(TEXT_SUBJECTS)
    shown = [
        text
        for text in texts
        if (alle or text.state in _CURRENT)
        and (not sprache or text.language == sprache)
        and (not gegenstand or text.subject == gegenstand)
    ]
    # Sorting keeps the newest first within a place.
    shown.sort(key=lambda text: (text.language != "de", text.language, text.variety != "standard", _rank(order, text)))
    return page(
        reader,
        "consent_texts/overview.html",
        form=Form.showing(sprache=sprache, gegenstand=gegenstand, alle=alle),
        sets=sets_of(texts),
        texts=shown,
        there_are_any=bool(texts),
        drafts=drafts,
        languages=sorted({text.language for text in texts}),
    )


def sets_of(texts: Sequence[ConsentText]) -> list[TextSet]:
    """Every language and variety that has a version, German first."""
    wordings = {(text.language, text.variety) for text in texts}
    found = []
    for language, variety in sorted(wordings, key=lambda one: (one[0] != "de", one[0], one[1] != "standard")):
        shown = {subject: in_force(texts, Place(subject, language, variety)) for subject in TEXT_SUBJECTS}
        found.append(
            TextSet(
                language,
                variety,
                sum(one.alone is not None for one in shown.values()),
                sum(one.alone is None and one.accompanied is not None for one in shown.values()),
                tuple(subject for subject, one in shown.items() if one.accompanied is None),
            )
        )
    return found


def _rank(order: Sequence[str], text: ConsentText) -> int:
    return order.index(text.subject) if text.subject in order else len(order)
