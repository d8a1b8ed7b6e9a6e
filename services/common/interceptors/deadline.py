"""No call without a deadline, and none begun that cannot end in time."""

import asyncio
import time
from contextvars import ContextVar
from typing import Any

from services.common.errors import DeadlineExceeded, DeadlineTooShort
from services.common.interceptors.around import AroundInterceptor, Context, Proceed

LEAST_SECONDS = 0.1
_ends_at: ContextVar[float | None] = ContextVar("lotse_deadline", default=None)


def remaining_seconds() -> float | None:
    """Time left of the call that is being handled; None outside of one."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()


class DeadlineInterceptor(AroundInterceptor):
    """Refuses calls with under 100 ms left; a call without a deadline gets the longest one there is."""

    def __init__(self, longest_seconds: float = 30.0, longer: dict[str, float] | None = None) -> None:
        """`longer` names methods that may take longer, such as imports."""
        self._longest = longest_seconds
        self._longer = longer or {}

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Bound the handler and what it calls."""
        asked = context.time_remaining()
        longest = self._longer.get(method, self._longest)
        seconds = longest if asked is None else min(asked, longest)
        if seconds < LEAST_SECONDS:
            raise DeadlineTooShort
        token = _ends_at.set(time.monotonic() + seconds)
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await proceed(request, context)
        except TimeoutError:
            if not limit.expired():
                raise  # a fault of the handler, which must not look like the caller's haste
            raise DeadlineExceeded from None
        finally:
            _ends_at.reset(token)
