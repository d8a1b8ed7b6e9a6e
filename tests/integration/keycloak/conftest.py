"""One real Keycloak for these tests: one that is given, or one of our own on the tests' PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.failures import RunnerError
from deploy.local.keycloak_server import KeycloakDatabase, KeycloakServer, admin_secret
from deploy.local.ports import free_port
from services.common.database.create import Role, create_database, drop_database
from tests.integration.keycloak.realm import Realm
from tests.support.postgres import Postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fetching and starting Keycloak does not count as a test's time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(120, func_only=True))


@pytest.fixture(scope="session")
def keycloak(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    """A Keycloak without our realm, or with what an earlier run left when it is a given one."""
    if given := os.environ.get("LOTSE_TEST_KEYCLOAK_URL"):
        yield Realm(given, os.environ["LOTSE_TEST_KEYCLOAK_ADMIN_SECRET"])
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    home = tmp_path_factory.mktemp("keycloak")
    name = f"test_{os.getpid()}_keycloak"
    server = _server(postgres, name, home)
    try:
        server.start()
    except RunnerError as error:
        if "missing" in str(error):
            pytest.skip(str(error))
        raise
    try:
        yield Realm(server.url, admin_secret(home), home / "keycloak.log")
    finally:
        server.stop()
        asyncio.run(drop_database(postgres.admin_url, name))


@pytest.fixture(scope="session")
def realm(keycloak: Realm) -> Realm:
    """The realm with the people of people.toml."""
    keycloak.provision()
    return keycloak


def _server(postgres: Postgres, name: str, home: Path) -> KeycloakServer:
    password = secrets.token_urlsafe(12)
    asyncio.run(create_database(postgres.admin_url, name=name, owner=Role(name, password), roles=[]))
    address = urlsplit(postgres.admin_url).netloc.rpartition("@")[2]
    database = KeycloakDatabase(f"postgresql://{address}/{name}", name, password)
    return KeycloakServer(home, free_port(), free_port(), database)
