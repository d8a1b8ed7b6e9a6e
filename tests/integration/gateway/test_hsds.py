"""The HSDS API as a validator walks it: first what must be there, then that every filter filters; over all data."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.integration.directory.conftest import FILLED, demo_id, directory_at
from tests.integration.directory.test_caritas import DATA, MAPPING, files
from tests.integration.gateway.hsds_standard import SCHEMAS, faults
from tests.integration.gateway.login_server import running_login_server
from tests.integration.gateway.published import TABLES, Published
from tests.integration.gateway.world import STAFF, running_gateway
from tests.support.postgres import Postgres
from tests.support.server import TestNetwork

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not SCHEMAS.is_dir() or not DATA.is_dir(), reason="schemas and data are not beside this checkout"
    ),
]
SHELTER = demo_id("location", "frauenhaus-harzvorland")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def published(
    postgres: Postgres, network: TestNetwork, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Published]:
    from gateway.__main__ import MIGRATIONS

    async with running_login_server() as login_server, directory_at(postgres, network, FILLED) as directory:
        assert (await directory.load("caritas", files(), mapping=MAPPING)).loaded
        database = await postgres.clone("gateway", MIGRATIONS)
        folder = tmp_path_factory.mktemp("hsds")
        async with running_gateway(
            folder, database, network, login_server, hsds_requests_per_minute=1_000_000, hsds_streams=2
        ) as world:
            yield Published(world, directory)


# Level 1: structure


async def test_the_root_says_version_profile_and_description_and_both_are_there(published: Published) -> None:
    for path in ("", "/"):
        about = await published.get(path)
        assert about["version"] == "3.0"
    for address in (about["profile"], about["openapi_url"]):
        assert address.startswith(f"{STAFF}/hsds/")
        assert (await published.reader().get(address)).json()
    described = (await published.reader().get(about["openapi_url"])).json()
    wanted = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
    names = {
        f"#/components/parameters/{key}": value["name"] for key, value in wanted["components"]["parameters"].items()
    }
    for path, item in wanted["paths"].items():
        asked = {names[one["$ref"]] if "$ref" in one else one["name"] for one in item["get"].get("parameters", [])}
        offered = {one["name"] for one in described["paths"][path]["get"].get("parameters", [])}
        assert asked <= offered, path


@pytest.mark.parametrize("collection", TABLES)
@pytest.mark.parametrize("full", [False, True])
async def test_every_record_of_every_page_is_valid_hsds(published: Published, collection: str, full: bool) -> None:
    parameters = {"full": "true"} if full and "taxonom" not in collection else {}
    records = await published.all(f"/{collection}", **parameters)
    assert len(records) > (0 if collection == "taxonomies" else 20)
    assert [fault for record in records for fault in faults(TABLES[collection], record)] == []
    if collection == "service_at_locations":
        assert all(record["name"] and record["status"] for record in records)
        assert [fault for record in records for fault in faults("service", record["service"])] == []


@pytest.mark.parametrize("collection", TABLES)
async def test_ten_random_records_of_each_collection_are_there_by_their_ids(
    published: Published, collection: str
) -> None:
    ids = [record["id"] for record in await published.all(f"/{collection}")]
    for id_ in random.sample(ids, min(10, len(ids))):
        record = await published.get(f"/{collection}/{id_}")
        assert record["id"] == id_
        assert faults(TABLES[collection], record) == []
        if collection == "service_at_locations":  # a mistake of the standard's description that validators hold one to
            assert faults("service", record) == []
    for unknown in (str(uuid4()), "no-uuid", "0"):
        answer = await published.reader().get(f"/hsds/{collection}/{unknown}")
        assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")


# Level 2: filters filter


async def test_services_are_those_of_the_term_taxonomy_organization_and_time_asked_for(published: Published) -> None:
    services = await published.all("/services", full="true")
    service = next(one for one in services if one.get("attributes"))
    attribute = service["attributes"][0]
    kept = {
        "taxonomy_term_id": attribute["taxonomy_term_id"],
        "taxonomy_id": attribute["taxonomy_term"]["taxonomy_id"],
        "organization_id": service["organization_id"],
        "modified_after": service["last_modified"],
    }
    holds: dict[str, Callable[[Any, str], bool]] = {
        "taxonomy_term_id": lambda one, value: any(a["taxonomy_term_id"] == value for a in one.get("attributes", [])),
        "taxonomy_id": lambda one, value: any(
            a["taxonomy_term"]["taxonomy_id"] == value for a in one.get("attributes", [])
        ),
        "organization_id": lambda one, value: one["organization_id"] == value,
        "modified_after": lambda one, value: one["last_modified"] >= value,
    }
    for name, value in kept.items():
        found = {one["id"] for one in await published.all("/services", **{name: value})}
        assert found == {one["id"] for one in services if holds[name](one, value)}, name
        places = await published.all("/service_at_locations", **{name: value})
        assert {one["service_id"] for one in places} <= found
        assert places
    for name in ("taxonomy_term_id", "taxonomy_id", "organization_id"):
        assert (await published.get("/services", **{name: str(uuid4())}))["empty"] is True
    none = await published.get("/services", modified_after="2999-01-01")
    assert none == {
        "total_items": 0, "total_pages": 1, "page_number": 1, "size": 0, "first_page": True, "last_page": True,
        "empty": True, "contents": [],
    }  # fmt: skip


async def test_a_search_finds_words_of_names_and_topics_and_nothing_else(published: Published) -> None:
    everything = await published.get("/services")
    for words in ("Schuldnerberatung", "Schulden", "Frauenhaus"):
        page = await published.get("/services", search=words)
        assert 0 < page["total_items"] < everything["total_items"]
    for nothing in ("Xylophonreparatur", "und", "'|&!():*\\ %_"):
        assert (await published.get("/services", search=nothing))["total_items"] == 0, nothing
    by_name = await published.get("/organizations", search="frauenhaus harzvorland")
    assert [one["name"] for one in by_name["contents"]] == ["Frauenhaus Harzvorland e. V. (Demo)"]
    assert (await published.get("/taxonomies", search="lotse"))["total_items"] == 1
    assert (await published.get("/taxonomy_terms", search="Schulden"))["total_items"] > 0
    assert (await published.get("/service_at_locations", search="Schuldnerberatung"))["total_items"] > 0


async def test_terms_come_by_level_and_taxonomy(published: Published) -> None:
    terms = await published.all("/taxonomy_terms")
    top = await published.all("/taxonomy_terms", top_only="true")
    assert {one["id"] for one in top} == {one["id"] for one in terms if "parent_id" not in one}
    parent = next(one["parent_id"] for one in terms if "parent_id" in one)
    below = await published.all("/taxonomy_terms", parent_id=parent)
    assert {one["id"] for one in below} == {one["id"] for one in terms if one.get("parent_id") == parent}
    assert len(await published.all("/taxonomy_terms", taxonomy_id=terms[0]["taxonomy_id"])) == len(terms)


async def test_places_come_by_responsibility_and_by_distance(published: Published) -> None:
    near = await published.all("/service_at_locations", postcode="30159", proximity="3000", full="true")
    assert near
    for place in near:
        assert not place["location"]["protected"]
    assert len(near) < len(await published.all("/service_at_locations", postcode="30159", proximity="50000"))
    responsible = await published.all("/service_at_locations", postcode="38100", full="true")
    assert responsible
    for place in responsible:
        areas = [
            a for a in place["service"].get("service_areas", []) if {"postcode_from", "district_code", "state"} & set(a)
        ]
        if areas:
            assert any(
                a.get("postcode_from", "9") <= "38100" <= a.get("postcode_to", "0")
                or a.get("district_code") == "03101"
                or a.get("state") == "NI"
                for a in areas
            )
        else:
            assert "38100" in {a["postal_code"] for a in place["location"]["addresses"]}


async def test_an_organization_has_its_services_by_name_or_in_full(published: Published) -> None:
    id_ = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
    named = (await published.get(f"/organizations/{id_}"))["services"]
    full = (await published.get(f"/organizations/{id_}", full_service="true"))["services"]
    assert [one["id"] for one in named] == [one["id"] for one in full]
    assert set(named[0]) == {"id", "name", "status"}
    assert full[0]["schedules"]
    assert [fault for one in full for fault in faults("service", one)] == []


async def test_minimal_gives_every_service_in_one_page(published: Published) -> None:
    page = await published.get("/services", minimal="true")
    services = await published.all("/services")
    assert page["total_items"] == page["size"] == len(services)
    assert (page["total_pages"], page["first_page"], page["last_page"]) == (1, True, True)
    assert {(one["id"], one["modified_date"]) for one in page["contents"]} == {
        (one["id"], one["last_modified"]) for one in services
    }
    empty = await published.get("/services", minimal="true", organization_id=str(uuid4()))
    assert (empty["contents"], empty["empty"], empty["total_items"]) == ([], True, 0)


@pytest.mark.parametrize("collection", TABLES)
async def test_lines_are_all_records_of_all_pages(published: Published, collection: str) -> None:
    answer = await published.reader().get(f"/hsds/{collection}", params={"format": "ndjson"})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == await published.all(f"/{collection}")


async def test_a_search_by_post_says_the_same_and_is_kept_nowhere(published: Published) -> None:
    asked = {"search": "Schuldnerberatung", "per_page": 5, "page": 2, "full": True}
    by_body = await published.reader().request("POST", "/hsds/services", json=asked)
    assert by_body.status_code == 200
    assert by_body.json() == await published.get("/services", **{**asked, "full": "true"})
    assert by_body.headers["Cache-Control"] == "no-store"
    assert "ETag" not in by_body.headers


READABLE = (
    "", "/", "/openapi.json", "/profile", "/services", "/services?minimal=true", "/services?format=ndjson",
    "/organizations?full_service=true", "/service_at_locations?search=Schulden", "/taxonomies", "/taxonomy_terms",
    f"/organizations/{demo_id('organization', 'diakonie-braunschweig-schuldnerberatung')}", f"/services/{UUID(int=1)}",
    "/services?page=0",
)  # fmt: skip


@pytest.mark.parametrize("path", READABLE)
async def test_head_answers_as_get_does_without_a_body(published: Published, path: str) -> None:
    by_get = await published.reader().get(f"/hsds{path}")
    by_head = await published.reader().request("HEAD", f"/hsds{path}")
    assert (by_head.status_code, by_head.content) == (by_get.status_code, b"")
    changing = {"date", "x-request-id", "traceresponse"}
    assert {name: value for name, value in by_head.headers.items() if name not in changing} == {
        name: value for name, value in by_get.headers.items() if name not in changing
    }


async def test_a_search_finds_what_is_closed_for_a_while_and_nobody_is_sent_there(published: Published) -> None:
    closed = {
        "id": "sternwarte",
        "name": "Sternwarte",
        "locations": [
            {"id": "sternwarte", "addresses": [{"id": "sternwarte", "postal_code": "30159", "city": "Hannover"}]}
        ],
        "services": [
            {
                "id": "sternwarte",
                "name": "Sternkundeberatung",
                "status": "temporarily closed",
                "service_at_locations": [{"id": "sternwarte", "location_id": "sternwarte"}],
            }
        ],
    }
    assert (await published.directory.load("closed", {"closed.json": json.dumps([closed]).encode()})).loaded
    page = await published.get("/services", search="Sternkundeberatung Sternwarte")
    assert [one["status"] for one in page["contents"]] == ["temporarily closed"]
    near = {"search": "Sternkundeberatung", "postcode": "30159", "proximity": "3000"}
    assert (await published.get("/service_at_locations", **near))["total_items"] == 1
    assert (await published.get("/organizations", search="Sternkundeberatung"))["total_items"] == 1
    assert [hit.service_name for hit in (await published.directory.search("Sternkundeberatung")).hits] == []


@pytest.mark.parametrize(
    ("path", "parameters", "name"),
    [
        ("/services", {"page": "0"}, "page"),
        ("/services", {"page": "x"}, "page"),
        ("/services", {"per_page": "101"}, "per_page"),
        ("/services", {"per_page": "-1"}, "per_page"),
        ("/services", {"format": "xml"}, "format"),
        ("/services", {"taxonomy_term_id": "schulden"}, "taxonomy_term_id"),
        ("/services", {"modified_after": "yesterday"}, "modified_after"),
        ("/services", {"modified_after": "0001-01-01T00:00:00+14:00"}, "modified_after"),
        ("/services", {"minimal": "perhaps"}, "minimal"),
        ("/services", {"minimal": "true", "full": "true"}, "minimal"),
        ("/services", {"search": "x" * 301}, "search"),
        ("/services", {"search": "a\x00b"}, "search"),
        ("/services", {"postcode": "38100"}, "postcode"),
        ("/services", {"secret": "38100"}, "*"),
        ("/services", [("page", "1"), ("page", "2")], "page"),
        ("/service_at_locations", {"postcode": "1234"}, "postcode"),
        ("/service_at_locations", {"postcode": "00000"}, "postcode"),
        ("/service_at_locations", {"proximity": "1000"}, "postcode"),
        ("/service_at_locations", {"proximity": "far", "postcode": "38100"}, "proximity"),
        ("/taxonomy_terms", {"parent_id": "x"}, "parent_id"),
        (f"/services/{UUID(int=1)}", {"full": "true"}, "*"),
    ],
)
async def test_a_broken_parameter_is_named(published: Published, path: str, parameters: Any, name: str) -> None:
    answer = await published.reader().get(f"/hsds{path}", params=parameters)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert name in {fault["field"].removeprefix("filter.") for fault in answer.json()["errors"]}


@pytest.mark.parametrize("body", [b"[", b"[1]", b'"x"', b'{"search": {"a": 1}}', b'{"page": 1.5}', b'{"page": true}'])
async def test_a_broken_body_is_refused(published: Published, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await published.reader().request("POST", "/hsds/services", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


async def test_what_is_known_is_not_sent_again(published: Published) -> None:
    id_ = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
    reader = published.reader()
    for path in ("/hsds/services?per_page=3", f"/hsds/organizations/{id_}", "/hsds/profile", "/hsds/openapi.json"):
        first = await reader.get(path)
        again = await reader.get(path, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert (await reader.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    record = await reader.get(f"/hsds/organizations/{id_}")
    since = record.headers["Last-Modified"]
    assert (await reader.get(record.url, headers={"If-Modified-Since": since})).status_code == 304
    for other in ("Thu, 01 Jan 1970 00:00:00 GMT", "some day"):
        assert (await reader.get(record.url, headers={"If-Modified-Since": other})).status_code == 200


async def test_pages_of_any_origin_may_read_and_nobody_is_known_here(published: Published) -> None:
    reader = published.reader()
    origin = {"Origin": "https://elsewhere.example"}
    for method, path in (
        ("GET", "/hsds/services"),
        ("GET", "/hsds/none"),
        ("POST", "/hsds/services"),
        ("OPTIONS", "/hsds/services"),
    ):
        answer = await reader.request(method, path, headers=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", path
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    for path in ("/api/v1/session", "/login", "/hsdsx"):
        assert "Access-Control-Allow-Origin" not in (await reader.get(path, headers=origin)).headers
    on_the_other_host = await published.world.client().get("/hsds/services")
    assert on_the_other_host.status_code == 404
    assert "Access-Control-Allow-Origin" not in on_the_other_host.headers


async def test_a_reader_gets_the_profile_as_a_page(published: Published) -> None:
    answer = await published.reader().get("/hsds/profile", headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Protected places" in answer.text


# What never is in an answer

PARTNER_ONLY = ("usual_answer_hours", "weeks", "is_deputy", "contacts", "partner", "digest", "changed_at", "edited_at")


def members(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(members(inner) for inner in value.values()))
    return set[str]().union(*(members(inner) for inner in value)) if isinstance(value, list) else set()


async def test_nothing_partner_only_inactive_or_of_a_protected_place_is_in_any_answer(published: Published) -> None:
    planted = "Geheimweg 7"
    async with published.directory.database.administered() as admin:
        await admin.execute("alter table location drop constraint protected_location_has_no_point")
        await admin.execute(
            "update location set description = $1, transportation = $1, url = $1, alternate_name = $1,"
            " latitude = 51.987, longitude = 10.987, external_identifier = $1 where id = $2",
            planted, SHELTER,
        )  # fmt: skip
        await admin.execute(
            "insert into accessibility (id, source, source_id, digest, changed_at, location_id, description)"
            " values (gen_random_uuid(), 'x', 'x', '', now(), $1, $2)",
            SHELTER, planted,
        )  # fmt: skip
        gone = await admin.fetchval(
            "update service set active = false where id = (select id from service where source = 'demo' and active"
            " order by id limit 1) returning id"
        )
        closed = await admin.fetchval(
            "update organization set active = false where id = (select o.id from organization o join service s on"
            " s.organization_id = o.id and s.active where o.source = 'caritas' order by o.id limit 1) returning id"
        )
    for path in ("services", "organizations", "service_at_locations"):
        for depth in ({}, {"full": "true"}, *([{"full_service": "true"}] if path == "organizations" else [])):
            answer = await published.reader().get(f"/hsds/{path}", params={"format": "ndjson", **depth})
            assert planted not in answer.text
            assert "51.987" not in answer.text
            records = [json.loads(line) for line in answer.text.splitlines()]
            assert records
            assert not members(records) & set(PARTNER_ONLY)
            assert {str(gone), str(closed)}.isdisjoint(one["id"] for one in records)
            assert str(gone) not in answer.text
            assert f'"id":"{closed}"' not in answer.text
    places = await published.all("/service_at_locations", full="true")
    shelter = next(one["location"] for one in places if one["location"]["id"] == SHELTER)
    assert shelter["protected"] is True
    assert shelter["state"] == "NI"
    assert set(shelter) <= {
        "id", "name", "location_type", "organization_id", "protected", "state", "source", "source_id", "phones",
        "languages", "schedules", "attributes",
    }  # fmt: skip
    assert (await published.reader().get(f"/hsds/services/{gone}")).status_code == 404
    assert (await published.reader().get(f"/hsds/organizations/{closed}")).status_code == 404
