"""A service with too little time left refuses early, whatever the caller's own channel would have done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.common.errors import DeadlineExceeded, DeadlineTooShort
from services.common.interceptors import DeadlineInterceptor
from services.common.interceptors.deadline import remaining_seconds


class Call:
    """What gRPC says of the time that a caller gives."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds

    def time_remaining(self) -> float | None:
        return self._seconds


async def left(seconds: float | None, *, method: str = "/s/Ask", takes: float = 0, **options: Any) -> float:
    async def proceed(*_: Any) -> float:
        await asyncio.sleep(takes)
        return remaining_seconds() or 0

    call: Any = Call(seconds)
    found: float = await DeadlineInterceptor(**options).around(method, b"", call, proceed)
    return found


async def test_a_call_with_under_a_hundred_milliseconds_left_is_not_begun() -> None:
    with pytest.raises(DeadlineTooShort):
        await left(0.09)


async def test_a_handler_is_ended_at_the_time_its_caller_gave() -> None:
    with pytest.raises(DeadlineExceeded):
        await left(0.2, takes=5)


@pytest.mark.parametrize(
    ("given", "method", "wanted"),
    [(None, "/s/Ask", 30), (600, "/s/Ask", 30), (5, "/s/Ask", 5), (None, "/s/Import", 90), (600, "/s/Import", 90)],
)
async def test_no_call_is_without_an_end(given: float | None, method: str, wanted: float) -> None:
    assert await left(given, method=method, longer={"/s/Import": 90.0}) == pytest.approx(wanted, abs=1)


async def test_outside_of_a_call_no_time_is_running() -> None:
    assert remaining_seconds() is None
