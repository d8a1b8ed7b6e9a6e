"""Coverage from model to proto."""

from __future__ import annotations

from lotse.directory.v1 import search_pb2

from services.directory.model.coverage import DistrictCoverage, UnmetNeed


def write_district(district: DistrictCoverage) -> search_pb2.DistrictCoverage:
    """The district with its postcodes."""
    return search_pb2.DistrictCoverage(
        district_code=district.code,
        name=district.name,
        state=district.state,
        postcodes=district.postcodes,
        with_responsible=district.with_responsible,
        within_reach=district.within_reach,
        without_anybody=district.without_anybody,
    )


def write_need(unmet: UnmetNeed) -> search_pb2.UnmetNeed:
    """The count with its month as YYYY-MM."""
    need = unmet.need
    return search_pb2.UnmetNeed(
        month=f"{need.month:%Y-%m}",
        district_code=need.district_code,
        district=unmet.district,
        topic=need.topic,
        language=need.language,
        searches=unmet.searches,
    )
