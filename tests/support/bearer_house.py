"""Browsers and builders on the processes without Keycloak: staff come with a bearer token, as other software does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from deploy.demo.cast import Player
from deploy.demo.desk import Reply, StaffDesk
from tests.support.house import House
from tests.support.processes import Processes


class BearerDesk(StaffDesk):
    """A staff member's software."""

    def __init__(self, origin: str, token: str) -> None:
        super().__init__(origin)
        self._token = token

    async def ask(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        sent = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        return await super().ask(method, path, body, etag=etag, key=key, headers=sent)


class BearerHouse(House):
    """What one test does over HTTP without anybody having logged in."""

    def __init__(self, processes: Processes, stack: AsyncExitStack) -> None:
        super().__init__(processes, {}, stack)
        self.processes = processes

    async def desk(self, who: Player, *, fresh: bool = False) -> StaffDesk:
        """Somebody's software with a token of its own."""
        desk = BearerDesk(self.origin, self.processes.issuer.token_of(who))
        return await self._stack.enter_async_context(desk)


@pytest.fixture
async def bearers(processes: Processes) -> AsyncIterator[BearerHouse]:
    """Software and builders of one test."""
    async with AsyncExitStack() as stack:
        yield BearerHouse(processes, stack)
