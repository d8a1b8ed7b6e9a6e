"""Documents of what is published, read from the views of the schema as anybody may read them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from uuid import UUID

from services.common.database import Connection, Database, Record, queries_beside, without_absent
from services.directory.model.publication import Conditions, Depth, Document

SQL = queries_beside(__file__)
_STATEMENTS = dict(SQL)

_PAGE = """
with matching as not materialized (
{matching}
)
select array(select id from matching order by id limit ${first} offset ${second}) as ids,
       (select count(*) from matching) as total
"""
_ALL = "with matching as not materialized (\n{matching}\n) select id from matching order by id"
BATCH = 500
"""Records read at once: so many that the way to the database and back is little beside making them."""

TABLES: Mapping[str, str] = {
    "locations": "location",
    "addresses": "address",
    "phones": "phone",
    "schedules": "schedule",
    "languages": "language",
    "service_areas": "service_area",
    "accessibility": "accessibility",
    "cost_options": "cost_option",
    "required_documents": "required_document",
    "funding": "funding",
    "programs": "program",
    "organization_identifiers": "organization_identifier",
    "attributes": "attribute",
    "service_capacities": "service_capacity",
    "units": "unit",
    "meta_table_descriptions": "meta_table_description",
    "ways_in": "way_in",
    "regimes": "regime",
    "confirmations": "confirmation",
}
"""The table of each collection that is only copied; what of it is published is the view `published_` and its name."""


class PublicationStore:
    """Reads only. `streaming` has pools of its own, since a reader who is slow keeps her connection."""

    def __init__(self, database: Database, streaming: Database, stream_seconds: float) -> None:
        self._database = database
        self._streaming = streaming
        self._stream_seconds = stream_seconds

    async def find(self, collection: str, id_: UUID, depth: Depth) -> Document | None:
        """The record, if it is published."""
        async with self._database.statements() as connection:
            found = await _documents(connection, collection, depth, [id_])
        return found[0] if found else None

    async def list_page(
        self, collection: str, depth: Depth, conditions: Conditions, page: int, per_page: int
    ) -> tuple[list[Document], int]:
        """The records of a page by id, and how many there are on all pages."""
        arguments = _arguments(conditions)
        statement = _page_statement(collection, _asked(conditions), len(arguments))
        async with self._database.statements() as connection:
            row = await connection.fetchrow(statement, *arguments, per_page, (page - 1) * per_page)
            assert row is not None  # it always answers one row  # noqa: S101
            return await _documents(connection, collection, depth, row["ids"]), row["total"]

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """All records as they are at one moment, for as long as reading the whole may take."""
        async with (
            self._streaming.statements() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(SQL.take_longer, f"{self._stream_seconds:.0f}s")
            yield Snapshot(connection)


class Snapshot:
    """Reads collections one after the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def batches(self, collection: str, depth: Depth, conditions: Conditions) -> AsyncGenerator[list[bytes]]:
        """The documents of all records by id, some hundreds at a time; of a table only `source` is looked at."""
        reading = self._rows(collection, conditions) if collection in TABLES else None
        async for documents in reading or self._records(collection, depth, conditions):
            yield documents

    async def _records(self, collection: str, depth: Depth, conditions: Conditions) -> AsyncGenerator[list[bytes]]:
        statement = _all_statement(collection, _asked(conditions))
        cursor = await self._connection.cursor(statement, *_arguments(conditions))
        while ids := [row["id"] for row in await cursor.fetch(BATCH)]:
            yield [found.text for found in await _documents(self._connection, collection, depth, ids)]

    async def _rows(self, collection: str, conditions: Conditions) -> AsyncGenerator[list[bytes]]:
        """Each batch begins after the last id, so that the index gives the order and nothing is sorted beforehand."""
        source = conditions.filter.source
        statement = rows_statement(TABLES[collection], from_source=bool(source))
        last = UUID(int=0)
        while rows := await self._connection.fetch(statement, last, BATCH, *([source] if source else [])):
            yield [row["document"].encode() for row in rows]
            last = rows[-1]["id"]


async def _documents(connection: Connection, collection: str, depth: Depth, ids: Sequence[UUID]) -> list[Document]:
    rows = await connection.fetch(_STATEMENTS[_name(collection, depth)], ids)
    return [_document(row) for row in rows]


def _name(collection: str, depth: Depth) -> str:
    """The statement of this depth; what has fewer depths is written as fully as it can be."""
    for alternative in (depth, Depth.FULL if depth is Depth.FULL_SERVICE else Depth.BRIEF, Depth.BRIEF):
        name = f"documents_{collection}_{alternative}" if alternative else f"documents_{collection}"
        if name in _STATEMENTS:
            return name
    raise KeyError(collection)


def _document(row: Record) -> Document:
    return Document(row["id"], row.get("modified_at"), row["document"].encode())


def _asked(conditions: Conditions) -> frozenset[str]:
    wanted = conditions.filter
    asked = {
        "source": bool(wanted.source),
        "words": conditions.pattern is not None,
        "term": wanted.term is not None,
        "taxonomy": wanted.taxonomy is not None,
        "organization": wanted.organization is not None,
        "modified": wanted.modified_after is not None,
        "postcode": bool(wanted.postcode),
        "near": conditions.circle is not None,
        "parent": wanted.parent is not None,
        "top": wanted.top_only,
    }
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def _arguments(conditions: Conditions) -> tuple[object, ...]:
    wanted, circle = conditions.filter, conditions.circle
    return (
        wanted.source or None,
        conditions.tsquery,
        conditions.pattern,
        wanted.term,
        wanted.taxonomy,
        wanted.organization,
        wanted.modified_after,
        wanted.postcode or None,
        list(circle.cells) if circle else None,
        circle.latitude if circle else None,
        circle.longitude if circle else None,
        circle.metres if circle else None,
        list(conditions.districts),
        conditions.state or None,
        wanted.parent,
    )


@lru_cache(maxsize=512)
def _page_statement(collection: str, asked: frozenset[str], arguments: int) -> str:
    matching = without_absent(_STATEMENTS[f"matching_{collection}"], asked)
    return _PAGE.format(matching=matching, first=arguments + 1, second=arguments + 2)


@lru_cache(maxsize=512)
def _all_statement(collection: str, asked: frozenset[str]) -> str:
    return _ALL.format(matching=without_absent(_STATEMENTS[f"matching_{collection}"], asked))


@lru_cache(maxsize=len(TABLES) * 2)
def rows_statement(table: str, *, from_source: bool) -> str:
    """The next published rows of a table as documents, by id; `from_source`: only those of the source that is $3."""
    statement = SQL.confirmation_rows if table == "confirmation" else SQL.table_rows.replace("location", table)
    return without_absent(statement, frozenset({"source"} if from_source else ()))
