"""`python -m benchmarks`: all figures in one table, or those that are named. The README says how to read it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path

import psutil
import uvloop

from benchmarks import (
    disclose,
    exporting,
    gates,
    handover,
    importing,
    ledger,
    memory,
    reading,
    search,
    starting,
    withdrawal,
)
from benchmarks.house import BenchHouse, running_house
from benchmarks.measuring import Plan
from benchmarks.table import Row, print_table

IN_THE_HOUSE: dict[str, Callable[[BenchHouse, Plan], Coroutine[None, None, Row]]] = {
    "search": search.measure,
    "export": exporting.measure,
    "disclose": disclose.measure,
    "reading": reading.measure,
    "gates": gates.measure,
    "handover": handover.measure,
    "import": importing.measure,
    "ledger": ledger.measure,
    "withdrawal": withdrawal.measure,
    "memory": memory.measure,
    "export-memory": exporting.measure_memory,
}
ALONE: dict[str, Callable[[], Row]] = {"start": starting.warm, "cold": starting.cold}


def main() -> None:
    """Measure and print; ends with 0 whether goals are met or not, since a loaded machine meets none."""
    given = _arguments()
    names = given.only or [*IN_THE_HOUSE, *([] if given.quick else ["start"]), *(["cold"] if given.cold else [])]
    load = os.getloadavg()[0]
    rows: list[Row] = []
    try:
        rows.extend(_rows(names, Plan.usual(quick=given.quick)))
    finally:
        print_table(rows)
    sys.stdout.write(
        f"{psutil.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after. "
        "Ratios are medians over rounds within which both sides were measured in turn.\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = [*IN_THE_HOUSE, *ALONE]
    parser.add_argument("--only", choices=known, nargs="+", default=[], help="these figures and no others")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that all runs, not how fast")
    parser.add_argument("--cold", action="store_true", help="also the start from an empty cache, which fetches 400 MB")
    return parser.parse_args()


def _rows(names: Sequence[str], plan: Plan) -> Iterator[Row]:
    inside = [name for name in names if name in IN_THE_HOUSE]
    if inside:
        with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder, running_house(Path(folder)) as house:
            for name in inside:
                started = time.monotonic()
                yield uvloop.run(IN_THE_HOUSE[name](house, plan))
                sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n")
    for name in names:
        if name in ALONE:
            sys.stderr.write(f"{name} …\n")
            yield ALONE[name]()


if __name__ == "__main__":
    main()
