"""Fixtures that every test may ask for, and how tests share processes when several run at once."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
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

_TOGETHER = {"system": "constellation", "browser": "constellation", "faults": "processes", "keycloak": "keycloak"}
"""Tests in these folders share servers that take long to start, so one process runs all that need the same ones."""

_MODULES = {
    f"tests/integration/{module}"
    for module in (
        "directory/test_agencies.py", "directory/test_miami.py", "directory/test_search.py",
        "directory/test_search_filters.py", "directory/test_search_input.py", "directory/test_search_places.py",
        "gateway/test_hsds.py",
    )
}  # fmt: skip
"""Tests in each of these share one service with its data."""

_LONGEST_FIRST = [*dict.fromkeys(_TOGETHER.values()), *sorted(_MODULES)]


def _group_of(nodeid: str) -> str | None:
    path = nodeid.partition("::")[0]
    folders = path.split("/")[:-1]
    together = next((_TOGETHER[folder] for folder in folders if folder in _TOGETHER), None)
    return together or (path if path in _MODULES else None)


class ByServers(LoadScopeScheduling):  # type: ignore[misc]
    """A group goes to one process; all other tests go one by one to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return _group_of(nodeid) or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers:
    """Groups of xdist itself need node ids that can be changed, which they no longer can."""
    config.option.loadscopereorder = False  # by the number of tests, of which the longest groups have few
    return ByServers(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is made here stays to the end: neither now nor later is it looked through for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the longest groups begin first: at the end nobody waits for one."""
    if hasattr(config, "workerinput"):
        rank = {group: number for number, group in enumerate(_LONGEST_FIRST)}
        items.sort(key=lambda item: rank.get(_group_of(item.nodeid) or "", len(rank)))
