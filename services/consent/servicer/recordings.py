"""ConsentRecordingService: texts as somebody speaks them, for whoever does not read them."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import recording_pb2 as pb
from lotse.consent.v1 import recording_pb2_grpc

from services.common.database import Connection, Database, Scope
from services.common.errors import IllegalState, RepeatKeyReused
from services.common.identifiers import uuid7
from services.common.identity.context import principal
from services.common.identity.principals import Staff
from services.consent.convert import invalid
from services.consent.convert_texts import from_text
from services.consent.model.draft import TextAct, TextActKind
from services.consent.model.text import Recording, TextVersion
from services.consent.rules.recordings import RecordingRefused, media_type_of
from services.consent.servicer.text_acts import hand
from services.consent.store import recordings, requests, text_drafts, texts

Context = grpc.aio.ServicerContext[Any, Any]


class ConsentRecordingServicer(recording_pb2_grpc.ConsentRecordingServiceServicer):
    """A recording belongs to the hash of the words that it speaks; what is done with it is a logged act on a text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def PutRecording(self, request: pb.PutRecordingRequest, context: Context) -> pb.PutRecordingResponse:
        """The version with the recording; the one before is gone."""
        try:
            media_type = await asyncio.to_thread(media_type_of, request.recording)
        except RecordingRefused as refusal:
            raise invalid("recording", refusal.rule) from None
        new = Recording(request.recording, media_type, hashlib.sha256(request.recording).digest())
        async with self._database.transaction(Scope.of(principal())) as tx:
            version, before = await _locked(tx, request.request_id, request.content_hash)
            if before is not None:
                _require_same(before, TextActKind.RECORDED, version, new.digest)
                return pb.PutRecordingResponse(text=from_text(version))
            if version.retired_at is not None:
                raise IllegalState(metadata={"state": "retired", "possible": "write a new version"})
            await recordings.put(tx, version.text_version_id, new)
            await _act(tx, request.request_id, TextActKind.RECORDED, version, new.digest)
            (version,) = await texts.get(tx, [version.text_version_id])
        return pb.PutRecordingResponse(text=from_text(version))

    async def RemoveRecording(self, request: pb.RemoveRecordingRequest, context: Context) -> pb.RemoveRecordingResponse:
        """The version without a recording, removed now or before."""
        async with self._database.transaction(Scope.of(principal())) as tx:
            version, before = await _locked(tx, request.request_id, request.content_hash)
            if before is not None:
                _require_same(before, TextActKind.RECORDING_REMOVED, version, before.content_hash)
            elif digest := await recordings.remove(tx, version.text_version_id):
                await _act(tx, request.request_id, TextActKind.RECORDING_REMOVED, version, digest)
                (version,) = await texts.get(tx, [version.text_version_id])
        return pb.RemoveRecordingResponse(text=from_text(version))

    async def GetRecording(self, request: pb.GetRecordingRequest, context: Context) -> pb.GetRecordingResponse:
        """What is heard; nothing of it says who listens."""
        async with self._database.transaction(Scope.of(principal()), read_only=True) as tx:
            found = await recordings.get(tx, bytes.fromhex(request.content_hash))
        return pb.GetRecordingResponse(recording=found.content, media_type=found.media_type)


async def _locked(tx: Connection, request_id: str, content_hash: str) -> tuple[TextVersion, TextAct | None]:
    """The version, whose recording nobody else changes until the end, and what was done under the key before."""
    await text_drafts.lock(tx, UUID(request_id))
    version, _ = await texts.find_by_hash(tx, bytes.fromhex(content_hash))
    await text_drafts.lock(tx, version.text_version_id)
    (version,) = await texts.get(tx, [version.text_version_id])
    return version, await text_drafts.find_act(tx, UUID(request_id))


async def _act(tx: Connection, request_id: str, act: TextActKind, version: TextVersion, digest: bytes) -> None:
    """Log what a person did; nothing for the command line, of which no person is known."""
    if not isinstance(principal(), Staff):
        return
    done = TextAct(
        act_id=uuid7(),
        at=await requests.legal_time(tx),
        act=act,
        draft_id=None,
        revision=None,
        text_version_id=version.text_version_id,
        content_hash=digest,
        hand=hand(),
        request_id=UUID(request_id),
    )
    await text_drafts.insert_act(tx, done)


def _require_same(before: TextAct, act: TextActKind, version: TextVersion, digest: bytes) -> None:
    """Raises RepeatKeyReused when the key stands for something else."""
    who = principal()
    same = before.act is act and before.content_hash == digest
    same = same and isinstance(who, Staff) and before.hand.person_id == who.person
    if not same or before.text_version_id != version.text_version_id:
        raise RepeatKeyReused
