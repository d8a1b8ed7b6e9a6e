"""One process that the runner started: in a group of its own, recorded on disk, stopped with all its children."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import psutil

from deploy.local.failures import RunnerError

STOP_SECONDS = 15.0
KILL_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Program(Protocol):
    """What runs, as subprocess.Popen knows it."""

    @property
    def pid(self) -> int:
        """Process id, and that of its group."""

    def poll(self) -> int | None:
        """Exit status when it is over, else None."""

    def wait(self) -> int:
        """Returns the exit status when it is over."""


@dataclass
class LocalProcess:
    """A program with its environment, log and record. Start it in the main thread: its life is bound to that thread."""

    name: str
    command: Sequence[str]
    log: Path
    record: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    """What it gets when the runner dies without stopping it."""
    stop_seconds: float = STOP_SECONDS
    _running: Program | None = None

    def start(self) -> None:
        """Begin; raises RunnerError when the program is not there."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.record.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            try:
                self._running = self._begin(log)
            except OSError as error:
                raise RunnerError(f"{self.name} cannot be started: {error.strerror} ({self.command[0]}).") from None
        started = psutil.Process(self._running.pid).create_time()
        self.record.write_text(
            json.dumps({"pid": self._running.pid, "started": started, "signal": int(self.stop_signal)})
        )

    def _begin(self, log: BinaryIO) -> Program:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            env=dict(self.environment) or None,
            start_new_session=True,
            preexec_fn=bound_to_parent(self.death_signal),  # noqa: PLW1509 - two system calls, no lock
        )

    @property
    def pid(self) -> int | None:
        """Process id while it was started by this object."""
        return self._running.pid if self._running else None

    def ended(self) -> int | None:
        """Exit status when it is over, else None."""
        return self._running.poll() if self._running else None

    def check(self) -> None:
        """Raises RunnerError with the end of the log when the process is over."""
        status = self.ended()
        if status is not None:
            raise RunnerError(
                f"{self.name} ended with status {status}. Its log is {self.log}; the end of it:\n{self.tail()}"
            )

    def tail(self, lines: int = 12) -> str:
        """The last lines of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"

    def stop(self) -> None:
        """End it and its children: asked first, forced after a while. Nothing happens when it is over."""
        if self._running is not None:
            stop_group(self._running.pid, self.stop_signal, seconds=self.stop_seconds)
            self._running.wait()
            self._running = None
        self.record.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it and its children at once, as a crash would; returns when all are gone."""
        if self._running is not None:
            stop_group(self._running.pid, signal.SIGKILL, seconds=KILL_SECONDS)
            self._running.wait()
            self._running = None
        self.record.unlink(missing_ok=True)


def stop_recorded(record: Path) -> bool:
    """Stop what an earlier run left behind under this record; says whether there was something."""
    try:
        known = json.loads(record.read_text())
        pid, started, number = int(known["pid"]), float(known["started"]), int(known["signal"])
    except (OSError, ValueError, KeyError, TypeError):
        record.unlink(missing_ok=True)
        return False
    found = is_same_process(pid, started) or bool(group_members(pid, not_before=started))
    if found:
        stop_group(pid, signal.Signals(number), not_before=started)
    record.unlink(missing_ok=True)
    return found


def is_same_process(pid: int, started: float) -> bool:
    """Whether the process with this id is the one that began then; ids are used again."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def running_since(record: Path) -> datetime | None:
    """When the process under this record began; None when it is not running."""
    try:
        known = json.loads(record.read_text())
        pid, started = int(known["pid"]), float(known["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return datetime.fromtimestamp(started, UTC) if is_same_process(pid, started) else None


def stop_group(group: int, first: signal.Signals, *, not_before: float = 0.0, seconds: float = STOP_SECONDS) -> None:
    """Ask a process group to end, wait, then force it; raises RunnerError when even that does not help."""
    for number, patience in ((first, seconds), (signal.SIGKILL, KILL_SECONDS)):
        _signal_group(group, number)
        until = time.monotonic() + patience
        while group_members(group, not_before=not_before):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        else:
            return
    raise RunnerError(f"Process group {group} does not end: stop it by hand (kill -9 -- -{group}).")


def group_members(group: int, *, not_before: float) -> list[psutil.Process]:
    """The living processes of a group that began since then; ids of groups are used again, too."""
    found = []
    for process in psutil.process_iter(["pid", "status", "create_time"]):
        try:
            if (
                os.getpgid(process.pid) == group
                and process.info["status"] != psutil.STATUS_ZOMBIE
                and process.info["create_time"] >= not_before - 1
            ):
                found.append(process)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return found


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def bound_to_parent(number: signal.Signals) -> Callable[[], None]:
    """For the child before it becomes the program: the kernel sends this signal when the runner is no more."""
    parent = os.getpid()

    def bind() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:  # it died before the kernel was told
                os._exit(1)

    return bind
