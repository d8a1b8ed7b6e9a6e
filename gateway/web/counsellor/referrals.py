"""One referral, from whichever side one looks at it."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id, Word
from gateway.api.v1.staff.candidates import next_candidate, other_drafts
from gateway.api.v1.staff.referrals import (
    Explanation,
    Referral,
    explanation,
    get_referral,
    preview,
    read_outcome,
    read_section,
)
from gateway.api.v1.staff.search import topics
from gateway.api.v1.staff.transitions import PerhapsWhy, recall
from gateway.web.dependencies import StaffOf
from gateway.web.forms import body_of
from gateway.web.rendering import page
from services.common.errors import COME_AGAIN, LotseError

router = APIRouter(include_in_schema=False)
_READABLE = frozenset({"accepted", "in-progress", "completed"})
_CAME_TO_NOTHING = frozenset({"declined", "expired", "recalled", "returned"})
_EXPLAINED_TO_DISCLOSER = _READABLE | {"offered"}
_TEXT_LANGUAGES = ("de", "de/leichte-sprache", "en", "ar", "fa", "ru", "tr", "uk")
"""Of the delivered sets; consent says which of them are in force when one is chosen."""


@router.get("/verweisungen/{referral_id}")
async def shown(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What one's own side may see, and what can be done next. A draft shows what would go now, and why not the rest."""
    found = await get_referral(referral_id, having.clients, Response())
    names = await names_if_there(having.clients, [found.discloser_id, found.recipient_id])
    known = await topics(having.clients, reader.language)
    own = found.discloser_id == reader.agency_id
    would_go, away, others = None, False, list[Referral]()
    if own and found.state == "draft":
        others = await other_drafts(found, having.clients)
        try:
            would_go = await preview(referral_id, having.clients)
        except COME_AGAIN:
            away = True  # the draft itself can be read on while consent is away
    proposed = await _proposed(found, having, own=own)
    further = [each.recipient_id for each in (*others, *([proposed] if proposed else []))]
    names |= await names_if_there(having.clients, [*further, *found.participant_ids])
    return page(
        reader,
        "counsellor/referral.html",
        referral=found,
        names=names,
        others=[(each.referral_id, names[each.recipient_id] or each.referral_id[:8]) for each in others],
        proposed=proposed,
        own=own,
        preview=would_go,
        preview_away=away,
        explained=await _explained(found, having, own=own),
        topic_names={topic.slug: topic.label for topic in known.topics},
        text_languages=_TEXT_LANGUAGES,
    )


async def _proposed(found: Referral, having: PartsOf, *, own: bool) -> Referral | None:
    """Whom to send it to next, where it came to nothing; None where nobody is left, or consent cannot be asked."""
    if not own or found.state not in _CAME_TO_NOTHING:
        return None
    try:
        return (await next_candidate(found.referral_id, having.clients)).referral
    except COME_AGAIN:
        return None


async def _explained(found: Referral, having: PartsOf, *, own: bool) -> Explanation | None:
    """Why each section can be seen or not; None where there is nothing to say, or not to her."""
    if found.state not in (_EXPLAINED_TO_DISCLOSER if own else _READABLE):
        return None
    try:
        return await explanation(found.referral_id, having.clients)
    except COME_AGAIN:
        return None  # the rest of the page stands without consent
    except LotseError as error:
        if error.reason != "NOT_FOUND":
            raise
        return None  # somebody who only looks on, or works on it no more


@router.post("/verweisungen/{referral_id}/abschnitte/{category}")
async def read(referral_id: Id, category: Word, reader: StaffOf, having: PartsOf) -> Response:
    """One section that crossed. Each reading stands in the client's list, so it is a button and no link."""
    found = await read_section(referral_id, category, having.clients, reader.form.repeat_key)
    back = reader.at_page(f"/verweisungen/{referral_id}")
    return page(back, "counsellor/read.html", referral_id=referral_id, category=category, read=found)


@router.post("/verweisungen/{referral_id}/ergebnis/lesen")
async def outcome(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What came of it, as far as the client permits."""
    back = reader.at_page(f"/verweisungen/{referral_id}")
    try:
        found = await read_outcome(referral_id, having.clients, reader.form.repeat_key)
    except LotseError as error:
        if error.reason != "NOT_FOUND":
            raise
        found = None
    return page(back, "counsellor/outcome_read.html", referral_id=referral_id, read=found)


@router.get("/verweisungen/{referral_id}/zurueckholen")
async def before_recall(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What recalling does, before it is done."""
    found = await get_referral(referral_id, having.clients, Response())
    return page(reader, "counsellor/recall.html", referral=found)


@router.post("/verweisungen/{referral_id}/zurueckholen")
async def take_back(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Nobody at the other agency can read it from now on."""
    form = reader.form
    why = body_of(PerhapsWhy, {"reason": form.text("reason") or None})
    await recall(referral_id, why, having.clients, form.repeat_key, form.text("etag"), Response())
    return RedirectResponse(f"/verweisungen/{referral_id}", 303)
