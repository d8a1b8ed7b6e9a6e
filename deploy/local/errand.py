"""A program that is run to its end, such as Maven or a build; whatever ends the runner ends it and its children too."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failures import RunnerError
from deploy.local.process import bound_to_parent, stop_group

_TICK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Errand:
    """How it ended and what it printed on both streams."""

    status: int
    output: str


def run_errand(
    name: str,
    command: Sequence[str],
    *,
    seconds: float,
    environment: Mapping[str, str],
    log: Path,
    meanwhile: Callable[[], None] = lambda: None,
) -> Errand:
    """Runs it in a process group of its own and calls `meanwhile` from time to time.

    Raises RunnerError when it cannot be started or takes longer. `log` holds its output; overwritten each time.
    """
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(environment),
                cwd=log.parent, start_new_session=True,
                preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509 - two system calls, no lock
            )  # fmt: skip
        except OSError as error:
            raise RunnerError(f"{name} cannot be started: {error.strerror} ({command[0]}).") from None
    until = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if time.monotonic() > until:
                raise RunnerError(f"{name} was not done within {seconds / 60:.0f} minutes; its log is {log}.")
            meanwhile()
            time.sleep(_TICK_SECONDS)
    finally:
        if process.poll() is None:
            stop_group(process.pid, signal.SIGTERM)
        process.wait()
    return Errand(process.returncode, log.read_text(errors="replace"))
