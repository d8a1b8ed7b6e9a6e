"""Topics, places and districts: written by the owner when the database is brought forward, read at start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

import asyncpg

from services.common.database import Connection, Database, Record, queries_beside
from services.directory.model.reference import District, Place, Topic

SQL = queries_beside(__file__)
PLACE_COLUMNS = ("postcode", "name", "district_code", "latitude", "longitude", "kind")


class ReferenceWriter:
    """Writes reference data over the owner's connection; call within a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def is_current(self, name: str, checksum: bytes) -> bool:
        """Whether the database holds this state of the file."""
        rows = await self._connection.fetch(SQL.list_checksums)
        return {row["name"]: row["checksum"] for row in rows}.get(name) == checksum

    async def mark(self, name: str, checksum: bytes) -> None:
        """Notes which state of the file the database holds."""
        await self._connection.execute(SQL.put_checksum, name, checksum)

    async def put_places(self, districts: Sequence[District], places: Sequence[Place]) -> None:
        """Replaces the gazetteer."""
        await self._connection.executemany(SQL.put_district, [(row.code, row.name, row.state) for row in districts])
        await self._connection.execute(SQL.clear_places)
        records = [
            (row.postcode, row.name, row.district_code, row.latitude, row.longitude, "bulk" if row.is_bulk else "town")
            for row in places
        ]
        await self._connection.copy_records_to_table("place", records=records, columns=PLACE_COLUMNS)

    async def put_topics(self, name: str, description: str, version: str, topics: Sequence[Topic]) -> None:
        """Replaces the taxonomy; terms that it no longer has stay, inactive, since services point to them."""
        taxonomy = uuid5(NAMESPACE_URL, f"{name}/taxonomy/{name}")
        await self._connection.execute(SQL.put_taxonomy, taxonomy, name, description, version)
        await self._connection.execute(SQL.retire_terms, taxonomy)
        ids = {topic.slug: topic.id for topic in topics}
        for position, topic in enumerate(topics):
            await self._connection.execute(
                SQL.put_term,
                topic.id,
                taxonomy,
                topic.slug,
                ids.get(topic.parent),
                position,
                to_json(topic.labels),
                to_json({language: list(words) for language, words in topic.synonyms.items()}),
                to_json(topic.explanations),
                topic.sensitive,
            )

    async def put_words(self, words: Sequence[tuple[str, str]]) -> None:
        """Adds words with their stems to the lexicon that mends misspelt questions."""
        await self._connection.execute(SQL.put_words, [word for word, _ in words], [stem for _, stem in words])


def to_json(value: Mapping[str, str] | Mapping[str, list[str]]) -> str:
    """JSON text; the owner's connection has no codec for jsonb, so the statement casts it."""
    return json.dumps(value, ensure_ascii=False)


class NotMigrated(Exception):
    """The database, its roles or its tables are not there yet."""


class ReferenceReader:
    """Reads reference data for a process that starts; raises NotMigrated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_checksums(self) -> tuple[bytes, ...]:
        """Which state of the files the database holds; empty where none was loaded."""
        return tuple(row["checksum"] for row in await self._fetch(SQL.list_checksums))

    async def list_districts(self) -> tuple[District, ...]:
        """All districts."""
        rows = await self._fetch(SQL.list_districts)
        return tuple(District(row["code"], row["name"], row["state"]) for row in rows)

    async def list_places(self) -> tuple[Place, ...]:
        """All places; towns of a postcode before a bulk receiver's row."""
        rows = await self._fetch(SQL.list_places)
        return tuple(Place(*row) for row in rows)

    async def list_topics(self, taxonomy: str) -> tuple[Topic, ...]:
        """The active terms of a taxonomy in its order."""
        rows = await self._fetch(SQL.list_terms, taxonomy)
        return tuple(
            Topic(
                id=row["id"],
                slug=row["code"],
                parent=row["parent"],
                labels=row["labels"],
                explanations=row["explanations"],
                synonyms={language: tuple(words) for language, words in row["synonyms"].items()},
                sensitive=row["sensitive"],
            )
            for row in rows
        )

    async def _fetch(self, statement: str, *values: str) -> list[Record]:
        try:
            async with self._database.statements() as connection:
                return list(await connection.fetch(statement, *values))
        except (
            asyncpg.UndefinedTableError,
            asyncpg.InsufficientPrivilegeError,
            asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError,
        ):
            raise NotMigrated from None
