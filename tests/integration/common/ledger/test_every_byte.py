"""A small ledger of which every byte is changed in turn: of rows, entries, checkpoints, and the files outside."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from services.common.database import SERVICE_SCOPE, Connection
from services.common.ledger import (
    BrokenJournalError,
    CheckpointFile,
    Finding,
    Journal,
    Outside,
    Sequencer,
    What,
    read_journal,
    verify_ledger,
)
from tests.support.ledger import READERS, SIGNER, erase_event, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf, TestDatabase

LENGTHS = {"uuid": 16, "int2": 2, "int8": 8, "timestamptz": 8}
FLIPPED = {
    "uuid": "encode(set_byte(decode(replace({c}::text, '-', ''), 'hex'), {i}, "
    "get_byte(decode(replace({c}::text, '-', ''), 'hex'), {i}) # 1), 'hex')::uuid",
    "int2": "{c} # (1 << (8 * {i}))::smallint",
    "int8": "{c} # (1::bigint << (8 * {i}))",
    "timestamptz": "{c} + make_interval(secs => (1::bigint << (8 * {i})) / 1000000.0)",
    "bytea": "set_byte({c}, {i}, get_byte({c}, {i}) # 1)",
    "text": "convert_from(set_byte(convert_to({c}, 'UTF8'), {i}, get_byte(convert_to({c}, 'UTF8'), {i}) # 1), 'UTF8')",
}
UNSIGNED = {("log_checkpoint", "at")}
"""When a checkpoint was made is for people; nothing relies on it but whether a file outside may still be missing."""


@dataclass
class Small:
    admin: Connection
    reader: Connection
    checkpoints: Path
    journal: Path
    rows: list[UUID]

    async def findings(self) -> list[Finding]:
        """What does not fit, the lowest position first."""
        report = await verify_ledger(self.reader, READERS, SIGNER.verifier, checkpoint_file=self.checkpoints)
        return sorted(report.findings, key=lambda finding: (finding.seq is None, finding.seq or 0))


@asynccontextmanager
async def a_ledger(given: TestDatabase, folder: Path, first: int) -> AsyncIterator[Small]:
    """So many events, one more, and the erasure of the second by the rules, each signed for itself."""
    checkpoints, journal = folder / "checkpoints", folder / "journal"
    outside: list[Outside] = [
        CheckpointFile(checkpoints, SIGNER.verifier),
        Journal(journal, SIGNER, {"event", "erased"}),
    ]
    async with (
        given.opened("run", "eraser") as database,
        given.administered() as admin,
        given.connected("worker") as reader,
    ):
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=outside)):
            async with database.transaction(SERVICE_SCOPE) as tx:
                rows = [await write_event(tx, text="said", seconds_ago=60) for _ in range(first)]
            await logged(admin, first)
            async with database.transaction(SERVICE_SCOPE) as tx:
                rows.append(await write_event(tx, text="more", seconds_ago=60))
            await logged(admin, first + 1)
            async with database.transaction(SERVICE_SCOPE, "eraser") as tx:
                await erase_event(tx, rows[1])
            await logged(admin, first + 2)
            await asyncio.sleep(0.3)
        small = Small(admin, reader, checkpoints, journal, rows)
        assert await small.findings() == []
        yield small


@pytest.fixture
async def small(database_of: DatabaseOf, tmp_path: Path) -> AsyncIterator[Small]:
    async with a_ledger(await database_of("kit"), tmp_path, 2) as small:
        yield small


async def changed_in_turn(small: Small, table: str) -> AsyncIterator[tuple[int, str]]:
    """The table with one byte changed, each byte in turn: number of the row, and name of the column."""
    columns = await small.admin.fetch(
        "select attname as name, typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid "
        "where attrelid = $1::text::regclass and attnum > 0 order by attnum",
        table,
    )
    rows = await small.admin.fetch(f"select ctid as place, t.* from {table} t order by ctid")  # noqa: S608
    for number, row in enumerate(rows):
        place = row["place"]
        for name, kind in columns:
            value = row[name]
            if (table, name) in UNSIGNED or value is None:
                continue
            undo = f"update {table} set {name} = $2 where ctid = $1 returning ctid"  # noqa: S608
            for index in range(LENGTHS.get(kind) or len(value if isinstance(value, bytes) else value.encode())):
                change = FLIPPED[kind].format(c=name, i=index)
                try:
                    changed = await small.admin.fetchval(
                        f"update {table} set {name} = {change} where ctid = $1 returning ctid",  # noqa: S608
                        place,
                    )
                except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
                    continue  # the database itself refused
                yield number, name
                place = await small.admin.fetchval(undo, changed, value)


@pytest.mark.parametrize("table", ["event", "log_leaf", "log_erased"])
async def test_every_changed_byte_of_rows_and_entries_is_found_at_its_position(small: Small, table: str) -> None:
    positions = {"event": [{0}, {2}], "log_leaf": [{0}, {1}, {2}, {3}], "log_erased": [{1, 3}]}[table]
    tried, wrong = 0, []
    async for number, column in changed_in_turn(small, table):
        tried += 1
        found = await small.findings()
        if not found or found[0].seq not in positions[number]:
            wrong.append((number, column, [str(each) for each in found]))
    assert tried > 80
    assert wrong == []


async def test_every_changed_byte_of_a_checkpoint_is_found(small: Small) -> None:
    tried, wrong = 0, []
    async for number, column in changed_in_turn(small, "log_checkpoint"):
        tried += 1
        found = await small.findings()
        if What.CHECKPOINT not in {each.what for each in found}:
            wrong.append((number, column, [str(each) for each in found]))
    assert tried > 400
    assert wrong == []


async def test_every_changed_byte_of_a_stored_node_is_found(database_of: DatabaseOf, tmp_path: Path) -> None:
    async with a_ledger(await database_of("kit"), tmp_path, 256) as larger:
        tried, wrong = 0, []
        async for number, column in changed_in_turn(larger, "log_node"):
            tried += 1
            found = await larger.findings()
            if {each.what for each in found} != {What.NODE}:
                wrong.append((number, column, [str(each) for each in found]))
    assert tried > 30
    assert wrong == []


def every_change(file: Path) -> Iterator[int]:
    """The file with one byte changed, each byte in turn."""
    whole = file.read_bytes()
    for index in range(len(whole)):
        file.write_bytes(whole[:index] + bytes([whole[index] ^ 1]) + whole[index + 1 :])
        yield index
    file.write_bytes(whole)


async def test_every_changed_byte_of_the_file_outside_is_found(small: Small) -> None:
    unseen = [
        index
        for index in every_change(small.checkpoints)
        if What.CHECKPOINT not in {each.what for each in await small.findings()}
    ]
    assert unseen == []
    assert await small.findings() == []


async def test_every_changed_byte_of_the_journal_is_found(small: Small) -> None:
    entries = list(read_journal(small.journal, SIGNER.verifier))
    assert len(entries) == 4
    for _ in every_change(small.journal):
        with pytest.raises(BrokenJournalError):
            list(read_journal(small.journal, SIGNER.verifier))
    assert list(read_journal(small.journal, SIGNER.verifier)) == entries


async def test_what_a_crash_left_unfinished_is_no_finding(small: Small) -> None:
    for cut in (1, 30, 100, 150):
        small.checkpoints.write_bytes((whole := small.checkpoints.read_bytes())[:-cut])
        assert await small.findings() == []
        small.checkpoints.write_bytes(whole)
        small.journal.write_bytes((lines := small.journal.read_bytes())[:-cut])
        assert len(list(read_journal(small.journal, SIGNER.verifier))) == 3
        small.journal.write_bytes(lines)
