"""Runs one of our programs as always, and ends it exactly where a test says: `-m tests.support.faulty_process MODULE`.

A point is a commit of a transaction that writes, a write that is one by itself, or a durable append to a file. Its name
says in which RPC (or that it was background work), the how manieth of that RPC it is, and where it stands in the
source. Every point that is passed is written to the file `passed` in the folder of the environment variable FAULTS;
when the file `{process}.armed` holds "before NAME" or "after NAME", the process ends there as by SIGKILL: nothing is
flushed, nobody is told.

CLOCK_FILE names a file with the seconds by which the program's clock is off; the database's clock is its own.
"""

import os
import re
import runpy
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakSet

import asyncpg

import services.common.clock
import services.common.ledger.checkpoint_file
import services.common.ledger.journal_file
from services.common.interceptors.record import CallRecord, current_record

ENDED = 137
_ROOT = Path(__file__).resolve().parents[2]
WRITES = re.compile(r"\b(?:insert|update|delete)\b")
_KIT = _ROOT / "services" / "common" / "database"
_counted: ContextVar[tuple[CallRecord, list[int]] | None] = ContextVar("faulty_process_counted", default=None)


class Faults:
    """What one process passes, and where it ends."""

    def __init__(self, folder: Path, process: str) -> None:
        self._process = process
        self._passed = folder / "passed"
        self._armed = folder / f"{process}.armed"

    def name(self, site: str) -> str:
        """The point at this place of the source."""
        seen = current_record.get()
        if seen is None:
            return f"background {site}"
        counted = _counted.get()
        if counted is None or counted[0] is not seen:
            counted = (seen, [0])
            _counted.set(counted)
        counted[1][0] += 1
        return f"{seen.method.rpartition('/')[2]}:{counted[1][0]} {site}"

    def before(self, name: str) -> None:
        """The point is about to be passed."""
        self._end_here(f"before {name}")

    def after(self, name: str) -> None:
        """The point was passed: it is durable."""
        with self._passed.open("a") as passed:
            passed.write(f"{self._process} {name}\n")
        self._end_here(f"after {name}")

    def _end_here(self, where: str) -> None:
        try:
            wanted = self._armed.read_text()
        except FileNotFoundError:
            return
        if wanted == where:
            self._armed.unlink()
            os._exit(ENDED)


def site() -> str:
    """The innermost place in our source that is not the kit of the database itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        ours = _ROOT in path.parents and _ROOT / ".venv" not in path.parents
        if ours and _KIT not in path.parents and path != Path(__file__):
            module = str(path.relative_to(_ROOT).with_suffix("")).replace("/", ".")
            return f"{module}:{frame.f_code.co_qualname}"
        frame = frame.f_back
    return "unknown"


def watch_commits(faults: Faults) -> None:
    """Each commit of a transaction that may write becomes a point, and each write that is a transaction by itself."""
    reading = WeakSet[Any]()

    def is_commit(connection: Any, query: str) -> bool:
        words = query.lower().strip().rstrip(";")
        if words.startswith("begin"):
            (reading.add if "read only" in words else reading.discard)(connection)
            return False
        if words == "commit":
            return connection not in reading
        return not connection.is_in_transaction() and WRITES.search(words) is not None

    def watched(method: Any) -> Any:
        async def run(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
            if not is_commit(self, query):
                return await method(self, query, *arguments, **options)
            name = faults.name(site())
            faults.before(name)
            answer = await method(self, query, *arguments, **options)
            faults.after(name)
            return answer

        return run

    for method in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
        setattr(asyncpg.Connection, method, watched(getattr(asyncpg.Connection, method)))


def watch_files(faults: Faults) -> None:
    """Each append of the ledger outside the database becomes a point."""
    append = services.common.ledger.checkpoint_file.append_durably

    def appended(path: Path, end: bytes, make: Callable[[bytes], bytes]) -> None:
        name = f"background append_durably:{path.name}"
        faults.before(name)
        append(path, end, make)
        faults.after(name)

    for module in list(sys.modules.values()):  # whoever took it by name already, too
        if getattr(module, "append_durably", None) is append:
            module.append_durably = appended  # type: ignore[attr-defined]


def set_clock(file: Path) -> None:
    """The program's clock is off by what the file says."""

    def now(self: services.common.clock.SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    services.common.clock.SystemClock.now = now  # type: ignore[method-assign]


def main() -> None:
    """Run the module with what is asked for."""
    module = sys.argv[1]
    if folder := os.environ.get("FAULTS"):
        faults = Faults(Path(folder), module.rpartition(".")[2])
        watch_commits(faults)
        watch_files(faults)
    if clock := os.environ.get("CLOCK_FILE"):
        set_clock(Path(clock))
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
