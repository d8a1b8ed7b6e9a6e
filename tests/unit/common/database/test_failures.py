"""What the database does not do just now is said as one error that names no statement."""

from __future__ import annotations

import asyncpg
import pytest

from services.common.database.failures import translated_failures
from services.common.errors import Unavailable


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(asyncpg.TransactionTimeoutError("secret"), id="the transaction took too long"),
        pytest.param(
            asyncpg.InternalClientError("cannot switch to state 11; another operation (12) is in progress"),
            id="the server said so before the statement after it was sent",  # seen with 4,000 requests at once
        ),
        pytest.param(asyncpg.InterfaceError("connection is closed"), id="the connection was closed beneath us"),
        pytest.param(ConnectionResetError("secret"), id="the network broke"),
    ],
)
def test_whoever_asks_is_told_to_come_again(error: Exception) -> None:
    with pytest.raises(Unavailable) as away, translated_failures():
        raise error
    assert away.value.retry_after is not None
    assert away.value.__cause__ is None


def test_our_own_faults_are_not_taken_for_the_databases() -> None:
    with pytest.raises(asyncpg.UndefinedColumnError), translated_failures():
        raise asyncpg.UndefinedColumnError("no such column")
