"""Runs questions against the search index; reads only, one statement a question."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from asyncpg import Range

from services.common.database import Connection, Database, Record, queries_beside, without_absent
from services.directory.model.opening import Opening
from services.directory.model.search import FACETS, Area, Facet, FacetValue, Found, Page, Position
from services.directory.rules.freshness import UNCONFIRMED_AFTER
from services.directory.rules.grid import STATES, cell_of_state, cells_around
from services.directory.rules.openings import BERLIN
from services.directory.rules.properties import BEST_KEPT, KEPT
from services.directory.rules.ranking import WEIGHTS

SQL = queries_beside(__file__)

WIDE_KM = 60.0
"""Looking up the cells of a wider circle takes longer than reckoning the distance of all that the words leave."""


MOST_RANKED = 1000
"""So many are ranked where no place was asked for, and so many services facets are counted from."""

_KEPT = [f"'{KEPT}{step}'" for step in range(BEST_KEPT, -1, -1)]
"""From the best kept entries down; the statement stops when it has enough."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of a hit, all together; `words` is the part of the question that the ranking looks at."""

    tsquery: str | None
    words: str | None
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    area: Area | None
    radius_km: float
    accepts_handover: bool
    has_room: bool
    at: datetime
    age: int | None = None
    excluded: tuple[str, ...] = ()
    open_at: datetime | None = None
    ways_in: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Parts of the tsquery of which any will do."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the ranking looks at: topics that were named themselves, all of these and below, and those above."""

    exact: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()


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
        preferences: Preferences,
        *,
        after: Position | None,
        page_size: int,
        with_facets: bool,
    ) -> Page:
        """A page of hits, best first; without a place only the `MOST_RANKED` best kept are ranked: capped."""
        rows = await self._connection.fetch(
            _shaped(SQL.search, conditions, with_facets=with_facets),
            *_parameters(conditions, conditions.radius_km),
            list(preferences.exact),
            list(preferences.named),
            list(preferences.wider),
            list(WEIGHTS.values()),
            after.score if after else None,
            after.service_id if after else None,
            page_size,
            conditions.at - UNCONFIRMED_AFTER,
            conditions.words,
            MOST_RANKED,
            _KEPT,
            list(conditions.alternatives),
        )
        if not rows:
            return Page(())
        is_capped: bool = rows[0]["is_capped"]
        total: int = min(rows[0]["total"], MOST_RANKED) if is_capped else rows[0]["total"]
        return Page(
            tuple(_found(row) for row in rows),
            total,
            is_capped,
            _facets(rows[0]["facets"] or []) if with_facets else (),
            facets_are_capped=is_capped or total > MOST_RANKED,
        )

    async def count(self, alternatives: Sequence[Conditions], *, enough: int) -> list[int]:
        """How many hits each of the alternatives would have; those that differ by their radius are counted at once.

        A circle wider than one that holds `enough` is not counted and said to hold the same. Without a place counting
        stops after `MOST_RANKED`.
        """
        counts: dict[Conditions, int] = {}
        for same, radii in _by_all_but_radius(alternatives).items():
            narrow = [radius for radius in radii if radius <= WIDE_KM]
            found = await self._count_within(same, narrow) if narrow else [0]
            if len(narrow) < len(radii):
                wide = [radius for radius in radii if radius > WIDE_KM]
                more = await self._count_within(same, wide) if max(found) < enough else [max(found)] * len(wide)
                found = [*found[: len(narrow)], *more]
            counts.update({replace(same, radius_km=radius): n for radius, n in zip(radii, found, strict=True)})
        return [counts[conditions] for conditions in alternatives]

    async def _count_within(self, conditions: Conditions, radii: Sequence[float]) -> list[int]:
        widest = replace(conditions, radius_km=max(radii))
        far = widest.radius_km > WIDE_KM and (conditions.tsquery is not None or bool(conditions.topics))
        found: list[int] = await self._connection.fetchval(
            _shaped(SQL.count_within, conditions, far=far), *_parameters(widest, radii, far=far), MOST_RANKED + 1
        )
        return found

    async def list_responsible(self, area: Area, topics: Sequence[str]) -> list[tuple[UUID, str]]:
        """Id and name of the agencies that name the area as theirs, for any of the topics; at most fifty."""
        rows = await self._connection.fetch(
            SQL.list_responsible, _ranges(area.postcodes), list(area.districts), area.state, list(topics) or None
        )
        return [(row["agency_id"], row["agency_name"]) for row in rows]

    async def count_words(self) -> int:
        """How many words the lexicon has."""
        count: int = await self._connection.fetchval(SQL.count_words)
        return count

    async def list_words(self) -> list[str]:
        """All words of the lexicon, folded."""
        return [row["word"] for row in await self._connection.fetch(SQL.list_words)]


def _by_all_but_radius(alternatives: Sequence[Conditions]) -> dict[Conditions, list[float]]:
    """Radii of the same conditions, from narrow to wide."""
    radii: dict[Conditions, set[float]] = {}
    for conditions in alternatives:
        radii.setdefault(replace(conditions, radius_km=0.0), set()).add(conditions.radius_km)
    return {conditions: sorted(some) for conditions, some in radii.items()}


def _shaped(statement: str, conditions: Conditions, *, far: bool = False, with_facets: bool = False) -> str:
    """The statement with only what is asked for, so that its plan holds for every question of this shape."""
    asked = {
        "words": conditions.tsquery is not None,
        "topics": bool(conditions.topics),
        "languages": bool(conditions.languages),
        "placed": conditions.area is not None,
        "near": conditions.area is not None and not far,
        "far": conditions.area is not None and far,
        "wide": conditions.area is None,
        "anywhere": conditions.area is None or far,
        "several": bool(conditions.alternatives),
        "open": conditions.open_at is not None,
        "facets": with_facets,
    }
    return _with_lines_of(statement, frozenset(name for name, is_asked in asked.items() if is_asked))


_with_lines_of = lru_cache(maxsize=None)(without_absent)


def _parameters(conditions: Conditions, radius: float | Sequence[float], *, far: bool = False) -> tuple[object, ...]:
    area = conditions.area
    local = conditions.open_at.astimezone(BERLIN) if conditions.open_at is not None else None
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
        conditions.age,
        list(conditions.excluded),
        local.date() if local else None,
        local.hour * 60 + local.minute if local else None,
        list(conditions.ways_in) or None,
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
        openings=tuple(read_opening(opening) for opening in row["openings"]),
        features={name: row[name] for name in WEIGHTS},
        score=row["score"],
        state=row["state"],
        audiences=tuple(row["audiences"]),
        ways_in=tuple(row["ways_in"]),
        interpretation=tuple(row["interpretation"]),
        exclusions=tuple(row["exclusions"]),
        exclusions_description=row["exclusions_description"],
        point=None if row["protected"] or row["latitude"] is None else (row["latitude"], row["longitude"]),
    )


def read_opening(row: Record) -> Opening:
    """An opening as the index holds it."""
    return Opening(
        row["monthly"],
        row["every"],
        row["phase"],
        tuple(row["days"] or ()),
        tuple(row["month_days"] or ()),
        row["first_day"],
        row["last_day"],
        row["opens"],
        row["closes"],
        tuple(row["ways"]),
        row["holidays"],
    )


def _facets(counted: Sequence[tuple[str, str, int]]) -> tuple[Facet, ...]:
    values: dict[str, list[FacetValue]] = {kind: [] for kind in FACETS}
    for kind, value, count in counted:
        values[kind].append(FacetValue(value, count))
    return tuple(Facet(kind, tuple(some)) for kind, some in values.items() if some)
