"""Where nobody helps: a map and a table of districts, postcodes of each, and searches that found nothing."""

import csv
import io
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.coverage import (
    DistrictCoverage,
    LandQuery,
    LanguageQuery,
    PageToken,
    TopicQuery,
    coverage,
    unmet_needs,
)
from gateway.api.v1.staff.search import topics
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.map.coverage import class_of, draw_coverage
from gateway.web.question import named_languages
from gateway.web.rendering import page
from gateway.web.vocabulary import LANDS, SPOKEN_LANGUAGES
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)
_NEEDS = 50
DistrictCode = Annotated[str, Path(pattern=r"^[0-9]{5}$")]


@dataclass(frozen=True, slots=True)
class Area:
    """A district or a Land: how many of its postcodes have somebody, and how many have nobody."""

    code: str
    name: str
    postcodes: int
    with_responsible: int
    within_reach: int
    nobody: int

    @property
    def share(self) -> float:
        """Of the postcodes that have nobody, between 0 and 1."""
        return self.nobody / self.postcodes if self.postcodes else 0.0

    @property
    def kind(self) -> str:
        """The class of that share, as the map has it."""
        return class_of(self.share)


@router.get("/abdeckung")
async def overview(
    reader: StaffOf,
    having: PartsOf,
    thema: TopicQuery = "",
    sprache: LanguageQuery = "",
    land: LandQuery = "",
    page_token: PageToken = "",
) -> Response:
    """All Länder, or the districts of one, with a map; beside it what was searched in vain."""
    found = await coverage(having.clients, thema, sprache, land)
    needs = await unmet_needs(having.clients, page_size=_NEEDS, page_token=page_token)
    known = await topics(having.clients, reader.language)
    districts = [_area(each) for each in found.districts]
    asked = {"thema": thema, "sprache": sprache, "land": land}
    return page(
        reader,
        "counsellor/coverage.html",
        form=Form.showing(thema=thema, sprache=sprache, land=land),
        areas=districts if land else _by_land(found.districts),
        whole=_sum("", "", districts),
        land=land,
        asked=asked,
        query=urlencode({name: value for name, value in asked.items() if value and name != "land"}),
        whole_query=urlencode({name: value for name, value in asked.items() if value}),
        drawing=draw_coverage({area.code: area.share for area in districts}),
        needs=needs,
        topics=[(topic.slug, topic.label) for topic in known.topics],
        topic_names={topic.slug: topic.label for topic in known.topics},
        languages=named_languages(SPOKEN_LANGUAGES, reader.language),
    )


@router.get("/abdeckung/kreise/{district_code}")
async def district(
    district_code: DistrictCode, reader: StaffOf, having: PartsOf, thema: TopicQuery = "", sprache: LanguageQuery = ""
) -> Response:
    """The postcodes of a district that have nobody."""
    found = await coverage(having.clients, thema, sprache)
    one = next((each for each in found.districts if each.district_code == district_code), None)
    if one is None:
        raise NotFound
    known = await topics(having.clients, reader.language)
    names = {topic.slug: topic.label for topic in known.topics}
    query = urlencode({name: value for name, value in (("thema", thema), ("sprache", sprache)) if value})
    return page(
        reader, "counsellor/district.html", district=one, topic=names.get(thema, thema), language=sprache, query=query
    )


@router.get("/abdeckung.csv")
async def download(
    reader: StaffOf, having: PartsOf, thema: TopicQuery = "", sprache: LanguageQuery = "", land: LandQuery = ""
) -> Response:
    """The same as a table for a spreadsheet, with semicolons as German ones expect."""
    found = await coverage(having.clients, thema, sprache, land)
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(
        ["district_code", "district", "land", "postcodes", "with_responsible", "within_reach", "without_anybody",
         "postcodes_without_anybody"]
    )  # fmt: skip
    for each in found.districts:
        nobody = each.without_anybody
        table.writerow(
            [each.district_code, each.name, each.land, each.postcodes, each.with_responsible, each.within_reach,
             len(nobody), " ".join(nobody)]
        )  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="abdeckung.csv"', "Content-Language": reader.language}
    # The mark before the text tells spreadsheets that it is UTF-8.
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _area(each: DistrictCoverage) -> Area:
    return Area(
        each.district_code, each.name, each.postcodes, each.with_responsible, each.within_reach,
        len(each.without_anybody),
    )  # fmt: skip


def _by_land(districts: list[DistrictCoverage]) -> list[Area]:
    lands = sorted({each.land for each in districts}, key=lambda land: LANDS.get(land, land))
    return [
        _sum(land, LANDS.get(land, land), [_area(each) for each in districts if each.land == land]) for land in lands
    ]


def _sum(code: str, name: str, areas: list[Area]) -> Area:
    return Area(
        code,
        name,
        sum(area.postcodes for area in areas),
        sum(area.with_responsible for area in areas),
        sum(area.within_reach for area in areas),
        sum(area.nobody for area in areas),
    )
