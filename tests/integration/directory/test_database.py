"""The schema holds by itself what must hold, the statements fit it, and the hot one uses its index."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from services.common.database.queries import without_absent
from services.directory.provisioning import load_reference
from services.directory.store.search import SQL as SEARCH
from tests.integration.directory.conftest import Directory
from tests.support.postgres import DatabaseOf

STORES = Path(__file__).parents[3] / "services" / "directory" / "store"


async def test_the_schema_file_is_what_the_migrations_make(database_of: DatabaseOf) -> None:
    from services.common.database.schema import dump_schema

    database = await database_of("directory")
    async with database.connected("owner") as connection:
        text = await dump_schema(connection, database.target)
    assert (STORES.parent / "migrations" / "schema.txt").read_text(encoding="utf-8") == text


async def test_reference_data_loads_once(database_of: DatabaseOf) -> None:
    database = await database_of("directory")
    async with database.connected("owner") as connection:
        assert await load_reference(connection) == ("gazetteer", "topics")
        assert await load_reference(connection) == ()
        assert await connection.fetchval("select count(distinct postcode) from place") > 10_800
        assert await connection.fetchval("select count(*) from place where name ~ 'GmbH|Versicherung|Sparkasse'") == 0


@pytest.mark.parametrize("role", ["run", "worker"])
@pytest.mark.parametrize("table", ["partner_contact", "partner_capacity", "partner_answer_time"])
async def test_partner_only_facts_are_closed_to_the_roles_of_public_questions(
    directory: Directory, role: str, table: str
) -> None:
    async with directory.database.administered() as connection:
        assert await connection.fetchval(f"select count(*) from {table}") > 0  # noqa: S608 - names of this test
    async with directory.database.connected(role) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"select id from {table}")  # noqa: S608 - names of this test


@pytest.mark.parametrize("role", ["run", "worker"])
async def test_only_the_import_writes(directory: Directory, role: str) -> None:
    async with directory.database.connected(role) as connection:
        for statement in ("update service set name = 'x'", "delete from search_entry", "delete from organization"):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await connection.execute(statement)


async def test_nobody_can_give_a_protected_location_an_address_or_a_point(directory: Directory) -> None:
    async with directory.database.administered() as connection:
        location = await connection.fetchval("select id from location where protected")
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute(
                "insert into address (id, source, source_id, digest, changed_at, location_id, address_1) "
                "values ($1, 'x', 'x', '', now(), $2, 'Geheim')",
                uuid4(),
                location,
            )
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("update location set latitude = 52, longitude = 10 where id = $1", location)
        addressed = await connection.fetchval("select location_id from address limit 1")
        with pytest.raises((asyncpg.ForeignKeyViolationError, asyncpg.CheckViolationError)):
            await connection.execute("update location set protected = true where id = $1", addressed)


CONDITIONS = ("words", "topics", "languages", "near")
SHAPES = [
    frozenset(some) | {"open", "facets"} | ({"placed"} if "near" in some else {"wide", "anywhere"})
    for count in range(1, len(CONDITIONS) + 1)
    for some in combinations(CONDITIONS, count)
]
FAR = [shape - {"near"} | {"far", "anywhere"} for shape in SHAPES if "near" in shape and shape & {"words", "topics"}]
"""Wide circles, which are counted without their cells where words or topics leave few rows."""


async def test_every_shape_of_a_question_uses_the_one_index_whatever_is_asked(directory: Directory) -> None:
    async with directory.database.administered() as connection:
        # A few hundred rows are read faster one after the other; as many as a Land has are not.
        await connection.execute(
            "insert into search_entry (id, source, service_id, agency_id, service_name, agency_name, words, topics, "
            "languages, cells, place, protected, has_area, accepts_handover) "
            "select gen_random_uuid(), 'many', gen_random_uuid(), gen_random_uuid(), 'x', 'y', "
            "('wort' || n % 5000 || ' ~' || n % 4)::tsvector, array ['t' || n % 50], array ['de', 'l' || n % 40], "
            "array [n % 3000], 'z', false, false, false from generate_series(1, 30000) n"
        )
        await connection.execute("analyze search_entry")
    async with directory.database.connected("run") as connection:
        several = [shape | {"several"} for shape in SHAPES if "words" in shape]
        asked = (("search", SEARCH.search, SHAPES + several), ("count_within", SEARCH.count_within, SHAPES + FAR))
        for name, statement, shapes in asked:
            for number, shape in enumerate(shapes):
                await connection.execute(f"prepare {name}_{number} as {without_absent(statement, shape)}")
                nothing = ", ".join(["null"] * (30 if name == "search" else 19))
                plan = await connection.fetchval(f"explain (format json) execute {name}_{number} ({nothing})")
                lines = plan.split("{")
                assert "search_entry_all" in plan, (name, shape)
                assert [line for line in lines if '"Seq Scan"' in line and '"search_entry"' in line] == [], (
                    name,
                    shape,
                )
