"""What is broken, missing or in the way of the local runner is mended, or said in a sentence with what to do."""

from __future__ import annotations

import dataclasses
import errno
import http.server
import io
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path

import psutil
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import app
from deploy.cli.console import failures_in_words
from deploy.local.artifacts import Artifact, keycloak_artifact, postgres_artifact, unpacked
from deploy.local.calls import answers
from deploy.local.constellation import Constellation
from deploy.local.environment import Ports
from deploy.local.failures import RunnerError
from deploy.local.paths import CHECKOUT, Home
from deploy.local.pki import CertificateAuthority
from deploy.local.ports import free_port, require_free
from deploy.local.postgres import PostgresServer

MAVEN = """#!/bin/sh
# As Maven does: what its repository has is handed out again, unchecked.
for argument; do
  case $argument in
    -Dmaven.repo.local=*) repository=${argument#*=} ;;
    -DoutputDirectory=*) target=${argument#*=} ;;
  esac
done
kept=$repository/org/example/sample/1
[ -d "$kept" ] || { mkdir -p "$kept"; cp "$UPSTREAM" "$kept/sample-1.zip"; }
cp "$kept/sample-1.zip" "$target/"
"""


def zip_with(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def jar_with_programs() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        entry = tarfile.TarInfo("bin/postgres")
        entry.size = 200_000
        archive.addfile(entry, io.BytesIO(os.urandom(entry.size)))
    return packed.getvalue()


def spoiled(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(64) + content[middle + 64 :]


NOISE = os.urandom(100_000)
BROKEN = {
    "a zip that was cut": (keycloak_artifact, zip_with("dist/bin/kc.sh", NOISE)[:-5000], zip_with("dist/a", b"a")),
    "a zip with other bytes": (
        keycloak_artifact, spoiled(zip_with("dist/bin/kc.sh", b"a" * 10**6 + NOISE)), zip_with("dist/a", b"a"),
    ),
    "a jar whose programs were cut": (
        postgres_artifact, zip_with("a.txz", jar_with_programs()[:-5000]), zip_with("a.txz", jar_with_programs()),
    ),
    "a jar whose programs have other bytes": (
        postgres_artifact, zip_with("a.txz", spoiled(jar_with_programs())), zip_with("a.txz", jar_with_programs()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_download_is_said_and_fetched_anew_the_next_time(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, broken, whole = BROKEN[case]
    artifact: Artifact = dataclasses.replace(kind(), coordinates="org.example:sample:1:zip")
    upstream, program = tmp_path / "upstream", tmp_path / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text(MAVEN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("UPSTREAM", str(upstream))
    monkeypatch.setenv("LOTSE_CACHE", str(tmp_path / "cache"))
    upstream.write_bytes(broken)
    with pytest.raises(RunnerError, match=r"broken .* try again"):
        unpacked(artifact)
    upstream.write_bytes(whole)
    assert any(path.is_file() for path in unpacked(artifact).rglob("*"))


@pytest.mark.parametrize("name", ["ca.pem", "ca.key", "lotse-consent.pem", "lotse-consent.key"])
def test_half_written_certificates_are_made_anew(name: str, tmp_path: Path) -> None:
    CertificateAuthority(tmp_path).issue("lotse-consent")
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:40])
    authority = CertificateAuthority(tmp_path)
    made = authority.issue("lotse-consent").cert.read_bytes()
    assert CertificateAuthority(tmp_path).issue("lotse-consent").cert.read_bytes() == made
    assert len((tmp_path / name).read_bytes()) > 40


@pytest.mark.parametrize("name", ["ca.key", "lotse-consent.key"])
def test_a_key_without_its_certificate_is_no_pair(name: str, tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    before = CertificateAuthority(here).issue("lotse-consent").cert.read_bytes()
    CertificateAuthority(elsewhere).issue("lotse-consent")
    (here / name).write_bytes((elsewhere / name).read_bytes())
    made = CertificateAuthority(here).issue("lotse-consent").cert.read_bytes()
    assert made != before
    assert CertificateAuthority(here).issue("lotse-consent").cert.read_bytes() == made


def test_postgres_starts_although_another_program_bears_its_old_number(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path, durable=False)
    server.start()
    left = (tmp_path / "data" / "postmaster.pid").read_text().splitlines()
    server.stop()
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (tmp_path / "data" / "postmaster.pid").write_text("\n".join([str(other.pid), *left[1:]]) + "\n")
        server.start()
        assert other.poll() is None
    finally:
        server.stop()
        other.kill()
        other.wait()


def test_ctrl_c_right_after_a_program_began_still_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = PostgresServer(tmp_path, durable=False)
    before = set(psutil.Process().children(recursive=True))
    with monkeypatch.context() as at_this_moment:
        at_this_moment.setattr("deploy.local.process.psutil.Process", _ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            server.start()
    server.stop()
    assert not set(psutil.Process().children(recursive=True)) - before


def test_ctrl_c_between_two_commands_leaves_none_running(tmp_path: Path) -> None:
    constellation = Constellation(Home(tmp_path), Ports(), lambda _: None)
    environment = constellation.environment

    class Interrupted:
        @staticmethod
        def of(process: str) -> dict[str, str]:
            return _ctrl_c() if process == "gateway" else environment.of(process)

    before = set(psutil.Process().children(recursive=True))
    constellation._environment = Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        constellation.run_all("check-config", {})
    assert not set(psutil.Process().children(recursive=True)) - before


def _ctrl_c(*_: object) -> dict[str, str]:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "url",
    ["localhost:5432", "mysql://somebody:hushhush@localhost/x", "postgresql://somebody:hushhush@localhost:port/x",
     "postgresql:///x"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["up", "migrate"])
def test_an_address_of_a_database_that_is_none_is_said(
    command: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    monkeypatch.setenv("LOTSE_DATABASE_URL", url)
    said = CliRunner().invoke(app, [command])
    assert said.exit_code == 1
    assert "LOTSE_DATABASE_URL is no address of PostgreSQL: write postgresql://" in said.output
    assert said.output.count("\n") == 1
    assert "hushhush" not in said.output


def test_a_database_server_that_is_away_is_said_with_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    monkeypatch.setenv("LOTSE_DATABASE_URL", f"postgresql://somebody:hushhush@127.0.0.1:{free_port()}/postgres")
    said = CliRunner().invoke(app, ["migrate"])
    assert said.exit_code == 1
    assert "LOTSE_DATABASE_URL must name a PostgreSQL 18" in said.output
    assert "hushhush" not in said.output


def test_a_keycloak_that_is_away_is_said_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    monkeypatch.setenv("LOTSE_KEYCLOAK_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("LOTSE_KEYCLOAK_ADMIN_CLIENT", "somebody")
    monkeypatch.setenv("LOTSE_KEYCLOAK_ADMIN_SECRET", "hushhush")
    said = subprocess.run(
        [sys.executable, "-c", "from deploy.lotse import main; main()", "up"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert "No Keycloak answers at http://127.0.0.1" in said.stderr
    assert not (tmp_path / "postgres").exists()


def test_the_ledger_of_an_installation_that_never_ran_says_how_to_start_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_HOME", str(tmp_path))
    said = CliRunner().invoke(app, ["ledger", "verify"])
    assert said.exit_code == 1
    assert "start it with `lotse up`" in said.output


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.ENOSPC, "make room"), (errno.EACCES, "that you may write to"), (errno.EIO, "")]
)
def test_what_the_disk_refuses_is_said_with_what_to_do(
    number: int, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit), failures_in_words():
        raise OSError(number, os.strerror(number))
    said = capsys.readouterr().err
    assert os.strerror(number) in said
    assert advice in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may have any port")
def test_a_port_for_root_only_is_not_called_taken() -> None:
    with pytest.raises(RunnerError, match="root only: set LOTSE_GATEWAY_PORT to one above 1023"):
        require_free(80, "the gateway", "LOTSE_GATEWAY_PORT")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "example.org")
    Constellation(Home(tmp_path), Ports(), lambda _: None)
    assert os.environ["no_proxy"].startswith("example.org,")
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert answers(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_every_tool_keeps_its_things_in_the_cache_folder(tmp_path: Path) -> None:
    names = ("PIP_CACHE_DIR", "UV_CACHE_DIR", "BUF_CACHE_DIR", "TMPDIR")
    rule = "show: ; @echo " + " ".join(f"$${name}" for name in names)
    said = subprocess.run(
        ["make", "--silent", "--eval", rule, "show"], cwd=CHECKOUT, env={**os.environ, "LOTSE_CACHE": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [Path(each).parent for each in said.stdout.split()] == [tmp_path] * len(names)


PYTHON = """#!/bin/sh
[ "$2" = venv ] || exit 0
mkdir -p .venv/bin
cat >.venv/bin/pip <<'END'
#!/bin/sh
trap 'echo "ERROR: cancelled" >&2; exit 1' INT
touch began
while :; do sleep 0.05; done
END
chmod +x .venv/bin/pip
"""


def test_ctrl_c_during_the_set_up_is_not_called_a_missing_network(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    for name in ("deploy/bootstrap.sh", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    setup = subprocess.Popen(
        ["bash", "deploy/bootstrap.sh"], cwd=tmp_path, env={**os.environ, "LOTSE_PYTHON": str(python)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 20
    while not (tmp_path / "began").exists():
        assert time.monotonic() < end, "the set-up did not begin"
        time.sleep(0.05)
    os.killpg(setup.pid, signal.SIGINT)
    _, said = setup.communicate(timeout=20)
    assert said.splitlines()[-1] == "lotse: stopped"
    assert "network" not in said
    assert setup.returncode == 130
