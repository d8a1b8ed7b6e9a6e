"""`docker compose` on the project's compose files; what is missing or fails is said in words."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.local.failures import RunnerError
from deploy.local.paths import CHECKOUT, Home

ASK_SECONDS = 60.0
_LOG_LINES = 15


@dataclass(frozen=True, slots=True)
class Compose:
    """The installation in containers whose secrets lie below `home`; settings come from the shell and from .env."""

    home: Home

    def environment(self) -> dict[str, str]:
        """What `docker compose` is told beside .env: where the secrets lie."""
        return {**os.environ, "LOTSE_HOME": str(self.home.root)}

    def require(self) -> None:
        """Raises RunnerError when docker, its compose plugin or its daemon is missing, with what to do."""
        if shutil.which("docker") is None:
            raise RunnerError(
                "docker is missing: install Docker Engine with its compose plugin (https://docs.docker.com/engine/install/)"
                ", or use `make demo`, which needs none."
            )
        if self._asked("version").returncode != 0:
            raise RunnerError(
                "docker has no compose plugin: install it (on Debian and Ubuntu from Docker's own packages: "
                "apt install docker-compose-plugin)."
            )
        daemon = self._run(["docker", "version", "--format", "{{.Server.Version}}"])
        if daemon.returncode != 0:
            why = (daemon.stderr.strip().splitlines() or ["no word why"])[-1]
            raise RunnerError(
                f"The docker daemon does not answer: start it, or let this user reach it (group docker). It said: {why}"
            )

    def volume_exists(self, name: str) -> bool:
        """Whether an earlier installation of this project left this volume."""
        project = self.configuration()["volumes"][name]["name"]
        return self._run(["docker", "volume", "inspect", project]).returncode == 0

    def configuration(self) -> dict[str, Any]:
        """The compose files with all settings filled in; raises RunnerError with what is wrong in them."""
        read: dict[str, Any] = json.loads(self.output("config", "--format", "json"))
        return read

    def up(self) -> None:
        """Build and start everything and wait until it is healthy; raises RunnerError with the log of what is not."""
        self._shown("up", "--build", "--wait", failed=self._failures)

    def down(self, *, volumes: bool) -> None:
        """Stop and remove all containers, and with `volumes` all data."""
        self._shown("--profile", "*", "down", "--remove-orphans", *(["--volumes"] if volumes else []))

    def output(self, *arguments: str) -> str:
        """What a subcommand prints; raises RunnerError with the last line that it said when it fails."""
        done = self._asked(*arguments)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no word why"]
            raise RunnerError(f"docker compose {arguments[0]} failed: {said[-1]}")
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """A subcommand as a program with its arguments."""
        return ["docker", "compose", *arguments]

    def _failures(self) -> str:
        """Names of jobs and servers that are not as they should be, each with the end of its log."""
        found = []
        for line in self.output("ps", "--all", "--format", "json").splitlines():
            container = json.loads(line)
            if container["ExitCode"] != 0 or container["Health"] == "unhealthy" or container["State"] == "restarting":
                name = container["Service"]
                log = self._asked("logs", "--no-color", "--no-log-prefix", "--tail", str(_LOG_LINES), name).stdout
                found.append(f"{name} ({container['Status']}), whose log ends:\n{log.rstrip()}")
        return "\n".join(["The containers did not all start.", *(found or ["What docker said stands above."])])

    def _shown(self, *arguments: str, failed: Callable[[], str] | None = None) -> None:
        command = self.command(*arguments)
        done = subprocess.run(command, cwd=CHECKOUT, env=self.environment(), stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise RunnerError(failed() if failed else f"{' '.join(command)} ended with {done.returncode}.")

    def _asked(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(self.command(*arguments))

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                command, cwd=CHECKOUT, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                check=False, timeout=ASK_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RunnerError(f"{' '.join(command[:3])} did not answer within {ASK_SECONDS:.0f} s.") from None
