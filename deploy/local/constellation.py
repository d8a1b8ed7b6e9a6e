"""All processes of one installation on this machine: started in order, watched, stopped in reverse."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from deploy.local.calls import answers, until_serving
from deploy.local.environment import INSTALLATION, PROCESSES, SERVICES, Addresses, Environment, Ports
from deploy.local.failures import RunnerError
from deploy.local.keycloak_server import ADMIN_CLIENT, KeycloakDatabase, KeycloakServer, admin_secret
from deploy.local.machine import require_machine
from deploy.local.paths import CHECKOUT, Home
from deploy.local.ports import reach_this_machine_directly
from deploy.local.postgres import PostgresServer
from deploy.local.process import LocalProcess, bound_to_parent, stop_recorded
from deploy.local.secret_files import password, secret_file
from services.common.database.create import Role, create_database

SERVING_SECONDS = 60.0
COMMAND_SECONDS = 180.0
_MODULES = {**{service: f"services.{service}" for service in SERVICES}, "gateway": "gateway"}
_START_ORDER = ("postgres", "keycloak", *PROCESSES)

# A server of your own may well have a database and a role of the plain name, of another Keycloak.
KEYCLOAK_DATABASE = "lotse_keycloak"
_HOST = re.compile(r"[^/@?#\s]+")

Say = Callable[[str], None]


class Constellation:
    """Starts what is asked for; whatever was started is stopped by `down`, also when something failed on the way."""

    def __init__(
        self, home: Home, ports: Ports, say: Say, *, durable: bool = True, addresses: Addresses | None = None
    ) -> None:
        """With addresses it speaks to what another process holds up; else the environment says whose servers to use.

        Raises RunnerError when LOTSE_DATABASE_URL is none.
        """
        self.home = home
        self.ports = ports
        reach_this_machine_directly()
        self._addresses = addresses
        self._say = say
        self._durable = durable
        self._postgres: PostgresServer | None = None
        self._keycloak: KeycloakServer | None = None
        self._processes: dict[str, LocalProcess] = {}
        self._admin_url = _database_url(os.environ.get("LOTSE_DATABASE_URL", ""))
        self._keycloak_url = os.environ.get("LOTSE_KEYCLOAK_URL", "").rstrip("/")
        self._environment: Environment | None = None

    @property
    def addresses(self) -> Addresses:
        """Where the two servers are."""
        if self._addresses is None:
            database = _host(self._admin_url) if self._admin_url else f"127.0.0.1:{self.ports.postgres}"
            keycloak = self._keycloak_url or f"http://127.0.0.1:{self.ports.keycloak}"
            self._addresses = Addresses(f"postgresql://{database}", keycloak)
        return self._addresses

    @property
    def environment(self) -> Environment:
        """The settings of all processes."""
        if self._environment is None:
            self._environment = Environment(self.home, self.ports, self.addresses)
        return self._environment

    @property
    def admin_url(self) -> str:
        """Address of PostgreSQL with its administrator's password, of a server that another process runs as well."""
        if self._admin_url:
            return self._admin_url
        if self.addresses.database != f"postgresql://127.0.0.1:{self.ports.postgres}":
            raise RunnerError(f"Set LOTSE_DATABASE_URL to the administrator's address of {self.addresses.database}.")
        return PostgresServer(self.home.postgres, self.ports.postgres).admin_url

    @property
    def keycloak_admin(self) -> tuple[str, str]:
        """Client and secret that may provision Keycloak."""
        if self.addresses.keycloak == f"http://127.0.0.1:{self.ports.keycloak}" and not self._keycloak_url:
            return ADMIN_CLIENT, admin_secret(self.home.keycloak)
        client, secret = os.environ.get("LOTSE_KEYCLOAK_ADMIN_CLIENT"), os.environ.get("LOTSE_KEYCLOAK_ADMIN_SECRET")
        if client and secret:
            return client, secret
        raise RunnerError(
            f"{self.addresses.keycloak} is your own Keycloak: set LOTSE_KEYCLOAK_ADMIN_CLIENT and "
            "LOTSE_KEYCLOAK_ADMIN_SECRET to a client that may administer it."
        )

    def require_machine(self) -> None:
        """Raises RunnerError for what is missing or in the way, before anything is started."""
        if self._keycloak_url:
            _ = self.keycloak_admin
            if not answers(f"{self._keycloak_url}/realms/master/.well-known/openid-configuration"):
                raise RunnerError(
                    f"No Keycloak answers at {self._keycloak_url}: start it, or set LOTSE_KEYCLOAK_URL to where it is, "
                    "such as http://127.0.0.1:8080."
                )
        self.home.root.mkdir(parents=True, exist_ok=True)
        require_machine(
            self.home.root, self.ports, own_postgres=not self._admin_url, own_keycloak=not self._keycloak_url
        )

    def recover(self) -> bool:
        """Stop what a killed run left behind, last started first; says whether there was something."""
        left = [name for name in reversed(_START_ORDER) if stop_recorded(self.home.record(name))]
        for name in left:
            self._say(f"stopped {name}, which an earlier run had left behind")
        return bool(left)

    def start_servers(self) -> None:
        """PostgreSQL ready, Keycloak begun; `wait_for_keycloak` when it is needed."""
        if self._admin_url:
            self.create_databases()
        else:
            with self._timed("PostgreSQL"):
                self._postgres = PostgresServer(
                    self.home.postgres, self.ports.postgres, durable=self._durable, say=self._say,
                    record=self.home.record("postgres"), log=self.home.log("postgres"),
                )  # fmt: skip
                self._postgres.start()
                self._admin_url = self._postgres.admin_url
        if not self._keycloak_url:
            self._keycloak = KeycloakServer(
                self.home.keycloak, self.ports.keycloak, self.ports.keycloak_management,
                self._keycloak_database(), say=self._say,
                record=self.home.record("keycloak"), log=self.home.log("keycloak"),
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
            if self._postgres is not None:  # on a given server that was the first contact
                self.create_databases()
            self.run_all("migrate", {})

    def create_databases(self) -> None:
        """Databases and roles of all processes; raises RunnerError with what to do."""
        try:
            self.run_all("create-database", {"LOTSE_ADMIN_DATABASE_URL": self._admin_url})
        except RunnerError as error:
            if self._postgres is not None:
                raise
            raise RunnerError(
                f"{str(error).rstrip('.')}. LOTSE_DATABASE_URL must name a PostgreSQL 18 that is up, and "
                "somebody who may make roles and databases there."
            ) from None

    def run_all(self, command: str, more: dict[str, str]) -> None:
        """One command in every process' program at the same time; raises RunnerError with what the first one said."""
        running: dict[str, subprocess.Popen[str]] = {}
        try:
            for name, module in _MODULES.items():
                running[name] = subprocess.Popen(
                    [sys.executable, "-m", module, command], cwd=CHECKOUT, stdin=subprocess.DEVNULL, text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**self.environment.of(name), **more},
                    preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509 - two system calls, no lock
                )  # fmt: skip
            for name, process in running.items():
                output, _ = process.communicate(timeout=COMMAND_SECONDS)
                if process.returncode != 0:
                    raise RunnerError(f"{command} of {name} failed: {output.strip()[-1500:]}")
        except subprocess.TimeoutExpired:
            raise RunnerError(
                f"{command} was not done within {COMMAND_SECONDS:.0f} s: look for somebody who holds a lock in the "
                "database, then try again."
            ) from None
        finally:
            for process in running.values():
                with process:
                    process.kill()

    def start(self, name: str) -> None:
        """Start one of our processes, or Keycloak again, without waiting."""
        if name == "keycloak" and self._keycloak is not None:
            self._keycloak.begin()
            return
        self._processes[name] = self.process_of(name, _MODULES[name])
        self._processes[name].start()  # known before, so that Ctrl-C at this very moment finds it

    def process_of(self, name: str, module: str) -> LocalProcess:
        """One of our processes, which is not begun yet, and the module that it runs."""
        return LocalProcess(
            name, [sys.executable, "-m", module], self.home.log(name), self.home.record(name),
            environment=self.settings_of(name), folder=CHECKOUT,
        )  # fmt: skip

    def settings_of(self, name: str) -> dict[str, str]:
        """The environment of one of our processes."""
        return self.environment.of(name)

    def wait_for(self, names: Sequence[str] = PROCESSES) -> None:
        """Returns when these serve; raises RunnerError with the end of the log of the one that does not."""
        for name in names:
            with self._timed(name):
                until = time.monotonic() + SERVING_SECONDS
                while not asyncio.run(until_serving(self.environment, name, 1.0)):
                    self.check()
                    if time.monotonic() > until:
                        raise RunnerError(
                            f"{name} did not serve within {SERVING_SECONDS:.0f} s; its log ends:\n"
                            f"{self._processes[name].tail()}"
                        )

    def stop(self, name: str) -> None:
        """Stop one of our processes gracefully."""
        self._processes.pop(name).stop()

    def kill(self, name: str) -> None:
        """End one of our processes, or our Keycloak, as a crash would."""
        if name == "keycloak" and self._keycloak is not None:
            self._keycloak.kill()
            return
        self._processes.pop(name).kill()

    def pid(self, name: str) -> int | None:
        """Process id of what runs under this name, one of ours or a server; None when it was not started here."""
        server = {"postgres": self._postgres, "keycloak": self._keycloak}.get(name)
        process = server.process if server is not None else self._processes.get(name)
        return process.pid if process is not None else None

    def check(self) -> None:
        """Raises RunnerError when something that was started is over."""
        for process in self._all():
            process.check()

    def down(self) -> None:
        """Stop everything, last started first; when one cannot be stopped the others still are. Safe to call again."""
        with ExitStack() as last_first:
            if self._postgres is not None:
                last_first.callback(self._stop, "PostgreSQL", self._postgres.stop)
            if self._keycloak is not None:
                last_first.callback(self._stop, "Keycloak", self._keycloak.stop)
            for name in PROCESSES:
                if name in self._processes:
                    last_first.callback(self._stop, name, self._processes.pop(name).stop)

    def _stop(self, name: str, stop: Callable[[], None]) -> None:
        self._say(f"stopping {name}")
        stop()

    def _all(self) -> Iterator[LocalProcess]:
        for server in (self._postgres, self._keycloak):
            if server is not None and server.process is not None:
                yield server.process
        yield from self._processes.values()

    def _keycloak_database(self) -> KeycloakDatabase:
        secret = secret_file(self.home.secrets / "keycloak" / "database", password).read_text()
        owner = Role(f"{INSTALLATION}_keycloak", secret)
        asyncio.run(create_database(self._admin_url, name=KEYCLOAK_DATABASE, owner=owner, roles=[]))
        return KeycloakDatabase(f"{self.addresses.database}/{KEYCLOAK_DATABASE}", owner.name, secret)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self._say(f"{what}: ready ({time.monotonic() - started:.1f} s)")


def _database_url(url: str) -> str:
    """The address as it was given; raises RunnerError when it is none, without repeating the password in it."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"postgresql", "postgres"} and _HOST.fullmatch(_host(url)) and parts.port != 0
    except ValueError:
        good = False
    if url and not good:
        raise RunnerError(
            "LOTSE_DATABASE_URL is no address of PostgreSQL: write postgresql://USER:PASSWORD@HOST:PORT/postgres."
        )
    return url


def _host(url: str) -> str:
    """`host:port` of an address, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]
