"""The health check of a container says yes while its process serves, and is asked by that process' own certificate."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from deploy.local.paths import CHECKOUT
from deploy.local.ports import free_port
from services.common.errors import Unavailable
from tests.integration.common.gates.sample import HEALTH, Sample
from tests.support.server import TestNetwork


async def asked(network: TestNetwork, listen: str) -> int:
    """How the check of a directory that listens there ends."""
    files = network.certificates["lotse-directory"]
    check = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.containers.healthy", "directory", cwd=CHECKOUT,
        env={"LOTSE_DIRECTORY_LISTEN": listen, **files.environment("LOTSE_DIRECTORY_"), "PATH": os.environ["PATH"]},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(check.communicate(), 30)
    assert b"Traceback" not in said
    assert check.returncode is not None
    return check.returncode


@pytest.mark.parametrize(("failure", "status"), [(None, 0), (Unavailable(), 1)])
async def test_a_container_is_healthy_when_its_service_is_ready(
    network: TestNetwork, failure: Exception | None, status: int
) -> None:
    async def ready(_: object) -> None:
        if failure is not None:
            raise failure

    listen = f"127.0.0.1:{free_port()}"
    async with Sample(network).serve(ready, {HEALTH: ["lotse-directory"]}, listen=listen):
        assert await asked(network, listen) == status


async def test_a_container_is_not_healthy_when_nothing_listens(network: TestNetwork) -> None:
    assert await asked(network, f"127.0.0.1:{free_port()}") == 1
