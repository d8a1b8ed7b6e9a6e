"""Chromium for each test, with one context for each person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from deploy.local.paths import cache_folder
from tests.browser.chromium import PACKAGES, unpacked
from tests.browser.people import Screens
from tests.support.house import House

_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
"""Whatever a page or the browser itself might ask for: nobody beyond this machine hears of it."""

Program = tuple[Path, dict[str, str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder bears the mark of its tier; fetching and starting servers does not count as time of a test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300, func_only=True))


@pytest.fixture(scope="session")
def chromium() -> Program:
    """The program, unpacked once into the cache folder."""
    if not PACKAGES.is_dir():
        pytest.skip("the pages' packages are not installed: run `make setup`")
    folder = cache_folder() / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    return unpacked(folder)


@pytest.fixture
async def screens(chromium: Program, house: House) -> AsyncIterator[Screens]:
    """Browsers of the people of one test."""
    program, environment = chromium
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        browser = await playwright.chromium.launch(
            executable_path=program,
            env=dict(environment),
            args=["--no-sandbox", "--headless=shell", "--disable-gpu", _ALONE],
        )
        stack.push_async_callback(browser.close)
        yield Screens(browser, house)
