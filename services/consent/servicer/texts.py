"""ConsentTextService: publishing, reviewing and retiring what clients are shown."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import text_pb2, text_pb2_grpc

from services.common.database import Connection, Database, Scope
from services.common.errors import IllegalState, RepeatKeyReused
from services.common.identifiers import uuid7
from services.common.identity.context import principal
from services.common.identity.principals import Staff
from services.consent.convert import invalid
from services.consent.convert_texts import from_text, to_text
from services.consent.errors import DemoTextRefused, FourEyesNeeded
from services.consent.model.draft import TextAct, TextActKind
from services.consent.model.text import TextVersion
from services.consent.rules.four_eyes import may_sign
from services.consent.rules.texts import states_of
from services.consent.servicer.text_acts import hand, reviewed_on
from services.consent.store import requests, text_drafts, texts

Context = grpc.aio.ServicerContext[Any, Any]


class ConsentTextServicer(text_pb2_grpc.ConsentTextServiceServicer):
    """Versions never change; the hash says which one somebody saw."""

    def __init__(self, database: Database, *, production: bool) -> None:
        self._database = database
        self._production = production

    async def PublishText(self, request: text_pb2.PublishTextRequest, context: Context) -> text_pb2.PublishTextResponse:
        """The version with this content, new or published before."""
        text = to_text(request.text)
        if text.demo and self._production:
            raise DemoTextRefused
        async with self._database.transaction(Scope.of(principal())) as tx:
            version = await texts.publish(
                tx, text, text_version_id=uuid7(), by=_person(), request_id=UUID(request.request_id)
            )
        if version is None:
            raise RepeatKeyReused
        return text_pb2.PublishTextResponse(text=from_text(version))

    async def RetireText(self, request: text_pb2.RetireTextRequest, context: Context) -> text_pb2.RetireTextResponse:
        """The version, which no new request uses from now on."""
        async with self._database.transaction(Scope.of(principal())) as tx:
            (before,) = await texts.get(tx, [UUID(request.text_version_id)])
            version = await texts.retire(tx, before.text_version_id, by=_person())
            if before.retired_at is None:
                await _note(tx, request.request_id, TextActKind.RETIRED, version)
        return text_pb2.RetireTextResponse(text=from_text(version))

    async def ListTexts(self, request: text_pb2.ListTextsRequest, context: Context) -> text_pb2.ListTextsResponse:
        """All versions, newest first."""
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            versions = await texts.list_all(tx, with_words=not request.without_words)
        pairs = zip(versions, states_of(versions), strict=True)
        return text_pb2.ListTextsResponse(texts=[from_text(version, state) for version, state in pairs])

    async def ReviewText(self, request: text_pb2.ReviewTextRequest, context: Context) -> text_pb2.ReviewTextResponse:
        """The same words in a version that its reviewer stands for; the one that was read stays as it is.

        The hash must be that of what was read, so that nobody signs other words than those.
        """
        reviewer = request.reviewer.strip()
        if not reviewer:
            raise invalid("reviewer", "a name")
        async with self._database.transaction(Scope.of(principal())) as tx:
            (read,) = await texts.get(tx, [UUID(request.text_version_id)])
            if read.content_hash.hex() != request.content_hash:
                raise invalid("content_hash", "the hash of this version")
            if read.retired_at is not None:
                raise IllegalState(metadata={"state": "retired", "possible": "publish it anew"})
            day = reviewed_on(request.reviewed_on, await requests.legal_time(tx))
            writers = await text_drafts.writers_of_words(tx, read.text_version_id)
            if isinstance(principal(), Staff) and not may_sign(writers, hand()):
                raise FourEyesNeeded(metadata={"act": "sign"})
            version = await texts.publish(
                tx,
                replace(read.text, reviewer=reviewer, reviewed_on=day),
                text_version_id=uuid7(),
                by=_person(),
                request_id=UUID(request.request_id),
            )
            if version is None:
                raise RepeatKeyReused
            await _note(tx, request.request_id, TextActKind.REVIEWED, version, reviewer=reviewer, reviewed_on=day)
        return text_pb2.ReviewTextResponse(text=from_text(version))

    async def GetRenderedText(
        self, request: text_pb2.GetRenderedTextRequest, context: Context
    ) -> text_pb2.GetRenderedTextResponse:
        """What somebody was shown whose evidence names this hash."""
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            version, artefact = await texts.find_by_hash(tx, bytes.fromhex(request.content_hash))
        return text_pb2.GetRenderedTextResponse(text=from_text(version), html=artefact.html if artefact else "")


async def _note(tx: Connection, request_id: str, act: TextActKind, version: TextVersion, **more: Any) -> None:
    """Log what a person did; once, and nothing for the command line, of which no person is known."""
    if not isinstance(principal(), Staff) or await text_drafts.find_act(tx, UUID(request_id)):
        return
    done = TextAct(
        act_id=uuid7(),
        at=await requests.legal_time(tx),
        act=act,
        draft_id=None,
        revision=None,
        text_version_id=version.text_version_id,
        content_hash=version.content_hash,
        hand=hand(),
        request_id=UUID(request_id),
        **more,
    )
    await text_drafts.insert_act(tx, done)


def _person() -> UUID | None:
    who = principal()
    return who.person if isinstance(who, Staff) else None
