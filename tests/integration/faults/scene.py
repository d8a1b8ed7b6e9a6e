"""One act of people that the death of a process may interrupt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.common.errors import LotseError
from tests.integration.referrals.world import World
from tests.support.processes import Processes

AGAIN = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "DEADLINE_TOO_SHORT"}
"""Reasons that ask to come again."""

Step = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """What is done, to be done again until it works, and what holds afterwards."""

    do: Step
    check: Step


Act = Callable[[World, Processes], Awaitable[Scene]]


async def refused(call: Awaitable[object]) -> str:
    """The reason of what must not work; that somebody is away is none, and raised on."""
    try:
        await call
    except LotseError as error:
        if error.reason in AGAIN:
            raise
        return error.reason
    raise AssertionError("it was not refused")
