"""The public directory as HSDS documents and as files: what is in them, and when it counts as changed."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import frictionless
import grpc
import pytest
from lotse.directory.v1 import publication_pb2 as pb
from lotse.directory.v1 import publication_pb2_grpc

from deploy.cli.directory.exporting import ExportFormat, export_directory
from deploy.local.pki import Certificate
from services.common.errors import LotseError
from services.directory.importing.identity import make_id
from tests.integration.directory.conftest import EMPTY, FILLED, Directory, demo_id, directory_at
from tests.support.postgres import Postgres
from tests.support.server import TestNetwork

SCHULDEN = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
SHELTER = demo_id("organization", "frauenhaus-harzvorland")


@asynccontextmanager
async def publication(directory: Directory) -> AsyncIterator[publication_pb2_grpc.PublicationServiceStub]:
    async with directory.channel() as channel:
        yield publication_pb2_grpc.PublicationServiceStub(channel)


async def record(directory: Directory, collection: int, id_: str, depth: int = pb.DEPTH_FULL) -> Any:
    async with publication(directory) as stub:
        request = pb.GetRecordRequest(collection=collection, id=id_, depth=depth)  # type: ignore[arg-type]
        return json.loads((await stub.GetRecord(request)).record.document)


async def a_service_with_everything(directory: Directory) -> str:
    """Rows of every table that an import does not fill yet, on a service of the demo."""
    async with directory.database.connected("owner") as owner:
        service = await owner.fetchval(
            "select id from service where organization_id = $1 and active order by id limit 1", UUID(SCHULDEN)
        )
        place = await owner.fetchrow("select id, location_id from service_at_location where service_id = $1", service)
        assert place is not None
        made: dict[str, dict[str, Any]] = {
            "way_in": {"service_id": service, "way": "phone", "note": "nur vormittags"},
            "program": {"organization_id": UUID(SCHULDEN), "name": "Entschuldung"},
            "organization_identifier": {
                "organization_id": UUID(SCHULDEN), "identifier_type": "VR", "identifier": "VR 200123",
            },
            "accessibility": {"location_id": place["location_id"], "description": "Rampe"},
            "cost_option": {"service_id": service, "currency": "EUR", "amount": 5, "option": "Kopien"},
            "required_document": {"service_id": service, "document": "Personalausweis"},
            "funding": {"service_id": service, "funder": "Land Niedersachsen"},
            "unit": {"name": "Plätze"},
            "meta_table_description": {"name": "service", "language": "de", "character_set": "UTF-8"},
            "taxonomy": {"name": "Klassifikation", "description": "Von woanders", "version": "2"},
        }  # fmt: skip
        ids = {table: await insert(owner, table, fields) for table, fields in made.items()}
        await insert(owner, "service_capacity", {
            "service_id": service, "unit_id": ids["unit"], "state": "waiting-list", "maximum": 10,
            "updated": directory.clock.now(), "expires_at": directory.clock.now(),
        })  # fmt: skip
        phone = await insert(owner, "phone", {
            "service_id": service, "organization_id": UUID(SCHULDEN), "location_id": place["location_id"],
            "number": "(030) 23125 1", "extension": "007",
        })  # fmt: skip
        language = await insert(owner, "language", {"phone_id": phone, "code": "tr", "level": "fluent"})
        above = await insert(owner, "taxonomy_term", {"taxonomy_id": ids["taxonomy"], "code": "F", "name": "Geld"})
        term = await insert(owner, "taxonomy_term", {
            "taxonomy_id": ids["taxonomy"], "code": "F1", "name": "Schulden", "parent_id": above,
        })  # fmt: skip
        schedule = await insert(owner, "schedule", {
            "service_id": service, "way_in_id": ids["way_in"], "freq": "WEEKLY", "byday": "MO",
            "timezone": "Europe/Berlin", "attending_type": "phone",
        })  # fmt: skip
        borne = {
            "phone": phone,
            "schedule": schedule,
            "language": language,
            "funding": ids["funding"],
            "service": service,
        }
        for entity, link in borne.items():
            await insert(owner, "attribute", {
                "link_entity": entity, "link_id": link, "taxonomy_term_id": term, "value": entity,
            })  # fmt: skip
        await owner.execute(
            "update service set program_id = $2, audiences = '{families}', exclusions = '{acute-crisis}',"
            " interpretation = '{arranged}' where id = $1",
            service, ids["program"],
        )  # fmt: skip
        await owner.execute(
            "insert into confirmation values ($1, 'capacity', $2, 'phone')", UUID(SCHULDEN), directory.clock.now()
        )
    return str(service)


async def insert(owner: Any, table: str, fields: dict[str, Any]) -> UUID:
    key = str(uuid4())
    id_ = make_id("demo", table, key)
    values = {"id": id_, "source": "demo", "source_id": key, "digest": b"", **fields}
    names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await owner.execute(f"insert into {table} ({names}, changed_at) values ({places}, now())", *values.values())  # noqa: S608 - names of this test
    return id_


async def test_a_service_has_all_of_hsds_and_of_the_profile(directory: Directory) -> None:
    service = await record(directory, pb.COLLECTION_SERVICES, await a_service_with_everything(directory))
    by_phone = [hours for way in service["ways_in"] if way["way"] == "phone" for hours in way.get("schedules", [])]
    hours = next(one for one in by_phone if one.get("timezone_name") == "Europe/Berlin")
    assert hours["attending_type"] == "phone"
    assert "timezone" not in hours
    assert hours["id"] not in {one["id"] for one in service["schedules"]}
    assert service["funding"][0]["source"] == "Land Niedersachsen"
    assert service["cost_options"][0]["amount"] == 5
    assert "Personalausweis" in {one["document"] for one in service["required_documents"]}
    assert service["program"]["name"] == "Entschuldung"
    assert (service["audiences"], service["exclusions"]) == (["families"], ["acute-crisis"])
    waiting = next(one for one in service["capacities"] if one["state"] == "waiting-list")
    assert (waiting["unit"]["name"], waiting["maximum"]) == ("Plätze", 10)
    assert "available" not in waiting
    phone = service["phones"][0]
    assert phone["languages"][0]["level"] == "fluent"
    assert phone["extension_text"] == "007"
    organization = service["organization"]
    assert organization["organization_identifiers"][0]["identifier"] == "VR 200123"
    assert organization["confirmations"][0]["field_group"] == "capacity"
    location = service["service_at_locations"][0]["location"]
    assert "Rampe" in {each["description"] for each in location["accessibility"]}
    assert location["addresses"][0]["city"] == "Braunschweig"
    assert {"source", "source_id"} <= set(service) & set(organization) & set(location)
    assert {(one["previous_value"], one["replacement_value"]) for one in service["metadata"]} == {("", "")}


async def test_what_is_not_published_is_not_found(directory: Directory) -> None:
    services = (await record(directory, pb.COLLECTION_ORGANIZATIONS, SCHULDEN))["services"]
    async with directory.database.connected("owner") as owner:
        await owner.execute("update service set status = 'temporarily closed' where id = $1", UUID(services[0]["id"]))
        assert await record(directory, pb.COLLECTION_SERVICES, services[0]["id"])
        for change in ("status = 'defunct'", "status = 'active', active = false"):
            await owner.execute(f"update service set {change} where id = $1", UUID(services[0]["id"]))  # noqa: S608
            with pytest.raises(LotseError) as refused:
                await record(directory, pb.COLLECTION_SERVICES, services[0]["id"])
            assert refused.value.reason == "NOT_FOUND"
        await owner.execute("update service set active = true")
        await owner.execute("update organization set active = false where id = $1", UUID(SCHULDEN))
    for collection, id_ in ((pb.COLLECTION_SERVICES, services[0]["id"]), (pb.COLLECTION_ORGANIZATIONS, SCHULDEN)):
        with pytest.raises(LotseError):
            await record(directory, collection, id_)


CHANGES = {
    "phone": """update phone set number = '1', changed_at = $1 where id = (
        select p.id from phone p join service s on s.id = $2
        where p.organization_id = s.organization_id
            or p.location_id in (select location_id from service_at_location where service_id = $2) limit 1)""",
    "organization": """update organization set name = 'Neu', changed_at = $1
        where id = (select organization_id from service where id = $2)""",
    "address": """update address set address_1 = 'Neu 1', changed_at = $1
        where location_id = (select location_id from service_at_location where service_id = $2)""",
    "capacity": "update service_capacity set state = 'closed', changed_at = $1 where service_id = $2",
    "attribute": "update attribute set active = false, changed_at = $1 where link_id = $2",
    "confirmation": """insert into confirmation
        select organization_id, 'contact', $1, 'phone' from service where id = $2""",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_service_counts_as_changed_when_anything_of_it_changes(directory: Directory, change: str) -> None:
    id_ = (await record(directory, pb.COLLECTION_ORGANIZATIONS, SCHULDEN))["services"][0]["id"]
    async with directory.database.connected("owner") as owner:
        await owner.execute("select touch_services(now())")
        assert await owner.fetchval("select count(*) from service where last_modified is not null") == 0
        async with owner.transaction():
            at = await owner.fetchval("select now()")
            assert await owner.execute(change, at, UUID(id_)) not in {"UPDATE 0", "INSERT 0 0"}
            await owner.execute("select touch_services($1)", at)
        modified = "select coalesce(last_modified, changed_at)"
        assert await owner.fetchval(f"{modified} from service where id = $1", UUID(id_)) == at
        assert await owner.fetchval(f"{modified} from organization where id = $1", UUID(SCHULDEN)) == at
        touched = await owner.fetchval("select count(*) from service where last_modified = $1", at)
        assert 1 <= touched < 20
        assert await owner.fetchval("select count(*) from metadata where field_name = 'last_modified'") == 0


async def test_a_stream_is_of_one_moment_and_longer_than_a_request_may_be(directory: Directory) -> None:
    async with publication(directory) as stub:
        stream = aiter(
            stub.StreamRecords(
                pb.StreamRecordsRequest(collections=[pb.COLLECTION_ORGANIZATIONS] * 12, depth=pb.DEPTH_FULL_SERVICE),
                timeout=60,
            )
        )
        lines = (await anext(stream)).lines
        async with directory.database.connected("owner") as owner:
            await owner.execute("update organization set active = false")
        time.sleep(6)  # noqa: ASYNC251 - nobody reads: longer than the limit of transactions that answer requests
        async for piece in stream:
            lines += piece.lines
    assert lines.count(b"\n") == 12 * 73


async def test_a_stream_that_nobody_reads_any_more_gives_its_connection_back(directory: Directory) -> None:
    request = pb.StreamRecordsRequest(collections=[pb.COLLECTION_ORGANIZATIONS] * 40, depth=pb.DEPTH_FULL_SERVICE)
    async with publication(directory) as stub:
        for _ in range(20):  # more than there are connections
            stream = stub.StreamRecords(request, timeout=60)
            assert (await anext(aiter(stream))).count
            stream.cancel()


@dataclass
class Reach:
    network: TestNetwork

    def certificate(self, process: str) -> Certificate:
        return self.network.certificates[f"lotse-{process}"]

    def target(self, service: str) -> str:
        return self.network.target(service)


async def export(directory: Directory, form: ExportFormat, folder: Path, source: str = "") -> tuple[int, Path]:
    path = folder / f"export.{form}"
    count = await export_directory(Reach(directory.network), form, path, source, lambda _: None)
    return count, path


TABLES = (
    "organization", "service", "location", "service_at_location", "address", "phone", "schedule", "language",
    "service_area", "attribute", "regime", "service_capacity", "way_in", "program", "organization_identifier",
    "accessibility", "cost_option", "required_document", "funding", "unit", "confirmation", "taxonomy", "taxonomy_term",
    "meta_table_description",
)  # fmt: skip


@pytest.mark.parametrize("form", [ExportFormat.HSDS_JSON, ExportFormat.NDJSON, ExportFormat.TABULAR])
async def test_what_is_imported_again_elsewhere_gives_the_same_rows(
    postgres: Postgres, network: TestNetwork, tmp_path: Path, form: ExportFormat
) -> None:
    async with directory_at(postgres, network, FILLED) as there:
        await a_service_with_everything(there)
        _, path = await export(there, form, tmp_path, "demo")
        before = {table: await rows(there, table) for table in TABLES}
    assert all(before.values())
    # HSDS has no place for what describes tables but in tables.
    kept = TABLES if form is ExportFormat.TABULAR else TABLES[:-1]
    ending = {ExportFormat.HSDS_JSON: "json", ExportFormat.NDJSON: "ndjson", ExportFormat.TABULAR: "zip"}[form]
    async with directory_at(postgres, network, EMPTY) as here:
        report = await here.load("demo", {f"export.{ending}": path.read_bytes()})
        assert report.loaded
        assert [entry for entry in report.quarantine if not entry.mended] == []
        for table in kept:
            found = await rows(here, table)
            assert found - before[table] == before[table] - found == set(), table


async def rows(directory: Directory, table: str) -> set[str]:
    """Ids and everything that was loaded, without when."""
    theirs = (
        "organization_id in (select id from organization where source = 'demo')"
        if table == "confirmation"
        else "active and source = 'demo'"
    )
    async with directory.database.administered() as admin:
        found = await admin.fetch(
            "select (to_jsonb(t) - array['changed_at', 'digest', 'last_modified'])::text as row"  # noqa: S608
            f" from {table} t where {theirs}"
        )
    return {row["row"] for row in found}


async def test_a_row_whose_other_holder_is_not_published_is_imported_without_it(
    postgres: Postgres, network: TestNetwork, tmp_path: Path
) -> None:
    async with directory_at(postgres, network, FILLED) as there:
        service = await a_service_with_everything(there)
        async with there.database.connected("owner") as owner:
            await owner.execute("update service set status = 'defunct' where id = $1", UUID(service))
        _, path = await export(there, ExportFormat.HSDS_JSON, tmp_path, "demo")
    async with directory_at(postgres, network, EMPTY) as here:
        report = await here.load("demo", {"export.json": path.read_bytes()})
        assert [entry for entry in report.quarantine if not entry.mended] == []
        async with here.database.administered() as admin:
            phone = await admin.fetchrow("select * from phone where number = '(030) 23125 1'")
    assert phone is not None
    assert (phone["organization_id"], phone["service_id"]) == (UUID(SCHULDEN), None)


async def test_a_tabular_package_is_valid_and_keeps_the_rules_of_its_tables(
    directory: Directory, tmp_path: Path
) -> None:
    await a_service_with_everything(directory)
    count, path = await export(directory, ExportFormat.TABULAR, tmp_path)
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "package")
    assert faults_of_package(tmp_path / "package" / "datapackage.json") == []
    tables = {file.stem: list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
              for file in (tmp_path / "package").glob("*.csv")}  # fmt: skip
    assert sum(map(len, tables.values())) == count
    assert all(tables[name] for name in ("ways_in", "units", "funding", "cost_options", "regimes", "taxonomy_terms"))
    assert {"phone", "schedule", "language", "funding"} <= {row["link_entity"] for row in tables["attributes"]}
    assert tables["contacts"] == []
    (tmp_path / "package" / "services.csv").write_text("id,organization_id,name,status\r\nx,y,,\r\n")
    assert {"foreign-key", "constraint-error"} <= {
        fault.partition(":")[0] for fault in faults_of_package(tmp_path / "package" / "datapackage.json")
    }


def faults_of_package(descriptor: Path) -> list[str]:
    """What frictionless says against it, each with its type first."""
    report = frictionless.validate(str(descriptor), type="package")
    return [f"{error.type}: {error.message}" for task in report.tasks for error in task.errors] + [
        f"{error.type}: {error.message}" for error in report.errors
    ]


async def test_a_map_never_shows_a_protected_place(directory: Directory, tmp_path: Path) -> None:
    count, path = await export(directory, ExportFormat.GEOJSON, tmp_path)
    features = json.loads(path.read_bytes())["features"]
    assert len(features) == count > 50
    assert all(len(feature["geometry"]["coordinates"]) == 2 for feature in features)
    assert "Frauenhaus" not in {feature["properties"]["service"] for feature in features}


async def test_a_spreadsheet_has_a_line_for_each_service_and_no_formula(directory: Directory, tmp_path: Path) -> None:
    async with directory.database.connected("owner") as owner:
        await owner.execute("update service set name = '=1+1' where source_id = 'frauenhaus-harzvorland/frauenhaus'")
    count, path = await export(directory, ExportFormat.CSV, tmp_path)
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert len(lines) == count == 150
    assert "'=1+1" in {line["name"] for line in lines}
    shelter = next(line for line in lines if line["name"] == "'=1+1")
    assert (shelter["addresses"], shelter["states"]) == ("", "NI")


async def test_an_export_that_is_cut_off_leaves_no_file(directory: Directory, tmp_path: Path) -> None:
    def stop(_: int) -> None:
        raise RuntimeError("the reader is gone")

    for form in ExportFormat:
        with pytest.raises(RuntimeError):
            await export_directory(Reach(directory.network), form, tmp_path / "export", "", stop)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing of pathlib in async code
    with pytest.raises((LotseError, grpc.aio.AioRpcError)):
        await record(directory, pb.COLLECTION_PHONES, SHELTER)
