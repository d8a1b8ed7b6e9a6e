"""A gateway of its own for each test, and the issuer that it sends people to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.gateway.login_server import LoginServer, running_login_server
from tests.integration.gateway.phone import phone
from tests.integration.gateway.process import running
from tests.integration.gateway.world import World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

__all__ = ["phone", "running"]


@pytest.fixture
async def login_server() -> AsyncIterator[LoginServer]:
    async with running_login_server() as server:
        yield server


@pytest.fixture
async def world(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[World]:
    async with running_gateway(tmp_path, await database_of("gateway"), network, login_server) as running:
        yield running
