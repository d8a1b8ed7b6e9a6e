"""The demo directory is what its script makes of the tables, and valid HSDS 3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from deploy.demo.directory import generate
from services.directory.reference_files import read_topics
from tests.integration.directory.conftest import DEMO

SCHEMAS = Path(__file__).parents[4] / "shared" / "hsds" / "3.0"


def contents() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEMO / "agencies.json").read_text(encoding="utf-8"))["contents"]
    return found


def test_the_committed_file_is_what_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    generate.main()
    assert (tmp_path / "agencies.json").read_bytes() == (DEMO / "agencies.json").read_bytes()


def test_every_agency_says_that_it_is_invented_and_no_telephone_rings() -> None:
    for organization in contents():
        assert organization["name"].endswith("(Demo)")
        assert "Erfunden" in organization["description"]
    numbers = json.dumps(contents(), ensure_ascii=False).split('"number": "')[1:]
    assert numbers
    assert all(number.startswith("(030) 23125 ") for number in numbers)


WHITE_SPOTS = {
    "ehrenamt", "einsamkeit", "extremismus", "frauenberatung", "maennerberatung", "rechtsberatung", "seelsorge",
    "sekten", "sexarbeit", "verbraucher",
}  # fmt: skip
"""What nobody of the demo does, so that it shows what an answer says then."""


def test_all_other_topics_are_served_by_somebody_as_such_or_as_part_of_something_wider_or_narrower() -> None:
    served = {
        attribute["taxonomy_term"]["code"]
        for organization in contents()
        for service in organization.get("services", [])
        for attribute in service["attributes"]
    }
    topics = {topic.slug: topic for topic in read_topics().topics}

    def line(slug: str) -> set[str]:
        parent = topics[slug].parent
        return {slug} | (line(parent) if parent else set())

    lines = [line(slug) for slug in topics]
    reached = {slug for one in lines if one & served for slug in one}
    assert set(topics) - reached == WHITE_SPOTS


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the HSDS schemas are not beside this checkout")
@pytest.mark.parametrize("table", ["organization", "service"])
def test_every_row_is_valid_hsds(table: str) -> None:
    def retrieve(uri: str) -> Resource[Any]:
        content = json.loads((SCHEMAS / uri.rpartition("/")[2]).read_text(encoding="utf-8"))
        return Resource.from_contents(content, default_specification=DRAFT202012)

    schema = json.loads((SCHEMAS / f"{table}.json").read_text(encoding="utf-8")) | {"$id": f"file:///{table}.json"}
    validator = Draft202012Validator(schema, registry=Registry(retrieve=retrieve))  # type: ignore[call-arg]
    organizations = contents()
    rows = organizations if table == "organization" else [s for o in organizations for s in o.get("services", [])]
    assert rows
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []
