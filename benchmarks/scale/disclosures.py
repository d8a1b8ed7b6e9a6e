"""`python -m benchmarks.scale.disclosures`: `Disclose` among a million consents, beside a bare transaction."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import uvloop
from lotse.consent.v1 import decision_pb2

from benchmarks.bare.serving import DATABASE
from benchmarks.disclose import asking, reading_of
from benchmarks.house import BenchHouse, running_house
from benchmarks.ledger import GOAL as LEDGER_GOAL
from benchmarks.measuring import Comparison, Plan, Sample, Side, Spread, compare
from benchmarks.peers import plain_channel, running_peer
from benchmarks.scale.many_consents import (
    READINGS_EACH,
    ManyConsents,
    leave_consent_alone,
    prepare_bare,
    until_sequenced,
)
from benchmarks.table import Row, cpu_pair, print_table, rate_of, spread
from deploy.local.paths import CHECKOUT

SIZES, QUICK_SIZES = (10_000, 1_000_000), (1_000, 10_000)
GOAL = 0.7


def main() -> None:
    """Measure every size and print; ends with 0 whether goals are met or not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.disclosures", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[], help="how many consents; ten readings for each")
    parser.add_argument("--quick", action="store_true", help="one short round on 1,000 and 10,000: shows that all runs")
    given = parser.parse_args()
    sizes = given.sizes or (QUICK_SIZES if given.quick else SIZES)
    plan, load = Plan.usual(quick=given.quick), os.getloadavg()[0]
    measured: dict[int, Comparison] = {}
    ledgers: list[Row] = []
    for size in sizes:
        consents, started = ManyConsents(size), time.monotonic()
        consents.require_room()
        with running_house(Path(consents.folder / "home")) as house:
            measured[size] = uvloop.run(_measure(house, consents, plan))
            ledgers.append(_verify(house))
        sys.stderr.write(f"{size:,} consents: {time.monotonic() - started:.0f} s\n")
    print_table([*(_row(size, one) for size, one in measured.items()), *_growth(measured), *ledgers])
    sys.stdout.write(
        f"{psutil.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after. Ratios are medians "
        "over rounds within which both sides were measured in turn; that of p95 is the bare side's to ours.\n"
    )


async def _measure(house: BenchHouse, consents: ManyConsents, plan: Plan) -> Comparison:
    await consents.fill(house)
    await asyncio.to_thread(leave_consent_alone, house)
    environment, bare_database = house.constellation.environment, await prepare_bare(house)
    chance = random.Random(4711)  # noqa: S311 - the same cases in each run, not a secret

    def of_a_case(_: int) -> decision_pb2.Circumstances:
        number = chance.randrange(consents.count)
        return reading_of(house, consents.case_id(number), consents.referral_id(number))

    async with AsyncExitStack() as stack:
        peer = await stack.enter_async_context(
            running_peer(house, "benchmarks.bare.disclose", "consent", {DATABASE: bare_database})
        )
        channels = [
            await stack.enter_async_context(plain_channel(environment, "referrals", target, "consent"))
            for target in (environment.target("consent"), peer.target)
        ]
        await asking(channels[0], house, of_a_case)(0)
        await until_sequenced(house)
        ours, bare = (asking(channel, house, of_a_case) for channel in channels)
        database = house.pids("postgres")
        return await compare(Side(ours, house.pids("consent"), database), Side(bare, [peer.pid], database), plan)


def _verify(house: BenchHouse) -> Row:
    """The whole ledger by the command, start included; what was filled in is what the program would have written."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "services.consent", "ledger-verify"], env=house.constellation.environment.of("consent"),
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise RuntimeError(f"The ledger does not verify: {done.stdout[:500]}")
    entries = int(done.stdout.split()[0])
    rate = entries / seconds
    return Row(
        f"ledger-verify of {entries:,} entries", f"{rate:,.0f} entries/s", goal=f"≥ {LEDGER_GOAL:,}",
        reached=rate >= LEDGER_GOAL,
    )  # fmt: skip


def _row(size: int, measured: Comparison) -> Row:
    throughput, p95 = measured.throughput, measured.p95
    return Row(
        f"Disclose among {size:,} consents, {size * READINGS_EACH:,} readings",
        f"{rate_of(measured.ours)}/s, p95 {_p95(measured.ours):.1f} ms",
        f"{rate_of(measured.peer)}/s, p95 {_p95(measured.peer):.1f} ms",
        f"{spread(throughput)}; p95 {spread(p95)}",
        f"≥ {GOAL}, p95 ≥ {GOAL}",
        cpu_pair(measured),
        throughput.median >= GOAL and p95.median >= GOAL,
    )


def _growth(measured: dict[int, Comparison]) -> list[Row]:
    """How many times as much the largest costs as the smallest; none where there is one size."""
    if len(measured) == 1:
        return []
    small, large = min(measured), max(measured)
    sides = [
        (_cpu(after) / _cpu(before), _p95(after) / _p95(before))
        for before, after in (
            (measured[small].ours, measured[large].ours),
            (measured[small].peer, measured[large].peer),
        )
    ]
    mine, theirs = (f"{cpu:.2f} times the CPU, {p95:.2f} times the p95" for cpu, p95 in sides)
    return [Row(f"{large:,} beside {small:,} consents", mine, theirs)]


def _p95(samples: Sequence[Sample]) -> float:
    return Spread.of([one.p95_seconds * 1000 for one in samples]).median


def _cpu(samples: Sequence[Sample]) -> float:
    return Spread.of([one.cpu_milliseconds + one.database_milliseconds for one in samples]).median


if __name__ == "__main__":
    main()
