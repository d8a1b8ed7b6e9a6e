"""Consent on a real database behind its real gates, with texts and two agencies whose law is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.consent.world import SUBJECTS, World, a_world
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork


@pytest.fixture
async def world(database_of: DatabaseOf, network: TestNetwork, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(await database_of("consent"), network, tmp_path) as running:
        for subject in SUBJECTS:
            await running.publish(subject)
        yield running
