"""Programs that begin as copies of a process which has read their source already: `-m tests.support.nursery`.

Reading the source is most of what a start costs, and tests of faults start processes by the hundred. A copy has its own
threads, connections, settings and keys, since none exist before it: it runs from the first statement of its program on,
as `python -m` would run it, under the wrapper of faulty_process.py.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from deploy.local.paths import CHECKOUT
from deploy.local.process import LocalProcess, bound_to_parent
from tests.support import faulty_process

_READ = (
    "services.common.server", "services.common.logs", "services.directory.wiring", "services.consent.wiring",
    "services.referrals.wiring", "gateway.app", "gateway.wiring", "gateway.web.assets", "uvicorn",
)  # fmt: skip
"""What the programs read when they serve, but no program itself: each is run anew."""


class Nursery:
    """The process whose copies are asked for; it ends with whoever made it."""

    def __init__(self) -> None:
        """Begins to read; the first copy waits for it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"], cwd=CHECKOUT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=0,
            preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509 - two system calls, no lock
        )  # fmt: skip
        self._ended: dict[int, int] = {}

    def copy(self, module: str, environment: Mapping[str, str], log: BinaryIO) -> Copy:
        """Runs a program; what it prints goes to the end of the log."""
        order = {"module": module, "environment": dict(environment), "log": log.name}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        while "begun" not in (said := self._hear()):
            self._note(said)
        return Copy(self, said["begun"])

    def status(self, pid: int, *, wait: bool) -> int | None:
        """How a copy ended, None while it lives; negative after a signal, as subprocess says it."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while pid not in self._ended and (wait or selector.select(0)):
                self._note(self._hear())
        return self._ended.get(pid)

    def end(self) -> None:
        """No more copies."""
        with self._process:
            self._process.terminate()

    def _hear(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        said: dict[str, int] = json.loads(line)
        return said

    def _note(self, said: dict[str, int]) -> None:
        self._ended[said["ended"]] = said["status"]


@dataclass(frozen=True)
class Copy:
    """One copy, with what LocalProcess asks of a program."""

    nursery: Nursery
    pid: int

    def poll(self) -> int | None:
        """Its status when it is over."""
        return self.nursery.status(self.pid, wait=False)

    def wait(self) -> int:
        """Returns when it is over."""
        status = self.nursery.status(self.pid, wait=True)
        assert status is not None
        return status


@dataclass
class CopiedProcess(LocalProcess):
    """One of our programs, begun as a copy; the command is its module alone."""

    nursery: Nursery | None = None

    def _begin(self, log: BinaryIO) -> Copy:
        assert self.nursery is not None
        return self.nursery.copy(self.command[0], self.environment, log)


def main() -> None:
    """Makes copies until told to end, and says how each ended; returns in a copy once it has become its program."""
    before = dict(os.environ)
    for module in _READ:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # else each copy looks through all of it for garbage, and by that makes it its own, page by page
    set_by_source = {name: value for name, value in os.environ.items() if before.get(name) != value}
    orders, ends = sys.stdin.buffer, _wake_at_ends()
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(ends, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if ends in ready:
                os.read(ends, 4096)
                _say_who_ended()
            if orders in ready:
                line = orders.readline()
                if not line:
                    sys.exit()
                order = json.loads(line)
                pid = os.fork()
                if not pid:
                    break
                os.setpgid(pid, pid)
                _say({"begun": pid})
    _become(order, set_by_source)


def _wake_at_ends() -> int:
    """What can be read from when a copy has ended."""
    ends, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return ends


def _say_who_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _say({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _say(what: dict[str, int]) -> None:
    sys.stdout.buffer.write(json.dumps(what).encode() + b"\n")
    sys.stdout.buffer.flush()


def _become(order: dict[str, Any], set_by_source: dict[str, str]) -> None:
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))  # when the nursery is no more
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(order["log"], os.O_WRONLY | os.O_APPEND)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update({**set_by_source, **order["environment"]})
    os.chdir(Path(CHECKOUT))
    sys.argv = [faulty_process.__file__, order["module"]]
    faulty_process.main()


if __name__ == "__main__":
    main()
