"""What the command prints, and how it ends when something is in the way."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from deploy.keycloak.admin import ProvisionError
from deploy.keycloak.plan import PlanError
from deploy.local.constellation import Constellation
from deploy.local.environment import SERVICES, Ports
from deploy.local.failures import RunnerError
from deploy.local.paths import Home
from services.common.errors import LotseError

console = Console(highlight=False, soft_wrap=True)
_STARTED = time.monotonic()
INTERRUPTED = 130


def say(line: str) -> None:
    """One line of progress with the seconds since the start."""
    console.print(f"[dim]{time.monotonic() - _STARTED:6.1f} s[/dim]  {line}", markup=True)


@contextmanager
def failures_in_words() -> Iterator[None]:
    """Ends the command with a sentence instead of a trace: 1 for what is in the way, 130 after Ctrl-C."""
    try:
        yield
    except (RunnerError, ProvisionError, PlanError) as error:
        sys.stderr.write(f"lotse: {error}\n")
        raise typer.Exit(1) from None
    except LotseError as error:
        sys.stderr.write(f"lotse: refused with {error.reason}: {error}\n")
        for violation in error.violations:
            sys.stderr.write(f"  {violation.field}: {violation.rule}\n")
        raise typer.Exit(1) from None
    except OSError as error:
        sys.stderr.write(f"lotse: {error.filename or 'a file'}: {error.strerror}\n")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("lotse: stopped\n")
        raise typer.Exit(INTERRUPTED) from None


def constellation() -> Constellation:
    """The installation that the environment names."""
    return Constellation(Home.of_environment(), Ports.of_environment(), say)


def service_names() -> str:
    """For help texts."""
    return ", ".join(SERVICES)
