"""`make demo ONCE=1` as somebody types it: warm, and, when that is asked for, with nothing there yet."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.table import Row
from deploy.local.environment import Ports, setting_of_port
from deploy.local.paths import CHECKOUT, Home
from deploy.local.ports import free_port

WARM_SECONDS, COLD_SECONDS = 45, 240


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    cpu_seconds: float


def warm() -> Row:
    """With programs, virtual environment and state there; where no state is yet, a first run makes it."""
    if not (Home.of_environment().keycloak / "admin-secret").is_file():
        _demo(CHECKOUT, {})
    return _row("make demo ONCE=1, warm", _demo(CHECKOUT, {}), WARM_SECONDS)


def cold() -> Row:
    """A fresh clone of the last commit and an empty cache folder, so everything is fetched."""
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
        clone = Path(folder) / "checkout"
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(clone)], check=True)
        environment = {"LOTSE_CACHE": f"{folder}/cache", "LOTSE_HOME": str(Home(clone / ".lotse").root), **_ports()}
        return _row("make demo ONCE=1, from an empty cache", _demo(clone, environment), COLD_SECONDS)


def _ports() -> dict[str, str]:
    return {setting_of_port(name): str(free_port()) for name in Ports.__dataclass_fields__}


def _demo(checkout: Path, environment: Mapping[str, str]) -> _Run:
    command = ["make", "demo", "ONCE=1"]
    started, before = time.perf_counter(), _cpu_of_the_dead()
    done = subprocess.run(
        command, cwd=checkout, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-3000:] + done.stderr[-3000:])
        raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}.")
    return _Run(time.perf_counter() - started, _cpu_of_the_dead() - before)


def _cpu_of_the_dead() -> float:
    """CPU of all processes that were started from here and are over."""
    times = psutil.Process().cpu_times()
    return times.children_user + times.children_system


def _row(figure: str, run: _Run, most: float) -> Row:
    return Row(
        figure, f"{run.seconds:.0f} s", goal=f"≤ {most} s", cpu=f"{run.cpu_seconds:.0f} s in all",
        reached=run.seconds <= most,
    )  # fmt: skip
