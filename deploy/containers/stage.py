"""The journey's stage in containers: published addresses, and `docker compose` for what the operator does."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.containers.compose import Compose
from deploy.demo.stage import printed
from deploy.local.directory_import import Loaded
from deploy.local.failures import RunnerError

IMPORT_JOB = "demo-directory"


class ComposeStage:
    """A running installation in containers, described by its compose files."""

    def __init__(self, compose: Compose, password: str) -> None:
        self._compose = compose
        self._services = compose.configuration()["services"]
        self.password = password
        settings = self._services["gateway"]["environment"]
        self.staff_origin: str = settings["LOTSE_GATEWAY_STAFF_ORIGIN"]
        self.client_origin: str = settings["LOTSE_GATEWAY_CLIENT_ORIGIN"]
        self.issuer: str = settings["LOTSE_GATEWAY_ISSUER"]

    async def load_directory(self) -> Sequence[Loaded]:
        """Load the invented directory again, by the job that loaded it first."""
        lines = await self._printed("run", "--rm", "-T", "--no-deps", IMPORT_JOB)
        return [Loaded(**json.loads(line)) for line in lines if line.startswith("{")]

    async def ledger_command(self, command: str) -> list[str]:
        """What a command of consent about its ledger printed; raises RunnerError when it found something wrong.

        Verifying is consent's own; the rehearsal needs rights that consent does not have, so it is a job.
        """
        if command == "ledger-rehearse":
            return await self._printed("run", "--rm", "-T", "--no-deps", "ledger-rehearsal")
        return await self._printed("exec", "-T", "consent", "python", "-m", "services.consent", command)

    @asynccontextmanager
    async def logs(self) -> AsyncIterator[Path]:
        """What every container has written so far, a file for each."""
        with tempfile.TemporaryDirectory(prefix="lotse-logs-") as folder:
            for service in self._services:
                text = await asyncio.to_thread(self._compose.output, "logs", "--no-color", "--no-log-prefix", service)
                (Path(folder) / f"{service}.log").write_text(text, encoding="utf-8")
            yield Path(folder)

    async def _printed(self, *arguments: str) -> list[str]:
        lines = await printed(
            " ".join(arguments[-2:]),
            self._compose.command("--progress", "quiet", *arguments),
            self._compose.environment(),
        )
        if not lines:
            raise RunnerError(f"{arguments[-1]} printed nothing")
        return lines
