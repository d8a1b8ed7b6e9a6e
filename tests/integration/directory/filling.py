"""A few invented services with all that questions can ask for, written as the owner and indexed as an import does."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any
from uuid import uuid4

from services.common.database import SERVICE_SCOPE
from services.directory.importing.entries import EntryBuilder
from services.directory.reading import read_knowledge
from services.directory.store.indexing import rebuild_source
from tests.integration.directory.conftest import Directory

SOURCE = "few"


def an_offer(key: str, name: str = "Sternkunde", postcode: str = "30159", town: str = "Hannover") -> dict[str, Any]:
    return {
        "id": key,
        "name": f"Stelle {key}",
        "locations": [{"id": key, "addresses": [{"id": key, "postal_code": postcode, "city": town}]}],
        "services": [
            {
                "id": key,
                "name": name,
                "status": "active",
                "service_at_locations": [{"id": key, "location_id": key}],
            }
        ],
    }


async def load(directory: Directory, *offers: dict[str, Any]) -> None:
    report = await directory.load(SOURCE, {"few.json": json.dumps(offers).encode()})
    assert report.loaded
    assert not report.quarantine


async def set_fields(directory: Directory, key: str, **fields: object) -> None:
    """Columns of a service."""
    names = ", ".join(f"{name} = ${number}" for number, name in enumerate(fields, 3))
    async with directory.database.administered() as connection:
        await connection.execute(
            f"update service set {names} where source = $1 and source_id = $2",  # noqa: S608 - names of these tests
            SOURCE,
            key,
            *fields.values(),
        )


async def add_way_in(directory: Directory, key: str, way: str) -> object:
    async with directory.database.administered() as connection:
        return await connection.fetchval(
            "insert into way_in (id, source, source_id, digest, changed_at, service_id, way) "
            "select $1, $2, $3, '', now(), id, $4 from service where source = $2 and source_id = $5 returning id",
            uuid4(), SOURCE, f"{key}/{way}", way, key,
        )  # fmt: skip


async def add_hours(
    directory: Directory, key: str, byday: str, opens: time, closes: time, *, of: str = "service", **fields: object
) -> None:
    """A weekly schedule of the service, its location, its service_at_location, or a way in (`way_in_id` given)."""
    column = {"service": "service_id", "location": "location_id", "service_at_location": "service_at_location_id"}[of]
    given: dict[str, object] = {"freq": "WEEKLY", "interval": 1} | fields
    names = "".join(f', "{name}"' for name in given)
    values = "".join(f", ${number}" for number in range(7, 7 + len(given)))
    place = "null" if "way_in_id" in fields else "t.id"
    async with directory.database.administered() as connection:
        await connection.execute(
            f"insert into schedule (id, source, source_id, digest, changed_at, {column}, byday, "  # noqa: S608
            f"opens_at, closes_at{names}) select gen_random_uuid(), $1, $2, '', now(), {place}, $3, $4, $5{values} "
            f"from {of} t where t.source = $1 and t.source_id = $6",
            SOURCE, f"{key}/{uuid4()}", byday, opens, closes, key, *given.values(),
        )  # fmt: skip


async def reindex(directory: Directory, source: str = SOURCE) -> None:
    async with directory.database.opened("run", "import") as database:
        known = await read_knowledge(database)
        async with database.transaction(SERVICE_SCOPE, "import") as tx:
            await rebuild_source(tx, source, EntryBuilder(known.vocabulary, known.reference).build)


A_MONDAY = date(2026, 11, 23)
