"""Where nobody helps: by districts, and by searches that found nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from lotse.directory.v1 import search_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer

router = APIRouter(prefix="/api/v1", tags=["directory"], dependencies=[Depends(as_staff)])
_MONTH = r"^([0-9]{4}-[0-9]{2})?$"

TopicQuery = Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$", description='Slug; "" means any.')]
LanguageQuery = Annotated[str, Query(pattern=r"^([a-z]{2,3})?$", description='ISO 639-1; "" means any.')]
LandQuery = Annotated[str, Query(pattern=r"^([A-Z]{2})?$", description='ISO 3166-2:DE without "DE-"; "" means all.')]
RadiusQuery = Annotated[int, Query(ge=0, le=100, description="Within reach where no area is named; 0 means 25 km.")]
PageToken = Annotated[str, Query(max_length=500)]


class DistrictCoverage(Answer):
    """How a district is served."""

    district_code: str
    name: str
    land: str
    postcodes: int
    with_responsible: int
    within_reach: int
    without_anybody: list[str]


class Coverage(Answer):
    """By district, in the order of their codes."""

    districts: list[DistrictCoverage]


class UnmetNeed(Answer):
    """How often a search found nothing in a month; at least five times."""

    month: str
    district_code: str
    district: str
    topic: str
    language: str
    searches: int


class UnmetNeeds(Answer):
    """Most frequent first."""

    needs: list[UnmetNeed]
    next_page_token: str


@router.get("/coverage", summary="Which postcodes of which district have nobody")
async def coverage(
    having: ClientsOf,
    topic: TopicQuery = "",
    language: LanguageQuery = "",
    land: LandQuery = "",
    radius_km: RadiusQuery = 0,
) -> Coverage:
    """For a topic and a language, over all agencies of the directory."""
    request = search_pb2.GetCoverageRequest(topic=topic, language=language, state=land, radius_km=radius_km)
    found = await having.coverage.GetCoverage(request)
    return Coverage(
        districts=[
            DistrictCoverage(
                district_code=each.district_code,
                name=each.name,
                land=each.state,
                postcodes=each.postcodes,
                with_responsible=each.with_responsible,
                within_reach=each.within_reach,
                without_anybody=list(each.without_anybody),
            )
            for each in found.districts
        ]
    )


@router.get("/unmet-needs", summary="Searches that found nothing, from five on")
async def unmet_needs(
    having: ClientsOf,
    from_month: Annotated[str, Query(pattern=_MONTH, description="YYYY-MM; empty means twelve months back.")] = "",
    page_size: Annotated[int, Query(ge=0, le=1000)] = 100,
    page_token: PageToken = "",
) -> UnmetNeeds:
    """Counted per month, district, topic and language; nothing else of a search is kept."""
    request = search_pb2.ListUnmetNeedsRequest(from_month=from_month, page_size=page_size, page_token=page_token)
    found = await having.coverage.ListUnmetNeeds(request)
    return UnmetNeeds(
        needs=[
            UnmetNeed(
                month=each.month,
                district_code=each.district_code,
                district=each.district,
                topic=each.topic,
                language=each.language,
                searches=each.searches,
            )
            for each in found.needs
        ],
        next_page_token=found.next_page_token,
    )
