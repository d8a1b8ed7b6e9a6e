"""An agency's entry: what its coordinator reads, writes and confirms, and that it is found at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from lotse.directory.v1 import agency_pb2, entry_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import LotseError
from tests.integration.directory.changes import changed, load
from tests.integration.directory.conftest import NOW, Directory
from tests.integration.directory.keeping import (
    CARITAS,
    DIAKONIE,
    RENT,
    SHELTER,
    Edit,
    Keeper,
    Row,
    a_row,
    first,
    keeper,
    part_of,
    rows_of,
)

CONTACT, HOURS = entry_pb2.FIELD_GROUP_CONTACT, entry_pb2.FIELD_GROUP_OPENING_HOURS
SERVICES, LANGUAGES = entry_pb2.FIELD_GROUP_SERVICES, entry_pb2.FIELD_GROUP_LANGUAGES
AREAS, CAPACITY = entry_pb2.FIELD_GROUP_RESPONSIBILITY, entry_pb2.FIELD_GROUP_CAPACITY
HANDOVER = entry_pb2.FIELD_GROUP_HANDOVER
FREE, WAITING = vocabulary_pb2.CAPACITY_STATE_FREE, vocabulary_pb2.CAPACITY_STATE_WAITING_LIST


def setting(kind: str, **fields: str) -> Edit:
    def change(rows: list[Row]) -> None:
        for name, value in fields.items():
            first(rows, kind).fields[name] = value

    return change


def adding(*new: Row) -> Edit:
    return lambda rows: rows.extend(new)


async def test_the_entry_of_the_own_agency_comes_whole_with_ages(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        answer = await gesine.entries.GetEntry(entry_pb2.GetEntryRequest(agency_id=DIAKONIE), metadata=gesine.metadata)
    entry = answer.entry
    assert answer.may_edit
    assert [part.field_group for part in entry.parts] == list(range(1, 8))
    assert first(list(part_of(entry, CONTACT).rows), "address").fields["postal_code"] == "38100"
    spoken = {row.fields["code"] for row in rows_of(entry, LANGUAGES, "language") if row.parent_id == RENT}
    assert spoken >= {"ar", "de"}
    assert rows_of(entry, HANDOVER, "organization")[0].fields["accepts_handover"] == "true"
    assert entry.standing == entry_pb2.STANDING_UNCONFIRMED, "confirmed in March of the year before"


async def test_a_counsellor_reads_her_agencys_entry_and_nobody_anothers(directory: Directory) -> None:
    async with keeper(directory, DIAKONIE, "counsellor") as samira, keeper(directory, CARITAS) as ulrike:
        read = await samira.entries.GetEntry(entry_pb2.GetEntryRequest(agency_id=DIAKONIE), metadata=samira.metadata)
        assert not read.may_edit
        for agency_id in (DIAKONIE, str(uuid4())):
            with pytest.raises(LotseError) as refused:
                await ulrike.entries.GetEntry(entry_pb2.GetEntryRequest(agency_id=agency_id), metadata=ulrike.metadata)
            assert refused.value.reason == "NOT_FOUND"


async def test_rows_of_another_agency_cannot_be_written_through_the_own_entry(directory: Directory) -> None:
    async with keeper(directory) as gesine, keeper(directory, CARITAS) as ulrike:
        theirs = rows_of(await ulrike.entry(), CONTACT, "phone")[0]
        place = rows_of(await ulrike.entry(), CONTACT, "location")[0]
        before = await ulrike.entry()
        await gesine.edit(CONTACT, adding(Row(kind="phone", row_id=theirs.row_id, fields={"number": "0531 1"})))
        with pytest.raises(LotseError) as refused:
            await gesine.edit(CONTACT, adding(a_row("phone", place.row_id, number="0531 2")))
        assert [violation.rule for violation in refused.value.violations] == ["not-of-this-entry"]
        assert await ulrike.entry() == before


async def test_what_a_coordinator_writes_is_found_at_once_and_counts_as_confirmed(directory: Directory) -> None:
    assert not (await directory.search("Kurmandschi Braunschweig", languages=["ku"])).hits
    async with keeper(directory) as gesine:
        entry = await gesine.edit(LANGUAGES, adding(a_row("language", RENT, code="ku", level="fluent")))
    assert part_of(entry, LANGUAGES).standing == entry_pb2.STANDING_FRESH
    assert part_of(entry, CONTACT).standing == entry_pb2.STANDING_UNCONFIRMED
    hits = (await directory.search("Mietschulden Braunschweig", languages=["ku"])).hits
    assert [hit.service_id for hit in hits] == [RENT]


async def test_two_coordinators_at_once_lose_nothing(directory: Directory) -> None:
    async with keeper(directory) as gesine, keeper(directory) as other:
        read = part_of(await gesine.entry(), CONTACT).etag
        await other.edit(CONTACT, setting("organization", description="Die andere war schneller."))
        with pytest.raises(LotseError) as refused:
            await gesine.edit(CONTACT, setting("organization", description="Ich auch."), etag=read)
        assert refused.value.reason == "STALE_ETAG"
        await gesine.edit(HOURS, adding(a_row("way_in", RENT, way="video")))
        entry = await gesine.entry()
    assert rows_of(entry, CONTACT, "organization")[0].fields["description"] == "Die andere war schneller."


async def test_the_same_request_again_changes_nothing(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        part, new = part_of(await gesine.entry(), CONTACT), a_row("phone", number="0531 4711")
        request = entry_pb2.UpdateEntryRequest(
            request_id=str(uuid4()), agency_id=DIAKONIE, field_group=CONTACT, etag=part.etag, rows=[*part.rows, new]
        )
        one = await gesine.entries.UpdateEntry(request, metadata=gesine.metadata)
        again = await gesine.entries.UpdateEntry(request, metadata=gesine.metadata)
        assert one == again
        numbers = [row.fields["number"] for row in rows_of(again.entry, CONTACT, "phone")]
        assert numbers.count("0531 4711") == 1
        assert len(await gesine.own_changes()) == 1


async def test_every_fault_is_told_at_its_field_and_nothing_is_written(directory: Directory) -> None:
    def spoil(rows: list[Row]) -> None:
        first(rows, "organization").fields["name"] = ""
        first(rows, "address").fields["postal_code"] = "99999"
        rows.append(a_row("phone", number=""))
        rows.append(a_row("phone", number="1", colour="red"))

    async with keeper(directory) as gesine:
        before = await gesine.entry()
        with pytest.raises(LotseError) as refused:
            await gesine.edit(CONTACT, spoil)
        rules = {broken.field.partition("fields.")[2]: broken.rule for broken in refused.value.violations}
        expected = {"name": "missing", "postal_code": "no-postcode", "number": "missing", "colour": "unknown-field"}
        assert rules == expected
        with pytest.raises(LotseError) as hours:
            await gesine.edit(HOURS, adding(a_row("schedule", RENT, byday="MO", opens_at="12:00", closes_at="09:00")))
        assert hours.value.violations[0].rule == "ends-before-it-begins"
        with pytest.raises(LotseError) as area:
            await gesine.edit(AREAS, adding(a_row("service_area", RENT, state="NI", district_code="03101")))
        assert area.value.violations[0].rule == "one-area-a-row"
        assert await gesine.entry() == before


async def test_a_new_service_with_all_that_belongs_to_it_is_found(directory: Directory) -> None:
    new = a_row("service", name="Budgetberatung für Studierende", audiences="students", minimum_age="18")
    topic, cost = a_row("attribute", new.row_id, term="schulden"), a_row("cost_option", new.row_id, amount="5,50")
    async with keeper(directory) as gesine:
        entry = await gesine.edit(SERVICES, adding(new, topic, cost))
    made = next(row for row in rows_of(entry, SERVICES, "service") if row.fields["name"].startswith("Budget"))
    assert made.row_id != new.row_id
    assert made.fields["audiences"] == "students"
    assert [row.fields["amount"] for row in rows_of(entry, SERVICES, "cost_option")] == ["5.50"]
    hits = (await directory.search("Budgetberatung Braunschweig")).hits
    hit = next(hit for hit in hits if hit.service_id == made.row_id)
    assert hit.place == "Braunschweig"


async def test_a_service_that_is_removed_is_no_longer_found_but_not_forgotten(directory: Directory) -> None:
    def without(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if RENT not in (row.row_id, row.parent_id)]

    async with keeper(directory) as gesine:
        await gesine.edit(SERVICES, without)
        assert RENT not in {hit.service_id for hit in (await directory.search("Mietschulden Braunschweig")).hits}
        removed = (await gesine.changes())[0]
        await gesine.undo(removed.change_id)
        assert RENT in {hit.service_id for hit in (await directory.search("Mietschulden Braunschweig")).hits}


async def test_of_a_place_that_becomes_protected_the_address_is_gone_for_good(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        entry = await gesine.edit(CONTACT, setting("location", protected="true"))
        assert entry.protected_location
        assert rows_of(entry, CONTACT, "address") == []
        change = (await gesine.changes())[0]
        with pytest.raises(LotseError) as kept:
            await gesine.undo(change.change_id)
        assert kept.value.reason == "CHANGE_NOT_KEPT"
        with pytest.raises(LotseError) as ended:
            await gesine.edit(CONTACT, setting("location", protected="false"))
        assert ended.value.violations[0].rule == "protected-stays"
        place = rows_of(entry, CONTACT, "location")[0].row_id
        with pytest.raises(LotseError) as told:
            await gesine.edit(CONTACT, adding(a_row("address", place, postal_code="38100", city="Braunschweig")))
        assert told.value.violations[0].rule == "protected-place"
    async with directory.agencies() as stub:
        public = (await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=DIAKONIE))).agency
    assert public.address == "Niedersachsen"
    async with directory.database.administered() as admin:
        said = await admin.fetch("select previous_value, replacement_value from metadata")
        assert not [row for row in said if "Klosterhof" in str(tuple(row))]


async def test_where_an_address_moves_the_old_point_is_not_kept(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        await gesine.edit(CONTACT, setting("address", postal_code="38300", city="Wolfenbüttel"))
    hits = (await directory.search("Mietschulden", place="38300")).hits
    assert next(hit for hit in hits if hit.service_id == RENT).distance_km < 2


async def test_an_import_leaves_the_age_of_what_the_agency_confirmed(directory: Directory) -> None:
    def rename(organization: dict[str, object]) -> None:
        organization["name"] = "Diakonie Umbenannt"

    async with keeper(directory) as gesine:
        confirmed = await gesine.confirm()
        assert confirmed.standing == entry_pb2.STANDING_FRESH
        await load(directory, changed("diakonie-braunschweig-schuldnerberatung", rename))
        entry = await gesine.entry()
    assert entry.name == "Diakonie Umbenannt"
    assert (entry.confirmed_at, entry.confirmed_how) == (confirmed.confirmed_at, "agency")


async def test_all_still_right_is_said_of_what_was_looked_at_and_is_no_change(directory: Directory) -> None:
    async with keeper(directory) as gesine, keeper(directory) as other:
        seen = await gesine.entry()
        await other.edit(CONTACT, setting("organization", email="neu@stelle.example"))
        with pytest.raises(LotseError) as refused:
            await gesine.confirm(etag=seen.etag)
        assert refused.value.reason == "STALE_ETAG"
        logged = len(await gesine.changes())
        entry = await gesine.confirm()
        assert {part.standing for part in entry.parts} == {entry_pb2.STANDING_FRESH}
        assert entry.confirmed_how == "agency"
        assert len(await gesine.changes()) == logged
        directory.clock.move(timedelta(days=340))
        assert (await gesine.entry()).standing == entry_pb2.STANDING_DUE
        directory.clock.move(timedelta(days=30))
        assert (await gesine.entry()).standing == entry_pb2.STANDING_UNCONFIRMED


async def test_the_whole_is_as_fresh_as_its_oldest_part(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        groups = [part.field_group for part in (await gesine.entry()).parts]
        for group in groups[:-1]:
            entry = await gesine.confirm(group)
            directory.clock.move(timedelta(minutes=1))
        assert entry.standing == entry_pb2.STANDING_UNCONFIRMED
        entry = await gesine.confirm(groups[-1])
        assert entry.standing == entry_pb2.STANDING_FRESH
        assert entry.confirmed_at == entry.parts[0].confirmed_at


async def set_capacity(
    who: Keeper, state: vocabulary_pb2.CapacityState.ValueType, weeks: int | None = None
) -> entry_pb2.Entry:
    request = entry_pb2.SetCapacityRequest(
        request_id=str(uuid4()), agency_id=who.agency_id, service_id=RENT, state=state, weeks=weeks
    )
    return (await who.entries.SetCapacity(request, metadata=who.metadata)).entry


async def test_capacity_holds_two_weeks_and_weeks_are_for_partners_alone(directory: Directory) -> None:
    async with keeper(directory) as gesine:
        entry = await set_capacity(gesine, WAITING, weeks=6)
        said = next(row for row in rows_of(entry, CAPACITY, "service_capacity") if row.parent_id == RENT)
        weeks = next(row for row in rows_of(entry, CAPACITY, "partner_capacity") if row.parent_id == RENT)
        assert (said.fields["state"], weeks.fields["weeks"]) == ("waiting-list", "6")
        assert said.fields["expires_at"] == (NOW + timedelta(days=14)).isoformat()
        assert part_of(entry, CAPACITY).standing == entry_pb2.STANDING_FRESH
        with pytest.raises(LotseError) as refused:
            await set_capacity(gesine, FREE, weeks=2)
        assert refused.value.violations[0].field == "weeks"
        entry = await set_capacity(gesine, FREE)
        assert [row for row in rows_of(entry, CAPACITY, "partner_capacity") if row.parent_id == RENT] == []
    hits = (await directory.search("Mietschulden Braunschweig")).hits
    found = next(hit for hit in hits if hit.service_id == RENT)
    assert found.capacity.state == FREE
    directory.clock.move(timedelta(days=15))
    hits = (await directory.search("Mietschulden Braunschweig")).hits
    assert next(hit for hit in hits if hit.service_id == RENT).capacity.state == 0


async def test_a_shelter_keeps_its_front_door_and_shows_no_address(directory: Directory) -> None:
    async with keeper(directory, SHELTER) as lead:
        entry = await lead.entry()
        assert entry.protected_location
        assert rows_of(entry, CONTACT, "address") == []
        entry = await lead.edit(CONTACT, setting("phone", number="05331 99 99"))
    assert rows_of(entry, CONTACT, "phone")[0].fields["number"] == "05331 99 99"


async def test_hours_of_an_offer_at_one_place_hold_there_and_nowhere_else(directory: Directory) -> None:
    place = a_row("location", name="Nebenstelle")
    address = a_row("address", place.row_id, postal_code="38300", city="Wolfenbüttel")

    async def openings() -> dict[str, str]:
        async with directory.database.administered() as admin:
            rows = await admin.fetch(
                "select id, openings::text as o from search_entry where service_id = $1", UUID(RENT)
            )
        return {str(row["id"]): row["o"] for row in rows}

    async with keeper(directory) as gesine:
        entry = await gesine.edit(CONTACT, adding(place, address))
        new = next(row for row in rows_of(entry, CONTACT, "location") if row.fields["name"] == "Nebenstelle")
        offered = [row for row in rows_of(entry, HOURS, "service_at_location") if row.parent_id == RENT]
        there = next(row for row in offered if row.location_id == new.row_id)
        assert len(offered) == 2
        before = await openings()
        hours = a_row("schedule", there.row_id, byday="SA", opens_at="09:00", closes_at="10:30")
        entry = await gesine.edit(HOURS, adding(hours))
        made = [row for row in rows_of(entry, HOURS, "schedule") if row.parent_id == there.row_id]
        assert [row.fields["byday"] for row in made] == ["SA"]
        after = await openings()
        assert "540,630" in after[there.row_id], "half past ten in minutes"
        assert {id_ for id_ in after if after[id_] != before[id_]} == {there.row_id}

        def without_places(rows: list[Row]) -> None:
            rows[:] = [row for row in rows if row.kind != "service_at_location"]

        assert await gesine.edit(HOURS, without_places) == entry, "where a service is offered is not said here"
        with pytest.raises(LotseError) as refused:
            await gesine.edit(HOURS, adding(a_row("service_at_location", RENT)))
        assert refused.value.violations[0].rule == "not-of-this-entry"
        await gesine.undo((await gesine.changes())[0].change_id)
        assert await openings() == before


async def test_only_what_needs_it_makes_the_index_anew_and_all_ways_end_in_the_same_index(directory: Directory) -> None:
    async def index() -> list[tuple[object, ...]]:
        async with directory.database.administered() as admin:
            rows = await admin.fetch(
                "select ctid::text, e.* from search_entry e where agency_id = $1 order by id", UUID(DIAKONIE)
            )
        return [tuple(row.values()) for row in rows]

    async with keeper(directory) as gesine:
        await gesine.edit(CONTACT, setting("organization", description="Neu."))
        made = await index()
        assert await gesine.edit(CONTACT, setting("phone", number="0531 4711"))
        assert await index() == made, "nothing of a telephone stands in the index"
        await gesine.confirm()
        await set_capacity(gesine, WAITING, weeks=3)
        refreshed = await index()
        assert refreshed != made
        await gesine.edit(CONTACT, setting("organization", description="Wieder neu."))
        anew = await index()
        assert [row[1:] for row in anew] == [row[1:] for row in refreshed]
        assert [row[0] for row in anew] != [row[0] for row in refreshed], "made anew"


async def test_the_first_confirmation_makes_an_entry_one_that_is_well_kept(directory: Directory) -> None:
    async with directory.database.administered() as admin:
        await admin.execute("update organization set confirmed_at = null, confirmed_how = null")
        await admin.execute("delete from confirmation")

    async def marks() -> set[str]:
        async with directory.database.administered() as admin:
            words = await admin.fetch(
                "select words::text as words from search_entry where agency_id = $1", UUID(DIAKONIE)
            )
        return {mark for row in words for mark in re.findall(r"~\d", row["words"])}

    async with keeper(directory) as gesine:
        await gesine.edit(CONTACT, setting("organization", description="Neu."))
        before = await marks()
        assert (await gesine.confirm()).standing == entry_pb2.STANDING_FRESH
    assert {f"~{int(mark[1]) + 1}" for mark in before} == await marks()


async def test_agencies_below_bear_a_new_name_at_once(directory: Directory) -> None:
    async with directory.database.administered() as admin:
        await admin.execute(
            "update organization set parent_organization_id = $1 where id = $2", UUID(CARITAS), UUID(DIAKONIE)
        )
    async with keeper(directory, CARITAS) as ulrike:
        await ulrike.edit(CONTACT, setting("organization", name="Zwiebelturm"))
    found = {hit.agency_id for hit in (await directory.search("Zwiebelturm")).hits}
    assert DIAKONIE in found
