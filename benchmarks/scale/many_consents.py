"""A million consents and ten million readings in consent's own tables, logged and signed by its own sequencer.

They are made of one consent that was really given, straight in the tables, and stay in the cache folder for the next
run.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sys
import time
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks.house import BenchHouse
from benchmarks.peers import admin_url_of
from deploy.local.failures import RunnerError
from deploy.local.paths import cache_folder
from services.common.database import queries_beside

SQL = queries_beside(__file__)

READINGS_EACH = 10
BYTES_EACH = 24_000
"""On disk for a consent with its ten readings while it is filled: 10.7 kB of rows, entries of the ledger and indexes,
the same again for the bare side, and some room."""
_AT_ONCE = 2_000
_MOST_WAITING = 100_000
_SEQUENCING_SECONDS = 3600.0
BARE = "lotse_bare_consent"


class ManyConsents:
    """The folder of one size, and what it is filled with."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.folder = cache_folder() / "benchmarks" / f"consents-{count}"
        self._filled = self.folder / "filled"

    def case_id(self, number: int) -> str:
        """The case of one of the consents."""
        return _id("case", number % self.count)

    def referral_id(self, number: int) -> str:
        """Its referral."""
        return _id("referral", number % self.count)

    @property
    def is_filled(self) -> bool:
        """Whether an earlier run left it, made by the same statements."""
        return self._filled.is_file() and self._filled.read_text() == _made_by()

    def require_room(self) -> None:
        """Empties what a stopped run left; raises RunnerError where the disk is too small."""
        if self.is_filled:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        needed, free = self.count * BYTES_EACH + 1_000_000_000, shutil.disk_usage(self.folder).free
        if free < needed:
            raise RunnerError(f"{needed / 1e9:.0f} GB are needed at {self.folder}, and {free / 1e9:.0f} GB are free.")

    async def fill(self, house: BenchHouse) -> None:
        """Does nothing where an earlier run did it."""
        if self.is_filled:
            return
        started = time.monotonic()
        [story] = await house.handed_over(1)
        _say("a case that was handed over", started)
        await asyncio.to_thread(leave_consent_alone, house)
        url, started = admin_url_of(house, "lotse_consent"), time.monotonic()
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set jit = off")
            await connection.execute(SQL.keep_pattern, story.case_id)
            await self._add(connection)
            await _sequenced(connection, 0)
            _say(f"{self.count:,} consents and {self.count * READINGS_EACH:,} readings, logged and signed", started)
            await connection.execute("vacuum (freeze, analyze)")
            await connection.execute("checkpoint")
            size = await connection.fetchval(SQL.bytes_on_disk)
        finally:
            await connection.close()
        await self._copy_for_the_bare_side(house)
        _say(f"indexes, statistics and the bare side's copy; {size / 1e6:,.0f} MB", started)
        self._filled.write_text(_made_by())

    async def _add(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        """Consents and readings of them by turns, as they come in operation: the journal follows only the former."""
        consent = await connection.fetchval(SQL.format_leaf_hash, "consent_revision", "granted")
        add_consents = await connection.fetchval(SQL.format_add_consents, consent)
        reading = await connection.fetchval(SQL.format_leaf_hash, "disclosure", "disclosed")
        add_readings = await connection.fetchval(SQL.format_add_disclosures, reading)
        indexes = await connection.fetch(SQL.list_indexes, "disclosure")
        for index in indexes:
            await connection.execute(index["remove"])
        for first in range(0, self.count, _AT_ONCE):
            after = min(first + _AT_ONCE, self.count)
            await connection.execute(SQL.add_cases, first, after - 1)
            await connection.execute(add_consents, first, after - 1)
            await connection.execute(add_readings, first * READINGS_EACH, after * READINGS_EACH - 1, after)
            await _sequenced(connection, _MOST_WAITING)
        for index in indexes:
            await connection.execute(index["make"])

    async def _copy_for_the_bare_side(self, house: BenchHouse) -> None:
        """The same rows and indexes in a database that nobody sequences."""
        whole = house.constellation
        whole.stop("consent")
        admin = await asyncpg.connect(whole.admin_url, timeout=600)
        try:
            await admin.execute(f'drop database if exists "{BARE}" with (force)')
            await admin.execute(f'create database "{BARE}" template lotse_consent strategy file_copy')
        finally:
            await admin.close()
        whole.start("consent")
        await asyncio.to_thread(whole.wait_for, ["consent"])


def leave_consent_alone(house: BenchHouse) -> None:
    """Ends whoever would go through all that is added, as it is nothing of theirs."""
    for name in ("gateway", "referrals"):
        if house.pids(name):
            house.constellation.stop(name)


async def prepare_bare(house: BenchHouse) -> str:
    """The address of the bare side's database, as its administrator."""
    url = admin_url_of(house, BARE)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(SQL.forget_bare_entries)
    finally:
        await connection.close()
    return url


async def until_sequenced(house: BenchHouse) -> None:
    """Returns when nothing waits for its position; the sequencer of a service that just began reads the log first."""
    connection = await asyncpg.connect(admin_url_of(house, "lotse_consent"))
    try:
        await _sequenced(connection, 0)
    finally:
        await connection.close()


async def _sequenced(connection: asyncpg.Connection[asyncpg.Record], most: int) -> None:
    async with asyncio.timeout(_SEQUENCING_SECONDS):
        while await connection.fetchval(SQL.count_pending) > most:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.2)


def _id(kind: str, number: int) -> str:
    """As PostgreSQL makes it of the same words."""
    return str(UUID(hashlib.md5(f"{kind}/{number}".encode(), usedforsecurity=False).hexdigest()))


def _made_by() -> str:
    return hashlib.sha256(Path(__file__).with_suffix(".sql").read_bytes()).hexdigest()


def _say(what: str, since: float) -> None:
    sys.stderr.write(f"{what}: {time.monotonic() - since:.0f} s\n")
