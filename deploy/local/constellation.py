"""All processes of one installation on this machine: started in order, watched, stopped in reverse."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.calls import until_serving
from deploy.local.environment import PROCESSES, SERVICES, Addresses, Environment, Ports, setting_of_port
from deploy.local.failures import RunnerError
from deploy.local.keycloak_server import ADMIN_CLIENT, KeycloakDatabase, KeycloakServer, admin_secret
from deploy.local.paths import CHECKOUT, Home
from deploy.local.ports import require_free
from deploy.local.postgres import PostgresServer
from deploy.local.process import LocalProcess, stop_recorded
from deploy.local.secret_files import password, secret_file
from services.common.database.create import Role, create_database

SERVING_SECONDS = 60.0
COMMAND_SECONDS = 180.0
_MODULES = {**{service: f"services.{service}" for service in SERVICES}, "gateway": "gateway"}
_START_ORDER = ("postgres", "keycloak", *PROCESSES)

Say = Callable[[str], None]


class Constellation:
    """Starts what is asked for; whatever was started is stopped by `down`, also when something failed on the way."""

    def __init__(self, home: Home, ports: Ports, say: Say, *, durable: bool = True) -> None:
        self.home = home
        self.ports = ports
        self._say = say
        self._durable = durable
        self._postgres: PostgresServer | None = None
        self._keycloak: KeycloakServer | None = None
        self._processes: dict[str, LocalProcess] = {}
        self._admin_url = os.environ.get("LOTSE_DATABASE_URL", "")
        self._keycloak_url = os.environ.get("LOTSE_KEYCLOAK_URL", "").rstrip("/")
        self._environment: Environment | None = None

    @property
    def environment(self) -> Environment:
        """The settings of all processes; known as soon as the addresses of the servers are."""
        if self._environment is None:
            parts = urlsplit(self._admin_url) if self._admin_url else None
            database = f"127.0.0.1:{self.ports.postgres}" if parts is None else parts.netloc.rpartition("@")[2]
            keycloak = self._keycloak_url or f"http://127.0.0.1:{self.ports.keycloak}"
            addresses = Addresses(f"postgresql://{database}", keycloak)
            self._environment = Environment(self.home, self.ports, addresses)
        return self._environment

    @property
    def admin_url(self) -> str:
        """Address of PostgreSQL with its administrator's password, of a server that another process runs as well."""
        if not self._admin_url:
            self._admin_url = PostgresServer(self.home.postgres, self.ports.postgres).admin_url
        return self._admin_url

    @property
    def keycloak_admin(self) -> tuple[str, str]:
        """Client and secret that may provision Keycloak."""
        if not self._keycloak_url:
            return ADMIN_CLIENT, admin_secret(self.home.keycloak)
        client, secret = os.environ.get("LOTSE_KEYCLOAK_ADMIN_CLIENT"), os.environ.get("LOTSE_KEYCLOAK_ADMIN_SECRET")
        if client and secret:
            return client, secret
        raise RunnerError(
            "LOTSE_KEYCLOAK_URL is set: set LOTSE_KEYCLOAK_ADMIN_CLIENT and LOTSE_KEYCLOAK_ADMIN_SECRET to a client "
            "that may administer it."
        )

    def recover(self) -> None:
        """Stop what a killed run left behind, last started first."""
        for name in reversed(_START_ORDER):
            if stop_recorded(self._record(name)):
                self._say(f"stopped {name}, which an earlier run had left behind")

    def start_servers(self) -> None:
        """PostgreSQL ready, Keycloak begun; `wait_for_keycloak` when it is needed."""
        for process in PROCESSES:
            require_free(getattr(self.ports, process), process, setting_of_port(process))
        if not self._admin_url:
            with self._timed("PostgreSQL"):
                self._postgres = PostgresServer(
                    self.home.postgres, self.ports.postgres, durable=self._durable, say=self._say,
                    record=self._record("postgres"), log=self._log("postgres"),
                )  # fmt: skip
                self._postgres.start()
                self._admin_url = self._postgres.admin_url
        if not self._keycloak_url:
            self._keycloak = KeycloakServer(
                self.home.keycloak, self.ports.keycloak, self.ports.keycloak_management,
                self._keycloak_database(), say=self._say,
                record=self._record("keycloak"), log=self._log("keycloak"),
            )  # fmt: skip
            self._keycloak.begin()

    def wait_for_keycloak(self) -> None:
        """Returns when Keycloak answers."""
        if self._keycloak is not None:
            with self._timed("Keycloak"):
                self._keycloak.wait()

    def prepare_databases(self) -> None:
        """Databases, roles and migrations of all processes, side by side."""
        with self._timed("databases and migrations"):
            self.run_all("create-database", {"LOTSE_ADMIN_DATABASE_URL": self._admin_url})
            self.run_all("migrate", {})

    def run_all(self, command: str, more: dict[str, str]) -> None:
        """One command in every process' program at the same time; raises RunnerError with what the first one said."""
        running = {
            name: subprocess.Popen(
                [sys.executable, "-m", module, command], cwd=CHECKOUT, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**self.environment.of(name), **more},
            )
            for name, module in _MODULES.items()
        }  # fmt: skip
        try:
            for name, process in running.items():
                output, _ = process.communicate(timeout=COMMAND_SECONDS)
                if process.returncode != 0:
                    raise RunnerError(f"{command} of {name} failed: {output.strip()[-1500:]}")
        finally:
            for process in running.values():
                process.kill()
                process.wait()

    def start(self, name: str) -> None:
        """Start one of our processes without waiting."""
        process = LocalProcess(
            name, [sys.executable, "-m", _MODULES[name]], self._log(name), self._record(name),
            environment=self.environment.of(name), folder=CHECKOUT,
        )  # fmt: skip
        process.start()
        self._processes[name] = process

    def wait_for(self, names: Sequence[str] = PROCESSES) -> None:
        """Returns when these serve; raises RunnerError with the end of the log of the one that does not."""
        for name in names:
            with self._timed(name):
                until = time.monotonic() + SERVING_SECONDS
                while not asyncio.run(until_serving(self.environment, name, 1.0)):
                    self._processes[name].check()
                    if time.monotonic() > until:
                        raise RunnerError(
                            f"{name} did not serve within {SERVING_SECONDS:.0f} s; its log ends:\n"
                            f"{self._processes[name].tail()}"
                        )

    def stop(self, name: str) -> None:
        """Stop one of our processes gracefully."""
        self._processes.pop(name).stop()

    def kill(self, name: str) -> None:
        """End one of our processes as a crash would."""
        self._processes.pop(name).kill()

    def check(self) -> None:
        """Raises RunnerError when something that was started is over."""
        for process in self._all():
            process.check()

    def down(self) -> None:
        """Stop everything, last started first. Safe to call at any moment and again."""
        for name in reversed(PROCESSES):
            if name in self._processes:
                self._say(f"stopping {name}")
                self.stop(name)
        if self._keycloak is not None:
            self._say("stopping Keycloak")
            self._keycloak.stop()
        if self._postgres is not None:
            self._say("stopping PostgreSQL")
            self._postgres.stop()

    def _all(self) -> Iterator[LocalProcess]:
        for server in (self._postgres, self._keycloak):
            if server is not None and server.process is not None:
                yield server.process
        yield from self._processes.values()

    def _keycloak_database(self) -> KeycloakDatabase:
        secret = secret_file(self.home.secrets / "keycloak" / "database", password).read_text()
        owner = Role("keycloak", secret)
        asyncio.run(create_database(self._admin_url, name="keycloak", owner=owner, roles=[]))
        parts = urlsplit(self._admin_url)
        address = f"postgresql://{parts.netloc.rpartition('@')[2]}/keycloak"
        return KeycloakDatabase(address, owner.name, secret)

    def _record(self, name: str) -> Path:
        return self.home.processes / f"{name}.json"

    def _log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self._say(f"{what}: ready ({time.monotonic() - started:.1f} s)")
