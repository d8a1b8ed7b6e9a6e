"""Where the program gets the time from, so that tests can move it. Legal times come from the database instead."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time in UTC, aware of its zone."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time in UTC, aware of its zone."""
        return datetime.now(UTC)
