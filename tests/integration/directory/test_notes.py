"""Notes between agencies: who writes, who reads, who removes, and where none of it ever appears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
from lotse.directory.v1 import agency_pb2, note_pb2, note_pb2_grpc

from services.common.errors import LotseError
from tests.integration.consent.world import bearer, refused
from tests.integration.directory.conftest import Directory, demo_id
from tests.integration.directory.keeping import CARITAS, DIAKONIE, RENT

AWO = demo_id("organization", "awo-wolfsburg")
TEXT = "Vor zehn anrufen und nach dem Empfang fragen."


@dataclass
class Colleague:
    stub: note_pb2_grpc.PartnerNoteServiceStub
    metadata: list[tuple[str, str]]

    async def write(self, about: str = DIAKONIE, **fields: str) -> note_pb2.PartnerNote:
        values = {"request_id": str(uuid4()), "agency_id": about, "text": TEXT, **fields}
        return (await self.stub.WriteNote(note_pb2.WriteNoteRequest(**values), metadata=self.metadata)).note

    async def notes(self, about: str = DIAKONIE) -> list[note_pb2.PartnerNote]:
        request = note_pb2.ListNotesRequest(agency_id=about)
        return list((await self.stub.ListNotes(request, metadata=self.metadata)).notes)

    async def remove(self, note: note_pb2.PartnerNote) -> None:
        request = note_pb2.RemoveNoteRequest(request_id=str(uuid4()), note_id=note.note_id)
        await self.stub.RemoveNote(request, metadata=self.metadata)


@asynccontextmanager
async def colleagues(directory: Directory, *who: tuple[str, str]) -> AsyncIterator[list[Colleague]]:
    async with directory.channel() as channel:
        stub = note_pb2_grpc.PartnerNoteServiceStub(channel)
        yield [Colleague(stub, bearer(directory.issuer.token(uuid4(), UUID(agency), role))) for agency, role in who]


async def test_a_note_is_read_by_counsellors_of_all_agencies_and_names_only_an_agency(directory: Directory) -> None:
    async with colleagues(directory, (CARITAS, "counsellor"), (AWO, "counsellor"), (DIAKONIE, "counsellor")) as all_:
        maren, awo, samira = all_
        key = str(uuid4())
        written = await maren.write(service_id=RENT, request_id=key)
        assert await maren.write(service_id=RENT, request_id=key) == written, "a second click"
        for reader in (maren, awo, samira):
            (note,) = await reader.notes()
            assert (note.text, note.author_agency_name) == (TEXT, "Caritas Sozialberatung Hannover (Demo)")
            assert note.may_remove == (reader is maren)
        with refused("REPEAT_KEY_REUSED"):
            await maren.write(request_id=key)
    async with directory.database.administered() as admin:
        columns = await admin.fetch(
            "select column_name from information_schema.columns where table_name = 'partner_note'"
        )
        assert not [row for row in columns if "person" in row[0]]


async def test_the_author_agency_and_the_coordinator_it_is_about_remove_a_note_and_nobody_else(
    directory: Directory,
) -> None:
    who = [(CARITAS, "counsellor"), (CARITAS, "coordinator"), (AWO, "coordinator"), (DIAKONIE, "counsellor")]
    async with colleagues(directory, *who, (DIAKONIE, "coordinator")) as (maren, ulrike, awo, samira, gesine):
        one, other = await maren.write(), await maren.write(text="Der Eingang ist im Hof.")
        for stranger in (awo, samira):
            with refused("NOT_FOUND"):
                await stranger.remove(one)
        assert all(note.may_remove for note in await gesine.notes())
        await gesine.remove(one)
        await ulrike.remove(other)
        assert not await maren.notes()
        with refused("NOT_FOUND"):
            await gesine.remove(one)
    async with directory.database.administered() as admin:
        assert not await admin.fetchval("select count(*) from partner_note"), "what is removed is gone"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"about": CARITAS}, "INVALID_ARGUMENT"),
        ({"text": "   "}, "INVALID_ARGUMENT"),
        ({"text": "x" * 501}, "INVALID_ARGUMENT"),
        ({"about": str(uuid4())}, "NOT_FOUND"),
        ({"about": AWO, "service_id": RENT}, "NOT_FOUND"),
    ],
    ids=["about oneself", "empty", "too long", "unknown agency", "service of another agency"],
)
async def test_a_note_that_cannot_stand_is_refused(directory: Directory, fields: dict[str, str], reason: str) -> None:
    async with colleagues(directory, (CARITAS, "counsellor")) as (maren,):
        with pytest.raises(LotseError) as told:
            await maren.write(**fields)
        assert told.value.reason == reason
        assert not await maren.notes()


async def test_no_public_answer_holds_a_note(directory: Directory) -> None:
    async with colleagues(directory, (CARITAS, "counsellor")) as (maren,):
        await maren.write()
    async with directory.agencies() as stub:
        public = await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=DIAKONIE))
    assert "Empfang" not in str(public)
    async with directory.database.administered() as admin:
        views = await admin.fetch(
            "select view_name from information_schema.view_table_usage where table_name = 'partner_note'"
        )
        assert not views, "copies, exports and /hsds are made of views"
    for role in ("run", "worker", "import"):
        async with directory.database.connected(role) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("select count(*) from partner_note")
