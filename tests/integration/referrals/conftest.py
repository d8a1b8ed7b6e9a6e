"""Referrals between real consent and a real directory that holds the demo agencies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.directory.conftest import FILLED, prepared
from tests.integration.referrals.house import a_world
from tests.integration.referrals.world import World
from tests.support.postgres import DatabaseOf, Postgres, _drop_all
from tests.support.server import TestNetwork


@pytest.fixture
async def world(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> AsyncIterator[World]:
    directory = await prepared(postgres, network, FILLED)
    try:
        async with a_world(
            directory,
            await database_of("consent"),
            await database_of("referrals"),
            await database_of("referrals_keys"),
            network,
            tmp_path,
        ) as running:
            yield running
    finally:
        await _drop_all(postgres.admin_url, [urlsplit(directory.admin_url).path.lstrip("/")])
