"""Every statement of the gateway fits its migrated schema and its roles' rights."""

from __future__ import annotations

import asyncpg
import pytest

from gateway.sessions.store.sessions import SQL
from tests.support.postgres import DatabaseOf


async def test_every_statement_prepares_as_the_role_that_runs_it(database_of: DatabaseOf) -> None:
    database = await database_of("gateway")
    for name, sql in SQL:
        role = "worker" if name == "delete_expired" else "run"
        async with database.connected(role) as connection:
            await connection.prepare(sql)


async def test_the_worker_reads_no_session(database_of: DatabaseOf) -> None:
    database = await database_of("gateway")
    async with database.connected("worker") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select sealed from session")
