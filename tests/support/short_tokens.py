"""Access tokens of the real Keycloak that end within a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deploy.keycloak.admin import Admin
from deploy.keycloak.realm import API_CLIENT, REALM
from deploy.local.environment import GATEWAY_CLIENT
from tests.support.house import House

LIFE = "access.token.lifespan"


def admin_of(house: House) -> Admin:
    """Whoever provisions this Keycloak."""
    client, secret = house.constellation.keycloak_admin
    return Admin(house.constellation.environment.keycloak_url, client, secret)


@contextmanager
def tokens_that_last(house: House, seconds: int, bearer_seconds: int) -> Iterator[None]:
    """Tokens of sessions and bearer tokens given within the block last so long; afterwards as long as before."""
    admin = admin_of(house)
    lives = {GATEWAY_CLIENT: seconds, API_CLIENT: bearer_seconds}
    before: list[dict[str, Any]] = [admin.get(f"/{REALM}/clients?clientId={name}")[0] for name in lives]
    for client in before:
        changed = {**client, "attributes": {**client["attributes"], LIFE: str(lives[client["clientId"]])}}
        admin.put(f"/{REALM}/clients/{client['id']}", changed)
    try:
        yield
    finally:
        for client in before:
            admin.put(f"/{REALM}/clients/{client['id']}", client)
