"""The shapes in which a directory may come, and the ways in which a file may be broken: a report, never a fault."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lotse.directory.v1 import import_pb2, import_pb2_grpc

from services.common.errors import LotseError
from services.directory.importing.archives import MOST_MEMBERS
from tests.integration.directory.changes import counts, demo
from tests.integration.directory.conftest import Directory

EXAMPLES = Path(__file__).parents[4] / "shared" / "hsds"

STELLE = {"id": "o1", "name": "Beratung Nord", "description": "Für alle"}
ANGEBOT = {"id": "s1", "organization_id": "o1", "name": "Schuldnerberatung Nord", "status": "active"}


def table(*rows: dict[str, Any]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def package() -> dict[str, bytes]:
    """A tabular datapackage with a foreign taxonomy, whose description names more tables than it has."""
    resources = [
        {"name": name, "path": path}
        for name, path in (
            ("organization", "organizations.csv"),
            ("service", "services.csv"),
            ("contact", "contacts.csv"),
            ("funding", "funding.csv"),
            ("taxonomy", "taxonomies.csv"),
            ("taxonomy_term", "taxonomy_terms.csv"),
            ("attribute", "attributes.csv"),
            ("unit", "units.csv"),
        )
    ]
    return {
        "datapackage.json": json.dumps({"resources": resources}).encode(),
        "organizations.csv": table(STELLE),
        "services.csv": table(ANGEBOT),
        "contacts.csv": table({"id": "c1", "organization_id": "o1", "name": "Kim Muster"}),
        "funding.csv": table({"id": "f1", "organization_id": "o1", "source": "Land Niedersachsen"}),
        "taxonomies.csv": table({"id": "t", "name": "Fremd", "description": ""}),
        "taxonomy_terms.csv": table(
            {"id": "a", "code": "A", "name": "Oben", "taxonomy_id": "t"},
            {"id": "b", "code": "B", "name": "Unten", "parent_id": "a", "taxonomy_id": "t"},
        ),
        "attributes.csv": table(
            {"id": "x", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "b", "value": "3"},
            {"id": "y", "link_id": "o1", "link_entity": "organization", "taxonomy_term_id": "schulden", "value": ""},
        ),
    }


async def test_a_tabular_package_loads_packed_and_as_its_files_and_means_the_same(empty_directory: Directory) -> None:
    first = await empty_directory.load("nord", {"package.zip": packed(package())})
    assert first.format == import_pb2.IMPORT_FORMAT_DATAPACKAGE
    assert first.loaded, first
    assert list(first.quarantine) == []
    async with empty_directory.database.administered() as connection:
        assert await connection.fetchval("select funder from funding") == "Land Niedersachsen"
        assert await connection.fetchval("select name from partner_contact") == "Kim Muster"
        attributes = await connection.fetch("select link_entity, value from attribute order by link_entity")
    assert [tuple(row) for row in attributes] == [("organization", None), ("service", "3")]
    again = await empty_directory.load("nord", package())
    assert {count.unchanged - count.read for count in again.counts} == {0}


async def test_one_organization_a_line_loads_as_the_page_does(directory: Directory) -> None:
    lines = b"\n".join(json.dumps(row).encode() for row in demo()["contents"])
    report = await directory.load("demo", {"agencies.ndjson": lines})
    assert report.format == import_pb2.IMPORT_FORMAT_NDJSON
    assert {count.unchanged - count.read for count in report.counts} == {0}


async def test_a_cut_line_changes_nothing_and_names_its_number(directory: Directory) -> None:
    lines = b"\n".join(json.dumps(row).encode() for row in demo()["contents"][:5])
    report = await directory.load("demo", {"agencies.ndjson": lines[:-20]})
    assert (report.refused, report.quarantine[0].row) == (True, 5)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the HSDS examples are not beside this checkout")
@pytest.mark.parametrize("version", ["3.0", "3.1-dev"])
@pytest.mark.parametrize("name", ["service_full", "organization_full"])
async def test_the_examples_of_the_specification_load_as_far_as_they_hold_together(
    empty_directory: Directory, version: str, name: str
) -> None:
    content = json.loads((EXAMPLES / version / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    organization = content if name == "organization_full" else content["organization"]
    organization.pop("parent_organization_id", None)  # which is in no example
    report = await empty_directory.load("example", {"a.json": json.dumps(content).encode()})
    assert report.loaded, report
    found = counts(report)
    assert found["organization"].created == 1
    assert found["service"].created == 1
    assert found["cost_option"].created == found["program"].created == 1


def bomb() -> bytes:
    return packed({"services.csv": b"\0" * 80_000_000})


def nested() -> bytes:
    return packed({"inner.zip": packed(package())})


def encrypted() -> bytes:
    content = bytearray(packed({"services.csv": table(ANGEBOT)}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(sign) + place
        content[start : start + 2] = struct.pack("<H", 1)
    return bytes(content)


def leading_elsewhere() -> bytes:
    return packed({"../services.csv": table(ANGEBOT)})


def crowded() -> bytes:
    return packed({f"{number}.csv": b"id\n" for number in range(MOST_MEMBERS + 1)})


def twice() -> bytes:
    return packed({"a/services.csv": table(ANGEBOT), "b/services.csv": table(ANGEBOT)})


def truncated() -> bytes:
    return packed(package())[:-60]


def empty() -> bytes:
    return packed({})


def damaged() -> bytes:
    content = bytearray(packed({"services.csv": table(ANGEBOT) * 50}))
    content[60:70] = zlib.compress(b"x")[:10]
    return bytes(content)


@pytest.mark.parametrize(
    "make",
    [bomb, nested, encrypted, leading_elsewhere, crowded, twice, truncated, empty, damaged],
    ids=lambda m: m.__name__,
)
async def test_an_archive_that_is_broken_or_made_to_harm_changes_nothing(
    empty_directory: Directory, make: Callable[[], bytes]
) -> None:
    await empty_directory.load("nord", package())
    report = await empty_directory.load("nord", {"a.zip": make()})
    assert (report.refused, report.loaded, len(report.quarantine)) == (True, False, 1)
    assert report.quarantine[0].reason
    assert report.quarantine[0].suggestion
    assert (await empty_directory.search("Schuldnerberatung Nord")).total == 1
    async with empty_directory.database.administered() as connection:
        noted = await connection.fetch("select loaded, findings from import_run order by id")
    assert [tuple(row) for row in noted] == [(True, 0), (False, 1)]


def broken(**changes: Any) -> dict[str, bytes]:
    return {**package(), "services.csv": table({**ANGEBOT, **changes})}


@pytest.mark.parametrize(
    ("files", "field"),
    [
        (broken(minimum_age="9" * 400), "service.minimum_age"),
        (broken(minimum_age="70", maximum_age="18"), "service.maximum_age"),
        (broken(status="offen"), "service.status"),
        (broken(url="javascript:alert(1)"), "service.url"),
        (broken(email="kein Postfach"), "service.email"),
        (broken(audiences="families,pirates"), "service.audiences"),
        (broken(organization_id="o2"), "service.organization_id"),
        ({**package(), "services.csv": table(ANGEBOT, {**ANGEBOT, "name": "Anders"})}, "service.id"),
        (
            {
                **package(),
                "attributes.csv": table(
                    {"id": "x", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "?"}
                ),
            },
            "attribute.taxonomy_term_id",
        ),
        (
            {
                **package(),
                "taxonomy_terms.csv": table(
                    {"id": "a", "name": "A", "parent_id": "b", "taxonomy_id": "t"},
                    {"id": "b", "name": "B", "parent_id": "a", "taxonomy_id": "t"},
                ),
            },
            "taxonomy_term.parent_id",
        ),
        ({**package(), "services.csv": table({**ANGEBOT, "colour": "blue"})}, "service.colour"),
    ],
)
async def test_a_bad_cell_of_a_table_is_named(empty_directory: Directory, files: dict[str, bytes], field: str) -> None:
    report = await empty_directory.load("nord", files)
    assert report.loaded
    entry = next(entry for entry in report.quarantine if entry.field == field)
    assert entry.reason
    assert entry.suggestion


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "latin-1"])
async def test_a_table_in_another_encoding_changes_nothing_and_is_named(
    empty_directory: Directory, encoding: str
) -> None:
    text = table({**STELLE, "name": "Größe"}).decode()
    report = await empty_directory.load("nord", {**package(), "organizations.csv": text.encode(encoding)})
    assert report.refused
    assert report.quarantine[0].file == "organizations.csv"
    assert "looks like" in report.quarantine[0].suggestion


async def test_too_large_an_import_is_refused_at_its_header(empty_directory: Directory) -> None:
    header = import_pb2.ImportHeader(source="a", format=import_pb2.IMPORT_FORMAT_AUTO, total_bytes=2 * 1024**3)
    async with empty_directory.channel("lotse-cli") as channel:
        with pytest.raises(LotseError) as refused:
            await import_pb2_grpc.ImportServiceStub(channel).Import(iter([import_pb2.ImportRequest(header=header)]))
    assert refused.value.reason == "IMPORT_TOO_LARGE"
    assert int(refused.value.metadata["limit"]) == 512 * 1024**2


async def test_no_source_may_call_itself_as_the_taxonomy_does(empty_directory: Directory) -> None:
    report = await empty_directory.load("lotse-themen", package())
    assert report.refused
    async with empty_directory.database.administered() as connection:
        assert await connection.fetchval("select count(*) from taxonomy_term where not active") == 0
