"""What is in the way of `lotse compose` is one sentence that says what to do, before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app

DOCKER = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
case "$*" in
{cases}
esac
"""
CONFIGURATION = '{"services": {}, "volumes": {"database": {"name": "lotsennetz_database"}}}'
WORKS = f"""
"compose version") echo 2.40 ;;
"version --format {{{{.Server.Version}}}}") echo 29.0 ;;
"compose config --format json") echo '{CONFIGURATION}' ;;
"volume inspect lotsennetz_database") exit 1 ;;
"""


class Machine:
    """A machine with only this docker on its path."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = folder / "state"
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in ("sh", "dirname"):
            (self.programs / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
        monkeypatch.setenv("PATH", str(self.programs))
        monkeypatch.setenv("LOTSE_HOME", str(self.home))

    def has_docker(self, cases: str) -> None:
        docker = self.programs / "docker"
        docker.write_text(DOCKER.format(cases=cases))
        docker.chmod(0o755)

    def asked(self) -> list[str]:
        return (self.programs / "asked").read_text().splitlines()

    @staticmethod
    def demo() -> Result:
        return CliRunner().invoke(app, ["compose", "demo"])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def stopped(said: Result, *words: str) -> None:
    assert said.exit_code == 1
    assert said.output.startswith("lotse: ")
    assert all(word in said.output for word in words), said.output


def test_without_docker_it_says_what_to_install(machine: Machine) -> None:
    stopped(machine.demo(), "docker is missing", "make demo")
    assert not machine.home.exists()


def test_without_the_compose_plugin_it_says_what_to_install(machine: Machine) -> None:
    machine.has_docker("""*) echo "docker: 'compose' is not a docker command." >&2; exit 1 ;;""")
    stopped(machine.demo(), "no compose plugin", "docker-compose-plugin")


def test_without_a_daemon_it_says_that_it_does_not_answer(machine: Machine) -> None:
    machine.has_docker('"compose version") echo 2.40 ;;\n*) echo "Cannot connect to the Docker daemon" >&2; exit 1 ;;')
    stopped(machine.demo(), "daemon does not answer: start it", "Cannot connect to the Docker daemon")


def test_data_whose_secrets_are_gone_are_not_started_with_new_ones(machine: Machine) -> None:
    machine.has_docker(WORKS.replace("exit 1", "exit 0"))
    stopped(machine.demo(), "not its secrets", "put that folder back", "down --volumes")
    assert not machine.home.exists()


def test_what_did_not_start_is_named_with_the_end_of_its_log(machine: Machine) -> None:
    failed = '{"Service": "prepare-consent", "ExitCode": 3, "Health": "", "State": "exited", "Status": "Exited (3)"}'
    fine = '{"Service": "postgres", "ExitCode": 0, "Health": "healthy", "State": "running", "Status": "Up"}'
    machine.has_docker(
        WORKS
        + f""""compose up --build --wait") exit 1 ;;
"compose ps --all --format json") echo '{failed}'; echo '{fine}' ;;
"compose logs --no-color --no-log-prefix --tail 15 prepare-consent") echo "The database cannot be reached" ;;
"""
    )
    stopped(machine.demo(), "prepare-consent (Exited (3))", "The database cannot be reached")
    assert (machine.home / "containers" / "secrets" / "postgres" / "administrator").is_file()
    assert "compose up --build --wait" in machine.asked()


def test_down_keeps_the_data_unless_it_is_told_to_remove_them(machine: Machine) -> None:
    machine.has_docker(WORKS)
    for more in ([], ["--volumes"]):
        assert CliRunner().invoke(app, ["compose", "down", *more]).exit_code == 0
    downs = [line for line in machine.asked() if " down " in line]
    assert ["--volumes" in line for line in downs] == [False, True]
