"""Where nobody helps: by areas and places of all services, and by searches that found nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from services.common.database import SERVICE_SCOPE, Database, queries_beside
from services.directory.model.coverage import DistrictCoverage, Need, UnmetNeed
from services.directory.rules.grid import CELL_LATITUDE, CELL_LONGITUDE

SQL = queries_beside(__file__)


class CoverageStore:
    """Reads as everybody may."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_coverage(
        self, topics: Sequence[str], language: str, state: str, radius_km: float
    ) -> list[DistrictCoverage]:
        """All districts by code; no topics mean any, no language any, no Land all."""
        async with self._database.statements() as connection:
            rows = await connection.fetch(
                SQL.list_coverage,
                list(topics) or None,
                language or None,
                state or None,
                radius_km,
                CELL_LATITUDE,
                CELL_LONGITUDE,
            )
        return [
            DistrictCoverage(
                row["code"],
                row["name"],
                row["state"],
                row["postcodes"],
                row["with_responsible"],
                row["within_reach"],
                tuple(row["without_anybody"]),
            )
            for row in rows
        ]

    async def list_unmet(self, since: date, at_least: int, offset: int, page_size: int) -> list[UnmetNeed]:
        """Most frequent first; nothing that is rarer than `at_least`."""
        async with self._database.statements() as connection:
            rows = await connection.fetch(SQL.list_unmet, since, at_least, offset, page_size)
        return [
            UnmetNeed(
                Need(row["month"], row["district_code"], row["topic"], row["language"]),
                row["district"],
                row["searches"],
            )
            for row in rows
        ]


class UnmetWriter:
    """Adds to the counts as the worker role."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Mapping[Need, int]) -> None:
        """All of them or none."""
        needs = sorted(counts, key=lambda need: (need.month, need.district_code, need.topic, need.language))
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await tx.execute(
                SQL.add_unmet,
                [need.month for need in needs],
                [need.district_code for need in needs],
                [need.topic for need in needs],
                [need.language for need in needs],
                [counts[need] for need in needs],
            )
