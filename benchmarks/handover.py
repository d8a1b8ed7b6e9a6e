"""Whole handovers a second: case, dossier, question, the client's answer, sending, accepting, reading. No logins."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, Spread, cpu_seconds
from benchmarks.table import Row

AT_ONCE = 4
_MOST_ROUNDS = 5


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Over HTTP, as the tests and the demonstration do it, several at once; about forty requests each."""
    pids = house.pids("gateway", "referrals", "consent", "directory")
    rates: list[float] = []
    costs: list[float] = []
    async with AsyncExitStack() as stack:
        people = await house.people(stack)
        for _ in range(min(plan.rounds, _MOST_ROUNDS)):
            started, cpu = time.perf_counter(), cpu_seconds(pids)
            await asyncio.gather(*(people.in_progress() for _ in range(AT_ONCE)))
            rates.append(AT_ONCE / (time.perf_counter() - started))
            costs.append((cpu_seconds(pids) - cpu) / AT_ONCE * 1000)
    rate = Spread.of(rates)
    return Row(
        "Whole handovers over HTTP",
        f"{rate.median:.1f}/s ({rate.low:.1f} to {rate.high:.1f})",
        cpu=f"{Spread.of(costs).median:.0f} a handover",
    )
