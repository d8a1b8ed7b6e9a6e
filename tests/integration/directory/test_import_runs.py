"""What an import tells before, while and after it ran, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from lotse.directory.v1 import import_pb2, import_pb2_grpc

from services.common.errors import InvalidArgument, LotseError, NotFound
from services.directory.store.runs import KEPT_FOR, SQL
from tests.integration.directory.changes import changed, counts, load
from tests.integration.directory.conftest import DEMO, NOW, Directory

AGENCY = "diakonie-braunschweig-schuldnerberatung"
SHELTER = "frauenhaus-harzvorland"


async def test_a_dry_run_shows_what_would_change_with_old_and_new_value(directory: Directory) -> None:
    before = next(row for row in (await directory.load_demo()).counts if row.table == "organization")
    assert before.unchanged == before.read
    report = await load(directory, changed(AGENCY, lambda row: row.update(website="https://neu.example")), dry_run=True)
    assert (report.loaded, report.refused, report.differences_are_capped) == (False, False, False)
    (difference,) = report.differences
    assert (difference.table, difference.source_id, difference.field) == ("organization", AGENCY, "website")
    assert (difference.previous, difference.replacement) == (f"https://{AGENCY}.example", "https://neu.example")
    async with directory.database.administered() as connection:
        assert await connection.fetchval("select website from organization where source_id = $1", AGENCY) != (
            difference.replacement
        )


async def test_a_dry_run_tells_no_value_of_a_protected_place(directory: Directory) -> None:
    def change(row: dict[str, Any]) -> None:
        row["locations"][0].update(name="Am Wald", description="hinter der Mühle")
        row["locations"][0]["phones"][0].update(description="hinter der Mühle")

    report = await load(directory, changed(SHELTER, change), dry_run=True)
    assert {difference.field for difference in report.differences} == {"name", "description"}
    assert all(difference.protected for difference in report.differences)
    assert "Mühle" not in str(report)
    assert "Am Wald" not in str(report)


async def test_what_the_agency_wrote_here_itself_stays_and_is_named_once(directory: Directory) -> None:
    async with directory.database.administered() as connection:
        await connection.execute(
            "update organization set website = 'https://selbst.example', edited_at = now() where source_id = $1", AGENCY
        )
    same = await directory.load_demo()
    assert counts(same)["organization"].kept == 1
    assert list(same.quarantine) == []
    other = changed(AGENCY, lambda row: row.update(website="https://neu.example"))
    first, second = await load(directory, other), await load(directory, other)
    assert [(entry.field, entry.mended) for entry in first.quarantine] == [("organization", True)]
    assert "wrote it here itself" in first.quarantine[0].reason
    assert list(second.quarantine) == []
    for report in (same, first, second):
        for count in report.counts:
            assert count.read == count.created + count.changed + count.unchanged + count.kept + count.quarantined
    async with directory.database.administered() as connection:
        website = await connection.fetchval("select website from organization where source_id = $1", AGENCY)
    assert website == "https://selbst.example"


async def test_what_the_agency_wrote_here_does_not_turn_inactive_when_the_import_loses_it(directory: Directory) -> None:
    async with directory.database.administered() as connection:
        await connection.execute("update phone set edited_at = now() where source_id = $1", AGENCY)
    report = await load(directory, changed(AGENCY, lambda row: row.pop("phones")))
    assert counts(report)["phone"].deactivated == 0
    assert [entry.field for entry in report.quarantine] == ["phone.id"]
    async with directory.database.administered() as connection:
        assert await connection.fetchval("select active from phone where source_id = $1", AGENCY)


async def test_protection_comes_also_to_a_place_that_the_agency_edited(directory: Directory) -> None:
    key = "caritas-nordhorn"
    async with directory.database.administered() as connection:
        await connection.execute("update location set edited_at = now() where source_id = $1", key)

    def protect(row: dict[str, Any]) -> None:
        for name in ("latitude", "longitude", "addresses"):
            row["locations"][0].pop(name)
        row["locations"][0].update(protected=True, location_type="virtual")

    assert (await load(directory, changed(key, protect))).loaded
    async with directory.database.administered() as connection:
        place = await connection.fetchrow("select protected, latitude from location where source_id = $1", key)
        assert await connection.fetchval("select count(*) from address where source_id = $1", key) == 0
    assert place is not None
    assert tuple(place) == (True, None)


async def test_an_older_confirmation_does_not_replace_a_newer_one(directory: Directory) -> None:
    def confirmed(at: str) -> bytes:
        groups = [{"field_group": "contact", "confirmed_at": at, "confirmed_how": "phone"}]
        return changed(AGENCY, lambda row: row.update(confirmations=groups))

    assert counts(await load(directory, confirmed("2026-11-20T09:00:00Z")))["confirmation"].read > 0
    await load(directory, confirmed("2020-01-01T09:00:00Z"))
    async with directory.database.administered() as connection:
        year = await connection.fetchval(
            "select extract(year from c.confirmed_at)::integer from confirmation c "
            "join organization o on o.id = c.organization_id where o.source_id = $1 and c.field_group = 'contact'",
            AGENCY,
        )
    assert year == 2026


async def test_imports_are_logged_with_what_they_found_also_refused_ones_and_forgotten_after_ninety_days(
    directory: Directory,
) -> None:
    await load(directory, b"{")
    wet = await load(directory, changed(AGENCY, lambda row: row["services"][0].update(status="offen")))
    async with directory.channel("lotse-cli") as channel:
        stub = import_pb2_grpc.ImportRunServiceStub(channel)
        first = await stub.ListImportRuns(import_pb2.ListImportRunsRequest(page_size=1))
        second = await stub.ListImportRuns(
            import_pb2.ListImportRunsRequest(page_size=1, page_token=first.next_page_token)
        )
        found = await stub.ListImportFindings(import_pb2.ListImportFindingsRequest(import_id=wet.import_id))
        with pytest.raises(LotseError) as unknown:
            await stub.ListImportFindings(import_pb2.ListImportFindingsRequest(import_id=str(uuid4())))
        with pytest.raises(LotseError) as broken:
            await stub.ListImportRuns(import_pb2.ListImportRunsRequest(page_token="eA=="))
    assert (first.runs[0].import_id, first.runs[0].loaded, second.runs[0].loaded) == (wet.import_id, True, False)
    assert {each.table: each for each in first.runs[0].counts} == {each.table: each for each in wet.counts}
    assert list(found.findings) == list(wet.quarantine)
    assert (unknown.value.reason, broken.value.reason) == (NotFound.reason, InvalidArgument.reason)
    async with directory.database.administered() as connection:
        await connection.execute("update import_run set finished_at = $1", NOW - KEPT_FOR - timedelta(minutes=1))
    async with directory.database.connected("worker") as connection:
        await connection.execute(SQL.sweep_runs, NOW - KEPT_FOR)
        assert await connection.fetchval("select count(*) from import_finding") == 0


async def test_an_import_under_way_tells_how_far_it_is_and_an_ended_one_nothing(directory: Directory) -> None:
    key, sent = str(uuid4()), asyncio.Event()
    header = import_pb2.ImportHeader(source="demo", format=import_pb2.IMPORT_FORMAT_AUTO, progress_key=key)

    async def pieces() -> AsyncIterator[import_pb2.ImportRequest]:
        yield import_pb2.ImportRequest(header=header)
        content = (DEMO / "agencies.json").read_bytes()
        for start in range(0, len(content), 500_000):
            piece = import_pb2.ImportChunk(file="agencies.json", content=content[start : start + 500_000])
            yield import_pb2.ImportRequest(chunk=piece)
        sent.set()

    async with directory.channel("lotse-cli") as channel:
        stub = import_pb2_grpc.ImportServiceStub(channel)
        running = asyncio.ensure_future(stub.Import(pieces()))
        await sent.wait()
        phases = set()
        while not running.done():
            answer = await stub.GetImportProgress(import_pb2.GetImportProgressRequest(progress_key=key))
            phases.add(answer.phase)
            assert answer.done <= answer.total
        assert (await running).loaded
        after = await stub.GetImportProgress(import_pb2.GetImportProgressRequest(progress_key=key))
    assert phases - {import_pb2.IMPORT_PHASE_UNSPECIFIED}
    assert after.phase == import_pb2.IMPORT_PHASE_UNSPECIFIED


async def test_more_repeats_at_once_than_there_are_connections_all_end(directory: Directory) -> None:
    async with asyncio.timeout(30):
        reports = await asyncio.gather(*(directory.load_demo() for _ in range(8)))
    assert {report.loaded for report in reports} == {True}
    assert {count.created + count.changed for report in reports for count in report.counts} == {0}
