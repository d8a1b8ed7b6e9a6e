"""Fixtures that every test may ask for, and how tests share processes when several run at once."""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Tests start processes while they hold connections. What gRPC does at a fork breaks the child before it is the program.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.server",
    "tests.support.constellation",
    "tests.support.processes",
    "tests.support.bearer_house",
    "tests.support.examples",
]

_TOGETHER = {"system": "constellation", "browser": "constellation", "faults": "faults", "keycloak": "keycloak"}
"""Tests in these folders share servers that take long to start, so one process runs all of a group."""


class ByServers(LoadScopeScheduling):  # type: ignore[misc]
    """A group goes to one process, the largest ones first; all other tests go one by one to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        folders = nodeid.partition("::")[0].split("/")[:-1]
        return next((group for folder, group in _TOGETHER.items() if folder in folders), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers:
    """Groups of xdist itself need node ids that can be changed, which they no longer can."""
    return ByServers(config, log)
