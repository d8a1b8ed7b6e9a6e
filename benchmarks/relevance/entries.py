"""What the directory holds, as facts for grades and as text for the peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.relevance.grading import Entry
from services.common.database import Connection, Record, queries_beside
from services.directory.model.reference import Language, Topic

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A service with everything that a portal would index of it."""

    entry: Entry
    text: str


async def read_entries(
    connection: Connection, topics: Mapping[str, Topic], languages: Mapping[str, Language]
) -> list[Listed]:
    """All services that can be found."""
    return [_listed(row, topics, languages) for row in await connection.fetch(SQL.entries)]


def _listed(row: Record, topics: Mapping[str, Topic], languages: Mapping[str, Language]) -> Listed:
    entry = Entry(
        service_id=row["service_id"],
        topics=frozenset(row["topics"]),
        languages=frozenset(row["languages"]),
        points=tuple(zip(row["latitudes"], row["longitudes"], strict=True)),
        postcodes=tuple(zip(row["firsts"], row["ends"], strict=True)),
        districts=frozenset(row["districts"]),
        states=frozenset(row["states"]),
    )
    words = [
        row["name"], row["agency"], row["description"], *row["places"],
        *(topics[slug].labels["de"] for slug in row["topics"]),
        *(languages[code].german for code in row["languages"] if code in languages),
    ]  # fmt: skip
    return Listed(entry, "\n".join(words))
