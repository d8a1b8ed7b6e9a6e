"""What was measured, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Comparison, Sample, Spread


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as it is printed."""

    figure: str
    ours: str
    peer: str = ""
    ratio: str = ""
    goal: str = ""
    cpu: str = ""
    reached: bool | None = None
    """Whether the goal is met; None where there is none."""


def throughput_row(figure: str, measured: Comparison, goal: float) -> Row:
    """Requests a second, ours against the peer's; the goal is a share of the peer's."""
    ratio = measured.throughput
    return Row(
        figure, f"{rate_of(measured.ours)}/s", f"{rate_of(measured.peer)}/s", spread(ratio), f"≥ {goal}",
        cpu_pair(measured), ratio.median >= goal,
    )  # fmt: skip


def cpu_row(figure: str, measured: Comparison, most: float) -> Row:
    """CPU a request; the goal is the most that ours may be, as a multiple of the peer's."""
    ratio = measured.cpu
    return Row(
        figure, f"{rate_of(measured.ours)}/s", f"{rate_of(measured.peer)}/s", f"{spread(ratio)} CPU", f"≤ {most}",
        cpu_pair(measured), ratio.median <= most,
    )  # fmt: skip


def cpu_pair(measured: Comparison) -> str:
    """Milliseconds of CPU for one request: processes + PostgreSQL, ours and the peer's; and the multiple."""
    return f"{_cpu(measured.ours)} : {_cpu(measured.peer)}, {measured.cpu.median:.2f}"


def _cpu(samples: Sequence[Sample]) -> str:
    own = Spread.of([one.cpu_milliseconds for one in samples]).median
    database = Spread.of([one.database_milliseconds for one in samples]).median
    return f"{own:.2f}+{database:.2f}"


def spread(value: Spread) -> str:
    """Median and quartiles."""
    return f"{value.median:.2f} ({value.low:.2f} to {value.high:.2f})"


def print_table(rows: Sequence[Row]) -> None:
    """To the terminal, or as plain text where there is none."""
    table = Table(title=None, show_lines=False)
    for name in (
        "figure",
        "ours",
        "peer",
        "ratio (quartiles)",
        "goal",
        "ms CPU a request (processes+PostgreSQL), ours : peer, multiple",
    ):
        table.add_column(name)
    for row in rows:
        mark = {True: " ✓", False: " ✗", None: ""}[row.reached]
        table.add_row(row.figure, row.ours, row.peer, row.ratio, row.goal + mark, row.cpu)
    Console(width=150, highlight=False).print(table)


def rate_of(samples: Sequence[Sample]) -> str:
    """Requests a second."""
    return f"{Spread.of([one.rate for one in samples]).median:,.0f}"
