"""Remembering that somebody does not answer, so that not everybody waits in turn to hear nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 5.0


class Silence:
    """The silence of one server. After some seconds one is let through to ask, and the others once it was answered."""

    def __init__(self, silent: type[Exception], seconds: float = SECONDS) -> None:
        """`silent`: what is raised when no answer came in time; any other error is an answer."""
        self._silent = silent
        self._seconds = seconds
        self._until = 0.0

    @contextmanager
    def asking(self, away: Exception) -> Iterator[None]:
        """Raises `away` at once while the silence lasts, and when there was none in time."""
        now = time.monotonic()
        if now < self._until:
            raise away
        if self._until:
            self._until = now + self._seconds
        try:
            yield
        except self._silent:
            self._until = time.monotonic() + self._seconds
            raise away from None
        except Exception:
            self._until = 0.0
            raise
        self._until = 0.0

    def end(self) -> None:
        """An answer came by another way."""
        self._until = 0.0
