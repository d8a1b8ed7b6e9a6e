"""A client who decides aloud or on paper: the question to read out or print, her decision, and what proves it."""

from datetime import datetime

from fastapi import APIRouter, Depends
from lotse.consent.v1 import request_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.client.consent_request import CategoryAsked
from gateway.api.v1.dependencies import ClientsOf, Etag, PartsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import (
    Answer,
    Body,
    Id,
    Moment,
    PlainText,
    Word,
    category,
    decoded,
    moment,
    number,
    word,
    words,
)
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1/referrals/{referral_id}", tags=["referrals"], dependencies=[Depends(as_staff)])
_MOST_BASE64 = 4 * 1024 * 1024


class QuestionText(Answer):
    """A version of a text."""

    subject: str
    language: str
    variety: str
    title: str
    body: str
    content_hash: str
    demo: bool
    reviewed: bool


class Asked(Answer):
    """The question as she would read it, and the same in a second language."""

    consent_request_id: str
    state: str
    recipient_id: str
    categories: list[CategoryAsked]
    texts: list[QuestionText]
    beside: list[QuestionText]
    unconfirmed_until: datetime | None
    participant_ids: list[Id] = Field(description="All agencies of a case conference; empty for every other purpose.")


class GivenAnswer(Body):
    """Yes or no."""

    category: Word
    permit: bool


class Representative(Body):
    """Who decides for her. The name is kept encrypted."""

    name: PlainText = Field(min_length=1, max_length=200)
    ground: Word
    way_back: bool = False
    until: Moment | None = Field(None, strict=False)
    both_parents_needed: bool = False
    parents_agreed: int = Field(0, ge=0, le=2)
    assent: Word = "not-asked"


class GivenDecision(Body):
    """What she decided; what is not answered is a no."""

    answers: list[GivenAnswer] = Field(default=[], max_length=16)
    way_back: Word = "nothing"
    secrecy_release_forward: bool = False
    secrecy_release_back: bool = False
    representative: Representative | None = None
    ground_of_minor: PlainText = Field("", max_length=2000)


class Present(Body):
    """Somebody who was there. The name is kept encrypted."""

    name: PlainText = Field(min_length=1, max_length=200)
    relation: Word


class OralDecision(GivenDecision):
    """What she said. Without interpreter or witness it waits fourteen days for her own word."""

    interpreter: Present | None = None
    witness: Present | None = None
    question_id: Word
    answered_right: bool


class PaperDecision(GivenDecision):
    """What she wrote, with the scan as base64."""

    scan: str = Field(min_length=1, max_length=_MOST_BASE64)


class WrittenDown(Answer):
    """Her proof, to be handed to her."""

    state: str
    receipt_id: str
    unconfirmed_until: datetime | None


class ConfirmationCode(Answer):
    """Shown once and stored nowhere."""

    access_code: str
    link: str = Field(description="Opens the question; the code stands behind the #, which no server sees.")
    expires_at: datetime | None


class EvidenceItem(Answer):
    """A piece of evidence without its content."""

    item_id: Id
    role: str
    media_type: str
    written_at: datetime | None


class EvidenceItems(Answer):
    """What there is, oldest first."""

    items: list[EvidenceItem]


@router.get("/question", summary="The question, to be read out or printed")
async def question(referral_id: Id, having: ClientsOf, beside: Word | None = None) -> Asked:
    """In her language, and beside it in another one."""
    request = referral_pb2.GetQuestionRequest(referral_id=referral_id, beside=beside or "")
    found = await having.referrals.GetQuestion(request)
    return Asked(
        consent_request_id=found.consent_request_id,
        state=word(request_pb2.ConsentRequestState, found.state),
        recipient_id=found.recipient_id,
        categories=[
            CategoryAsked(
                category=category(asked.category), labels=words(vocabulary_pb2.SensitivityLabel, list(asked.labels))
            )
            for asked in found.categories
        ],
        texts=[_text(text) for text in found.texts],
        beside=[_text(text) for text in found.beside],
        unconfirmed_until=moment(found.unconfirmed_until, present=found.HasField("unconfirmed_until")),
        participant_ids=list(found.participant_ids),
    )


@router.post("/oral-decisions", status_code=201, summary="Write down what she said")
async def record_oral(
    referral_id: Id, body: OralDecision, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> WrittenDown:
    """Before an interpreter or a witness it counts at once; else only a part goes until she confirms it."""
    request = referral_pb2.RecordOralDecisionRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        etag=etag,
        decision=_decision(body),
        interpreter=_present(body.interpreter, "interpreter"),
        witness=_present(body.witness, "witness"),
        question_id=body.question_id,
        answered_right=body.answered_right,
    )
    done = await having.referrals.RecordOralDecision(request)
    return WrittenDown(
        state=word(request_pb2.ConsentRequestState, done.state),
        receipt_id=done.receipt_id,
        unconfirmed_until=moment(done.unconfirmed_until, present=done.HasField("unconfirmed_until")),
    )


@router.post("/paper-decisions", status_code=201, summary="Write down what she decided on paper")
async def record_paper(
    referral_id: Id, body: PaperDecision, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> WrittenDown:
    """PDF, JPEG or PNG, told by content; what could run is refused."""
    scan = decoded(body.scan, "scan", "not-a-scan")
    return await record_scanned(referral_id, body, scan, having, repeat_key, etag)


async def record_scanned(
    referral_id: str, given: GivenDecision, scan: bytes, having: ClientsOf, repeat_key: str, etag: str
) -> WrittenDown:
    """The same with the bytes as a form sends them."""
    request = referral_pb2.RecordPaperDecisionRequest(
        request_id=repeat_key, referral_id=referral_id, etag=etag, decision=_decision(given), scan=scan
    )
    done = await having.referrals.RecordPaperDecision(request)
    return WrittenDown(
        state=word(request_pb2.ConsentRequestState, done.state), receipt_id=done.receipt_id, unconfirmed_until=None
    )


@router.post("/confirmation-codes", status_code=201, summary="A code to confirm an oral decision")
async def request_confirmation(referral_id: Id, having: PartsOf, repeat_key: RepeatKey) -> ConfirmationCode:
    """A repeat makes a new code and ends the one before."""
    request = referral_pb2.RequestConfirmationRequest(request_id=repeat_key, referral_id=referral_id)
    made = await having.clients.referrals.RequestConfirmation(request)
    return ConfirmationCode(
        access_code=made.access_code,
        link=f"{having.settings.client_origin}/#{made.access_code}",
        expires_at=moment(made.expires_at),
    )


@router.get("/evidence", summary="What proves her decisions")
async def evidence(referral_id: Id, having: ClientsOf) -> EvidenceItems:
    """Kinds and times."""
    found = await having.referrals.ListEvidence(referral_pb2.ListEvidenceRequest(referral_id=referral_id))
    return EvidenceItems(
        items=[
            EvidenceItem(
                item_id=item.item_id,
                role=word(request_pb2.EvidenceRole, item.role),
                media_type=item.media_type,
                written_at=moment(item.written_at),
            )
            for item in found.items
        ]
    )


def _text(text: request_pb2.RequestText) -> QuestionText:
    return QuestionText(
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        content_hash=text.content_hash,
        demo=text.demo,
        reviewed=text.reviewed,
    )


def _present(person: Present | None, field: str) -> referral_pb2.PersonPresent | None:
    if person is None:
        return None
    relation = number(request_pb2.EvidenceRelation, person.relation, f"{field}.relation")
    return referral_pb2.PersonPresent(name=person.name, relation=relation)  # type: ignore[arg-type]


def _decision(body: GivenDecision) -> referral_pb2.DecisionGiven:
    return referral_pb2.DecisionGiven(
        answers=[
            request_pb2.AnswerForClient(
                category=number(vocabulary_pb2.DataCategory, answer.category, f"answers[{index}].category"),  # type: ignore[arg-type]
                permit=answer.permit,
            )
            for index, answer in enumerate(body.answers)
        ],
        way_back=number(vocabulary_pb2.WayBack, body.way_back, "way_back"),  # type: ignore[arg-type]
        secrecy_release_forward=body.secrecy_release_forward,
        secrecy_release_back=body.secrecy_release_back,
        representative=_representative(body.representative) if body.representative else None,
        ground_of_minor=body.ground_of_minor,
    )


def _representative(given: Representative) -> referral_pb2.Representative:
    return referral_pb2.Representative(
        name=given.name,
        grantor=request_pb2.GrantorGiven(
            ground=number(request_pb2.GrantorGround, given.ground, "representative.ground"),  # type: ignore[arg-type]
            way_back=given.way_back,
            until=to_timestamp(given.until),
            both_parents_needed=given.both_parents_needed,
            parents_agreed=given.parents_agreed,
            assent=number(request_pb2.GrantorAssent, given.assent, "representative.assent"),  # type: ignore[arg-type]
        ),
    )
