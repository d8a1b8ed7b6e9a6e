"""A client who decides in the talk, on paper, or on the tablet that is handed to her."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from lotse.referrals.v1 import referral_pb2

from gateway.api.v1.dependencies import Parts, PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.assisted import (
    Asked,
    GivenDecision,
    OralDecision,
    WrittenDown,
    evidence,
    question,
    record_oral,
    record_scanned,
    request_confirmation,
)
from gateway.api.v1.staff.referrals import get_referral, request_consent
from gateway.web.counsellor.asking import question_in
from gateway.web.dependencies import StaffOf
from gateway.web.documents.download import as_pdf
from gateway.web.documents.sheet import Question as Sheet
from gateway.web.documents.sheet import SheetText, sheet
from gateway.web.documents.wording import nearest_wording
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_PERSONS = ("interpreter", "witness")
_NAMES = {
    "interpreter.name": "interpreter_name",
    "interpreter.relation": "interpreter_relation",
    "witness.name": "witness_name",
    "witness.relation": "witness_relation",
    "representative.name": "representative_name",
    "representative.ground": "representative_ground",
    "representative.until": "representative_until",
    "representative.parents_agreed": "parents_agreed",
    "decision.ground_of_minor": "ground_of_minor",
}
_SANDBOX = "default-src 'none'; sandbox"


@router.post("/verweisungen/{referral_id}/gespraech")
async def ask_aloud(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Ask in the language that she hears; the code that belongs to the question is shown to nobody."""
    await _ask(referral_id, reader, having)
    return RedirectResponse(f"/verweisungen/{referral_id}/gespraech", 303)


@router.get("/verweisungen/{referral_id}/gespraech")
async def talk(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Her text and the counsellor's side by side, question after question, and who helped."""
    return await _talk(referral_id, reader, having, Form())


@router.post("/verweisungen/{referral_id}/gespraech/aufschreiben")
async def write_down(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What she said, with what proves it."""
    form = reader.form
    try:
        persons = {person: _person(form, person) for person in _PERSONS}
        read_back = {"question_id": form.text("question_id"), "answered_right": _yes_or_no(form, "answered_right")}
        said = body_of(OralDecision, {**_decision(form), **persons, **read_back})
        done = await record_oral(referral_id, said, having.clients, form.repeat_key, form.text("etag"))
    except InvalidArgument as error:
        return await _talk(referral_id, reader, having, form.with_faults(error, reader.language, _NAMES), status=400)
    return _written(reader, referral_id, done)


@router.post("/verweisungen/{referral_id}/bestaetigung")
async def confirmation(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The code with which she confirms, shown once."""
    made = await request_confirmation(referral_id, having, reader.form.repeat_key)
    back = reader.at_page(f"/verweisungen/{referral_id}")
    return page(back, "counsellor/access_code.html", made=made, referral_id=referral_id)


@router.post("/verweisungen/{referral_id}/papierfrage")
async def ask_on_paper(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Ask in the language that she reads."""
    await _ask(referral_id, reader, having)
    return RedirectResponse(f"/verweisungen/{referral_id}/papier", 303)


@router.get("/verweisungen/{referral_id}/papier")
async def paper(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """To print it, and to bring it back."""
    return await _paper(referral_id, reader, having, Form())


@router.get("/verweisungen/{referral_id}/papier/pdf")
async def printed(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The sheet that she reads and signs, in her words: the same texts, with their hashes."""
    asked = await question(referral_id, having.clients)
    if not asked.texts:
        raise NotFound
    names = await names_if_there(having.clients, [asked.recipient_id, reader.agency_id, *asked.participant_ids])
    on_paper = Sheet(
        wording=nearest_wording((asked.texts[0].language, asked.texts[0].variety)),
        texts=tuple(SheetText(text.subject, text.title, text.body, text.content_hash) for text in asked.texts),
        categories=tuple((each.category, tuple(each.labels)) for each in asked.categories),
        discloser=names[reader.agency_id],
        recipient=names[asked.recipient_id],
        reference=asked.consent_request_id[:8],
        demo=any(text.demo for text in asked.texts),
        reviewed=all(text.reviewed for text in asked.texts),
        participants=tuple(names[agency_id] for agency_id in asked.participant_ids),
    )
    return as_pdf(await asyncio.to_thread(sheet, on_paper, datetime.now(UTC)))


@router.post("/verweisungen/{referral_id}/papier")
async def bring_back(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What she wrote, with the scan."""
    form = reader.form
    try:
        given = body_of(GivenDecision, _decision(form))
        scan = _scan(form)
        done = await record_scanned(referral_id, given, scan, having.clients, form.repeat_key, form.text("etag"))
    except InvalidArgument as error:
        return await _paper(referral_id, reader, having, form.with_faults(error, reader.language, _NAMES), status=400)
    return _written(reader, referral_id, done)


@router.get("/verweisungen/{referral_id}/belege")
async def proofs(referral_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """What proves her decisions, to be opened one by one."""
    found = await evidence(referral_id, having.clients)
    try:
        waiting = (await question(referral_id, having.clients)).unconfirmed_until
    except NotFound:
        waiting = None  # nothing was asked for this revision
    return page(reader, "counsellor/evidence.html", found=found, waiting=waiting, referral_id=referral_id)


@router.post("/verweisungen/{referral_id}/belege/{item_id}")
async def proof(referral_id: Id, item_id: Id, _: StaffOf, having: PartsOf) -> Response:
    """One of them as a download that cannot run anything. Opening it leaves a trace, so it is a button and no link."""
    request = referral_pb2.ReadEvidenceRequest(referral_id=referral_id, item_id=item_id)
    found = await having.clients.referrals.ReadEvidence(request)
    headers = {"Content-Disposition": "attachment", "Content-Security-Policy": _SANDBOX}
    return Response(found.content, media_type=found.item.media_type, headers=headers)


async def _ask(referral_id: str, reader: Reader, having: Parts) -> None:
    form = reader.form
    await request_consent(referral_id, question_in(form), having, form.repeat_key, form.text("etag"))


async def _talk(referral_id: str, reader: Reader, having: Parts, form: Form, *, status: int = 200) -> Response:
    return await _shown("counsellor/talk.html", referral_id, reader, having, form, status=status)


async def _paper(referral_id: str, reader: Reader, having: Parts, form: Form, *, status: int = 200) -> Response:
    return await _shown("counsellor/paper.html", referral_id, reader, having, form, status=status)


async def _shown(
    template: str, referral_id: str, reader: Reader, having: Parts, form: Form, *, status: int
) -> Response:
    found = await get_referral(referral_id, having.clients, Response())
    asked = await question(referral_id, having.clients, reader.language)
    names = await names_if_there(having.clients, [asked.recipient_id, *asked.participant_ids])
    back = reader.at_page(f"/verweisungen/{referral_id}") if status != 200 else reader
    return page(
        back,
        template,
        status=status,
        form=form,
        referral=found,
        asked=asked,
        beside=_by_subject(asked),
        recipient=names[asked.recipient_id],
        participants=[names[agency_id] for agency_id in asked.participant_ids if names[agency_id]],
    )


def _by_subject(asked: Asked) -> Mapping[str, object]:
    return {text.subject: text for text in asked.beside}


def _written(reader: Reader, referral_id: str, done: WrittenDown) -> Response:
    back = reader.at_page(f"/verweisungen/{referral_id}")
    return page(back, "counsellor/written_down.html", done=done, referral_id=referral_id)


def _decision(form: Form) -> dict[str, object]:
    """The decision as the JSON API takes it. A category without answer is left out, and so a no."""
    prefix = "answer-"
    given = {name.removeprefix(prefix): form.text(name) for name in form.values if name.startswith(prefix)}
    return {
        "answers": [{"category": name, "permit": answer == "yes"} for name, answer in given.items() if answer],
        "way_back": form.text("way_back", "nothing") or "nothing",
        "secrecy_release_forward": form.text("release_forward") == "yes",
        "secrecy_release_back": form.text("release_back") == "yes",
        "representative": _representative(form),
        "ground_of_minor": form.text("ground_of_minor"),
    }


def _scan(form: Form) -> bytes:
    scan = form.files.get("scan", b"")
    if not scan:
        raise InvalidArgument(violations=[FieldViolation("scan", "missing")])
    return scan


def _representative(form: Form) -> dict[str, object] | None:
    if not form.text("representative_ground"):
        return None
    until = form.text("representative_until")
    return {
        "name": form.text("representative_name"),
        "ground": form.text("representative_ground"),
        "way_back": form.text("way_back", "nothing") not in {"", "nothing"},
        "until": f"{until}T00:00:00+00:00" if until else None,
        "both_parents_needed": form.text("both_parents") == "yes",
        "parents_agreed": form.number("parents_agreed"),
        "assent": form.text("assent") or "not-asked",
    }


def _person(form: Form, person: str) -> dict[str, str] | None:
    name, relation = form.text(f"{person}_name"), form.text(f"{person}_relation")
    return {"name": name, "relation": relation} if name or relation else None


def _yes_or_no(form: Form, name: str) -> bool:
    given = form.text(name)
    if given not in {"yes", "no"}:
        raise InvalidArgument(violations=[FieldViolation(name, "missing")])
    return given == "yes"
