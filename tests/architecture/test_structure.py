"""The walls of the house: who may import whom, where SQL and grpc may stand, how long a file may be."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT, SERVICES, begins_with, imports, python_files, tree
from tests.support.schemas import DATABASES, dump_file

pytestmark = pytest.mark.architecture


def violations(files: list[Path], *forbidden: str) -> list[str]:
    return [f"{path} imports {module}" for path in files for module in imports(path) if begins_with(module, *forbidden)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_neither_another_service_nor_the_gateway_nor_the_deployment(service: str) -> None:
    others = [f"services.{other}" for other in SERVICES if other != service]
    assert violations(python_files(f"services/{service}"), *others, "gateway", "deploy", "tests") == []


def test_the_kit_knows_no_service() -> None:
    files = python_files("services/common")
    domain = ("lotse.directory", "lotse.consent", "lotse.referrals", "lotse.vocabulary")
    assert files
    assert violations(files, *(f"services.{name}" for name in SERVICES), "gateway", "deploy", "tests", *domain) == []


@pytest.mark.parametrize("outside", ["gateway", "deploy"])
def test_gateway_and_deployment_import_only_the_kit_of_the_services(outside: str) -> None:
    other = {"gateway": "deploy", "deploy": "gateway"}[outside]
    files = python_files(outside)
    assert files
    assert violations(files, *(f"services.{name}" for name in SERVICES), other, "tests") == []


def rules_and_models() -> list[Path]:
    return [
        path
        for path in python_files("services", "gateway")
        if path.stem in {"rules", "model"} or {"rules", "model"} & set(path.parent.parts)
    ]


def test_rules_and_models_need_only_the_standard_library() -> None:
    found = []
    for path in rules_and_models():
        own = ".".join(path.parts[:2])
        for module in imports(path):
            top = module.partition(".")[0]
            same_service = module == own or begins_with(module, f"{own}.rules", f"{own}.model")
            if top not in sys.stdlib_module_names and not same_service:
                found.append(f"{path} imports {module}")
    assert rules_and_models()
    assert found == []


def test_asyncpg_stands_only_in_stores_and_in_the_database_modules_of_the_kit() -> None:
    kit = tuple(f"services/common/{module}" for module in ("database", "ledger", "feed", "worker"))
    files = [
        path
        for path in python_files(*PACKAGES)
        if not str(path).startswith((*kit, "gateway/sessions")) and "store" not in path.parts
    ]
    assert violations(files, "asyncpg") == []


def test_grpc_does_not_stand_in_rules_models_or_stores() -> None:
    files = [*rules_and_models(), *(path for path in python_files(*PACKAGES) if "store" in path.parts)]
    assert violations(files, "grpc") == []


def test_only_the_error_interceptor_aborts_a_call() -> None:
    # context.abort without await lets the handler go on and the caller get the data.
    aborting = {
        str(path)
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"abort", "abort_with_status"}
    }
    of_a_transport = {"gateway/http/connection.py"}  # ends a browser's connection; there is no call in it
    assert aborting <= {"services/common/interceptors/errors.py"} | of_a_transport


SQL = re.compile(
    r"^\s*(select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*(materialized\s*)?\("
    r"|(create|alter|drop|truncate|lock)\s+(table|index|role|database|view|schema)\s)",
    re.IGNORECASE,
)
MAY_HOLD_SQL = (
    "services/common/database",
    "services/common/ledger",
    "services/common/feed",
    "services/directory/store/merging.py",  # composes the same statements for every table that imports fill
)
EVERY_COLUMN = re.compile(r"(\bselect\s+(?:distinct\s+)?|,\s*|\breturning\s+)(?:(\w+)\.)?\*(?=\s|,|$)", re.IGNORECASE)
TABLES = frozenset(
    name
    for database in DATABASES
    for name in re.findall(r"^table public\.(\w+)", dump_file(database).read_text(encoding="utf-8"), re.MULTILINE)
)


def selects_every_column_of_a_table(sql: str) -> bool:
    """Whether a new column would change what a statement answers; views and parts of a statement say their columns."""
    for found in EVERY_COLUMN.finditer(sql):
        verb, alias = found[1].strip().lower(), found[2]
        if verb == "returning":
            return True
        if alias in TABLES:
            return True
        named = rf"\b(?:from|join)\s+(\w+)\s+(?:as\s+)?{alias}\b" if alias else r"\bfrom\s+(\w+)"
        statement = re.split(r";|\n-- name:", sql[found.end() :], maxsplit=1)[0]
        sources = re.findall(named, statement, re.IGNORECASE)
        if TABLES.intersection(sources if alias else sources[:1]):
            return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "select id from note",
        "\n    select set_config('lotse.case', $1, true)",
        "insert into note values ($1)",
        "update note set text = ",
        "delete from note where id = ",
        "with taken as (delete from note returning id) select id from taken",
        "lock table note",
    ],
)
def test_sql_is_known_when_seen(text: str) -> None:
    assert SQL.match(text)


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("select * from referral", True),
        ("select r.id, r.* from referral r", True),
        ("select distinct * from referral", True),
        ("insert into referral values ($1) returning *", True),
        ("select count(*), a * b, 2 * c from referral", False),
        ("with newest as (select id from referral) select n.* from newest n", False),
        ("select v.* from hsds_service v", False),
    ],
)
def test_a_selection_of_every_column_of_a_table_is_known_when_seen(text: str, every: bool) -> None:
    assert selects_every_column_of_a_table(text) is every


def test_sql_stands_only_in_sql_files_and_in_the_database_modules_of_the_kit() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if not str(path).startswith(MAY_HOLD_SQL)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []


def test_no_statement_selects_every_column_of_a_table() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in ("services", "gateway")
        for path in (ROOT / folder).rglob("*.sql")
        if selects_every_column_of_a_table(path.read_text())
    ]
    assert found == []


def test_no_python_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path): lines
        for path in python_files(*PACKAGES, "tests", "protos/lotse", "docs")
        if (lines := len((ROOT / path).read_text().splitlines())) > 400
    }
    assert long == {}
