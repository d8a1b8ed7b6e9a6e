"""The databases: statements that fit, schemas as committed, rows that only their own side sees, rules of erasure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.common.database import Queries
from tests.architecture.source import ROOT
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.schemas import DATABASES, dump, dump_file, statements

pytestmark = pytest.mark.architecture

CASE_DATABASES = ("consent", "referrals")
KIT_STATEMENTS = (
    "feed",
    "ledger/sequencer",
    "ledger/verify",
    "ledger/comparison",
    "ledger/checkpoint_file",
    "ledger/proofs",
    "ledger/standing",
    "ledger/copy",
    "database/schema",
)
HOT = {
    "referrals": {
        "cases.assigned_case",
        "cases.assigned_cases",
        "cases.newest_sections",
        "cases.newest_section",
        "cases.own_section",
        "cases.crossed_section",
        "referrals.get_referral",
        "referrals.lock_referral",
        "referrals.inbox",
        "referrals.outbox",
        "referrals.items_of_referrals",
        "referrals.transition_by_request",
        "referrals.withdrawn_since",
        "tasks.list_tasks",
    },
    "referrals_keys": {"keys.get_key", "keys.get_keyset"},
}
"""What every request of a person runs; directory and consent have tests of their own plans."""
IN_SHAPES = {"search.search", "search.count_within"}
"""Some of their lines exclude each other; a test of the directory prepares and plans every shape."""
POINTS_TO_A_PERSON = re.compile(
    r"(^|_)(case|person|handle|client|sid|ciphertext|sealed|wrapped|name_digest|proof_digest)(_|$)"
    r"|(?<!answer)_by$|^referral_id$|^item_id$"
)


@pytest.mark.parametrize("database", DATABASES)
async def test_every_statement_prepares_against_the_migrated_schema(database: str, database_of: DatabaseOf) -> None:
    found = [(name, sql) for name, sql in statements(database) if name not in IN_SHAPES]
    assert found
    given = await database_of(database)
    failures = []
    async with given.connected("owner") as connection:
        for name, sql in found:
            try:
                await connection.prepare(sql)
            except Exception as error:  # noqa: BLE001 - all failures are shown together
                failures.append(f"{name}: {error}")
    assert failures == []


@pytest.mark.parametrize("file", KIT_STATEMENTS)
async def test_every_statement_of_the_kit_prepares_on_the_tables_it_asks_for(
    file: str, database_of: DatabaseOf
) -> None:
    given = await database_of("kit")
    async with given.connected("owner") as connection:
        for name, sql in Queries(ROOT / "services" / "common" / f"{file}.sql"):
            assert await connection.prepare(sql), name


@pytest.mark.parametrize("database", HOT)
async def test_hot_statements_find_their_rows_by_an_index(database: str, database_of: DatabaseOf) -> None:
    given = await database_of(database)
    found = {name: sql for name, sql in statements(database) if name in HOT[database]}
    assert set(found) == HOT[database]
    slow = []
    async with given.administered() as admin:
        await admin.execute("set enable_seqscan = off")  # an empty table would be read whole even with an index
        for name, sql in found.items():
            statement = await admin.prepare(sql)
            plan = await statement.explain(*(_sample(parameter.name) for parameter in statement.get_parameters()))
            slow += [f"{name}: {node['Node Type']}" for node in _nodes(plan[0]["Plan"]) if _reads_everything(node)]
    assert slow == []


def _reads_everything(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" or ("Index" in node["Node Type"] and "Index Cond" not in node)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _sample(kind: str) -> object:
    samples = {"uuid": uuid4(), "text": "x", "int4": 1, "int8": 1, "bool": True, "timestamptz": datetime.now(UTC)}
    return [] if kind.endswith("[]") else samples[kind]


@pytest.mark.parametrize("database", DATABASES)
async def test_migrations_from_nothing_make_the_committed_schema(database: str, postgres: Postgres) -> None:
    assert dump_file(database).read_text(encoding="utf-8") == await dump(postgres, database), "run `make schema`"


@pytest.mark.parametrize("database", CASE_DATABASES)
async def test_every_table_of_a_case_has_forced_row_level_security(database: str, database_of: DatabaseOf) -> None:
    given = await database_of(database)
    async with given.administered() as admin:
        open_tables = await admin.fetch(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'log\\_%'
              and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'case_id')
              and not (c.relrowsecurity and c.relforcerowsecurity)
            """
        )
    assert [row["relname"] for row in open_tables] == []


@pytest.mark.parametrize("database", CASE_DATABASES)
async def test_the_case_stands_first_in_the_key_of_each_of_its_tables(database: str, database_of: DatabaseOf) -> None:
    given = await database_of(database)
    async with given.administered() as admin:
        others = await admin.fetch(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_index i on i.indrelid = c.oid and i.indisprimary
            join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where n.nspname = 'public' and c.relname not like 'log\\_%' and a.attname <> 'case_id'
              and exists (select from pg_attribute b where b.attrelid = c.oid and b.attname = 'case_id')
            """
        )
    assert [row["relname"] for row in others] == []


@pytest.mark.parametrize("database", ["consent", "referrals", "referrals_keys", "gateway"])
async def test_every_column_that_can_point_to_a_person_has_a_rule_of_erasure(
    database: str, database_of: DatabaseOf
) -> None:
    given = await database_of(database)
    async with given.administered() as admin:
        columns = await admin.fetch(
            """
            select c.relname as "table", a.attname as "column", col_description(c.oid, a.attnum) as comment
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where n.nspname = 'public' and c.relkind = 'r'
            """
        )
    pointing = [row for row in columns if POINTS_TO_A_PERSON.search(row["column"])]
    assert pointing
    without = [f"{row['table']}.{row['column']}" for row in pointing if "erasure" not in (row["comment"] or "")]
    assert not without, "\n".join(without)
