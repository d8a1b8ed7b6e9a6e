"""Every statement fits the schema, and the hot ones find their rows by an index."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from services.common.database import Queries
from tests.support.postgres import DatabaseOf

STORE = Path(importlib.import_module("services.consent.store").__file__ or "").parent
FILES = sorted(STORE.glob("*.sql"))
HOT = {
    ("disclosures", "grounds"): "consent_revision",
    ("disclosures", "insert_disclosures"): "disclosure",
    ("consents", "newest_of_pair"): "consent_revision",
    ("credentials", "find_code"): "access_code",
    ("credentials", "find_pass"): "pass",
    ("credentials", "count_failures"): "secret_attempt",
    ("changes", "withdrawn"): "withdrawal",
    ("changes", "granted"): "consent_revision",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_statement_can_be_prepared(database_of: DatabaseOf, file: Path) -> None:
    database = await database_of("consent")
    async with database.administered() as admin:
        for name, sql in Queries(file):
            assert await admin.prepare(sql), name


async def test_the_hot_statements_read_no_table_from_end_to_end(database_of: DatabaseOf) -> None:
    database = await database_of("consent")
    async with database.administered() as admin:
        await admin.execute("set enable_seqscan = off")  # an empty table would be read whole even with an index
        for (module, name), table in HOT.items():
            statement = await admin.prepare(getattr(Queries(STORE / f"{module}.sql"), name))
            arguments = [_sample(parameter.name) for parameter in statement.get_parameters()]
            plan = json.dumps(await statement.explain(*arguments))
            assert f'"Seq Scan", "Relation Name": "{table}"' not in _flat(plan), (module, name)


def _flat(plan: str) -> str:
    """The plan with node type and relation side by side."""
    nodes: list[str] = []

    def walk(node: dict[str, object]) -> None:
        nodes.append(json.dumps({key: node[key] for key in ("Node Type", "Relation Name") if key in node}))
        for child in node.get("Plans", []):  # type: ignore[attr-defined]
            walk(child)

    walk(json.loads(plan)[0]["Plan"])
    return " ".join(nodes)


def _sample(type_name: str) -> object:
    samples: dict[str, object] = {"uuid": uuid4(), "bytea": bytes(32), "text": "x", "int8": 1, "int4": 1}
    if type_name.endswith("[]"):
        return []
    if type_name == "timestamptz":
        return datetime.now(UTC)
    return samples[type_name]
