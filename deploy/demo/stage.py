"""Where the journey is played: what it must know of a running installation, whoever started it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.local.constellation import Constellation
from deploy.local.directory_import import Loaded, load_directory
from deploy.local.failures import RunnerError
from deploy.local.lifecycle import DEMO_DIRECTORIES
from deploy.local.paths import CHECKOUT

COMMAND_SECONDS = 120.0


class Stage(Protocol):
    """A running installation with the demonstration's people: its two addresses, and what its operator can do."""

    @property
    def staff_origin(self) -> str:
        """Where staff go."""

    @property
    def client_origin(self) -> str:
        """Where clients go."""

    @property
    def password(self) -> str:
        """What all invented people log in with."""

    async def load_directory(self) -> Sequence[Loaded]:
        """Load the invented directory again."""

    async def ledger_command(self, command: str) -> list[str]:
        """What a command of consent about its ledger printed; raises RunnerError when it found something wrong."""

    def logs(self) -> AbstractAsyncContextManager[Path]:
        """A folder with the log of every process, complete as of now."""


@dataclass(frozen=True, slots=True)
class LocalStage:
    """The constellation of this machine."""

    constellation: Constellation

    @property
    def staff_origin(self) -> str:
        """Where staff go."""
        return self.constellation.environment.staff_origin

    @property
    def client_origin(self) -> str:
        """Where clients go."""
        return self.constellation.environment.client_origin

    @property
    def password(self) -> str:
        """What all invented people log in with."""
        return self.constellation.environment.demo_password.read_text()

    async def load_directory(self) -> Sequence[Loaded]:
        """Load the invented directory again."""
        return [await load_directory(self.constellation.environment, each) for each in DEMO_DIRECTORIES]

    async def ledger_command(self, command: str) -> list[str]:
        """What a command of consent about its ledger printed; raises RunnerError when it found something wrong."""
        whole = self.constellation
        environment = {**whole.environment.of("consent"), "LOTSE_ADMIN_DATABASE_URL": whole.admin_url}
        return await printed(command, [sys.executable, "-m", "services.consent", command], environment)

    @asynccontextmanager
    async def logs(self) -> AsyncIterator[Path]:
        """The folder of logs."""
        yield self.constellation.home.logs


async def printed(name: str, command: Sequence[str], environment: dict[str, str] | None = None) -> list[str]:
    """The lines of a program that ends well within two minutes; raises RunnerError otherwise."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=CHECKOUT, env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        output, _ = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
    except TimeoutError:
        raise RunnerError(f"{name} was not done within {COMMAND_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = output.decode(errors="replace").strip().splitlines() or ["no output"]
    if process.returncode != 0:
        raise RunnerError(f"{name} ended with {process.returncode}: {lines[-1]}")
    return lines
