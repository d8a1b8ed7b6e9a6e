"""Imports of some thousand services, new, unchanged and with one row changed, beside a bare COPY of the same rows."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg
from lotse.directory.v1 import import_pb2

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, cpu_seconds
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
REAL = Path(__file__).parents[2] / "shared" / "data" / "miami211" / "hsds-1.x.zip"
"""Left out where it is not beside the checkout."""


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Each round imports the demo directory many times over as a new source, the same again, and with one row changed.

    How many services a second depends on how many rows each has, so rows are told too, and a real directory beside it.
    """
    copies, rounds = (FEW_COPIES, 1) if plan.quick else (COPIES, ROUNDS)
    path = _multiplied(house.constellation.home.root / "import.json", copies)
    one_changed = path.with_name("changed") / path.name
    one_changed.parent.mkdir(exist_ok=True)
    one_changed.write_bytes(path.read_bytes().replace(b'"name": "', b'"name": "Neu: ', 1))
    new, again, changed, bare = [], [], [], []
    for number in range(rounds):
        given = DirectoryFile(f"bench-{number}", (path,))
        new.append(await _timed(house, given))
        again.append(await _timed(house, given))
        if again[-1].touched:
            raise RuntimeError("The same file changed something the second time.")
        changed.append(await _timed(house, DirectoryFile(given.source, (one_changed,))))
        if changed[-1].touched != 1:
            raise RuntimeError("One changed name changed more or less than one row.")
        bare.append(await _copy_bare(house, given.source))
    services = new[0].services
    took, repeated = _seconds(new), _seconds(again)
    rate, factor = services / took, took / repeated
    rates = f"again {services / repeated:,.0f}/s, one row changed {services / _seconds(changed):,.0f}/s"
    real = "" if plan.quick or not REAL.is_file() else f"; Miami 211 (HSDS 1): {await _real(house)}"
    return Row(
        f"Import of {services:,} services, {new[0].rows:,} rows, new and unchanged : bare COPY of the same rows",
        f"{new[0].speed(took)}, {rates}{real}",
        f"{services / median(bare):,.0f}/s",
        f"{median(bare) / took:.2f}, again {factor:.1f}x",
        f"≥ {GOAL:,}/s, ≥ {TIMES}x",
        cpu=f"a service: {_cpu(new)}, again {_cpu(again)}, one row changed {_cpu(changed)}",
        reached=rate >= GOAL and factor >= TIMES,
    )


@dataclass(frozen=True, slots=True)
class _Import:
    """One import: how long it took, the CPU of directory and PostgreSQL, and what it did."""

    seconds: float
    own_cpu: float
    database_cpu: float
    report: import_pb2.ImportResponse

    @property
    def services(self) -> int:
        return next(count.read for count in self.report.counts if count.table == "service")

    @property
    def rows(self) -> int:
        return sum(count.read for count in self.report.counts)

    @property
    def touched(self) -> int:
        return sum(count.created + count.changed + count.deactivated for count in self.report.counts)

    def speed(self, seconds: float) -> str:
        return f"{self.services / seconds:,.0f}/s ({self.rows / seconds:,.0f} rows/s)"


def _seconds(imports: Sequence[_Import]) -> float:
    return median(each.seconds for each in imports)


def _cpu(imports: Sequence[_Import]) -> str:
    """Milliseconds a service: directory + PostgreSQL."""
    own = median(each.own_cpu / each.services for each in imports) * 1000
    database = median(each.database_cpu / each.services for each in imports) * 1000
    return f"{own:.2f}+{database:.2f}"


async def _real(house: BenchHouse) -> str:
    """A real directory of another shape, whose rows hardly repeat each other, new and again."""
    given = DirectoryFile("bench-real", (REAL,), country="US")
    new, again = await _timed(house, given), await _timed(house, given)
    return f"{new.speed(new.seconds)}, CPU {_cpu([new])}, again {again.services / again.seconds:,.0f}/s"


async def _timed(house: BenchHouse, given: DirectoryFile) -> _Import:
    processes, database = house.pids("directory"), house.pids("postgres")
    own, servers = cpu_seconds(processes), cpu_seconds(database)
    started = time.perf_counter()
    report = await import_directory(house.constellation.environment, given, dry_run=False)
    seconds = time.perf_counter() - started
    if not report.loaded or (given.files[0] != REAL and any(count.quarantined for count in report.counts)):
        raise RuntimeError(f"The directory was refused: {report.quarantine[:1]}")
    return _Import(seconds, cpu_seconds(processes) - own, cpu_seconds(database) - servers, report)


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
