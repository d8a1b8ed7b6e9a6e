"""Where nobody helps: map, table, postcodes, and the table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from lotse.directory.v1 import search_pb2

from gateway.web.map import outlines as outlines_module
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted_directory import Script, scripted_directory
from tests.integration.gateway.world import Browser, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

OUTLINES = Path(outlines_module.__file__).with_name("outlines.json")
BRAUNSCHWEIG = search_pb2.DistrictCoverage(
    district_code="03101", name="Braunschweig", state="NI", postcodes=20, with_responsible=5, within_reach=5,
    without_anybody=["38100", "38102"],
)  # fmt: skip


@dataclass
class Covering:
    script: Script
    browser: Browser

    async def page(self, path: str) -> httpx.Response:
        answer = await self.browser.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
async def covering(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Covering]:
    database = await database_of("gateway")
    async with (
        scripted_directory(network, login_server.tokens) as script,
        running_gateway(tmp_path, database, network, login_server) as world,
    ):
        browser = world.staff()
        await world.log_in(browser, world.a_login("coordinator"))
        yield Covering(script, browser)


async def test_the_districts_of_a_land_stand_on_a_map_and_in_a_table(covering: Covering) -> None:
    covering.script.coverage = search_pb2.GetCoverageResponse(districts=[BRAUNSCHWEIG])
    page = (await covering.page("/abdeckung?land=NI&thema=mietschulden")).text
    assert "2 of 20 postcodes have nobody." in page
    assert "2&nbsp;(10&nbsp;%)" in page
    assert 'fill="url(#map-some)"' in page
    assert "/abdeckung/kreise/03101?thema=mietschulden" in page
    district = (await covering.page("/abdeckung/kreise/03101")).text
    assert "38102" in district


async def test_the_table_for_a_spreadsheet_has_every_postcode_without_anybody(covering: Covering) -> None:
    covering.script.coverage = search_pb2.GetCoverageResponse(districts=[BRAUNSCHWEIG])
    answer = await covering.page("/abdeckung.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["postcodes_without_anybody"] == "38100 38102"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="abdeckung.csv"'


async def test_what_was_searched_in_vain_is_told_with_its_counts(covering: Covering) -> None:
    need = search_pb2.UnmetNeed(
        month="2026-10", district="Braunschweig", topic="mietschulden", language="ar", searches=7
    )
    covering.script.unmet = search_pb2.ListUnmetNeedsResponse(needs=[need])
    page = (await covering.page("/abdeckung")).text
    for words in ("2026-10", "Mietschulden", "Arabic", ">7<"):
        assert words in page, words


@pytest.mark.parametrize("land", ["", "BY"])
async def test_all_of_germany_and_its_largest_land_are_light_enough_for_a_phone(covering: Covering, land: str) -> None:
    codes = json.loads(OUTLINES.read_text(encoding="utf-8"))["coarse"]["districts"]
    covering.script.coverage = search_pb2.GetCoverageResponse(
        districts=[
            search_pb2.DistrictCoverage(
                district_code=code,
                name=f"Landkreis mit langem Namen {code}",
                state=land or "NI",
                postcodes=20,
                without_anybody=["38100"] * (number % 20),
            )
            for number, code in enumerate(codes)
            if not land or code.startswith("09")
        ]
    )
    page = await covering.page(f"/abdeckung?land={land}&thema=mietschulden")
    assert "<svg" in page.text
    assert len(page.content) < 60_000
