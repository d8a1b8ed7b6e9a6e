"""All our processes on a PostgreSQL that keeps what it acknowledged, with an issuer of tokens in place of Keycloak.

Everything is real but the login, so that tests of faults need no Keycloak: it takes the longest to start and no part in
them. The server runs with all that durability needs (fsync, full pages, synchronous commit), so its crash is one.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import grpc
import pytest

from deploy.demo.cast import Player
from deploy.local.artifacts import postgres_artifact, unpacked
from deploy.local.calls import until_serving
from deploy.local.constellation import Constellation
from deploy.local.environment import DATABASES, INSTALLATION, Addresses, Ports
from deploy.local.failures import RunnerError
from deploy.local.lifecycle import load_demo_directory
from deploy.local.paths import Home
from deploy.local.ports import free_port
from deploy.local.postgres import _unprivileged
from deploy.local.process import LocalProcess
from deploy.local.texts import demonstration_texts, publish_texts
from services.common.channel import connect
from services.common.database.target import DatabaseTarget
from services.common.settings import ProcessSettings, ServiceSettings
from services.referrals.settings import ReferralsSettings
from tests.integration.referrals.world import DISCLOSER, RECIPIENT, Worker, World
from tests.support.clock import MovableClock
from tests.support.nursery import CopiedProcess, Nursery
from tests.support.postgres import TestDatabase, _folder
from tests.support.running import Running
from tests.support.tokens import KeycloakShapedIssuer

SERVING_SECONDS = 60.0
T = TypeVar("T", bound=ServiceSettings)


class ServedIssuer(KeycloakShapedIssuer):
    """Signs in the name of an address of its own, where its key can be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""

    def claims(self, person: UUID, agency: UUID | None, *roles: str, **changes: Any) -> dict[str, Any]:
        return super().claims(person, agency, *roles, **{"iss": f"{self.url}/realms/lotse", **changes})

    def token_of(self, player: Player, *roles: str) -> str:
        """A token of somebody of the demonstration."""
        person = uuid5(NAMESPACE_URL, player.username)
        return self.token(person, player.agency_id, *(roles or ("counsellor",)))


@contextmanager
def served_issuer() -> Iterator[ServedIssuer]:
    """Until the block ends, in a thread of its own, since the processes outlive a test's loop."""
    issuer = ServedIssuer()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(issuer.jwks()).encode())

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name of the standard library
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    server.daemon_threads = True
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


class Processes(Constellation):
    """The constellation without Keycloak, its programs under a wrapper that can end them and set their clocks."""

    def __init__(self, home: Home, ports: Ports, say: Callable[[str], None], issuer: ServedIssuer) -> None:
        addresses = Addresses(f"postgresql://127.0.0.1:{ports.postgres}", issuer.url)
        super().__init__(home, ports, say, durable=True, addresses=addresses)
        self._keycloak_url = issuer.url
        self._nursery = Nursery()
        self.issuer = issuer
        self.faults = home.root / "faults"
        self.faults.mkdir(parents=True)
        self.changes = {"gateway": {"LOTSE_GATEWAY_REDEEM_ATTEMPTS_PER_HOUR": "100000"}}
        """Settings of processes that are otherwise from their next start on, by process."""

        self.people = Worker(DISCLOSER), Worker(RECIPIENT)

    def process_of(self, name: str, module: str) -> LocalProcess:
        return CopiedProcess(
            name, [module], self.home.log(name), self.home.record(name),
            environment=self.settings_of(name), nursery=self._nursery,
        )  # fmt: skip

    def down(self) -> None:
        super().down()
        self._nursery.end()

    def settings_of(self, name: str) -> dict[str, str]:
        clock = self.clock_file(name)
        if not clock.exists():
            clock.write_text("0")
        own = {"FAULTS": str(self.faults), "CLOCK_FILE": str(clock)}
        return {**super().settings_of(name), **own, **self.changes.get(name, {})}

    def bring_up(self) -> None:
        """Everything up, with the demo's directory and texts."""
        self.start_servers()
        self.prepare_databases()
        self.start("directory")
        self.start("consent")
        self.start("referrals")
        self.start("gateway")
        self.wait_for(["directory"])
        load_demo_directory(self, self._say)
        self.wait_for(["consent"])
        asyncio.run(publish_texts(self.environment, demonstration_texts()))
        self.wait_for()

    # ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def clock_file(self, name: str) -> Path:
        """By how many seconds the clock of a process is off."""
        return self.faults / f"{name}.clock"

    def arm(self, name: str, where: str) -> None:
        """The process ends at this point."""
        (self.faults / f"{name}.armed").write_text(where)

    def disarm(self) -> None:
        """Nothing ends by itself any more."""
        for armed in self.faults.glob("*.armed"):
            armed.unlink()

    def passed(self) -> list[tuple[str, str]]:
        """Process and name of the points that were passed since they were forgotten, in order."""
        file = self.faults / "passed"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(process, name) for process, _, name in (line.partition(" ") for line in lines)]

    def forget_passed(self) -> None:
        """Begin to write down anew."""
        (self.faults / "passed").unlink(missing_ok=True)

    def ended(self, name: str) -> int | None:
        """Status of a process that ended by itself."""
        return self._processes[name].ended()

    def pid(self, name: str) -> int:
        """Id of a running process."""
        found = self._processes[name].pid
        assert found is not None
        return found

    async def restart(self, *names: str) -> None:
        """These are killed, if they live, and serve again."""
        for name in names:
            self.kill(name)
            self.start(name)
        for name in names:
            assert await until_serving(self.environment, name, SERVING_SECONDS), name

    async def restart_postgres(self, mode: str, away_seconds: float) -> None:
        """What `pg_ctl restart -m MODE` does, with some time between; `immediate` is a crash and a recovery.

        The mode `backend` kills one server process instead: the server ends all others and recovers by itself.
        """
        server = self._postgres
        assert server is not None
        if mode == "backend":
            async with self.database("consent").administered() as admin:
                pid = await admin.fetchval("select pid from pg_stat_activity where application_name = 'consent-run'")
            os.kill(pid, signal.SIGKILL)
            return
        programs, data = unpacked(postgres_artifact()) / "bin", self.home.postgres / "data"
        stopping = await asyncio.create_subprocess_exec(
            *_unprivileged(self.home.postgres, programs), programs / "pg_ctl", "stop", "-D", data, "-m", mode, "-w",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await stopping.wait() == 0
        await asyncio.sleep(away_seconds)
        server.stop()
        server.start()

    def incidents(self) -> int:
        """How many faults of our own the processes have logged."""
        return sum(log.read_text().count('"event": "incident"') for log in self.home.logs.glob("*.log"))

    # ── what a test looks at ─────────────────────────────────────────────────────────────────────────────────────────

    def database(self, name: str) -> TestDatabase:
        """A process' database, also as its administrator."""
        url = f"{self.addresses.database}/{DATABASES[name]}"
        target = DatabaseTarget(INSTALLATION, name, url, self.home.secrets / name / "database")
        return TestDatabase(target, urlsplit(self.admin_url)._replace(path=f"/{DATABASES[name]}").geturl())

    def channel(self, caller: str, service: str) -> grpc.aio.Channel:
        """Calls with the certificate of one process to another."""
        files = self.environment.certificate(caller)
        settings = ProcessSettings(
            installation=INSTALLATION, tls_ca_file=files.ca, tls_cert_file=files.cert, tls_key_file=files.key
        )
        return connect(self.environment.target(service), settings, f"lotse-{service}", default_seconds=10)

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        """The services as the gateway sees them, by fresh connections."""
        referrals, consent = self.channel("gateway", "referrals"), self.channel("gateway", "consent")
        try:
            world = World(
                self.database("directory"), self.database("referrals"), self.database("referrals_keys"),
                self.database("consent"),
                None,  # type: ignore[arg-type] # channels are of the processes' own network
                self.issuer, MovableClock(), self.settings("referrals", ReferralsSettings), referrals, consent,
                self._running("consent"), self._running("referrals"), self._running("directory"),
            )  # fmt: skip
            world.discloser, world.recipient = self.people
            yield world
        finally:
            await referrals.close()
            await consent.close()

    def _running(self, name: str) -> Running:
        async def start(_: object) -> None:
            await self.restart(name)

        return Running(start)

    def settings(self, name: str, kind: type[T]) -> T:
        """The settings of a process as it has them."""
        prefix = f"LOTSE_{name.upper()}_"
        values: dict[str, Any] = {
            key.removeprefix(prefix).lower(): value
            for key, value in self.settings_of(name).items()
            if key.startswith(prefix)
        }
        return kind(**{**values, "callers": json.loads(values["callers"])})


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    """All our processes, once for the session."""
    said: list[str] = []
    with _folder() as folder, served_issuer() as issuer:
        ports = Ports(**{name: free_port() for name in Ports.__dataclass_fields__})
        whole = Processes(Home(Path(folder)), ports, said.append, issuer)
        try:
            whole.bring_up()
            yield whole
        except RunnerError as error:
            if "missing" in str(error):
                pytest.skip(str(error))
            raise
        finally:
            whole.down()
