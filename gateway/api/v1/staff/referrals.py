"""Referrals: drafting, asking for consent, preview, sending, the inbox, reading."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from lotse.consent.v1 import decision_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, Parts, PartsOf, RepeatKey, answer_etag, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Language, PlainText, Word, category, moment, number, numbers, word
from gateway.api.v1.staff.cases import Section, SectionVersion, section_version

router = APIRouter(prefix="/api/v1", tags=["referrals"], dependencies=[Depends(as_staff)])


class NewCoverSheet(Body):
    """What the recipient's whole team sees; no name."""

    topics: list[PlainText] = Field(min_length=1, max_length=5)
    urgency: Word = "normal"
    language: Language


class Draft(Body):
    """What a draft says."""

    recipient_id: Id
    service_id: Id | None = None
    kind: Word = "refer"
    purpose: Word = "handing-over"
    cover_sheet: NewCoverSheet
    categories: list[Word] = Field(default=[], max_length=15)


class CoverSheet(Answer):
    """Topic, urgency, language, deadline."""

    topics: list[str]
    urgency: str
    language: str
    answer_by: datetime | None


class Referral(Answer):
    """A referral as one's own side may see it."""

    referral_id: Id
    state: str
    kind: str
    purpose: str
    discloser_id: str
    recipient_id: str
    service_id: str
    cover_sheet: CoverSheet | None
    case_id: str
    draft_revision: int
    consent_state: str
    sections: list[SectionVersion]
    assigned_person_id: str
    created_at: datetime | None
    changed_at: datetime | None
    reason: str
    etag: str
    name_check_is_open: bool = Field(description="The coordinator has to look at it before anybody here reads it.")
    participant_ids: list[Id] = Field(
        description="Of a case conference, where one referral is read: whom she is asked about or said yes to, for the "
        "discloser; who takes part, for a recipient."
    )


class Referrals(Answer):
    """A page of referrals."""

    referrals: list[Referral]
    next_page_token: str


class Question(Body):
    """How the client reads."""

    language: Language
    variety: Literal["standard", "leichte-sprache"] = "standard"
    with_interpreter: bool = Field(
        default=False, description="An interpreter is with her: then a text that nobody has reviewed may be shown."
    )
    further_referral_ids: list[Id] = Field(
        default=[], max_length=2, description="Other drafts of the same case, asked in the same sitting, in this order."
    )


class ConsentRequest(Answer):
    """The question to the client. The code is shown once and stored nowhere."""

    consent_request_id: Id
    access_code: str
    link: str = Field(description="Opens the question; the code stands behind the #, which no server sees.")
    expires_at: datetime | None


class PreviewItem(Answer):
    """What would happen to one item, and why: rule of the decision, revision of the consent, what would change it."""

    category: str
    goes: bool
    reason: str
    rule: int
    consent_revision: int
    remedy: str
    permitted_until: datetime | None
    permitted_from: datetime | None
    entrusted_by_another: bool


class Preview(Answer):
    """What would be sent now."""

    items: list[PreviewItem]
    consent_state: str
    can_send: bool


class Explanation(Answer):
    """What the other side can see now (`goes`), what not, and why. The outcome is what comes back to the discloser."""

    items: list[PreviewItem]


class Sent(Answer):
    """What was sent, and what stayed."""

    referral: Referral
    sent: list[str]
    left_out: list[PreviewItem]


class Read(Section):
    """An item that crossed; this read stands in the client's list."""

    at: datetime | None


class OutcomeRead(Answer):
    """What came of it; this read stands in the client's list."""

    result: str
    note: str
    at: datetime | None


@router.post("/cases/{case_id}/referrals", status_code=201, summary="Draft a referral")
async def create_referral(
    case_id: Id, body: Draft, having: ClientsOf, repeat_key: RepeatKey, response: Response
) -> Referral:
    """Pins the newest versions of the sections named."""
    request = referral_pb2.CreateReferralRequest(request_id=repeat_key, case_id=case_id, draft=_draft(body))
    return answered((await having.referrals.CreateReferral(request)).referral, response)


@router.get("/referrals", summary="The inbox, or what was sent")
async def list_referrals(
    having: ClientsOf,
    box: Literal["incoming", "outgoing"],
    page_size: Annotated[int, Query(ge=0, le=200)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> Referrals:
    """Incoming by deadline, outgoing newest first."""
    request = referral_pb2.ListReferralsRequest(
        box=number(referral_pb2.ReferralBox, box, "box"),  # type: ignore[arg-type]
        page_size=page_size,
        page_token=page_token,
    )
    found = await having.referrals.ListReferrals(request)
    return Referrals(referrals=[referral(entry) for entry in found.referrals], next_page_token=found.next_page_token)


@router.get("/referrals/{referral_id}", summary="One referral")
async def get_referral(referral_id: Id, having: ClientsOf, response: Response) -> Referral:
    """As one's own side may see it."""
    request = referral_pb2.GetReferralRequest(referral_id=referral_id)
    return answered((await having.referrals.GetReferral(request)).referral, response)


@router.put("/referrals/{referral_id}", summary="Change a draft")
async def update_referral(
    referral_id: Id, body: Draft, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> Referral:
    """Its revision rises; what is new is asked anew."""
    request = referral_pb2.UpdateReferralRequest(
        request_id=repeat_key, referral_id=referral_id, etag=etag, draft=_draft(body)
    )
    return answered((await having.referrals.UpdateReferral(request)).referral, response)


@router.post("/referrals/{referral_id}/consent-requests", status_code=201, summary="Ask the client")
async def request_consent(
    referral_id: Id, body: Question, having: PartsOf, repeat_key: RepeatKey, etag: Etag
) -> ConsentRequest:
    """A repeat makes a new code and ends the one before."""
    return await ask(referral_id, body, having, repeat_key, etag)


async def ask(
    referral_id: str, body: Question, having: Parts, repeat_key: str, etag: str, *, on_tablet: bool = False
) -> ConsentRequest:
    """The same; `on_tablet` where the code is redeemed on the agency's tablet, and shown to nobody."""
    request = referral_pb2.RequestConsentRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        etag=etag,
        language=body.language,
        variety=body.variety,
        with_interpreter=body.with_interpreter,
        on_tablet=on_tablet,
        further_referral_ids=body.further_referral_ids,
    )
    made = await having.clients.referrals.RequestConsent(request)
    return ConsentRequest(
        consent_request_id=made.consent_request_id,
        access_code=made.access_code,
        link=f"{having.settings.client_origin}/#{made.access_code}",
        expires_at=moment(made.expires_at),
    )


@router.get("/referrals/{referral_id}/preview", summary="What would be sent now, and why")
async def preview(referral_id: Id, having: ClientsOf) -> Preview:
    """Computed from consent at this moment."""
    found = await having.referrals.PreviewReferral(referral_pb2.PreviewReferralRequest(referral_id=referral_id))
    return Preview(
        items=[_preview_item(item) for item in found.items],
        consent_state=word(referral_pb2.DraftConsentState, found.consent_state),
        can_send=found.can_send,
    )


@router.get("/referrals/{referral_id}/explanation", summary="What can be seen now and what not, and why")
async def explanation(referral_id: Id, having: ClientsOf) -> Explanation:
    """For whoever works on it: of the discloser about everything pinned, of the recipient about what was sent."""
    found = await having.referrals.ExplainReferral(referral_pb2.ExplainReferralRequest(referral_id=referral_id))
    return Explanation(items=[_preview_item(item) for item in found.items])


@router.post("/referrals/{referral_id}/send", summary="Send what consent permits")
async def send(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response) -> Sent:
    """The payload is computed now; needs permission for the cover sheet."""
    request = referral_pb2.SendReferralRequest(request_id=repeat_key, referral_id=referral_id, etag=etag)
    done = await having.referrals.SendReferral(request)
    return Sent(
        referral=answered(done.referral, response),
        sent=[category(value) for value in done.sent],
        left_out=[_preview_item(item) for item in done.left_out],
    )


@router.post("/referrals/{referral_id}/sections/{category}/read", summary="Read one item that crossed")
async def read_section(referral_id: Id, category: Word, having: ClientsOf, repeat_key: RepeatKey) -> Read:
    """A POST, since each read is a disclosure in the client's list. What was not sent or permitted does not exist."""
    request = referral_pb2.ReadSectionRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        category=number(vocabulary_pb2.DataCategory, category, "category"),  # type: ignore[arg-type]
    )
    found = await having.referrals.ReadSection(request)
    return Read(
        section=section_version(found.section),
        fields=dict(found.content.fields),
        note=found.content.note,
        at=moment(found.at),
    )


@router.post("/referrals/{referral_id}/outcome/read", summary="Read what came of it")
async def read_outcome(referral_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> OutcomeRead:
    """As far as the client permits; a disclosure in her list."""
    request = referral_pb2.ReadOutcomeRequest(request_id=repeat_key, referral_id=referral_id)
    found = await having.referrals.ReadOutcome(request)
    return OutcomeRead(
        result=word(referral_pb2.OutcomeResult, found.outcome.result), note=found.outcome.note, at=moment(found.at)
    )


def referral(entry: referral_pb2.Referral) -> Referral:
    """A referral as JSON."""
    sheet = entry.cover_sheet
    return Referral(
        referral_id=entry.referral_id,
        state=word(referral_pb2.ReferralState, entry.state),
        kind=word(vocabulary_pb2.ReferralKind, entry.kind),
        purpose=word(vocabulary_pb2.Purpose, entry.purpose),
        discloser_id=entry.discloser_id,
        recipient_id=entry.recipient_id,
        service_id=entry.service_id,
        cover_sheet=CoverSheet(
            topics=list(sheet.topics),
            urgency=word(vocabulary_pb2.Urgency, sheet.urgency),
            language=sheet.language,
            answer_by=moment(sheet.answer_by, present=sheet.HasField("answer_by")),
        )
        if entry.HasField("cover_sheet")
        else None,
        case_id=entry.case_id,
        draft_revision=entry.draft_revision,
        consent_state=word(referral_pb2.DraftConsentState, entry.consent_state),
        sections=[section_version(section) for section in entry.sections],
        assigned_person_id=entry.assigned_person_id,
        created_at=moment(entry.created_at),
        changed_at=moment(entry.changed_at),
        reason=word(referral_pb2.TransitionReason, entry.reason),
        etag=entry.etag,
        name_check_is_open=entry.name_check_is_open,
        participant_ids=list(entry.participant_ids),
    )


def answered(entry: referral_pb2.Referral, response: Response) -> Referral:
    """A referral as JSON, with its etag in the header."""
    answer_etag(response, entry.etag)
    return referral(entry)


def _draft(body: Draft) -> referral_pb2.ReferralDraft:
    return referral_pb2.ReferralDraft(
        recipient_id=body.recipient_id,
        service_id=body.service_id or "",
        kind=number(vocabulary_pb2.ReferralKind, body.kind, "kind"),  # type: ignore[arg-type]
        purpose=number(vocabulary_pb2.Purpose, body.purpose, "purpose"),  # type: ignore[arg-type]
        cover_sheet=referral_pb2.CoverSheet(
            topics=body.cover_sheet.topics,
            urgency=number(vocabulary_pb2.Urgency, body.cover_sheet.urgency, "cover_sheet.urgency"),  # type: ignore[arg-type]
            language=body.cover_sheet.language,
        ),
        categories=numbers(vocabulary_pb2.DataCategory, body.categories, "categories"),  # type: ignore[arg-type]
    )


def _preview_item(item: referral_pb2.PreviewItem) -> PreviewItem:
    return PreviewItem(
        category=category(item.category),
        goes=item.goes,
        reason=word(decision_pb2.DecisionReason, item.reason),
        rule=item.rule,
        consent_revision=item.consent_revision,
        remedy=word(decision_pb2.DecisionRemedy, item.remedy),
        permitted_until=moment(item.permitted_until, present=item.HasField("permitted_until")),
        permitted_from=moment(item.permitted_from, present=item.HasField("permitted_from")),
        entrusted_by_another=item.section.entrusted_by_another,
    )
