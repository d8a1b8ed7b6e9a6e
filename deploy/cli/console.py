"""What the command prints, and how it ends when something is in the way."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from deploy.keycloak.admin import ProvisionError
from deploy.keycloak.plan import PlanError
from deploy.local.constellation import Constellation
from deploy.local.environment import Ports
from deploy.local.failures import RunnerError
from deploy.local.paths import Home
from deploy.local.state import RunState
from services.common.errors import LotseError, Unavailable


class _Screen(Console):
    """A terminal that may be closed at any moment: what is under way, above all stopping, goes on without it."""

    def on_broken_pipe(self) -> None:
        """Print into nothing from now on."""
        _print_into_nothing()


console = _Screen(highlight=False, soft_wrap=True)
_STARTED = time.monotonic()
INTERRUPTED = 130
_ELSEWHERE = "set LOTSE_HOME and LOTSE_CACHE to folders"
_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), f"; make room, or {_ELSEWHERE} on another disk"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), f"; {_ELSEWHERE} that you may write to"),
}


def say(line: str) -> None:
    """One line of progress with the seconds since the start."""
    try:
        console.print(f"[dim]{time.monotonic() - _STARTED:6.1f} s[/dim]  {escape(line)}", markup=True)
    except OSError:
        _print_into_nothing()


@contextmanager
def failures_in_words() -> Iterator[None]:
    """Ends the command with a sentence instead of a trace: 1 for what is in the way, 130 after Ctrl-C."""
    try:
        yield
    except (RunnerError, ProvisionError, PlanError) as error:
        sys.stderr.write(f"lotse: {error}\n")
        raise typer.Exit(1) from None
    except LotseError as error:
        advice = "; `lotse status` says what is up" if error.reason == Unavailable.reason else ""
        sys.stderr.write(f"lotse: refused with {error.reason}: {error}{advice}\n")
        for violation in error.violations:
            sys.stderr.write(f"  {violation.field}: {violation.rule}\n")
        raise typer.Exit(1) from None
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)[:300]
        sys.stderr.write(f"lotse: {said}{_ADVICE.get(error.errno or 0, '')}\n")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("lotse: stopped\n")
        raise typer.Exit(INTERRUPTED) from None


def _print_into_nothing() -> None:
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(sink, stream)
    os.close(sink)


def constellation() -> Constellation:
    """The installation that the environment names; where it is up, its ports and servers are those of `lotse up`."""
    home = Home.of_environment()
    state = RunState.read(home)
    if state is not None:
        return Constellation(home, state.ports, say, addresses=state.addresses)
    return Constellation(home, Ports.of_environment(), say)
