"""Runs questions against the search index; reads only, one statement a question."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from asyncpg import Range

from services.common.database import Connection, Database, Record, queries_beside, without_absent
from services.directory.model.search import Area, Found, Position
from services.directory.rules.grid import STATES, cell_of_state, cells_around
from services.directory.rules.ranking import FRESH_DAYS, WEIGHTS

SQL = queries_beside(__file__)

WIDE_KM = 60.0
"""Looking up the cells of a wider circle takes longer than reckoning the distance of all that the words leave."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of a hit, all together."""

    tsquery: str | None
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    area: Area | None
    radius_km: float
    accepts_handover: bool
    has_room: bool
    at: datetime


class SearchStore:
    """The search index as everybody may read it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """One connection for all statements of a question."""
        async with self._database.statements() as connection:
            yield Reading(connection)


class Reading:
    """What one question may ask of the index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def search(
        self,
        conditions: Conditions,
        *,
        named_topics: Sequence[str],
        after: Position | None,
        page_size: int,
    ) -> list[Found]:
        """A page of hits, best first; `total` of each is the count of all hits."""
        rows = await self._connection.fetch(
            _shaped(SQL.search, conditions),
            *_parameters(conditions, conditions.radius_km),
            list(named_topics),
            list(WEIGHTS.values()),
            after.score if after else None,
            after.service_id if after else None,
            page_size,
            conditions.at - timedelta(days=FRESH_DAYS),
        )
        return [_found(row) for row in rows]

    async def count(self, alternatives: Sequence[Conditions]) -> list[int]:
        """How many hits each of the alternatives would have; those that differ by their radius are counted at once."""
        counts: dict[Conditions, int] = {}
        for same, radii in _by_all_but_radius(alternatives).items():
            far = max(radii) > WIDE_KM and (same.tsquery is not None or bool(same.topics))
            widest = replace(same, radius_km=max(radii))
            found = await self._connection.fetchval(
                _shaped(SQL.count_within, same, far=far), *_parameters(widest, radii, far=far)
            )
            counts.update({replace(same, radius_km=radius): n for radius, n in zip(radii, found, strict=True)})
        return [counts[conditions] for conditions in alternatives]

    async def list_responsible(self, area: Area, topics: Sequence[str]) -> list[tuple[UUID, str]]:
        """Id and name of the agencies that name the area as theirs, for any of the topics; at most fifty."""
        rows = await self._connection.fetch(
            SQL.list_responsible, _ranges(area.postcodes), list(area.districts), area.state, list(topics) or None
        )
        return [(row["agency_id"], row["agency_name"]) for row in rows]

    async def list_similar(self, words: Sequence[str]) -> dict[str, list[str]]:
        """For each word those of the lexicon that look like it."""
        return {word: [row["word"] for row in await self._connection.fetch(SQL.list_similar, word)] for word in words}


def _by_all_but_radius(alternatives: Sequence[Conditions]) -> dict[Conditions, list[float]]:
    radii: dict[Conditions, list[float]] = {}
    for conditions in alternatives:
        radii.setdefault(replace(conditions, radius_km=0.0), []).append(conditions.radius_km)
    return radii


def _shaped(statement: str, conditions: Conditions, *, far: bool = False) -> str:
    """The statement with only what is asked for, so that its plan holds for every question of this shape."""
    asked = {
        "words": conditions.tsquery is not None,
        "topics": bool(conditions.topics),
        "languages": bool(conditions.languages),
        "near": conditions.area is not None and not far,
        "far": conditions.area is not None and far,
    }
    return _with_lines_of(statement, frozenset(name for name, is_asked in asked.items() if is_asked))


_with_lines_of = lru_cache(maxsize=None)(without_absent)


def _parameters(conditions: Conditions, radius: float | Sequence[float], *, far: bool = False) -> tuple[object, ...]:
    area = conditions.area
    cells: list[int] | None = None
    if area is not None:
        cells = [] if far else cells_around(area.latitude, area.longitude, conditions.radius_km)
        if area.state in STATES:
            cells.append(cell_of_state(area.state))
    return (
        conditions.tsquery,
        list(conditions.topics) or None,
        list(conditions.languages) or None,
        cells,
        area.latitude if area else None,
        area.longitude if area else None,
        radius,
        _ranges(area.postcodes) if area else [],
        list(area.districts) if area else [],
        area.state if area else None,
        conditions.accepts_handover,
        conditions.has_room,
        conditions.at,
    )


@lru_cache(maxsize=4096)
def _ranges(postcodes: tuple[int, ...]) -> tuple[Range[int], ...]:
    """The postcodes as an int4multirange. Never as its text, which PostgreSQL would read again for every row."""
    ranges: list[Range[int]] = []
    for postcode in sorted(postcodes):
        first = ranges.pop().lower if ranges and ranges[-1].upper == postcode else postcode
        ranges.append(Range(first, postcode + 1))
    return tuple(ranges)


def _found(row: Record) -> Found:
    distance = None if row["protected"] else row["kilometres"]
    return Found(
        service_id=row["service_id"],
        agency_id=row["agency_id"],
        service_name=row["service_name"],
        agency_name=row["agency_name"],
        topics=tuple(row["topics"]),
        languages=tuple(row["languages"]),
        distance_km=distance,
        is_responsible=row["is_responsible"],
        has_area=row["has_area"],
        capacity_state=row["capacity_state"],
        capacity_said_at=row["capacity_said_at"],
        capacity_expires_at=row["capacity_expires_at"],
        confirmed_at=row["confirmed_at"],
        accepts_handover=row["accepts_handover"],
        place=row["place"],
        protected=row["protected"],
        openings=tuple(row["openings"]),
        features={name: row[name] for name in WEIGHTS},
        score=row["score"],
        total=row["total"],
    )
