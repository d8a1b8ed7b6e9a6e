"""What an import does with whole, changed, broken and dangerous input."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from lotse.directory.v1 import agency_pb2, import_pb2, import_pb2_grpc

from services.common.errors import LotseError, NotFound
from tests.integration.directory.changes import Change, changed, counts, demo, load
from tests.integration.directory.conftest import DEMO, Directory, demo_id

AGENCY = "diakonie-braunschweig-schuldnerberatung"


def told(report: import_pb2.ImportResponse) -> list[tuple[str, int, str, str, str]]:
    return sorted((each.file, each.row, each.field, each.value, each.reason) for each in report.quarantine)


async def test_the_demo_directory_loads_whole(empty_directory: Directory) -> None:
    report = await empty_directory.load_demo()
    assert report.loaded
    assert list(report.quarantine) == []
    found = counts(report)
    assert found["organization"].created == 73
    assert found["service"].created == 150
    assert found["regime"].created == 73


async def test_the_municipal_part_loads_by_its_mapping(directory: Directory) -> None:
    mapping = (DEMO / "kommunen.mapping.toml").read_text(encoding="utf-8")
    content = (DEMO / "kommunen.csv").read_bytes()
    report = await directory.load("demo-kommunen", {"kommunen.csv": content}, mapping=mapping)
    assert report.loaded
    assert list(report.quarantine) == []
    answer = await directory.search("Räumungsklage Braunschweig Türkisch")
    assert "Zentrale Stelle Wohnraumsicherung Braunschweig (Demo)" in {hit.agency_name for hit in answer.hits}
    again = await directory.search("Mietschulden, Arabisch, Braunschweig")
    assert again.hits[0].agency_id == demo_id("organization", AGENCY)


async def test_the_same_file_again_changes_nothing(directory: Directory) -> None:
    report = await directory.load_demo()
    for count in report.counts:
        assert (count.created, count.changed, count.deactivated) == (0, 0, 0), count.table
        assert count.unchanged == count.read


async def test_the_same_file_again_tells_the_same(directory: Directory) -> None:
    content = changed(AGENCY, lambda row: row.update(website="neu.example", services=[{"id": "broken"}]))
    first, second, third = [await load(directory, content, accept=True) for _ in range(3)]
    assert len(first.quarantine) > 1
    assert told(first) == told(second) == told(third)
    assert counts(second)["organization"].unchanged == counts(third)["organization"].unchanged == 73
    assert counts(third)["service"].quarantined == 1
    assert list(second.counts) == list(third.counts)


async def test_the_same_file_again_is_read_when_an_agency_wrote_in_between(directory: Directory) -> None:
    await directory.load_demo()
    async with directory.database.administered() as connection:
        await connection.execute(
            "update organization set edited_at = now() where id = $1", demo_id("organization", AGENCY)
        )
    found = counts(await directory.load_demo())
    assert (found["organization"].kept, found["organization"].unchanged) == (1, 72)


async def test_the_same_file_under_another_country_is_read_again(directory: Directory) -> None:
    content = changed(AGENCY, lambda row: row["locations"][0]["addresses"][0].pop("country", None))
    await load(directory, content)
    header = import_pb2.ImportHeader(source="demo", format=import_pb2.IMPORT_FORMAT_HSDS_JSON, country="AT")
    async with directory.channel("lotse-cli") as channel:
        stub = import_pb2_grpc.ImportServiceStub(channel)
        chunk = import_pb2.ImportChunk(file="agencies.json", content=content)
        report = await stub.Import(
            iter([import_pb2.ImportRequest(header=header), import_pb2.ImportRequest(chunk=chunk)])
        )
    assert counts(report)["address"].changed == 1


async def test_a_changed_field_changes_one_row_and_is_noted(directory: Directory) -> None:
    report = await load(directory, changed(AGENCY, lambda row: row.update(website="https://neu.example")))
    assert counts(report)["organization"].changed == 1
    assert sum(count.changed for count in report.counts) == 1
    async with directory.agencies() as stub:
        agency = (await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=demo_id("organization", AGENCY)))).agency
    assert agency.website == "https://neu.example"
    async with directory.database.administered() as connection:
        noted = await connection.fetchval("select updated_by from metadata where last_action_type = 'update'")
    assert noted == "import demo"


async def test_a_vanished_agency_turns_inactive_and_comes_back_under_its_id(directory: Directory) -> None:
    document = demo()
    document["contents"] = [row for row in document["contents"] if row["source_id"] != AGENCY]
    gone = await load(directory, json.dumps(document).encode())
    assert gone.loaded
    assert counts(gone)["organization"].deactivated == 1
    assert counts(gone)["service"].deactivated == 2
    request = agency_pb2.GetAgencyRequest(agency_id=demo_id("organization", AGENCY))
    async with directory.agencies() as stub:
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(request)
        assert refused.value.reason == NotFound.reason
        answer = await directory.search("Mietschulden, Arabisch, Braunschweig")
        assert request.agency_id not in {hit.agency_id for hit in answer.hits}
        back = await directory.load_demo()
        assert counts(back)["organization"].changed == 1
        assert (await stub.GetAgency(request)).agency.name


async def test_most_of_a_source_vanishing_needs_a_word(directory: Directory) -> None:
    document = demo()
    document["contents"] = document["contents"][:20]
    content = json.dumps(document).encode()
    refused = await load(directory, content)
    assert not refused.loaded
    assert "would vanish" in refused.quarantine[0].reason
    assert (await load(directory, content, accept=True)).loaded


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95, 0.999])
async def test_a_cut_file_changes_nothing(directory: Directory, share: float) -> None:
    whole = (DEMO / "agencies.json").read_bytes()
    report = await load(directory, whole[: int(len(whole) * share)])
    await nothing_happened(directory, report)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
async def test_another_encoding_changes_nothing_and_is_named(directory: Directory, encoding: str) -> None:
    report = await load(directory, (DEMO / "agencies.json").read_text(encoding="utf-8").encode(encoding))
    await nothing_happened(directory, report)
    assert encoding[:6] in report.quarantine[0].suggestion


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]x",
        b"{",
        b"\x00" * 50,
        b"[1,2]",
        b'{"contents": [7]}',
        b'"text"',
        b"[" * 5000,
        b"null",
        b"[" + b"1" * 5000 + b"]",
    ]
    + [b'[{"id": "a", "name": "' + text + b'"}]' for text in (rb"a\u0000b", rb"\ud800", rb"\udfff\ud83d")]
    + [rb'[{"id": "a\u0000", "name": "b"}]', rb'[{"id": "\ud800", "name": "b"}]'],
)
async def test_what_is_no_hsds_changes_nothing(directory: Directory, content: bytes) -> None:
    await nothing_happened(directory, await load(directory, content))


@pytest.mark.parametrize(("delimiter", "word"), [(",", "comma"), ("\t", "tab")])
async def test_a_csv_with_another_delimiter_changes_nothing(directory: Directory, delimiter: str, word: str) -> None:
    mapping = (DEMO / "kommunen.mapping.toml").read_text(encoding="utf-8")
    text = (DEMO / "kommunen.csv").read_text(encoding="utf-8").replace(",", " ").replace(";", delimiter)
    report = await directory.load("demo", {"kommunen.csv": text.encode()}, mapping=mapping)
    await nothing_happened(directory, report)
    assert word in report.quarantine[0].suggestion


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
async def test_a_cut_csv_changes_nothing(directory: Directory, share: float) -> None:
    mapping = (DEMO / "kommunen.mapping.toml").read_text(encoding="utf-8")
    content = (DEMO / "kommunen.csv").read_bytes()
    content = content[: int(len(content) * share)].rstrip(b"\n")
    report = await directory.load("demo", {"kommunen.csv": content}, mapping=mapping)
    await nothing_happened(directory, report)


@pytest.mark.parametrize(
    "mapping",
    [
        "x = ",
        "[[file]]\nname = 1",
        "file = []\nother = 1",
        '[[file]]\nname="a.csv"\nrow=[{table="cat", key="{id}"}]',
        '[[file]]\nname="a.csv"\nrow=[{table="service", key="{id}", fields={colour="[x]"}}]',
        '[[file]]\nname="missing.csv"\nrow=[{table="service", key="{id}"}]',
        '[[file]]\nname="a.csv"\nencoding="rot13"\nrow=[{table="service", key="{id}"}]',
        '[[file]]\nname="a.csv"\nencoding="zlib"\nrow=[{table="service", key="{id}"}]',
    ],
)
async def test_a_wrong_mapping_changes_nothing_and_says_where(directory: Directory, mapping: str) -> None:
    report = await directory.load("demo", {"a.csv": b"id,x\n1,2\n"}, mapping=mapping)
    await nothing_happened(directory, report)


async def nothing_happened(directory: Directory, report: import_pb2.ImportResponse) -> None:
    assert not report.loaded
    assert len(report.quarantine) == 1
    assert report.quarantine[0].reason
    assert report.quarantine[0].suggestion
    answer = await directory.search("Mietschulden, Arabisch, Braunschweig")
    assert answer.hits[0].agency_id == demo_id("organization", AGENCY)
    async with directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'staging'") == 0
        assert await connection.fetchval("select count(*) from organization where active") == 73


async def test_a_stream_that_breaks_off_changes_nothing(directory: Directory) -> None:
    async def pieces() -> AsyncIterator[import_pb2.ImportRequest]:
        header = import_pb2.ImportHeader(source="demo", format=import_pb2.IMPORT_FORMAT_HSDS_JSON)
        yield import_pb2.ImportRequest(header=header)
        yield import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file="a.json", content=b"[]"))
        raise ConnectionResetError

    async with directory.channel("lotse-cli") as channel:
        with pytest.raises((LotseError, ConnectionResetError, asyncio.CancelledError)):
            await import_pb2_grpc.ImportServiceStub(channel).Import(pieces())
    assert (await directory.search("Beratung")).total > 50


@pytest.mark.parametrize("order", ["no header", "two headers", "no file", "nothing"])
async def test_an_import_out_of_order_is_refused(directory: Directory, order: str) -> None:
    header = import_pb2.ImportRequest(
        header=import_pb2.ImportHeader(source="demo", format=import_pb2.IMPORT_FORMAT_HSDS_JSON)
    )
    chunk = import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file="a.json", content=b"[]"))
    parts = {"no header": [chunk], "two headers": [header, header], "no file": [header], "nothing": []}[order]
    async with directory.channel("lotse-cli") as channel:
        with pytest.raises(LotseError) as refused:
            await import_pb2_grpc.ImportServiceStub(channel).Import(iter(parts))
    assert refused.value.reason == "IMPORT_OUT_OF_ORDER"


async def test_only_the_command_line_may_import(directory: Directory) -> None:
    async with directory.channel("lotse-gateway") as channel:
        with pytest.raises(LotseError) as refused:
            await import_pb2_grpc.ImportServiceStub(channel).Import(iter([]))
    assert refused.value.reason == "CALLER_NOT_ALLOWED"


def weeks_without_end(row: dict[str, Any]) -> None:
    row["services"][0]["capacities"] = [
        {"id": "x", "state": "closed", "updated": "2026-11-02T08:00:00Z", "expires_at": "2027-05-02T08:00:00Z"}
        | {"weeks": 1000}
    ]


def answers_at_once(row: dict[str, Any]) -> None:
    row["usual_answer_hours"] = 0


def bad_postcode(row: dict[str, Any]) -> None:
    row["locations"][0]["addresses"][0]["postal_code"] = "99990"


def lost_zero(row: dict[str, Any]) -> None:
    row["locations"][0]["addresses"][0]["postal_code"] = "1067"


def unknown_language(row: dict[str, Any]) -> None:
    row["services"][0]["languages"][0]["code"] = "marsianisch"


def language_by_name(row: dict[str, Any]) -> None:
    row["services"][0]["languages"][1]["code"] = "Arabisch"


def inverted_range(row: dict[str, Any]) -> None:
    row["services"][0]["service_areas"] = [{"source_id": "x", "postcode_from": "38120", "postcode_to": "38100"}]


def unknown_topic(row: dict[str, Any]) -> None:
    row["services"][0]["attributes"][0]["taxonomy_term"]["code"] = "zaubern"


def no_name(row: dict[str, Any]) -> None:
    row["services"][0].pop("name")


def unknown_parent(row: dict[str, Any]) -> None:
    row["parent_organization_id"] = "niemand"


def closes_before_it_opens(row: dict[str, Any]) -> None:
    row["services"][0]["schedules"][0].update(opens_at="17:00", closes_at="09:00")


def broken_umlaut(row: dict[str, Any]) -> None:
    row["description"] = "Beratung fÃ¼r SchÃ¼ler"


def impossible_point(row: dict[str, Any]) -> None:
    row["locations"][0]["latitude"] = 912.5


@pytest.mark.parametrize(
    ("change", "field", "mended"),
    [
        (bad_postcode, "address.postal_code", False),
        (lost_zero, "address.postal_code", True),
        (unknown_language, "language.code", False),
        (language_by_name, "language.code", True),
        (inverted_range, "service_area.postcode_from", False),
        (unknown_topic, "attribute.term", False),
        (no_name, "service.name", False),
        (unknown_parent, "organization.parent_organization_id", False),
        (closes_before_it_opens, "schedule.closes_at", False),
        (broken_umlaut, "organization.description", True),
        (impossible_point, "location.latitude", True),
        (weeks_without_end, "partner_capacity.weeks", False),
        (answers_at_once, "partner_answer_time.hours", False),
    ],
)
async def test_a_bad_row_is_reported_with_its_place_and_the_rest_is_loaded(
    directory: Directory, change: Change, field: str, *, mended: bool
) -> None:
    report = await load(directory, changed(AGENCY, change))
    assert report.loaded
    entry = next(entry for entry in report.quarantine if entry.field == field)
    assert entry.mended == mended
    assert entry.file == "agencies.json"
    assert demo()["contents"][entry.row - 1]["source_id"] == AGENCY
    assert entry.reason
    assert entry.suggestion
    for count in report.counts:
        assert count.read == count.created + count.changed + count.unchanged + count.quarantined
    refused = sum(count.quarantined for count in report.counts)
    assert refused == sum(not entry.mended for entry in report.quarantine)
    assert (refused == 0) == mended


async def test_what_belongs_to_a_refused_row_is_refused_with_it_and_what_was_there_stays(directory: Directory) -> None:
    report = await load(directory, changed(AGENCY, no_name))
    tables = {entry.field.partition(".")[0] for entry in report.quarantine}
    assert {"service", "attribute", "language", "schedule", "service_area", "service_at_location"} <= tables
    assert sum(count.deactivated for count in report.counts) == 0
    answer = await directory.search("Mietschulden, Arabisch, Braunschweig")
    assert answer.hits[0].service_id == demo_id("service", f"{AGENCY}/miete")


async def test_a_row_that_lost_its_id_makes_nothing_inactive(directory: Directory) -> None:
    def no_id(row: dict[str, Any]) -> None:
        del row["services"][0]["id"], row["services"][0]["source_id"]

    report = await load(directory, changed(AGENCY, no_id))
    assert report.loaded
    assert "service.id" in {entry.field for entry in report.quarantine}
    assert sum(count.deactivated for count in report.counts) == 0
    answer = await directory.search("Mietschulden, Arabisch, Braunschweig")
    assert answer.hits[0].agency_id == demo_id("organization", AGENCY)


async def test_a_line_with_a_cell_too_many_makes_nothing_inactive(directory: Directory) -> None:
    mapping = (DEMO / "kommunen.mapping.toml").read_text(encoding="utf-8")
    content = (DEMO / "kommunen.csv").read_bytes()
    assert (await directory.load("demo-kommunen", {"kommunen.csv": content}, mapping=mapping)).loaded
    odd = content.replace(b";Wohnraumsicherung;", b";Wohnraum;sicherung;")
    report = await directory.load("demo-kommunen", {"kommunen.csv": odd}, mapping=mapping)
    assert report.loaded
    assert [entry.field for entry in report.quarantine] == ["line"]
    assert sum(count.deactivated for count in report.counts) == 0
    answer = await directory.search("Wohnraumsicherung 38100 Türkisch")
    assert "Zentrale Stelle Wohnraumsicherung Braunschweig (Demo)" in {hit.agency_name for hit in answer.hits}


async def test_a_text_without_spaces_is_loaded_and_not_indexed(directory: Directory) -> None:
    change: Change = lambda row: row["services"][0].update(description="x" * 19_000)  # noqa: E731
    report = await load(directory, changed(AGENCY, change))
    assert report.loaded
    assert counts(report)["service"].changed == 1


async def test_two_sources_do_not_touch_each_other(directory: Directory) -> None:
    other = {
        "id": "a",
        "name": "Andere Stelle",
        "services": [{"id": "s", "name": "Zauberberatung", "status": "active"}],
    }
    report = await directory.load("other", {"a.json": json.dumps(other).encode()})
    assert report.loaded
    assert (await directory.search("Zauberberatung")).total == 1
    assert (await directory.search("Mietschulden, Arabisch, Braunschweig")).hits
    emptied = await directory.load("other", {"a.json": b'[{"id": "b", "name": "Dritte"}]'})
    assert counts(emptied)["organization"].deactivated == 1
    assert (await directory.search("Zauberberatung")).total == 0


async def test_a_text_of_any_kind_in_a_name_is_stored_and_found_as_text(directory: Directory) -> None:
    nasty = "Rund'um \\ \"Familie\" <b>&amp;</b> '; drop table service; -- 💧"
    report = await load(directory, changed(AGENCY, lambda row: row["services"][0].update(name=nasty)))
    assert report.loaded
    answer = await directory.search("Rund'um Familie Braunschweig")
    assert nasty in {hit.service_name for hit in answer.hits}
