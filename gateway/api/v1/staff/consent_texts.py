"""Versions of the texts that clients are asked with: what is in force, who stands for it, signing and retiring."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from lotse.consent.v1 import text_draft_pb2, text_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, moment, word

router = APIRouter(prefix="/api/v1", tags=["consent texts"], dependencies=[Depends(as_staff)])
ContentHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class ConsentText(Answer):
    """A version. Its words are left out of lists."""

    text_version_id: Id
    subject: str
    language: str
    variety: str
    title: str
    body: str
    translator: str
    reviewer: str
    reviewed_on: str
    demo: bool
    material: bool
    content_hash: str
    html_hash: str
    published_at: datetime | None
    retired_at: datetime | None
    state: str = Field(description="`reviewed`, `unreviewed`, `replaced` or `retired`; of a single one `unspecified`.")
    recording_type: str = Field(description='Media type of its recording; "" where there is none.')


class ConsentTexts(Answer):
    """Newest first."""

    texts: list[ConsentText]


class ShownConsentText(Answer):
    """A version and what it was rendered to when it was published."""

    text: ConsentText
    html: str


class TextAct(Answer):
    """What a person did with a text."""

    at: datetime | None
    act: str
    revision: int
    role: str
    by_caller: bool
    reviewer: str
    reviewed_on: str
    content_hash: str
    person_id: Id


class TextActs(Answer):
    """Oldest first."""

    acts: list[TextAct]


class Signature(Body):
    """A reviewer and the day of the review; the hash is that of what was read."""

    content_hash: str = Field(pattern="^[0-9a-f]{64}$")
    reviewer: PlainText = Field(min_length=1, max_length=200)
    reviewed_on: str = Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


@router.get("/consent-texts", summary="All versions of consent texts")
async def list_texts(having: ClientsOf) -> ConsentTexts:
    """For operators and data-protection officers; without the words."""
    found = await having.texts.ListTexts(text_pb2.ListTextsRequest(without_words=True))
    return ConsentTexts(texts=[consent_text(each) for each in found.texts])


@router.get("/consent-texts/{content_hash}", summary="A version as clients see it")
async def get_text(content_hash: ContentHash, having: ClientsOf) -> ShownConsentText:
    """By the hash that stands in the evidence of a consent."""
    found = await having.texts.GetRenderedText(text_pb2.GetRenderedTextRequest(content_hash=content_hash))
    return ShownConsentText(text=consent_text(found.text), html=found.html)


@router.get("/consent-text-acts/{text_version_id}", summary="What persons did with a version")
async def list_acts(text_version_id: Id, having: ClientsOf) -> TextActs:
    """Nothing for a version that came from a file."""
    request = text_draft_pb2.ListTextActsRequest(text_version_id=text_version_id)
    return TextActs(acts=[text_act(each) for each in (await having.text_drafts.ListTextActs(request)).acts])


@router.post("/consent-text-versions/{text_version_id}/review", summary="Sign a version for its reviewer")
async def review_text(text_version_id: Id, body: Signature, having: ClientsOf, repeat_key: RepeatKey) -> ConsentText:
    """A new version with the same words, which a client may read alone. Not for whoever wrote them."""
    request = text_pb2.ReviewTextRequest(
        request_id=repeat_key,
        text_version_id=text_version_id,
        content_hash=body.content_hash,
        reviewer=body.reviewer,
        reviewed_on=body.reviewed_on,
    )
    return consent_text((await having.texts.ReviewText(request)).text)


@router.post("/consent-text-versions/{text_version_id}/retire", summary="Retire a version")
async def retire_text(text_version_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> ConsentText:
    """Nobody is shown it any more; open questions that were asked with it are asked anew."""
    request = text_pb2.RetireTextRequest(request_id=repeat_key, text_version_id=text_version_id)
    return consent_text((await having.texts.RetireText(request)).text)


def consent_text(text: text_pb2.TextVersion) -> ConsentText:
    """A version."""
    return ConsentText(
        text_version_id=text.text_version_id,
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        translator=text.translator,
        reviewer=text.reviewer,
        reviewed_on=text.reviewed_on,
        demo=text.demo,
        material=text.material,
        content_hash=text.content_hash,
        html_hash=text.html_hash,
        published_at=moment(text.published_at, present=text.HasField("published_at")),
        retired_at=moment(text.retired_at, present=text.HasField("retired_at")),
        state=word(text_pb2.TextState, text.state),
        recording_type=text.recording_type,
    )


def text_act(act: text_draft_pb2.TextAct) -> TextAct:
    """An act."""
    return TextAct(
        at=moment(act.at),
        act=act.act,
        revision=act.revision,
        role=act.role,
        by_caller=act.by_caller,
        reviewer=act.reviewer,
        reviewed_on=act.reviewed_on,
        content_hash=act.content_hash,
        person_id=act.person_id,
    )
