"""Fixtures that every test may ask for, and how tests share processes when several run at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Tests start processes while they hold connections. What gRPC does at a fork breaks the child before it is the program.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.server",
    "tests.support.constellation",
    "tests.support.processes",
    "tests.support.bearer_house",
]

_HERE = Path(__file__).parent
_TOGETHER = {"system": "constellation", "browser": "constellation", "faults": "faults", "keycloak": "keycloak"}
"""Tests in these folders share servers that take long to start, so one process runs all of a group."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marked before anybody sorts or hands out tests."""
    for folder, group in _TOGETHER.items():
        if folder in item.path.relative_to(_HERE).parts[:-1]:
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups come first: whoever starts the longest one last would let the others wait for it."""
    order = list(dict.fromkeys(_TOGETHER.values()))
    items.sort(key=lambda item: _place(item, order))


def _place(item: pytest.Item, order: list[str]) -> int:
    mark = item.get_closest_marker("xdist_group")
    return order.index(mark.args[0]) if mark is not None else len(order)
