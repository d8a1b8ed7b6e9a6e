"""Memory of each process after all the load: its own share (PSS) where the system tells it, and what is resident."""

from __future__ import annotations

import psutil

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, family
from benchmarks.table import Row
from deploy.local.environment import PROCESSES


async def measure(house: BenchHouse, _: Plan) -> Row:
    """One process of ours each, and PostgreSQL with all that it started."""
    told = [f"{name} {_megabytes(house, name)}" for name in (*PROCESSES, "postgres")]
    return Row("Memory, PSS (RSS) in MB", ", ".join(told))


def _megabytes(house: BenchHouse, name: str) -> str:
    share = resident = 0
    for process in family(house.pids(name)):
        try:
            full = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        share += getattr(full, "pss", full.uss)
        resident += full.rss
    return f"{share / 1e6:.0f} ({resident / 1e6:.0f})"
