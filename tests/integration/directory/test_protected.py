"""Nothing about where a protected place is gets in, stays, or is told, however the import is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from lotse.directory.v1 import agency_pb2

from services.directory.store.imports import ImportStore
from tests.integration.directory.changes import Change, changed, load
from tests.integration.directory.conftest import Directory, demo_id

SECRET_STREET = "Geheimer Steig 7"


def with_address(row: dict[str, Any]) -> None:
    address = {"source_id": "geheim", "address_1": SECRET_STREET, "city": "Geheimstadt", "postal_code": "3810x"}
    row["locations"][0]["addresses"] = [address]


def with_good_address(row: dict[str, Any]) -> None:
    address = {"source_id": "geheim", "address_1": SECRET_STREET, "city": "Braunschweig", "postal_code": "38100"}
    row["locations"][0]["addresses"] = [address]


def with_point(row: dict[str, Any]) -> None:
    row["locations"][0].update(latitude=52.123456, longitude=10.654321)


def without_mark(row: dict[str, Any]) -> None:
    row["locations"][0].update(protected=False, location_type="physical", latitude=52.123456, longitude=10.654321)
    with_address(row)


@pytest.mark.parametrize("change", [with_address, with_good_address, with_point, without_mark])
async def test_nothing_about_where_a_protected_place_is_gets_in_or_into_the_report(
    directory: Directory, change: Change
) -> None:
    report = await load(directory, changed("frauenhaus-harzvorland", change))
    assert report.loaded
    assert report.quarantine
    assert all(not entry.value or "/" in entry.value for entry in report.quarantine)
    text = str(report)
    for secret in (SECRET_STREET, "Geheimstadt", "3810x", "52.123456", "10.654321"):
        assert secret not in text
    async with directory.database.administered() as connection:
        protected = await connection.fetchrow(
            "select latitude, protected from location where source_id = 'frauenhaus-harzvorland'"
        )
        assert protected is not None
        assert (protected["latitude"], protected["protected"]) == (None, True)
        assert await connection.fetchval("select count(*) from address where address_1 = $1", SECRET_STREET) == 0
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'staging'") == 0


async def test_a_place_that_becomes_protected_loses_its_address(directory: Directory) -> None:
    def protect(row: dict[str, Any]) -> None:
        location = row["locations"][0]
        for name in ("latitude", "longitude", "addresses"):
            location.pop(name, None)
        location.update(protected=True, location_type="virtual")

    report = await load(directory, changed("caritas-nordhorn", protect))
    assert report.loaded
    async with directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from address where source_id = 'caritas-nordhorn'") == 0
    answer = await directory.search("Pflege Nordhorn")
    hit = next(hit for hit in answer.hits if hit.agency_id == demo_id("organization", "caritas-nordhorn"))
    assert hit.protected_location
    assert not hit.HasField("distance_km")


def protected_with_point(row: dict[str, Any]) -> None:
    row["locations"][0].update(protected=True, location_type="virtual")


def protected_with_a_land_in_words(row: dict[str, Any]) -> None:
    location = row["locations"][0]
    for name in ("latitude", "longitude", "addresses"):
        location.pop(name)
    location.update(protected=True, state="Niedersachsen")


@pytest.mark.parametrize("change", [protected_with_point, protected_with_a_land_in_words])
async def test_a_place_that_becomes_protected_in_a_row_that_is_refused_loses_address_and_point(
    directory: Directory, change: Change
) -> None:
    key = "caritas-nordhorn"
    report = await load(directory, changed(key, change))
    assert report.loaded
    assert "location" in {entry.field.partition(".")[0] for entry in report.quarantine}
    async with directory.database.administered() as connection:
        location = await connection.fetchrow(
            "select protected, latitude, longitude from location where source_id = $1", key
        )
        assert location is not None
        assert tuple(location) == (True, None, None)
        assert await connection.fetchval("select count(*) from address where source_id = $1", key) == 0
    async with directory.agencies() as stub:
        request = agency_pb2.GetAgencyRequest(agency_id=demo_id("organization", key))
        assert (await stub.GetAgency(request)).agency.address == "Niedersachsen"
    answer = await directory.search("Pflege Nordhorn")
    assert all(hit.protected_location for hit in answer.hits if hit.agency_id == demo_id("organization", key))


async def test_an_import_that_read_too_early_does_not_end_protection(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(_: ImportStore, __: str) -> frozenset[UUID]:
        return frozenset()

    monkeypatch.setattr(ImportStore, "list_protected", none)
    report = await load(directory, changed("frauenhaus-harzvorland", without_mark))
    assert not report.loaded
    assert SECRET_STREET not in str(report)
    async with directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from location where protected") == 1
