"""A whole 211 directory in tables of HSDS 1: every one of its problems is named, and nothing is loaded wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from lotse.directory.v1 import import_pb2

from tests.integration.directory.changes import counts
from tests.integration.directory.conftest import EMPTY, Directory, directory_at
from tests.support.postgres import Postgres
from tests.support.server import TestNetwork

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "miami211" / "hsds-1.x.zip"

pytestmark = [
    pytest.mark.skipif(not ARCHIVE.is_file(), reason="the shared test data is not beside this checkout"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class Miami:
    directory: Directory
    first: import_pb2.ImportResponse
    second: import_pb2.ImportResponse
    findings: list[import_pb2.QuarantineEntry]

    def reasons(self, field: str, *, mended: bool) -> Counter[str]:
        return Counter(entry.reason for entry in self.findings if entry.field == field and entry.mended == mended)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def miami(postgres: Postgres, network: TestNetwork) -> AsyncIterator[Miami]:
    """Loaded twice, the second time with nothing changed."""
    files = {"hsds-1.x.zip": ARCHIVE.read_bytes()}
    async with directory_at(postgres, network, EMPTY) as directory:
        first = await directory.load("miami211", files)
        second = await directory.load("miami211", files)
        yield Miami(directory, first, second, await directory.findings(first.import_id))


def table(name: str) -> list[dict[str, str]]:
    """A table as it came, read without the importer."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))


async def test_the_format_is_recognised_and_every_row_is_accounted_for(miami: Miami) -> None:
    assert miami.first.loaded
    assert miami.first.format == import_pb2.IMPORT_FORMAT_HSDS_1
    refused = Counter(entry.field.partition(".")[0] for entry in miami.findings if not entry.mended)
    for name, count in counts(miami.first).items():
        assert count.read == count.created + count.quarantined, name
        assert count.quarantined == refused[name], name
    found = counts(miami.first)
    files = {"schedule": "regular_schedules", "attribute": "services_taxonomy"}
    for name, rows in (("organization", 1074), ("service", 4089), ("schedule", 11350), ("attribute", 26259)):
        assert found[name].read == rows == len(table(files.get(name, f"{name}s")))


async def test_services_without_an_organization_are_refused_with_all_that_hangs_on_them(miami: Miami) -> None:
    known = {row["id"] for row in table("organizations")}
    orphans = {row["id"] for row in table("services") if row["organization_id"] not in known}
    assert len(orphans) == counts(miami.first)["service"].quarantined == 447
    for name, source in (("phone", "phones"), ("attribute", "services_taxonomy"), ("partner_contact", "contacts")):
        hanging = sum(row["service_id"] in orphans for row in table(source))
        reasons = miami.reasons(f"{name}.service_id", mended=False)
        assert reasons["The service that it belongs to is not in the import, or was not loaded."] == hanging, name
    async with miami.directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from service") == 4089 - 447
        assert await connection.fetchval("select count(*) from service where source_id = any($1)", list(orphans)) == 0


async def test_points_that_contradict_their_address_are_left_out_and_the_others_are_not(miami: Miami) -> None:
    left_out = [entry for entry in miami.findings if entry.field == "location.latitude"]
    assert len(left_out) == 14
    assert all(entry.mended and "left out" in entry.reason for entry in left_out)
    given = sum(bool(row["latitude"]) for row in table("locations"))
    async with miami.directory.database.administered() as connection:
        loaded = await connection.fetchval("select count(*) from location where latitude is not null")
        chicago = await connection.fetchval("select latitude from location where source_id = '6081'")  # of Miami
        washington = await connection.fetchval("select latitude from location where source_id = '314'")  # of there
    assert loaded == given - 14
    assert chicago is None
    assert washington == pytest.approx(38.8962948)


async def test_broken_texts_are_repaired_where_they_prove_what_they_were_and_named_where_not(miami: Miami) -> None:
    broken = [row for row in table("services") if "GÇ" in row["description"]]
    assert len(broken) > 250
    mended = miami.reasons("location.description", mended=True)
    assert mended["The text's encoding was broken and was repaired."] == 284
    doubtful = "The text's encoding looks broken, and it does not prove what it was; it was loaded as it is."
    assert mended[doubtful] == 12
    async with miami.directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from service where description like '%GÇÖ%'") == 0
        assert await connection.fetchval("select count(*) from service where description like '%\u2019s%'") > 100
        # ñ, ó and others became the same sign, so that nobody can tell which it was
        assert await connection.fetchval("select count(*) from service where description like '%+¦%'") > 0


async def test_what_is_missing_everywhere_is_said_once(miami: Miami) -> None:
    status = miami.reasons("service.status", mended=True)
    assert list(status) == ["The field is missing and was taken as active. (3642 rows from this one on)"]
    phones = list(miami.reasons("partner_contact.phone", mended=True))
    assert phones == ["The telephone number lacks digits and was left out. (4005 rows from this one on)"]
    assert miami.reasons("eligibility.service_id", mended=False).total() == 2244


async def test_languages_in_words_become_rows_with_what_the_words_say(miami: Miami) -> None:
    async with miami.directory.database.administered() as connection:
        spanish = await connection.fetch("select distinct level, note from language where code = 'es'")
        interpreted = await connection.fetchval(
            "select count(*) from service where interpretation_services ilike '%other languages available%'"
        )
    assert ("basic", "limited") in {tuple(row) for row in spanish}
    assert interpreted > 30


async def test_american_addresses_are_not_held_against_german_postcodes(miami: Miami) -> None:
    async with miami.directory.database.administered() as connection:
        countries = await connection.fetch("select country, count(*) from address group by country")
    assert {row[0] for row in countries} == {"US"}
    assert counts(miami.first)["address"].quarantined == 31


async def test_foreign_terms_are_loaded_as_their_own_taxonomy(miami: Miami) -> None:
    async with miami.directory.database.administered() as connection:
        terms = await connection.fetchval(
            "select count(*) from taxonomy_term t join taxonomy x on x.id = t.taxonomy_id "
            "where x.name = 'Open211 Miami - AIRS'"
        )
    assert terms == 1991
    assert miami.reasons("taxonomy_term.id", mended=False).total() == 3


async def test_the_same_archive_again_changes_nothing(miami: Miami) -> None:
    for count in miami.second.counts:
        assert (count.created, count.changed, count.deactivated) == (0, 0, 0), count.table
        assert count.unchanged == counts(miami.first)[count.table].created
