"""Imports of some thousand services, new and unchanged, beside a bare COPY of the same rows into bare tables."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from statistics import median

import asyncpg
from lotse.directory.v1 import import_pb2

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan
from benchmarks.peers import admin_url_of
from benchmarks.table import Row
from deploy.local.directory_import import DirectoryFile, import_directory
from deploy.local.lifecycle import DEMO_DIRECTORIES
from services.directory.importing.importer import STATEMENTS

GOAL, TIMES = 2_000, 5
COPIES, FEW_COPIES = 27, 2
ROUNDS = 3
_ID = re.compile(r'"[0-9a-f]{4}([0-9a-f]{4}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"')
_SOURCE_ID = re.compile(r'"source_id": "')
_SCHEMA = "bare_import"


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Each round imports the demo directory so many times over as a new source, and then the same file again."""
    copies, rounds = (FEW_COPIES, 1) if plan.quick else (COPIES, ROUNDS)
    path = _multiplied(house.constellation.home.root / "import.json", copies)
    new, again, bare = [], [], []
    services = 0
    for number in range(rounds):
        given = DirectoryFile(f"bench-{number}", (path,))
        seconds, report = await _timed(house, given)
        services = next(count.created for count in report.counts if count.table == "service")
        new.append(seconds)
        seconds, repeated = await _timed(house, given)
        if any(count.created or count.changed for count in repeated.counts):
            raise RuntimeError("The same file changed something the second time.")
        again.append(seconds)
        bare.append(await _copy_bare(house, given.source))
    rate, factor = services / median(new), median(new) / median(again)
    return Row(
        f"Import of {services:,} services, new and unchanged : bare COPY of the same rows",
        f"{rate:,.0f}/s, again {services / median(again):,.0f}/s",
        f"{services / median(bare):,.0f}/s",
        f"{median(bare) / median(new):.2f}, again {factor:.1f}x",
        f"≥ {GOAL:,}/s, ≥ {TIMES}x",
        reached=rate >= GOAL and factor >= TIMES,
    )


async def _timed(house: BenchHouse, given: DirectoryFile) -> tuple[float, import_pb2.ImportResponse]:
    started = time.perf_counter()
    report = await import_directory(house.constellation.environment, given, dry_run=False)
    seconds = time.perf_counter() - started
    if not report.loaded or any(count.quarantined for count in report.counts):
        raise RuntimeError(f"The multiplied demo directory was refused: {report.quarantine[:1]}")
    return seconds, report


def _multiplied(path: Path, copies: int) -> Path:
    """The demo directory so many times over, each time with other ids."""
    page = next(file for directory in DEMO_DIRECTORIES for file in directory.files if file.suffix == ".json")
    text = page.read_text(encoding="utf-8")
    contents = text[text.index("[", text.index('"contents"')) + 1 : text.rindex("]")]
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number in range(copies):
            renamed = _SOURCE_ID.sub(f'"source_id": "{number}/', _ID.sub(rf'"{number:04x}\1"', contents))
            file.write(("," if number else "") + renamed)
        file.write("]\n")
    return path


async def _copy_bare(house: BenchHouse, source: str) -> float:
    """Seconds that COPY takes for the rows of a source, into tables without keys, indexes or triggers."""
    admin = await asyncpg.connect(admin_url_of(house, "lotse_directory"))
    tables = [name for name, each in STATEMENTS.items() if each.keeps_itself]
    try:
        await admin.execute(f"drop schema if exists {_SCHEMA} cascade; create schema {_SCHEMA}")
        content = {}
        for table in (*tables, "search_entry"):
            text = io.BytesIO()
            columns = await admin.fetchval(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute "
                "where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
                table,
            )
            kept = (
                "source = $1" if table != "search_entry" else "service_id in (select id from service where source = $1)"
            )
            query = f"select {columns} from {table} where {kept}"  # noqa: S608 - names of the catalogue
            await admin.execute(f"create table {_SCHEMA}.{table} as {query.partition(' where ')[0]} with no data")
            await admin.copy_from_query(query, source, output=text)
            content[table] = text.getvalue()
        started = time.perf_counter()
        async with admin.transaction():
            for table, rows in content.items():
                await admin.copy_to_table(table, schema_name=_SCHEMA, source=io.BytesIO(rows))
        return time.perf_counter() - started
    finally:
        await admin.execute(f"drop schema if exists {_SCHEMA} cascade")
        await admin.close()
