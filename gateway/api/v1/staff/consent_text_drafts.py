"""Consent texts that are being written; somebody else signs and publishes them."""

from datetime import datetime

from fastapi import APIRouter, Depends, Response
from lotse.consent.v1 import text_draft_pb2 as pb
from lotse.consent.v1 import text_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, RepeatKey, answer_etag, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Language, PlainText, Word, moment, word
from gateway.api.v1.staff.consent_texts import ConsentText, Signature, TextAct, consent_text, text_act
from services.common.errors import StaleEtag

router = APIRouter(prefix="/api/v1", tags=["consent texts"], dependencies=[Depends(as_staff)])


class NewText(Body):
    """Words as they are to be published. `material`: they say something else than the version before."""

    subject: Word
    language: Language
    variety: Word
    title: PlainText = Field(min_length=1, max_length=300)
    body: PlainText = Field(min_length=1, max_length=20_000)
    translator: PlainText = Field("", max_length=200)
    material: bool = True


class ReadText(Body):
    """The hash of the words that were read."""

    content_hash: str = Field(pattern="^[0-9a-f]{64}$")


class TextDraft(Answer):
    """A draft; `state` is `open`, `published` or `discarded`."""

    draft_id: Id
    revision: int
    subject: str
    language: str
    variety: str
    title: str
    body: str
    translator: str
    material: bool
    content_hash: str
    reviewer: str
    reviewed_on: str
    written_at: datetime | None
    signed_at: datetime | None
    state: str
    written_by_caller: bool
    may_be_published: bool


class TextDrafts(Answer):
    """Newest first, without their words."""

    drafts: list[TextDraft]


class ShownTextDraft(Answer):
    """A draft, what it would be rendered to, and what was done with it."""

    draft: TextDraft
    html: str
    acts: list[TextAct]


@router.get("/consent-text-drafts", summary="Texts that are being written")
async def list_drafts(having: ClientsOf) -> TextDrafts:
    """For operators and data-protection officers."""
    found = await having.text_drafts.ListTextDrafts(pb.ListTextDraftsRequest())
    return TextDrafts(drafts=[text_draft(each) for each in found.drafts])


@router.get("/consent-text-drafts/{draft_id}", summary="A text that is being written")
async def get_draft(draft_id: Id, having: ClientsOf, response: Response) -> ShownTextDraft:
    """Also one that was published or discarded."""
    found = await having.text_drafts.GetTextDraft(pb.GetTextDraftRequest(draft_id=draft_id))
    answer_etag(response, str(found.draft.revision))
    return ShownTextDraft(draft=text_draft(found.draft), html=found.html, acts=[text_act(each) for each in found.acts])


@router.post("/consent-text-drafts", status_code=201, summary="Begin a text")
async def begin_draft(body: NewText, having: ClientsOf, repeat_key: RepeatKey, response: Response) -> TextDraft:
    """Nobody is shown it before somebody else publishes it."""
    return await _written(pb.WriteTextDraftRequest(request_id=repeat_key, text=_words(body)), having, response)


@router.put("/consent-text-drafts/{draft_id}", summary="Write on a text")
async def write_draft(
    draft_id: Id, body: NewText, having: ClientsOf, repeat_key: RepeatKey, etag: Etag, response: Response
) -> TextDraft:
    """A signature on the words before holds for these no more."""
    if not (etag.isascii() and etag.isdigit() and len(etag) < 10):
        raise StaleEtag
    request = pb.WriteTextDraftRequest(request_id=repeat_key, draft_id=draft_id, revision=int(etag), text=_words(body))
    return await _written(request, having, response)


@router.post("/consent-text-drafts/{draft_id}/sign", summary="Sign a text for its reviewer")
async def sign_draft(draft_id: Id, body: Signature, having: ClientsOf, repeat_key: RepeatKey) -> TextDraft:
    """Not for whoever wrote on it."""
    request = pb.SignTextDraftRequest(
        request_id=repeat_key,
        draft_id=draft_id,
        content_hash=body.content_hash,
        reviewer=body.reviewer,
        reviewed_on=body.reviewed_on,
    )
    return text_draft((await having.text_drafts.SignTextDraft(request)).draft)


@router.post("/consent-text-drafts/{draft_id}/publish", summary="Publish a text")
async def publish_draft(draft_id: Id, body: ReadText, having: ClientsOf, repeat_key: RepeatKey) -> ConsentText:
    """Not for whoever wrote on it. Without a reviewer it is shown only where an interpreter is with the client."""
    request = pb.PublishTextDraftRequest(request_id=repeat_key, draft_id=draft_id, content_hash=body.content_hash)
    return consent_text((await having.text_drafts.PublishTextDraft(request)).text)


@router.post("/consent-text-drafts/{draft_id}/discard", summary="Discard a text")
async def discard_draft(draft_id: Id, having: ClientsOf, repeat_key: RepeatKey) -> TextDraft:
    """It can be read on, and not be written on."""
    request = pb.DiscardTextDraftRequest(request_id=repeat_key, draft_id=draft_id)
    return text_draft((await having.text_drafts.DiscardTextDraft(request)).draft)


async def _written(request: pb.WriteTextDraftRequest, having: ClientsOf, response: Response) -> TextDraft:
    draft = text_draft((await having.text_drafts.WriteTextDraft(request)).draft)
    answer_etag(response, str(draft.revision))
    return draft


def _words(body: NewText) -> text_pb2.TextVersion:
    return text_pb2.TextVersion(**body.model_dump())


def text_draft(draft: pb.TextDraft) -> TextDraft:
    """A draft."""
    text = draft.text
    return TextDraft(
        draft_id=draft.draft_id,
        revision=draft.revision,
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        translator=text.translator,
        material=text.material,
        content_hash=text.content_hash,
        reviewer=text.reviewer,
        reviewed_on=text.reviewed_on,
        written_at=moment(draft.written_at),
        signed_at=moment(draft.signed_at, present=draft.HasField("signed_at")),
        state=word(pb.TextDraftState, draft.state),
        written_by_caller=draft.written_by_caller,
        may_be_published=draft.may_be_published,
    )
