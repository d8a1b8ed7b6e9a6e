"""What she is asked, the very text that would go, and her answer."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf, RepeatKey
from gateway.api.v1.names import names_of
from gateway.api.v1.schemas import Answer, Body, Id, Moment, Word, category, moment, number, numbers, word, words
from services.common.errors import NotFound
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1", tags=["consent"])
LanguageQuery = Annotated[str, Query(pattern=r"^([a-z]{2,3})?$", description='ISO 639-1; "" means as she was asked.')]
VarietyQuery = Annotated[
    str, Query(pattern="^(standard|leichte-sprache)?$", description='Language variety; "" means as she was asked.')
]


class AgencyName(Answer):
    """An agency by name."""

    agency_id: str
    name: str


class CategoryAsked(Answer):
    """A category that she is asked about."""

    category: str
    labels: list[str]


class Wording(Answer):
    """A language and a language variety in which she can read."""

    language: str
    variety: str


class Text(Answer):
    """A text as she is shown it."""

    text_version_id: Id
    subject: str
    language: str
    variety: str
    title: str
    body: str
    content_hash: str
    demo: bool
    reviewed: bool = Field(description="A named reviewer has signed it; without one it is for an interpreter's help.")
    recording_type: str = Field(description='Media type of its recording; "" where there is none.')


class ToConfirm(Answer):
    """What was written down of her oral decision and waits for her word."""

    permitted: list[str]
    way_back: str
    written_down_at: datetime | None


class SittingQuestion(Answer):
    """One question of a sitting, and what she decided."""

    consent_request_id: Id
    recipient: AgencyName
    state: str


class ConsentRequest(Answer):
    """What she is asked."""

    consent_request_id: Id
    state: str
    discloser: AgencyName
    recipient: AgencyName
    categories: list[CategoryAsked]
    purposes: list[str]
    until: datetime | None
    texts: list[Text] = Field(description="Empty when none is in force in the words asked for: then choose others.")
    wordings: list[Wording]
    replaces_an_older_consent: bool
    second_secret_is_mandatory: bool
    to_confirm: ToConfirm | None
    sitting: list[SittingQuestion] = Field(description="All questions of the sitting in order; empty for one alone.")
    participants: list[AgencyName] = Field(
        description="All agencies of a case conference, each of which sees this list; empty for every other purpose."
    )


class SectionText(Answer):
    """The very text that would go."""

    fields: dict[str, str]
    note: str
    topics: list[str]


class CategoryAnswer(Body):
    """Yes or no."""

    category: Word
    permit: bool


class Decision(Body):
    """Her answer. What she does not answer stays a no."""

    answers: list[CategoryAnswer] = Field(default=[], max_length=16)
    way_back: Word = "nothing"
    secrecy_release_forward: bool = False
    secrecy_release_back: bool = False
    purposes: list[Word] = Field(default=[], max_length=6, description="Empty means all that were asked.")
    valid_until: Moment | None = Field(None, strict=False, description="Absent means six months.")
    excluded_person_ids: list[Id] = Field(default=[], max_length=50)
    text_version_ids: list[Id] = Field(
        default=[],
        max_length=12,
        description="The texts that she was shown in the end, all in one language and variety. Empty means those of "
        "the moment when she was asked.",
    )


class Receipt(Answer):
    """Signed proof, hers to keep."""

    receipt_id: str
    leaf_hash: str
    signature: str
    at: datetime | None


class Decided(Answer):
    """Her proof."""

    state: str
    consent_id: str
    receipt: Receipt


class Confirmation(Body):
    """Whether what was written down is what she said."""

    is_right: bool


class PassWanted(Body):
    """With a second secret names can be shown later; without one they stay hidden."""

    second_secret: str | None = Field(None, pattern=r"^[0-9]{6}$")


class Pass(Answer):
    """To come back with; shown once."""

    lotsenpass: str


@router.get("/consent-request", summary="What she is asked")
async def consent_request(
    having: ClientsOf, _: ClientSessionOf, language: LanguageQuery = "", variety: VarietyQuery = ""
) -> ConsentRequest:
    """With the names of the agencies and the texts in force, in the words asked for where there are such."""
    request = client_pb2.GetOwnRequestRequest(language=language, variety=variety)
    found = await having.consent.GetOwnRequest(request)
    asked_about = [each.recipient_id for each in found.sitting]
    agencies = [found.discloser_id, found.recipient_id, *asked_about, *found.participant_ids]
    names = await names_of(having, agencies)
    return ConsentRequest(
        consent_request_id=found.consent_request_id,
        state=word(request_pb2.ConsentRequestState, found.state),
        discloser=AgencyName(agency_id=found.discloser_id, name=names[found.discloser_id]),
        recipient=AgencyName(agency_id=found.recipient_id, name=names[found.recipient_id]),
        categories=[
            CategoryAsked(
                category=category(asked.category),
                labels=words(vocabulary_pb2.SensitivityLabel, list(asked.labels)),
            )
            for asked in found.categories
        ],
        purposes=words(vocabulary_pb2.Purpose, list(found.purposes)),
        until=moment(found.until),
        texts=[
            Text(
                text_version_id=text.text_version_id,
                subject=text.subject,
                language=text.language,
                variety=text.variety,
                title=text.title,
                body=text.body,
                content_hash=text.content_hash,
                demo=text.demo,
                reviewed=text.reviewed,
                recording_type=text.recording_type,
            )
            for text in found.texts
        ],
        wordings=[Wording(language=one.language, variety=one.variety) for one in found.wordings],
        replaces_an_older_consent=found.HasField("replaces"),
        second_secret_is_mandatory=found.second_secret_is_mandatory,
        sitting=[
            SittingQuestion(
                consent_request_id=each.consent_request_id,
                recipient=AgencyName(agency_id=each.recipient_id, name=names[each.recipient_id]),
                state=word(request_pb2.ConsentRequestState, each.state),
            )
            for each in found.sitting
        ],
        to_confirm=_to_confirm(found.to_confirm) if found.HasField("to_confirm") else None,
        participants=[AgencyName(agency_id=each, name=names[each]) for each in found.participant_ids],
    )


@router.get("/consent-request/sections/{category}", summary="The very text of one category that would go")
async def draft_section(category: Word, having: ClientsOf, session: ClientSessionOf) -> SectionText:
    """Only of the draft that she is asked about; in danger only on the agency's tablet, where nobody reads along."""
    if not session.content.handed_over:
        asked = await having.consent.GetOwnRequest(client_pb2.GetOwnRequestRequest())
        if asked.second_secret_is_mandatory:
            raise NotFound
    request = referral_pb2.ReadDraftSectionRequest(
        category=number(vocabulary_pb2.DataCategory, category, "category")  # type: ignore[arg-type]
    )
    found = await having.draft_previews.ReadDraftSection(request)
    return SectionText(
        fields=dict(found.content.fields), note=found.content.note, topics=list(found.cover_sheet.topics)
    )


@router.post("/decision", status_code=201, summary="Her answer")
async def decide(body: Decision, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey) -> Decided:
    """Ends the access code, not her session."""
    request = client_pb2.RecordDecisionRequest(
        request_id=repeat_key,
        answers=[
            client_pb2.CategoryAnswer(
                category=number(vocabulary_pb2.DataCategory, answer.category, f"answers[{index}].category"),  # type: ignore[arg-type]
                permit=answer.permit,
            )
            for index, answer in enumerate(body.answers)
        ],
        way_back=number(vocabulary_pb2.WayBack, body.way_back, "way_back"),  # type: ignore[arg-type]
        secrecy_release_forward=body.secrecy_release_forward,
        secrecy_release_back=body.secrecy_release_back,
        purposes=numbers(vocabulary_pb2.Purpose, body.purposes, "purposes"),  # type: ignore[arg-type]
        valid_until=to_timestamp(body.valid_until),
        excluded_person_ids=body.excluded_person_ids,
        text_version_ids=body.text_version_ids,
    )
    done = await having.consent.RecordDecision(request)
    return Decided(
        state=word(request_pb2.ConsentRequestState, done.state),
        consent_id=done.consent_id,
        receipt=receipt(done.receipt),
    )


@router.post("/confirmation", status_code=201, summary="Her word on an oral decision")
async def confirm(body: Confirmation, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey) -> Receipt:
    """A no takes everything back at once."""
    request = client_pb2.ConfirmDecisionRequest(request_id=repeat_key, is_right=body.is_right)
    return receipt((await having.consent.ConfirmDecision(request)).receipt)


@router.post("/pass", status_code=201, summary="A pass to come back with")
async def take_pass(body: PassWanted, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey) -> Pass:
    """Shown once; a new one replaces the one before."""
    request = client_pb2.TakePassRequest(request_id=repeat_key, second_secret=body.second_secret or "")
    taken = await having.consent.TakePass(request)
    return Pass(lotsenpass=getattr(taken, "pass"))


def _to_confirm(waiting: client_pb2.OwnConsent) -> ToConfirm:
    return ToConfirm(
        permitted=[category(value) for value in waiting.permitted],
        way_back=word(vocabulary_pb2.WayBack, waiting.way_back),
        written_down_at=moment(waiting.given_at),
    )


def receipt(given: client_pb2.Receipt) -> Receipt:
    """A receipt as JSON."""
    return Receipt(
        receipt_id=given.receipt_id, leaf_hash=given.leaf_hash, signature=given.signature, at=moment(given.at)
    )
