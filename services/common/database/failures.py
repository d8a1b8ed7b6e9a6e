"""Turns "the database is not there" into one typed error; everything that a caller can mend passes through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import asyncpg

from services.common.errors import Unavailable

_AWAY = (
    asyncpg.PostgresConnectionError,  # class 08, also the client's own "connection was closed in the middle"
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    # The server ended the connection between two statements (a transaction took too long), and the next statement came
    # before the end of the connection was seen.
    asyncpg.InternalClientError,
)
_AGAIN = (
    asyncpg.TransactionTimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


@contextmanager
def translated_failures() -> Iterator[None]:
    """Raises `Unavailable` with a retry hint where the database was away, too slow, or asks to try again.

    Whether a write whose connection broke was committed is unknown; that is why mutations carry `request_id`.
    The cause is kept out of the chain: its text can hold a statement.
    """
    try:
        yield
    except (*_AWAY, OSError, TimeoutError):
        raise Unavailable(retry_after=timedelta(seconds=1)) from None
    except _AGAIN:
        raise Unavailable(retry_after=timedelta(milliseconds=200)) from None
    except asyncpg.InterfaceError as error:
        if "clos" in str(error):  # the pool is closing, or the connection was closed beneath us
            raise Unavailable(retry_after=timedelta(seconds=1)) from None
        raise
