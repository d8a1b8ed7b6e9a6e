"""Export of a whole directory by the command line, against COPY of the same documents straight out of PostgreSQL.

Memory is measured in all formats and at two sizes, so that what grows with the directory shows.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, Spread
from benchmarks.peers import admin_url_of
from benchmarks.scale.copies import multiply
from benchmarks.search import load_services
from benchmarks.services import FEW_SERVICES, SERVICES
from benchmarks.table import Row, spread
from deploy.cli.directory.exporting import ExportFormat
from deploy.local.environment import setting_of_port
from services.common.database import queries_beside

GOAL = 0.8
MOST_MEGABYTES = 200
MOST_GROWTH = 1.1
TIMES, FEW_TIMES = 5, 2
ROUNDS = 3
_LOOK_SECONDS = 0.02
SQL = queries_beside(str(Path(__file__).parent / "bare" / "exporting.py"))


@dataclass(frozen=True, slots=True)
class Export:
    """One run of the command, and the most that it and the directory's process held in memory meanwhile."""

    seconds: float
    megabytes: float
    directory_megabytes: float


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Services a second as HSDS JSON in a file, the start of the command taken off."""
    await load_services(house, FEW_SERVICES if plan.quick else SERVICES)
    admin = await asyncpg.connect(admin_url_of(house, "lotse_directory"))
    try:
        services: int = await admin.fetchval(SQL.count_services)
        start = (await asyncio.to_thread(_run, house, ExportFormat.HSDS_JSON, "--source", "nobody")).seconds
        ours, peer, exports = [], [], []
        for _ in range(1 if plan.quick else ROUNDS):
            exports.append(await asyncio.to_thread(_run, house, ExportFormat.HSDS_JSON))
            ours.append(services / max(exports[-1].seconds - start, 0.001))
            peer.append(services / await _copy(admin, house.constellation.home.root / "copied.json"))
    finally:
        await admin.close()
    ratio = Spread.of([mine / theirs for mine, theirs in zip(ours, peer, strict=True)])
    most = max(export.megabytes for export in exports)
    return Row(
        f"Export of {services:,} services : COPY of the same documents",
        f"{Spread.of(ours).median:.0f}/s, {most:.0f} MB", f"{Spread.of(peer).median:.0f}/s", spread(ratio),
        f"≥ {GOAL}, ≤ {MOST_MEGABYTES} MB", reached=ratio.median >= GOAL and most <= MOST_MEGABYTES,
    )  # fmt: skip


async def measure_memory(house: BenchHouse, plan: Plan, times: int = 0) -> Row:
    """The most memory of an export in any format, and how much more it is with a directory so many times as large.

    The directory is not taken back: this comes after all that counts on its size.
    """
    forms = tuple(ExportFormat)
    few = await _most(house, forms)
    admin = await asyncpg.connect(admin_url_of(house, "lotse_directory"), timeout=600)
    try:
        before: int = await admin.fetchval(SQL.count_services)
        after = await multiply(admin, times or (FEW_TIMES if plan.quick else TIMES))
    finally:
        await admin.close()
    many = await _most(house, forms[:1] if plan.quick else forms)
    growth = max(many[form].megabytes / few[form].megabytes for form in many)
    most = max(export.megabytes for export in many.values())
    told = ", ".join(f"{form} {few[form].megabytes:.0f} → {many[form].megabytes:.0f}" for form in many)
    servers = [max(export.directory_megabytes for export in some.values()) for some in (few, many)]
    return Row(
        f"Memory of exports of {before:,} → {after:,} services, MB",
        f"{told}; the directory {servers[0]:.0f} → {servers[1]:.0f}", "", f"{growth:.2f}x",
        f"≤ {MOST_GROWTH}x, ≤ {MOST_MEGABYTES} MB", reached=growth <= MOST_GROWTH and most <= MOST_MEGABYTES,
    )  # fmt: skip


async def _most(house: BenchHouse, forms: Sequence[ExportFormat]) -> dict[ExportFormat, Export]:
    return {form: await asyncio.to_thread(_run, house, form) for form in forms}


def _run(house: BenchHouse, form: ExportFormat, *more: str) -> Export:
    """What a process held is looked at while it runs: the system's own maximum begins at what its parent held."""
    root, lotse = house.constellation.home.root, str(Path(sys.executable).with_name("lotse"))
    port = house.constellation.environment.target("directory").rpartition(":")[2]
    variables = os.environ | {"LOTSE_HOME": str(root), setting_of_port("directory"): port}
    command = (lotse, "directory", "export", "--format", form, "--output", str(root / "export"), *more)
    directory = psutil.Process(house.pids("directory")[0])
    most = most_of_directory = 0
    started = time.perf_counter()
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL) as process:
        ours = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess):  # it ended just now
                most = max(most, ours.memory_info().rss)
            most_of_directory = max(most_of_directory, directory.memory_info().rss)
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError("the export failed")
    return Export(seconds, most / 1e6, most_of_directory / 1e6)


async def _copy(admin: asyncpg.Connection[asyncpg.Record], path: Path) -> float:
    started = time.perf_counter()
    await admin.copy_from_query(SQL.copy_documents, output=path)
    return time.perf_counter() - started
