"""The local runner: what it starts it stops, what a killed run left it finds, what is in the way it says."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.cli.directory.exporting import format_of
from deploy.local.environment import Ports
from deploy.local.failures import RunnerError
from deploy.local.paths import CHECKOUT
from deploy.local.pki import CertificateAuthority
from deploy.local.ports import free_port, require_free
from deploy.local.process import LocalProcess, group_members, is_same_process, stop_recorded
from deploy.local.secret_files import password, secret_file

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]).wait()"


def process(folder: Path, code: str) -> LocalProcess:
    return LocalProcess("sample", [sys.executable, "-c", code], folder / "log", folder / "record.json")


def until(condition: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_stopping_ends_the_children_too_even_those_that_do_not_listen(tmp_path: Path) -> None:
    sample = process(tmp_path, PARENT)
    sample.stop_seconds = 0.5
    sample.start()
    assert sample.pid is not None
    until(lambda: "ready" in sample.tail())
    (child,) = children(sample.pid)
    sample.stop()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not (tmp_path / "record.json").exists()


def test_what_a_killed_run_left_behind_is_found_by_its_record_and_stopped(tmp_path: Path) -> None:
    sample = process(tmp_path, "import time; print('ready', flush=True); time.sleep(60)")
    sample.start()
    until(lambda: "ready" in sample.tail())
    assert sample.pid is not None
    started = psutil.Process(sample.pid).create_time()
    assert stop_recorded(tmp_path / "record.json")
    assert not is_same_process(sample.pid, started)
    assert not stop_recorded(tmp_path / "record.json")
    sample.stop()


def test_stopping_what_a_killed_run_left_is_not_called_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    sample = LocalProcess(
        "consent", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log",
        tmp_path / "processes" / "consent.json",
    )  # fmt: skip
    sample.start()
    said = CliRunner().invoke(app, ["down"])
    sample.stop()
    assert said.exit_code == 0
    assert "nothing was running" not in said.output


RUNNER = """
import sys, time
from pathlib import Path
from deploy.local.postgres import PostgresServer
server = PostgresServer(Path(sys.argv[1]), durable=False)
server.start()
print(server.process.pid, flush=True)
time.sleep(60)
"""


def test_postgres_ends_by_itself_when_its_runner_is_killed(tmp_path: Path) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout is not None
    with runner.stdout:
        said = runner.stdout.readline()
    runner.kill()
    runner.wait()
    assert said, "PostgreSQL did not start"
    until(lambda: not group_members(int(said), not_before=0))
    assert "database system is shut down" in (tmp_path / "postgres.log").read_text()


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        (tmp_path / "record.json").write_text(
            f'{{"pid": {other.pid}, "started": {time.time() + 3600}, "signal": {int(signal.SIGTERM)}}}'
        )
        assert not stop_recorded(tmp_path / "record.json")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_process_that_ends_by_itself_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    sample = process(tmp_path, "print('no such key'); raise SystemExit(3)")
    sample.start()
    until(lambda: sample.ended() is not None)
    with pytest.raises(RunnerError, match=r"(?s)sample ended with status 3.*no such key"):
        sample.check()
    sample.stop()


def test_a_port_that_is_taken_is_named_with_its_holder_and_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RunnerError, match=rf"Port {port}, wanted for Keycloak, .*LOTSE_KEYCLOAK_PORT"):
            require_free(port, "Keycloak", "LOTSE_KEYCLOAK_PORT")
    require_free(free_port(), "Keycloak", "LOTSE_KEYCLOAK_PORT")


def test_ports_have_settings_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_GATEWAY_PORT", "9400")
    assert Ports.of_environment() == Ports(gateway=9400)


def test_certificates_are_made_once_and_anew_when_the_authority_is_another(tmp_path: Path) -> None:
    first = CertificateAuthority(tmp_path).issue("lotse-consent")
    made = first.cert.read_bytes()
    assert CertificateAuthority(tmp_path).issue("lotse-consent").cert.read_bytes() == made
    first.ca.unlink()
    assert CertificateAuthority(tmp_path).issue("lotse-consent").cert.read_bytes() != made
    assert first.key.stat().st_mode & 0o077 == 0


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "a" / "secret", password)
    assert secret_file(tmp_path / "a" / "secret", password).read_bytes() == path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


ASK_FOR = {
    "Maven is missing": (
        "from deploy.local.artifacts import postgres_artifact, unpacked\nask = lambda: unpacked(postgres_artifact())"
    ),
    "Java is missing": "from deploy.local.java import require_java as ask",
}
SAY_IT = """
from deploy.local.failures import RunnerError
try:
    ask()
except RunnerError as error:
    print(error)
"""


@pytest.mark.parametrize("sentence", ASK_FOR)
def test_a_missing_program_is_said_in_one_sentence_with_what_to_do(sentence: str, tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "LOTSE_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", ASK_FOR[sentence] + SAY_IT],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.startswith(sentence)
    assert "install" in said
    assert said.count("\n") == 1


def test_lotse_without_a_running_installation_says_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    said = CliRunner().invoke(app, ["status"])
    assert said.exit_code == 1


@pytest.mark.parametrize(
    "command",
    [
        ["up"], ["down"], ["status"], ["demo"], ["migrate"], ["provision"], ["check-config"], ["directory", "import"],
        ["directory", "search"], ["ledger", "verify"], ["ledger", "erase"], ["restore"], [],
    ],
)  # fmt: skip
def test_every_command_teaches(command: list[str]) -> None:
    said = CliRunner().invoke(app, [*command, "--help"])
    assert said.exit_code == 0
    assert len(said.stdout) > 200


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("all.csv", "csv"),
        ("all.GEOJSON", "geojson"),
        ("all.zip", "tabular"),
        ("all.jsonl", "ndjson"),
        ("a.json", "hsds-json"),
    ],
)
def test_an_export_has_the_format_that_its_file_is_called_by(name: str, wanted: str) -> None:
    assert format_of(Path(name)) == wanted


def test_an_export_that_does_not_say_its_format_is_not_written(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["directory", "export", "--output", str(tmp_path / "all.xlsx")])
    assert said.exit_code == 2
    assert "--format" in said.output
    assert list(tmp_path.iterdir()) == []
