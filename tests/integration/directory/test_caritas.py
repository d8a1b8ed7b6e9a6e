"""Real agencies and postcode ranges: each row is loaded, or in quarantine with a reason, and the counts are exact."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from lotse.directory.v1 import import_pb2

from services.directory.importing.identity import make_id
from tests.integration.directory.conftest import Directory

DATA = Path(__file__).parents[4] / "shared" / "data" / "caritas"
MAPPING = (Path(__file__).parent / "caritas" / "mapping.toml").read_text(encoding="utf-8")
FILES = ("agencies.csv", "postcode_ranges.csv")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared test data is not beside this checkout")


def files() -> dict[str, bytes]:
    return {name: (DATA / name).read_bytes() for name in FILES}


def counts(report: import_pb2.ImportResponse) -> dict[str, import_pb2.ImportCount]:
    return {count.table: count for count in report.counts}


async def test_every_agency_and_range_is_loaded_or_reported(empty_directory: Directory) -> None:
    report = await empty_directory.load("caritas", files(), mapping=MAPPING)
    assert report.loaded
    assert not report.quarantine_is_capped
    found = counts(report)
    refused = Counter(entry.field.partition(".")[0] for entry in report.quarantine if not entry.mended)
    for table, count in found.items():
        assert count.read == count.created + count.changed + count.unchanged + count.quarantined, table
        assert count.quarantined == refused[table], table
    assert (found["organization"].read, found["organization"].created) == (1131, 1131)
    assert found["service_area"].read == 13610
    reasons = Counter(entry.reason for entry in report.quarantine if entry.field.startswith("service_area."))
    assert reasons["The range ends before it begins."] == 6
    assert reasons["The service that it belongs to is not in the import, or was not loaded."] == 2
    repeated = sum(count for reason, count in reasons.items() if reason.startswith("The row repeats"))
    assert found["service_area"].created == 13610 - 6 - 2 - repeated == len(distinct_good_ranges())


def distinct_good_ranges() -> set[tuple[str, str, str]]:
    """The ranges that can be loaded, counted without the importer."""
    with (DATA / "agencies.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    with (DATA / "postcode_ranges.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["agency_id"], row["postcode_from"], row["postcode_to"])
            for row in csv.DictReader(file)
            if row["agency_id"] in known and row["postcode_from"] <= row["postcode_to"]
        }


async def test_addresses_without_a_postcode_or_with_one_that_does_not_exist_are_reported(
    empty_directory: Directory,
) -> None:
    report = await empty_directory.load("caritas", files(), mapping=MAPPING)
    addresses = [entry for entry in report.quarantine if entry.field.startswith("address.") and not entry.mended]
    assert sum(entry.reason == "The field is missing." for entry in addresses) == 48
    assert {"There is no such postcode.", "The field is missing."} == {entry.reason for entry in addresses}
    mended = {entry.value for entry in report.quarantine if entry.field == "address.postal_code" and entry.mended}
    assert "6886" in mended
    assert "7531" in {entry.value for entry in addresses}  # with a zero before it there is no such postcode either
    assert not mended & {entry.value for entry in addresses}
    assert counts(report)["address"].created == 1131 - len(addresses)


async def test_a_repeated_import_changes_nothing(empty_directory: Directory) -> None:
    first = await empty_directory.load("caritas", files(), mapping=MAPPING)
    second = await empty_directory.load("caritas", files(), mapping=MAPPING)
    for table, count in counts(second).items():
        assert (count.created, count.changed, count.deactivated) == (0, 0, 0), table
        assert count.unchanged == counts(first)[table].created
    assert list(second.quarantine) == list(first.quarantine)


async def test_a_dry_run_says_the_same_and_writes_nothing(empty_directory: Directory) -> None:
    dry = await empty_directory.load("caritas", files(), mapping=MAPPING, dry_run=True)
    assert not dry.loaded
    assert (await empty_directory.search("Sucht")).total == 0
    wet = await empty_directory.load("caritas", files(), mapping=MAPPING)
    assert list(dry.counts) == list(wet.counts)
    assert list(dry.quarantine) == list(wet.quarantine)


async def test_real_agencies_are_found_and_a_white_spot_is_called_one(empty_directory: Directory) -> None:
    await empty_directory.load("caritas", files(), mapping=MAPPING)
    bonn = await empty_directory.search("Suchtberatung 53111 Bonn")
    assert bonn.hits[0].agency_id == str(make_id("caritas", "organization", "0"))
    assert bonn.hits[0].reasons[0].kind == "responsible"
    braunschweig = await empty_directory.search("Suchtberatung 38100")
    assert list(braunschweig.coverage.responsible_agency_ids) == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.31, 0.5, 0.77])
async def test_a_cut_file_loads_nothing(empty_directory: Directory, name: str, share: float) -> None:
    given = files()
    given[name] = given[name][: int(len(given[name]) * share)].rstrip(b"\r\n")
    await nothing_is_loaded(empty_directory, given, name)


async def test_a_file_cut_at_the_end_of_a_line_does_not_empty_the_directory(empty_directory: Directory) -> None:
    await empty_directory.load("caritas", files(), mapping=MAPPING)
    before = (await empty_directory.search("Beratung")).total
    given = files()
    given["agencies.csv"] = b"".join(given["agencies.csv"].splitlines(keepends=True)[:300])
    report = await empty_directory.load("caritas", given, mapping=MAPPING)
    assert not report.loaded
    assert "would vanish" in report.quarantine[0].reason
    assert (await empty_directory.search("Beratung")).total == before


async def test_ranges_cut_at_the_end_of_a_line_do_not_turn_inactive(empty_directory: Directory) -> None:
    await empty_directory.load("caritas", files(), mapping=MAPPING)
    given = files()
    given["postcode_ranges.csv"] = b"".join(given["postcode_ranges.csv"].splitlines(keepends=True)[:7000])
    report = await empty_directory.load("caritas", given, mapping=MAPPING)
    assert not report.loaded
    assert "of service_area would vanish" in report.quarantine[0].reason
    async with empty_directory.database.connected("import") as connection:
        assert await connection.fetchval("select count(*) from service_area where active") == 12_793


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
async def test_another_delimiter_loads_nothing_and_is_named(empty_directory: Directory, delimiter: str) -> None:
    given = files()
    given["postcode_ranges.csv"] = given["postcode_ranges.csv"].replace(b",", delimiter.encode())
    entry = await nothing_is_loaded(empty_directory, given, "postcode_ranges.csv")
    assert "parted by" in entry.suggestion


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
async def test_another_encoding_loads_nothing_and_is_named(empty_directory: Directory, encoding: str) -> None:
    given = files()
    given["agencies.csv"] = given["agencies.csv"].decode().encode(encoding, "replace")
    entry = await nothing_is_loaded(empty_directory, given, "agencies.csv")
    assert encoding in entry.suggestion


async def test_broken_umlauts_are_repaired_and_each_repair_is_reported(empty_directory: Directory) -> None:
    given = files()
    given["agencies.csv"] = given["agencies.csv"].decode().encode().decode("latin-1").encode()
    report = await empty_directory.load("caritas", given, mapping=MAPPING)
    assert report.loaded
    assert (await empty_directory.search("Köln")).total > 0
    assert any("encoding" in entry.reason and entry.mended for entry in report.quarantine)


async def nothing_is_loaded(directory: Directory, given: dict[str, bytes], name: str) -> import_pb2.QuarantineEntry:
    report = await directory.load("caritas", given, mapping=MAPPING)
    assert not report.loaded
    assert [entry.file for entry in report.quarantine] == [name]
    assert report.quarantine[0].reason
    assert report.quarantine[0].suggestion
    assert (await directory.search("Beratung")).total == 0
    async with directory.database.connected("import") as connection:
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'staging'") == 0
        assert await connection.fetchval("select count(*) from organization") == 0
    return report.quarantine[0]
