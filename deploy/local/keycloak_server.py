"""A real Keycloak on this machine, built once into the cache and started optimised with its data in PostgreSQL."""

import re
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.artifacts import keycloak_artifact, locked, unpacked
from deploy.local.calls import answers
from deploy.local.errand import run_errand
from deploy.local.failures import RunnerError
from deploy.local.java import java_environment, java_options, require_java
from deploy.local.paths import cache_folder
from deploy.local.ports import is_free, require_free
from deploy.local.process import LocalProcess
from deploy.local.progress import heartbeat
from deploy.local.secret_files import password, secret_file
from deploy.local.space import require_space

START_SECONDS = 600.0
"""A loaded machine of two cores has needed more than three minutes."""
BUILD_SECONDS = 600.0
FREED_SECONDS = 10.0
_BUILT_BYTES = 500_000_000
ADMIN_CLIENT = "lotse-provisioner"
_OPTIONS = (
    "--db=postgres",
    "--cache=local",
    "--health-enabled=true",
    "--features-disabled=impersonation,ciba,device-flow,kerberos",
)


@dataclass(frozen=True, slots=True)
class KeycloakDatabase:
    """Where Keycloak keeps its data."""

    address: str
    """`postgresql://host:port/name` without user and password."""

    user: str
    password: str


class KeycloakServer:
    """One server; the same data again at the next start."""

    def __init__(
        self,
        home: Path,
        port: int,
        management_port: int,
        database: KeycloakDatabase,
        *,
        say: Callable[[str], None] = lambda _: None,
        record: Path | None = None,
        log: Path | None = None,
    ) -> None:
        self._home = home
        self._port = port
        self._management_port = management_port
        self._database = database
        self._say = say
        self._record = record or home / "process.json"
        self._log = log or home / "keycloak.log"
        self._process: LocalProcess | None = None

    @property
    def url(self) -> str:
        """Address for browsers and for the Admin REST API."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def process(self) -> LocalProcess | None:
        """The running process."""
        return self._process

    def begin(self) -> None:
        """Start without waiting, so that other things can be done meanwhile; then `wait`."""
        programs = built(self._say)
        require_free(self._port, "Keycloak", "LOTSE_KEYCLOAK_PORT")
        require_free(self._management_port, "Keycloak's health check", "LOTSE_KEYCLOAK_MANAGEMENT_PORT")
        self._process = LocalProcess(
            "Keycloak",
            [str(programs / "bin" / "kc.sh"), "start", "--optimized"],
            self._log,
            self._record,
            environment=self._environment(),
        )
        self._process.start()

    def wait(self) -> None:
        """Returns when it answers; raises RunnerError with the end of its log when it does not."""
        process = self._process
        if process is None:
            raise RunnerError("Keycloak was not started.")
        beat = heartbeat(self._say, lambda seconds: f"Keycloak: starting, {seconds:.0f} s more")
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            process.check()
            if answers(f"http://127.0.0.1:{self._management_port}/health/ready"):
                return
            beat()
            time.sleep(0.2)
        raise RunnerError(f"Keycloak was not ready within {START_SECONDS:.0f} s; its log is {self._log}.")

    def start(self) -> None:
        """Begin and wait."""
        self.begin()
        self.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would; returns when its port is free, which a dying Java holds a moment longer."""
        if self._process is not None:
            self._process.kill()
            self._process = None
            until = time.monotonic() + FREED_SECONDS
            while not is_free(self._port) and time.monotonic() < until:
                time.sleep(0.05)

    def _environment(self) -> Mapping[str, str]:
        database = re.sub(r"^postgres(ql)?://", "jdbc:postgresql://", self._database.address)
        return {
            **java_environment(),
            "JAVA_OPTS_APPEND": java_options(self._home / "tmp"),
            "KC_DB_URL": database,
            "KC_DB_USERNAME": self._database.user,
            "KC_DB_PASSWORD": self._database.password,
            "KC_HTTP_ENABLED": "true",
            "KC_HTTP_HOST": "127.0.0.1",
            "KC_HTTP_PORT": str(self._port),
            "KC_HTTP_MANAGEMENT_PORT": str(self._management_port),
            "KC_HOSTNAME": self.url,
            "KC_BOOTSTRAP_ADMIN_CLIENT_ID": ADMIN_CLIENT,
            "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": admin_secret(self._home),
            "KC_LOG_LEVEL": "warn",
            "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
        }


def admin_secret(home: Path) -> str:
    """Secret of the client that provisions; made once."""
    return secret_file(home / "admin-secret", password).read_text()


def built(say: Callable[[str], None] = lambda _: None) -> Path:
    """The folder of a Keycloak that was built with our options; builds it when it is not there (20 s of CPU)."""
    require_java()
    source = unpacked(keycloak_artifact(), say)
    folder = cache_folder() / f"{source.name}-built"
    if folder.is_dir():
        return folder
    with locked(cache_folder() / "keycloak-build.lock"):
        if not folder.is_dir():
            require_space(cache_folder(), _BUILT_BYTES, "LOTSE_CACHE")
            say("building Keycloak once")
            new = folder.with_name(folder.name + ".new")
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(source, new)
            _build(new, say)
            new.rename(folder)
    return folder


def _build(folder: Path, say: Callable[[str], None]) -> None:
    done = run_errand(
        "The build of Keycloak", [str(folder / "bin" / "kc.sh"), "build", *_OPTIONS], seconds=BUILD_SECONDS,
        environment={**java_environment(), "JAVA_OPTS_APPEND": java_options(cache_folder() / "tmp")},
        log=cache_folder() / "keycloak-build.log",
        meanwhile=heartbeat(say, lambda seconds: f"building Keycloak: {seconds:.0f} s"),
    )  # fmt: skip
    if done.status != 0:
        reason = (done.output.strip().splitlines() or ["no message"])[-1]
        raise RunnerError(f"Keycloak could not be built: {reason}")
