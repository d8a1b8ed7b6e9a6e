"""A real PostgreSQL on this machine, from the cached artifact, as root and as an ordinary user."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from deploy.local.artifacts import postgres_artifact, unpacked
from deploy.local.failures import RunnerError
from deploy.local.ports import free_port, require_free
from deploy.local.process import LocalProcess

ADMINISTRATOR = "lotse_admin"
START_SECONDS = 60.0
INITIALISE_SECONDS = 120.0
# A row or a value that made a statement fail must not end up in a log.
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '128MB'
timezone = 'UTC'
log_timezone = 'UTC'
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


class PostgresServer:
    """One server with its data under `home`; the same data again at the next start."""

    def __init__(
        self,
        home: Path,
        port: int | None = None,
        *,
        durable: bool = True,
        say: Callable[[str], None] = lambda _: None,
        record: Path | None = None,
        log: Path | None = None,
    ) -> None:
        """Without a port it takes a free one. `durable=False` is for tests: a power cut may lose everything.

        The administrator's password is then hashed only once, since each connection pays for each round.
        """
        self._home = home
        self._wanted_port = port
        self._port = port
        self._durable = durable
        self._say = say
        self._record = record or home / "process.json"
        self._log = log or home / "postgres.log"
        self._process: LocalProcess | None = None

    @property
    def admin_url(self) -> str:
        """Address with the administrator's password, so keep it out of logs; raises RunnerError where there is none."""
        try:
            password = (self._home / "admin-password").read_text().strip()
        except FileNotFoundError:
            raise RunnerError(
                f"There is no PostgreSQL in {self._home} yet: start it with `lotse up`, or set LOTSE_DATABASE_URL."
            ) from None
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{self._port}/postgres"

    @property
    def address(self) -> str:
        """Address without user and password, to which a database's name is added."""
        return f"postgresql://127.0.0.1:{self._port}"

    @property
    def process(self) -> LocalProcess | None:
        """The running process."""
        return self._process

    def start(self) -> None:
        """Returns when it takes connections; raises RunnerError with what to do when it cannot."""
        programs = unpacked(postgres_artifact(), self._say) / "bin"
        if self._wanted_port is None:
            self._port = free_port()
        else:
            require_free(self._wanted_port, "PostgreSQL", "LOTSE_POSTGRES_PORT")
        self._home.mkdir(parents=True, exist_ok=True)
        prefix = _unprivileged(self._home, programs)
        data = self._home / "data"
        if not (data / "PG_VERSION").is_file():
            self._initialise(programs, data, prefix)
        _forget_the_dead(data / "postmaster.pid")
        command = [*prefix, str(programs / "postgres"), "-D", str(data), "-p", str(self._port)]
        if not self._durable:
            command += ["-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        process = LocalProcess(
            "PostgreSQL", command, self._log, self._record, environment=_environment(), stop_signal=signal.SIGINT,
            death_signal=signal.SIGKILL if "unshare" in prefix else signal.SIGINT,
        )  # fmt: skip
        self._process = process  # first, so that Ctrl-C at this very moment finds it
        process.start()
        self._wait(data / "postmaster.pid", process)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, what was committed stays."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _initialise(self, programs: Path, data: Path, prefix: Sequence[str]) -> None:
        self._say("making the data folder of PostgreSQL")
        new = data.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        password = self._home / "admin-password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        if "--reuid" in prefix:
            os.chown(password, _NOBODY, _NOBODY)
        command = [
            *prefix, str(programs / "initdb"), "-D", str(new), "-U", ADMINISTRATOR, f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", *([] if self._durable else ["--no-sync", "-c", "scram_iterations=1"]),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=INITIALISE_SECONDS, env=_environment()
            )
        except subprocess.TimeoutExpired:
            raise RunnerError(
                f"PostgreSQL did not make its data folder {data} within {INITIALISE_SECONDS:.0f} s: try again, or set "
                "LOTSE_HOME to a folder on a faster disk."
            ) from None
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RunnerError(f"PostgreSQL could not make its data folder {data}: {reason}")
        with (new / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
        new.rename(data)

    def _wait(self, state: Path, process: LocalProcess) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            process.check()
            try:
                lines = state.read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) >= 8 and lines[3] == str(self._port) and lines[7].strip() == "ready":
                return
            time.sleep(0.05)
        self.stop()
        raise RunnerError(f"PostgreSQL was not ready within {START_SECONDS:.0f} s; its log is {self._log}.")


_NOBODY = 65534


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": os.environ.get("HOME", "/")}


def _forget_the_dead(state: Path) -> None:
    """After a reboot another program may bear the number of a killed PostgreSQL, which then would refuse to start."""
    try:
        if psutil.Process(int(state.read_text().splitlines()[0])).name() != "postgres":
            state.unlink()
    except (OSError, ValueError, IndexError, psutil.Error):
        return


def _unprivileged(home: Path, programs: Path) -> list[str]:
    """What to put before a program of PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return []
    # unshare itself is deaf to all but SIGKILL; what it runs then gets SIGINT, which is PostgreSQL's fast shutdown.
    namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--kill-child=SIGINT"]
    if _works([*namespace, "true"]):
        return namespace
    drop = ["setpriv", "--reuid", str(_NOBODY), "--regid", str(_NOBODY), "--clear-groups", "--pdeathsig", "INT"]
    os.chown(home, _NOBODY, _NOBODY)
    for access, path, setting in (("-w", home, "LOTSE_HOME"), ("-x", programs / "postgres", "LOTSE_CACHE")):
        if not _works([*drop, "test", access, str(path)]):
            raise RunnerError(
                f"PostgreSQL does not run as root, user namespaces are barred here, and 'nobody' cannot reach {path}: "
                f"run as an ordinary user, or set {setting} to a folder that everybody may enter, such as one under "
                "/srv."
            )
    return drop


def _works(command: Sequence[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
