"""ConsentTextDraftService: writing, signing and publishing texts, by persons and never by one alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import text_draft_pb2 as pb
from lotse.consent.v1 import text_draft_pb2_grpc

from services.common.database import Connection, Database, Scope
from services.common.errors import IllegalState, RepeatKeyReused, StaleEtag
from services.common.identifiers import uuid7
from services.common.identity.context import principal, staff
from services.consent.convert import invalid
from services.consent.convert_texts import from_text, from_text_act, from_text_draft, to_text
from services.consent.errors import FourEyesNeeded
from services.consent.model.draft import DraftState, Revision, TextAct, TextActKind, TextDraft
from services.consent.model.vocabulary import Purpose
from services.consent.rules.four_eyes import may_publish, may_sign
from services.consent.rules.texts import content_hash, rendered, subjects_for
from services.consent.servicer.text_acts import hand, reviewed_on
from services.consent.store import requests, text_drafts, texts

Context = grpc.aio.ServicerContext[Any, Any]
_SUBJECTS = subjects_for(frozenset(Purpose))


class ConsentTextDraftServicer(text_draft_pb2_grpc.ConsentTextDraftServiceServicer):
    """A draft is locked while somebody acts on it, so what is signed and published is what was read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def WriteTextDraft(self, request: pb.WriteTextDraftRequest, context: Context) -> pb.WriteTextDraftResponse:
        """The draft with its new revision; StaleEtag when somebody was faster."""
        text = replace(to_text(request.text), reviewer="", reviewed_on=None, demo=False)
        text = replace(text, title=text.title.strip(), body=text.body.strip(), translator=text.translator.strip())
        if text.subject not in _SUBJECTS:
            raise invalid("text.subject", "one of the subjects that questions have")
        for name in ("title", "body"):
            if not getattr(text, name):
                raise invalid(f"text.{name}", "words")
        draft_id = UUID(request.draft_id) if request.draft_id else uuid7()
        written = content_hash(text)
        async with self._acting(request.request_id, draft_id) as (tx, before):
            if before is not None:
                _require_same(before, TextActKind.WRITTEN, draft_id if request.draft_id else None, written)
                return pb.WriteTextDraftResponse(draft=_seen(await text_drafts.get(tx, before.draft_id or draft_id)))
            revision = 1
            if request.draft_id:
                draft = await _open(tx, draft_id)
                kept = draft.newest.text
                if (text.subject, text.language, text.variety) != (kept.subject, kept.language, kept.variety):
                    raise invalid("text.subject", "subject, language and variety of the draft")
                if draft.newest.revision != request.revision:
                    raise StaleEtag
                revision = draft.newest.revision + 1
            new = Revision(draft_id, revision, text, written)
            await text_drafts.insert_revision(tx, new)
            await _act(tx, request.request_id, TextActKind.WRITTEN, new)
            return pb.WriteTextDraftResponse(draft=_seen(await text_drafts.get(tx, draft_id)))

    async def GetTextDraft(self, request: pb.GetTextDraftRequest, context: Context) -> pb.GetTextDraftResponse:
        """The draft as it stands, also when it has ended."""
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            draft = await text_drafts.get(tx, UUID(request.draft_id))
        return pb.GetTextDraftResponse(
            draft=_seen(draft),
            html=rendered(draft.newest.text).html,
            acts=[from_text_act(act, caller=staff().person) for act in draft.acts],
        )

    async def ListTextDrafts(self, request: pb.ListTextDraftsRequest, context: Context) -> pb.ListTextDraftsResponse:
        """What is being written."""
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            drafts = await text_drafts.list_open(tx)
        return pb.ListTextDraftsResponse(drafts=[_seen(draft) for draft in drafts])

    async def SignTextDraft(self, request: pb.SignTextDraftRequest, context: Context) -> pb.SignTextDraftResponse:
        """The draft with the name of its reviewer, until it is written on again."""
        reviewer = request.reviewer.strip()
        if not reviewer:
            raise invalid("reviewer", "a name")
        draft_id = UUID(request.draft_id)
        async with self._acting(request.request_id, draft_id) as (tx, before):
            if before is not None:
                _require_same(before, TextActKind.SIGNED, draft_id, bytes.fromhex(request.content_hash))
                return pb.SignTextDraftResponse(draft=_seen(await text_drafts.get(tx, draft_id)))
            draft = await _read(tx, draft_id, request.content_hash)
            if not may_sign(draft.writers, hand()):
                raise FourEyesNeeded(metadata={"act": "sign"})
            day = reviewed_on(request.reviewed_on, await requests.legal_time(tx))
            await _act(tx, request.request_id, TextActKind.SIGNED, draft.newest, reviewer=reviewer, reviewed_on=day)
            return pb.SignTextDraftResponse(draft=_seen(await text_drafts.get(tx, draft_id)))

    async def PublishTextDraft(
        self, request: pb.PublishTextDraftRequest, context: Context
    ) -> pb.PublishTextDraftResponse:
        """The version that the draft became. Clients are shown it from the next page that they open."""
        draft_id = UUID(request.draft_id)
        async with self._acting(request.request_id, draft_id) as (tx, before):
            if before is not None:
                _require_same(before, TextActKind.PUBLISHED, draft_id, bytes.fromhex(request.content_hash))
                (version,) = await texts.get(tx, [before.text_version_id] if before.text_version_id else [])
                return pb.PublishTextDraftResponse(text=from_text(version))
            draft = await _read(tx, draft_id, request.content_hash)
            if not may_publish(draft.writers, hand()):
                raise FourEyesNeeded(metadata={"act": "publish"})
            text = draft.newest.text
            if signature := draft.signature:
                text = replace(text, reviewer=signature.reviewer, reviewed_on=signature.reviewed_on)
            new_id = uuid7()
            published = await texts.publish(
                tx, text, text_version_id=new_id, by=hand().person_id, request_id=UUID(request.request_id)
            )
            if published is None:
                raise RepeatKeyReused
            if published.text_version_id != new_id:
                state = "retired" if published.retired_at else "published"
                raise IllegalState(metadata={"state": state, "possible": "write"})
            await _act(tx, request.request_id, TextActKind.PUBLISHED, draft.newest, text_version_id=new_id)
        return pb.PublishTextDraftResponse(text=from_text(published))

    async def DiscardTextDraft(
        self, request: pb.DiscardTextDraftRequest, context: Context
    ) -> pb.DiscardTextDraftResponse:
        """The draft, on which nobody writes any more."""
        draft_id = UUID(request.draft_id)
        async with self._acting(request.request_id, draft_id) as (tx, before):
            if before is None:
                draft = await _open(tx, draft_id)
                await _act(tx, request.request_id, TextActKind.DISCARDED, draft.newest)
            else:
                _require_same(before, TextActKind.DISCARDED, draft_id, before.content_hash)
            return pb.DiscardTextDraftResponse(draft=_seen(await text_drafts.get(tx, draft_id)))

    async def ListTextActs(self, request: pb.ListTextActsRequest, context: Context) -> pb.ListTextActsResponse:
        """What persons did; nothing for a version that came from a file."""
        text_version_id = UUID(request.text_version_id)
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            await texts.get(tx, [text_version_id])
            acts = await text_drafts.acts_of_version(tx, text_version_id)
        return pb.ListTextActsResponse(acts=[from_text_act(act, caller=staff().person) for act in acts])

    @asynccontextmanager
    async def _acting(self, request_id: str, draft_id: UUID) -> AsyncIterator[tuple[Connection, TextAct | None]]:
        """A transaction in which draft and repeat key are one's own, and what was done under the key before."""
        async with self._database.transaction(Scope.of(principal())) as tx:
            await text_drafts.lock(tx, UUID(request_id))
            await text_drafts.lock(tx, draft_id)
            yield tx, await text_drafts.find_act(tx, UUID(request_id))


async def _open(tx: Connection, draft_id: UUID) -> TextDraft:
    """The draft; IllegalState when it has ended."""
    draft = await text_drafts.get(tx, draft_id)
    if draft.state is not DraftState.OPEN:
        raise IllegalState(metadata={"state": draft.state.value, "possible": "begin"})
    return draft


async def _read(tx: Connection, draft_id: UUID, hash_of_read: str) -> TextDraft:
    """The open draft whose newest revision has this hash, so that nobody signs unread words; else StaleEtag."""
    draft = await _open(tx, draft_id)
    if draft.newest.content_hash.hex() != hash_of_read:
        raise StaleEtag
    return draft


async def _act(tx: Connection, request_id: str, act: TextActKind, on: Revision, **more: Any) -> None:
    await text_drafts.insert_act(
        tx,
        TextAct(
            **{
                "act_id": uuid7(),
                "at": await requests.legal_time(tx),
                "act": act,
                "draft_id": on.draft_id,
                "revision": on.revision,
                "text_version_id": None,
                "content_hash": on.content_hash,
                "hand": hand(),
                "request_id": UUID(request_id),
                **more,
            }
        ),
    )


def _require_same(before: TextAct, act: TextActKind, draft_id: UUID | None, digest: bytes) -> None:
    """Raises RepeatKeyReused when the key stands for something else; `draft_id` is None for a draft that was begun."""
    same = before.act is act and before.content_hash == digest and before.hand.person_id == staff().person
    if not same or draft_id not in {None, before.draft_id}:
        raise RepeatKeyReused


def _seen(draft: TextDraft) -> pb.TextDraft:
    """The draft as the caller sees it."""
    return from_text_draft(
        draft,
        written_by_caller=not may_sign(draft.writers, hand()),
        may_be_published=draft.state is DraftState.OPEN and may_publish(draft.writers, hand()),
    )
