"""Runs questions against the search index; reads only, one statement a question."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Range

from services.common.database import Connection, Database, Record, Scope, queries_beside
from services.directory.model.search import Area, Found, Position
from services.directory.rules.grid import STATES, cell_of_state, cells_around
from services.directory.rules.ranking import FRESH_DAYS, WEIGHTS

SQL = queries_beside(__file__)


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
    async def reading(self, scope: Scope) -> AsyncIterator[Reading]:
        """One transaction for all statements of a question."""
        async with self._database.transaction(scope, read_only=True) as tx:
            yield Reading(tx)


class Reading:
    """What one question may ask of the index."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    async def search(
        self,
        conditions: Conditions,
        *,
        named_topics: Sequence[str],
        after: Position | None,
        page_size: int,
    ) -> list[Found]:
        """A page of hits, best first; `total` of each is the count of all hits."""
        rows = await self._tx.fetch(
            SQL.search,
            *_parameters(conditions),
            list(named_topics),
            list(WEIGHTS.values()),
            after.score if after else None,
            after.service_id if after else None,
            page_size,
            conditions.at - timedelta(days=FRESH_DAYS),
        )
        return [_found(row) for row in rows]

    async def count(self, alternatives: Sequence[Conditions]) -> list[int]:
        """How many hits each of the alternatives would have."""
        return [await _count(self._tx, conditions) for conditions in alternatives]

    async def list_responsible(self, area: Area, topics: Sequence[str]) -> list[tuple[UUID, str]]:
        """Id and name of the agencies that name the area as theirs, for any of the topics; at most fifty."""
        rows = await self._tx.fetch(
            SQL.list_responsible, _multirange(area.postcodes), list(area.districts), area.state, list(topics) or None
        )
        return [(row["agency_id"], row["agency_name"]) for row in rows]

    async def list_similar(self, words: Sequence[str]) -> dict[str, list[str]]:
        """For each word those of the lexicon that look like it."""
        return {word: [row["word"] for row in await self._tx.fetch(SQL.list_similar, word)] for word in words}


async def _count(tx: Connection, conditions: Conditions) -> int:
    count: int = await tx.fetchval(SQL.count_matching, *_parameters(conditions))
    return count


def _parameters(conditions: Conditions) -> tuple[object, ...]:
    area = conditions.area
    cells: list[int] | None = None
    if area is not None:
        cells = cells_around(area.latitude, area.longitude, conditions.radius_km)
        if area.state in STATES:
            cells.append(cell_of_state(area.state))
    return (
        conditions.tsquery,
        list(conditions.topics) or None,
        list(conditions.languages) or None,
        cells,
        area.latitude if area else None,
        area.longitude if area else None,
        conditions.radius_km,
        _multirange(area.postcodes) if area else [],
        list(area.districts) if area else [],
        area.state if area else None,
        conditions.accepts_handover,
        conditions.has_room,
        conditions.at,
    )


def _multirange(postcodes: Sequence[int]) -> list[Range[int]]:
    """The postcodes as an int4multirange. Never as its text, which PostgreSQL would read again for every row."""
    return [Range(postcode, postcode + 1) for postcode in postcodes]


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
