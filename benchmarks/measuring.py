"""Two sides in turn, so that whatever else loads the machine hits both alike; ratios are taken within a round."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psutil

AT_ONCE = 16
"""Requests under way at any moment."""

Call = Callable[[int], Awaitable[object]]
"""One request, by its number; raises when it was not answered as it must."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared."""

    call: Call
    processes: Sequence[int]
    """The processes that serve it, by id; what they started counts as well."""

    database: Sequence[int]
    """PostgreSQL, which works for one side at a time."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One side in one round."""

    requests: int
    seconds: float
    cpu_seconds: float
    database_seconds: float
    p95_seconds: float
    """One request in twenty took longer, with so many under way at once."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """CPU of the serving processes for one request."""
        return self.cpu_seconds / self.requests * 1000

    @property
    def database_milliseconds(self) -> float:
        """CPU of PostgreSQL for one request."""
        return self.database_seconds / self.requests * 1000


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of what the rounds gave."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(low, median, high)


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how long."""

    rounds: int
    seconds: float
    warm_up_seconds: float
    quick: bool = False

    @classmethod
    def usual(cls, *, quick: bool) -> Plan:
        """Many short rounds, since load of others comes in bursts; one where it only has to be seen that all runs."""
        return cls(1, 0.2, 0.1, quick=True) if quick else cls(15, 0.6, 1.5)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours and the peer, round by round."""

    ours: Sequence[Sample]
    peer: Sequence[Sample]

    @property
    def throughput(self) -> Spread:
        """Our requests a second as a share of the peer's."""
        return Spread.of([mine.rate / theirs.rate for mine, theirs in zip(self.ours, self.peer, strict=True)])

    @property
    def p95(self) -> Spread:
        """The peer's p95 as a share of ours, so that more is better as with throughput."""
        pairs = zip(self.ours, self.peer, strict=True)
        return Spread.of([theirs.p95_seconds / mine.p95_seconds for mine, theirs in pairs])

    @property
    def cpu(self) -> Spread:
        """Our CPU for a request, PostgreSQL's included, as a multiple of the peer's."""
        return Spread.of([_whole(mine) / _whole(theirs) for mine, theirs in zip(self.ours, self.peer, strict=True)])


def _whole(sample: Sample) -> float:
    return sample.cpu_milliseconds + sample.database_milliseconds


async def compare(ours: Side, peer: Side, plan: Plan) -> Comparison:
    """Warm both up, then measure them in turn; which begins changes with each round."""
    for side in (ours, peer):
        await _measured(side, plan.warm_up_seconds)
    samples: dict[int, list[Sample]] = {0: [], 1: []}
    for number in range(plan.rounds):
        for which in ((0, 1), (1, 0))[number % 2]:
            samples[which].append(await _measured((ours, peer)[which], plan.seconds))
    return Comparison(samples[0], samples[1])


async def _measured(side: Side, seconds: float) -> Sample:
    before, database_before = cpu_seconds(side.processes), cpu_seconds(side.database)
    started = time.perf_counter()
    until, number = started + seconds, 0
    times: list[float] = []

    async def asking() -> None:
        nonlocal number
        while (begun := time.perf_counter()) < until:
            number += 1
            await side.call(number)
            times.append(time.perf_counter() - begun)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(asking())
    took = time.perf_counter() - started
    cpu, database = cpu_seconds(side.processes) - before, cpu_seconds(side.database) - database_before
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Sample(number, took, cpu, database, p95)


def family(pids: Sequence[int]) -> list[psutil.Process]:
    """These processes and all that they started, each once."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            found[each.pid] = each
    return list(found.values())


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU that these processes and all that they started have used."""
    total = 0.0
    for process in family(pids):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
