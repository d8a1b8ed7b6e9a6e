"""A service inside the process of a test, which a test takes away and brings back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass


@dataclass
class Running:
    """A service that can be stopped and started again."""

    start_it: Callable[[AsyncExitStack], Awaitable[None]]
    stack: AsyncExitStack | None = None

    async def start(self) -> None:
        stack = AsyncExitStack()
        await self.start_it(stack)
        self.stack = stack

    async def stop(self) -> None:
        stack, self.stack = self.stack, None
        if stack is not None:
            await stack.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()
