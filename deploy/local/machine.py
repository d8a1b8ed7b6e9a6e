"""What this machine must offer, asked before anything is started, so that nobody waits a minute for a refusal."""

from collections.abc import Iterable
from pathlib import Path

from deploy.local.artifacts import keycloak_artifact, postgres_artifact, require_fetchable
from deploy.local.environment import PORT_PURPOSES, PROCESSES, Ports, setting_of_port
from deploy.local.java import require_java
from deploy.local.ports import require_free
from deploy.local.space import require_space

_STATE_BYTES = 500_000_000


def require_machine(home: Path, ports: Ports, *, own_postgres: bool, own_keycloak: bool) -> None:
    """Raises RunnerError for the first thing that is missing or in the way, with what to do."""
    if own_keycloak:
        require_java()
    require_fetchable(
        *([postgres_artifact()] if own_postgres else []),
        *([keycloak_artifact()] if own_keycloak else []),
    )
    for name in _ports(own_postgres=own_postgres, own_keycloak=own_keycloak):
        require_free(getattr(ports, name), PORT_PURPOSES[name], setting_of_port(name))
    require_space(home, _STATE_BYTES, "LOTSE_HOME")


def _ports(*, own_postgres: bool, own_keycloak: bool) -> Iterable[str]:
    if own_postgres:
        yield "postgres"
    if own_keycloak:
        yield from ("keycloak", "keycloak_management")
    yield from PROCESSES
