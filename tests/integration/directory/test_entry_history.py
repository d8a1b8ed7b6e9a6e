"""What was changed when and by whom, and putting it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from lotse.directory.v1 import entry_pb2

from services.common.database import Database
from services.common.errors import LotseError
from services.directory.store.entries import forget_changes
from tests.integration.directory.changes import changed, load
from tests.integration.directory.conftest import Directory
from tests.integration.directory.keeping import DIAKONIE, RENT, Edit, Row, a_row, first, keeper, part_of, rows_of

CONTACT, SERVICES = entry_pb2.FIELD_GROUP_CONTACT, entry_pb2.FIELD_GROUP_SERVICES


def describe(text: str) -> Edit:
    def change(rows: list[Row]) -> None:
        first(rows, "organization").fields["description"] = text

    return change


async def test_a_coordinator_sees_what_she_a_colleague_and_an_import_changed(directory: Directory) -> None:
    def rename(organization: dict[str, object]) -> None:
        organization["name"] = "Diakonie Umbenannt"

    async with keeper(directory) as gesine, keeper(directory) as colleague:
        await load(directory, changed("diakonie-braunschweig-schuldnerberatung", rename))
        await colleague.edit(CONTACT, lambda rows: rows.append(a_row("phone", number="0531 7")))
        await gesine.edit(CONTACT, describe("Neu"))
        mine, theirs, imported = (await gesine.changes())[:3]
    assert mine.author == entry_pb2.CHANGE_AUTHOR_SELF
    assert [(each.kind, each.field_name, each.previous_value, each.replacement_value) for each in mine.fields] == [
        ("organization", "description", "Erfundene Demo-Daten. Die Stelle gibt es nicht.", "Neu")
    ]
    assert theirs.author == entry_pb2.CHANGE_AUTHOR_COLLEAGUE
    assert [(each.action, each.row_name) for each in theirs.fields] == [(entry_pb2.CHANGE_ACTION_CREATE, "0531 7")]
    assert (imported.author, imported.source) == (entry_pb2.CHANGE_AUTHOR_IMPORT, "demo")
    assert "Diakonie Umbenannt" in {each.replacement_value for each in imported.fields}


async def test_a_change_of_several_fields_is_put_back_as_a_new_change(directory: Directory) -> None:
    def change(rows: list[Row]) -> None:
        service = next(row for row in rows if row.row_id == RENT)
        service.fields["audiences"] = "families, single-parents"
        service.fields["minimum_age"] = "18"
        rows[:] = [row for row in rows if row.kind != "attribute"]

    async with keeper(directory) as gesine:
        before = part_of(await gesine.entry(), SERVICES)
        after = part_of(await gesine.edit(SERVICES, change), SERVICES)
        assert after.etag != before.etag
        done = (await gesine.changes())[0]
        again = part_of(await gesine.undo(done.change_id), SERVICES)
        assert again.etag == before.etag
        assert (await gesine.changes())[0].change_id != done.change_id
        logged = len(await gesine.changes())
        await gesine.undo(done.change_id)
        assert len(await gesine.changes()) == logged, "what is put back already is left as it is"


async def test_what_was_changed_again_is_named_and_left(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        await gesine.edit(CONTACT, describe("Eins"))
        first_change = (await gesine.changes())[0]
        await gesine.edit(CONTACT, describe("Zwei"))
        with pytest.raises(LotseError) as refused:
            await gesine.undo(first_change.change_id)
        assert refused.value.reason == "CHANGED_SINCE"
        assert [violation.field for violation in refused.value.violations] == ["organization.description"]
        assert rows_of(await gesine.entry(), CONTACT, "organization")[0].fields["description"] == "Zwei"


async def test_a_change_of_another_agency_is_not_found(directory: Directory) -> None:
    async with keeper(directory) as gesine, keeper(directory, str(uuid4())) as nobody:
        await gesine.edit(CONTACT, describe("Neu"))
        change = (await gesine.changes())[0].change_id
        for who, change_id in ((nobody, change), (gesine, str(uuid4()))):
            with pytest.raises(LotseError) as refused:
                await who.undo(change_id)
            assert refused.value.reason == "NOT_FOUND"


async def test_history_comes_in_pages(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        for number in range(3):
            await gesine.edit(CONTACT, describe(f"Nummer {number}"))
        seen, token = [], ""
        for _ in range(2):
            request = entry_pb2.ListChangesRequest(agency_id=DIAKONIE, page_size=2, page_token=token)
            page = await gesine.entries.ListChanges(request, metadata=gesine.metadata)
            seen += [change.change_id for change in page.changes]
            token = page.next_page_token
        with pytest.raises(LotseError):
            await gesine.entries.ListChanges(
                entry_pb2.ListChangesRequest(agency_id=DIAKONIE, page_token="kaputt"), metadata=gesine.metadata
            )
    assert len(set(seen)) == 4


async def test_what_only_partners_see_has_a_history_that_coordinators_alone_read(directory: Directory) -> None:
    handover = entry_pb2.FIELD_GROUP_HANDOVER

    def deputise(rows: list[Row]) -> None:
        rows.append(a_row("partner_contact", name="Frau Erfunden", is_deputy="true"))
        rows[:] = [row for row in rows if row.kind != "partner_answer_time"]
        rows.append(a_row("partner_answer_time", hours="48"))

    def rename(rows: list[Row]) -> None:
        contact = next(row for row in rows if row.fields.get("name") == "Frau Erfunden")
        contact.fields["name"] = "Frau Ausgedacht"

    async with keeper(directory) as gesine, keeper(directory, DIAKONIE, "counsellor") as samira:
        await gesine.edit(handover, deputise)
        before = part_of(await gesine.entry(), handover)
        await gesine.edit(handover, rename)
        change, first_change = (await gesine.changes())[:2]
        said = [(each.kind, each.field_name, each.previous_value, each.replacement_value) for each in change.fields]
        assert said == [("partner_contact", "name", "Frau Erfunden", "Frau Ausgedacht")]
        assert {each.kind for each in first_change.fields} == {"partner_contact", "partner_answer_time"}
        assert part_of(await gesine.undo(change.change_id), handover).rows == before.rows
        with pytest.raises(LotseError) as refused:
            await samira.changes()
        assert refused.value.reason == "PERMISSION_DENIED"
    count = "select count(*) from metadata where left(resource_type, 8) = 'partner_'"
    for role in ("run", "import"):
        async with directory.database.connected(role) as connection:
            assert await connection.fetchval(count) == 0, role
    async with directory.database.administered() as admin:
        assert await admin.fetchval(count) > 0


async def test_after_two_years_nobody_knows_who_changed_what_nor_what_was_said_of_people(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        await gesine.edit(CONTACT, describe("Neu"))
        contact = a_row("partner_contact", name="Frau Erfunden")
        await gesine.edit(entry_pb2.FIELD_GROUP_HANDOVER, lambda rows: rows.append(contact))
        async with (
            directory.database.administered() as admin,
            await Database.open(directory.database.target, ("worker",)) as database,
        ):
            await forget_changes(database, datetime.now(UTC) + timedelta(days=700))
            assert await admin.fetchval("select count(*) from metadata_person") == 2
            await forget_changes(database, datetime.now(UTC) + timedelta(days=731))
            assert await admin.fetchval("select count(*) from metadata_person") == 0
        change = (await gesine.changes())[0]
    assert change.author == entry_pb2.CHANGE_AUTHOR_COLLEAGUE
    assert [each.kind for each in change.fields] == ["organization"]
