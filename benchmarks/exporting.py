"""Export of a whole directory by the command line, against COPY of the same documents straight out of PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, Spread
from benchmarks.peers import admin_url_of
from benchmarks.search import load_services
from benchmarks.services import FEW_SERVICES, SERVICES
from benchmarks.table import Row, spread
from deploy.local.environment import setting_of_port
from services.common.database import queries_beside

GOAL = 0.8
MOST_MEGABYTES = 200
ROUNDS = 3
SQL = queries_beside(str(Path(__file__).parent / "bare" / "exporting.py"))


@dataclass(frozen=True, slots=True)
class Export:
    """One run of the command."""

    seconds: float
    megabytes: float
    """The most that it held in memory."""


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Services a second as HSDS JSON in a file, the start of the command taken off; and its memory."""
    await load_services(house, FEW_SERVICES if plan.quick else SERVICES)
    admin = await asyncpg.connect(admin_url_of(house, "lotse_directory"))
    try:
        services: int = await admin.fetchval(SQL.count_services)
        start = (await asyncio.to_thread(_run, house, "--source", "nobody")).seconds
        ours, peer, exports = [], [], []
        for _ in range(1 if plan.quick else ROUNDS):
            exports.append(await asyncio.to_thread(_run, house))
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


def _run(house: BenchHouse, *more: str) -> Export:
    root, lotse = house.constellation.home.root, str(Path(sys.executable).with_name("lotse"))
    port = house.constellation.environment.target("directory").rpartition(":")[2]
    variables = os.environ | {"LOTSE_HOME": str(root), setting_of_port("directory"): port}
    command = (lotse, "directory", "export", "--output", str(root / "export.json"), *more)
    started = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(lotse, command, variables, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    if status:
        raise RuntimeError("the export failed")
    return Export(time.perf_counter() - started, used.ru_maxrss / 1024)


async def _copy(admin: asyncpg.Connection[asyncpg.Record], path: Path) -> float:
    started = time.perf_counter()
    await admin.copy_from_query(SQL.copy_documents, output=path)
    return time.perf_counter() - started
