"""The whole constellation on real parts, once for all tests that speak HTTP, and at its end the search of its logs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from deploy.demo.canary import sweep
from deploy.demo.journey import JourneyResult, play
from deploy.demo.planted import MARKS
from deploy.demo.stage import LocalStage
from deploy.local.constellation import Constellation
from deploy.local.environment import Ports
from deploy.local.failures import RunnerError
from deploy.local.lifecycle import bring_up
from deploy.local.paths import Home
from deploy.local.ports import free_port
from tests.support.house import House, Logins


@pytest.fixture(scope="session")
def constellation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Constellation]:
    """Everything up, with ports and state of its own. LOTSE_TEST_HOME keeps the state for the next run."""
    kept, worker = os.environ.get("LOTSE_TEST_HOME"), os.environ.get("PYTEST_XDIST_WORKER", "")
    home = Home(Path(kept) / worker if kept else tmp_path_factory.mktemp("lotse"))
    ports = Ports(**{name: free_port() for name in Ports.__dataclass_fields__})
    said: list[str] = []
    whole = Constellation(home, ports, said.append, durable=False)
    try:
        bring_up(whole, said.append)
        yield whole
    except RunnerError as error:
        if "missing" in str(error):
            pytest.skip(str(error))
        raise
    finally:
        whole.down()
    found = sweep(home.logs, MARKS)
    assert not found.findings, found.findings


@pytest.fixture(scope="session")
def journey(constellation: Constellation) -> JourneyResult:
    """The main job, played once."""
    return asyncio.run(play(LocalStage(constellation), lambda step: None))


@pytest.fixture(scope="session")
def logins() -> Logins:
    """Cookies of those who are logged in, so that Keycloak is not asked again for each test."""
    return {}


@pytest.fixture
async def house(constellation: Constellation, logins: Logins) -> AsyncIterator[House]:
    """Browsers and builders of one test."""
    async with AsyncExitStack() as stack:
        yield House(constellation, logins, stack)
