"""`lotse up` and `lotse down` as a whole: one run at a time, everything ready at the end, nothing left behind."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.keycloak.admin import ProvisionError
from deploy.keycloak.plan import Plan
from deploy.keycloak.provision import provision
from deploy.keycloak.realm import GatewayClient
from deploy.local.constellation import Constellation
from deploy.local.directory_import import DirectoryFile, load_directory
from deploy.local.environment import PROCESSES
from deploy.local.failures import RunnerError
from deploy.local.paths import CHECKOUT, Home
from deploy.local.state import RunState
from deploy.local.texts import demonstration_texts, publish_texts
from services.common.errors import LotseError

DEMO = CHECKOUT / "deploy" / "demo"
_DIRECTORY = DEMO / "directory"
DEMO_DIRECTORIES = (
    DirectoryFile("demo", (_DIRECTORY / "agencies.json",)),
    DirectoryFile("demo-kommunen", (_DIRECTORY / "kommunen.csv",), _DIRECTORY / "kommunen.mapping.toml"),
)
PEOPLE = DEMO / "people.toml"
DOWN_SECONDS = 60.0

Say = Callable[[str], None]


@contextmanager
def running(constellation: Constellation, say: Say) -> Iterator[None]:
    """Everything is up within the block and down after it, however the block or the start ends."""
    home = constellation.home
    with _only_one(home), _interruptible():
        try:
            RunState.of_this_process(constellation.ports, constellation.addresses).write(home)
            bring_up(constellation, say)
            yield
        finally:
            _ignore_signals()
            constellation.down()
            home.state.unlink(missing_ok=True)


def bring_up(constellation: Constellation, say: Say) -> None:
    """Start everything in order; raises RunnerError with what to do."""
    constellation.recover()
    constellation.require_machine()
    constellation.start_servers()
    constellation.prepare_databases()
    constellation.start("directory")
    constellation.wait_for(["directory"])
    load_demo_directory(constellation, say)
    for name in ("consent", "referrals", "gateway"):
        constellation.start(name)
    constellation.wait_for(["consent"])
    _call(
        lambda: str(asyncio.run(publish_texts(constellation.environment, demonstration_texts()))), "consent texts", say
    )
    constellation.wait_for_keycloak()  # by far the slowest, so that nothing is left to do after it but this
    provision_keycloak(constellation, say)
    constellation.wait_for(PROCESSES)


def load_demo_directory(constellation: Constellation, say: Say) -> None:
    """The invented directory; the same again changes nothing."""
    for directory in DEMO_DIRECTORIES:

        def load(directory: DirectoryFile = directory) -> str:
            return str(asyncio.run(load_directory(constellation.environment, directory)))

        _call(load, f"directory {directory.source}", say)


def provision_keycloak(constellation: Constellation, say: Say) -> None:
    """Realm, clients, agencies and people; the same again changes nothing."""
    environment = constellation.environment
    client, secret = constellation.keycloak_admin
    gateway = GatewayClient(
        environment.staff_origin,
        environment.gateway_client_secret.read_text(),
        f"{environment.staff_origin}/logout/back-channel",
    )

    def make() -> str:
        password = environment.demo_password.read_text()
        return provision(environment.keycloak_url, client, secret, gateway, Plan.read(PEOPLE), password).summary()

    _call(make, "Keycloak", say)


def bring_down(home: Home, say: Say) -> bool:
    """Ask a running `lotse up` to end and wait for it; says whether there was one."""
    state = RunState.read(home)
    if state is None:
        return False
    say("asking the running lotse to stop")
    try:
        os.kill(state.pid, signal.SIGTERM)
    except PermissionError:
        raise RunnerError(f"lotse (process {state.pid}) is another user's: stop it as that user.") from None
    until = time.monotonic() + DOWN_SECONDS
    while state.is_alive():
        if time.monotonic() > until:
            raise RunnerError(f"lotse (process {state.pid}) did not stop within {DOWN_SECONDS:.0f} s.")
        time.sleep(0.1)
    return True


def watch(constellation: Constellation) -> None:
    """Returns never; raises RunnerError when something that was started ends."""
    while True:
        constellation.check()
        time.sleep(0.5)


def _call(action: Callable[[], str], what: str, say: Say) -> None:
    started = time.monotonic()
    try:
        result = action()
    except (LotseError, ProvisionError) as error:
        raise RunnerError(f"{what}: {getattr(error, 'reason', '')} {error}".replace("  ", " ")) from None
    say(f"{what}: {result} ({time.monotonic() - started:.1f} s)")


@contextmanager
def _only_one(home: Home) -> Iterator[None]:
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        lock = (home.root / "lock").open("w")
    except OSError as error:
        raise RunnerError(
            f"{home.root} cannot be written to ({error.strerror}): set LOTSE_HOME to a folder of yours."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunnerError(
                f"lotse is already up with the state in {home.root}: use it, or end it with `lotse down`."
            ) from None
        yield


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM and a closed terminal end a run as Ctrl-C does."""

    def interrupt(_: int, __: object) -> None:
        raise KeyboardInterrupt

    heard = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heard}  # nohup stays nohup
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """Stopping is short and must not be stopped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
