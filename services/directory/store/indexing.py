"""Makes the search index anew, of a whole source after an import or of single agencies after an edit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.directory.model.indexing import Entry, Indexed
from services.directory.model.opening import Opening, Schedule
from services.directory.store.copying import copy_text, in_pieces

SQL = queries_beside(__file__)
Build = Callable[[Indexed], Entry]
Follow = Callable[[int, int], None]
BATCH = 1_000
COLUMNS = (
    "id",
    "source",
    "service_id",
    "agency_id",
    "service_name",
    "agency_name",
    "words",
    "topics",
    "languages",
    "cells",
    "latitude",
    "longitude",
    "place",
    "protected",
    "has_area",
    "accepts_handover",
    "capacity_state",
    "capacity_said_at",
    "capacity_expires_at",
    "confirmed_at",
    "openings",
    "state",
    "audiences",
    "exclusions",
    "exclusions_description",
    "minimum_age",
    "maximum_age",
    "ways_in",
    "interpretation",
)


def _unfollowed(_done: int, _all: int) -> None:
    """For whoever need not know how far it is."""


async def rebuild_source(tx: Connection, source: str, build: Build, follow: Follow = _unfollowed) -> int:
    """Within the caller's transaction, and says how many rows the source now has."""
    return await _rebuild(tx, source, None, build, follow)


async def rebuild_agencies(tx: Connection, agencies: Sequence[UUID], build: Build) -> int:
    """Within the caller's transaction, and says how many rows the agencies now have."""
    return await _rebuild(tx, None, list(agencies), build, _unfollowed)


async def touch(tx: Connection, at: datetime) -> None:
    """Notes of each service and agency that something of it changed, where rows were written with this time."""
    await tx.execute(SQL.touch, at)


async def _rebuild(
    tx: Connection, source: str | None, agencies: list[UUID] | None, build: Build, follow: Follow
) -> int:
    """Rows come by postcode, and of each batch by cell, so that what lies together is read together.

    What is closed for a while goes into a table of its own, which no search of somebody who needs help looks into.
    """
    found = await tx.fetch(SQL.list_indexed, source, agencies)
    await tx.execute(SQL.clear_entries, source, agencies)
    rows = [row for row in found if row["status"] == "active"]
    closed = [row for row in found if row["status"] != "active"]
    if closed:
        text = await asyncio.to_thread(_batch, closed, build, set())
        await tx.copy_to_table("closed_entry", source=in_pieces(text), columns=COLUMNS)
    words: set[tuple[str, str]] = set()
    filling: asyncio.Task[object] | None = None
    for start in range(0, len(rows), BATCH):
        follow(start, len(rows))
        text = await asyncio.to_thread(_batch, rows[start : start + BATCH], build, words)
        if filling is not None:
            await filling  # one connection does one thing at a time; meanwhile the next rows were built
        filling = asyncio.create_task(tx.copy_to_table("search_entry", source=in_pieces(text), columns=COLUMNS))
    if filling is not None:
        await filling
    pairs = sorted(words)
    await tx.execute(SQL.insert_words, [word for word, _ in pairs], [stem for _, stem in pairs])
    return len(rows)


def _batch(rows: Sequence[Record], build: Build, words: set[tuple[str, str]]) -> bytes:
    entries = sorted((build(_indexed(row)) for row in rows), key=lambda entry: entry.cells)
    for entry in entries:
        words.update(entry.lexicon)
    return copy_text(entry_values(entry) for entry in entries)


def _indexed(row: Record) -> Indexed:
    return Indexed(
        entry_id=row["entry_id"],
        source=row["source"],
        service_id=row["service_id"],
        agency_id=row["agency_id"],
        service_name=row["service_name"],
        description=row["description"],
        agency_name=row["agency_name"],
        parent_name=row["parent_name"],
        topics=tuple(row["topics"]),
        terms=tuple(row["terms"]),
        languages=tuple(row["languages"]),
        has_area=row["has_area"],
        accepts_handover=row["accepts_handover"],
        confirmed_at=row["confirmed_at"],
        capacity_state=row["capacity_state"],
        capacity_said_at=row["capacity_said_at"],
        capacity_expires_at=row["capacity_expires_at"],
        schedules=_read_schedules(row["schedules"]),
        audiences=tuple(row["audiences"]),
        exclusions=tuple(row["exclusions"]),
        exclusions_description=row["exclusions_description"],
        minimum_age=row["minimum_age"],
        maximum_age=row["maximum_age"],
        ways_in=tuple(row["ways_in"]),
        interpretation=tuple(row["interpretation"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        state=row["state"],
        protected=row["protected"],
        postcode=row["postcode"],
        city=row["city"],
    )


@lru_cache(maxsize=2_000)
def _read_schedules(text: str) -> tuple[Schedule, ...]:
    return tuple(map(read_schedule, json.loads(text)))


def read_schedule(row: Mapping[str, Any]) -> Schedule:
    """A schedule as statements give it in JSON."""
    return Schedule(
        freq=row["freq"] or "",
        interval=row["interval"],
        byday=row["byday"] or "",
        bymonthday=row["bymonthday"] or "",
        opens_at=time.fromisoformat(row["opens_at"]) if row["opens_at"] else None,
        closes_at=time.fromisoformat(row["closes_at"]) if row["closes_at"] else None,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        dtstart=_day(row["dtstart"]),
        until=_day(row["until"]),
        count=row["count"],
        wkst=row["wkst"] or "MO",
        has_other_rules=row["other"],
        way=row["way"] or "",
        text=row["text"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def entry_values(entry: Entry) -> tuple[object, ...]:
    """The values of an entry in the order of its columns, as COPY takes them."""
    indexed = entry.indexed
    return (
        indexed.entry_id,
        indexed.source,
        indexed.service_id,
        indexed.agency_id,
        indexed.service_name,
        indexed.agency_name,
        entry.words,
        list(indexed.topics),
        list(indexed.languages),
        list(entry.cells),
        entry.latitude,
        entry.longitude,
        entry.place,
        indexed.protected,
        indexed.has_area,
        indexed.accepts_handover,
        indexed.capacity_state,
        indexed.capacity_said_at,
        indexed.capacity_expires_at,
        indexed.confirmed_at,
        [_opening_text(opening) for opening in entry.openings],
        entry.state,
        list(indexed.audiences),
        list(indexed.exclusions),
        indexed.exclusions_description,
        indexed.minimum_age,
        indexed.maximum_age,
        list(indexed.ways_in),
        list(indexed.interpretation),
    )


@lru_cache(maxsize=2_000)
def _opening_text(opening: Opening) -> str:
    """The composite as text. No value of it holds a quote or a backslash: they are numbers, dates and words of ours."""
    parts = (
        opening.monthly,
        opening.every,
        opening.phase,
        list(opening.days) or None,
        list(opening.month_days) or None,
        opening.first_day,
        opening.last_day,
        opening.opens,
        opening.closes,
        list(opening.ways),
        opening.holidays,
    )
    return "(" + ",".join(map(_part, parts)) + ")"


def _part(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return '"{' + ",".join(map(str, value)) + '}"'
    return str(value)
