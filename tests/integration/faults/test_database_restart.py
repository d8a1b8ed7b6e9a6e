"""PostgreSQL restarts while people work: nothing that was acknowledged is lost, and nobody is needed to go on.

The server keeps what it acknowledged (see tests/support/processes.py), so a crash of it is what it is in operation.
"""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from tests.integration.faults.load import Load
from tests.integration.faults.points import look_for_damage
from tests.support.bearer_house import BearerHouse


@pytest.mark.parametrize("mode", ["fast", "immediate", "backend"])
async def test_nothing_acknowledged_is_lost_when_the_database_restarts_under_load(
    mode: str, bearers: BearerHouse
) -> None:
    incidents, load = bearers.processes.incidents(), Load(bearers)
    async with load.at_work():
        await asyncio.sleep(2)
        await bearers.processes.restart_postgres(mode, away_seconds=1.5)
        back = monotonic()
        async with asyncio.timeout(30):
            while load.worked_at < back:  # noqa: ASYNC110 - the others are watched
                await asyncio.sleep(0.05)
        await asyncio.sleep(2)
    assert load.answers[503], "nobody noticed"
    assert load.sections
    assert load.consents
    assert load.withdrawals
    assert load.reads
    assert await load.lost() == []
    assert bearers.processes.incidents() == incidents
    await look_for_damage(bearers.processes)
