import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from services.common.database import SERVICE_SCOPE, Database
from services.common.ledger import (
    BrokenJournalError,
    Checkpoint,
    CheckpointFile,
    Journal,
    LedgerBrokenError,
    NoteSigner,
    Outside,
    Sequencer,
    read_journal,
)
from services.common.ledger.checkpoint_file import read_checkpoints
from services.common.ledger.log_state import LogState
from services.common.ledger.sequencer import LedgerBehindError, load_state
from tests.support.ledger import SIGNER, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf, TestDatabase

LEADER = """
import asyncio, sys
from pathlib import Path
from services.common.database import DatabaseTarget
from services.common.ledger import Sequencer
from tests.support.ledger import SIGNER
target = DatabaseTarget("test", "kit", sys.argv[1], Path(sys.argv[2]))
asyncio.run(Sequencer(target, SIGNER, period_seconds=0.02).run())
"""


async def write_many(database: Database, count: int) -> None:
    for number in range(count):
        async with database.transaction(SERVICE_SCOPE) as tx:
            await write_event(tx, text=str(number))


async def test_positions_have_no_gap_and_every_batch_is_signed(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.opened("run") as database, given.administered() as admin:
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
            await asyncio.gather(*(write_many(database, 25) for _ in range(8)))
            await logged(admin, 200)
        leaves = await admin.fetch("select seq, leaf_hash, chain from log_leaf order by seq")
        state = LogState()
        roots = {}
        for row in leaves:
            assert row["seq"] == state.size
            assert state.append(row["leaf_hash"]) == row["chain"]
            roots[state.size] = state.frontier.root()
        notes = await admin.fetch("select size, root, signed_note from log_checkpoint order by size")
        assert [Checkpoint.parse(SIGNER.verifier.open(row["signed_note"])) for row in notes] == [
            Checkpoint(SIGNER.name, row["size"], roots[row["size"]]) for row in notes
        ]
        assert notes[-1]["size"] == 200
        assert await admin.fetchval("select count(*) from log_pending") == 0


async def test_transaction_left_open_elsewhere_stops_nothing(database_of: DatabaseOf) -> None:
    given, other = await database_of("kit"), await database_of("kit")
    async with (
        given.opened("run") as database,
        given.administered() as admin,
        given.administered() as idle,
        other.administered() as elsewhere,
        idle.transaction(),
        elsewhere.transaction(),
    ):
        await idle.execute("create table never_committed ()")
        await elsewhere.execute("create table never_committed ()")
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
            await write_many(database, 5)
            await logged(admin, 5, seconds=3)


async def test_late_commit_is_behind_those_before_and_not_lost(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.opened("run") as database, given.administered() as admin:
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
            async with database.transaction(SERVICE_SCOPE) as late_tx:
                late = await write_event(late_tx)
                async with database.transaction(SERVICE_SCOPE) as tx:
                    early = await write_event(tx)
                await logged(admin, 1)
            await logged(admin, 2)
        rows = await admin.fetch("select row_id from log_leaf order by seq")
        assert [row["row_id"] for row in rows] == [early, late]


async def test_writer_that_never_commits_is_ended_by_the_server(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.connected("run") as connection:
        assert await connection.fetchval("show transaction_timeout") == "5s"


async def test_killed_leader_is_replaced_and_the_log_goes_on(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.opened("run") as database, given.administered() as admin:
        command = [sys.executable, "-c", LEADER, given.target.database_url, str(given.target.database_passwords_dir)]
        leader = subprocess.Popen(command, cwd=Path(__file__).parents[4])  # noqa: ASYNC220 - starts within microseconds
        try:
            await write_many(database, 3)
            await logged(admin, 3, seconds=20)
            async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
                writing = asyncio.create_task(write_many(database, 60))
                await asyncio.sleep(0.1)
                os.kill(leader.pid, signal.SIGKILL)
                await writing
                await logged(admin, 63)
        finally:
            leader.kill()
            leader.wait()
        async with given.connected("sequencer") as connection:
            assert (await load_state(connection)).size == 63


async def test_leader_whose_connection_was_ended_leads_again(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with (
        given.opened("run") as database,
        given.administered() as admin,
        sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)),
    ):
        await write_many(database, 2)
        await logged(admin, 2)
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
            "kit-ledger-sequencer",
        )
        await write_many(database, 2)
        await logged(admin, 4)


async def test_log_that_was_changed_is_not_signed_on(database_of: DatabaseOf) -> None:
    given = await logged_database(database_of, 3)
    async with given.administered() as admin, given.connected("sequencer") as connection:
        await admin.execute("update log_leaf set leaf_hash = sha256('other') where seq = 1")
        with pytest.raises(LedgerBrokenError, match="position 1"):
            await load_state(connection)


async def test_log_that_was_cut_is_not_signed_on(database_of: DatabaseOf) -> None:
    given = await logged_database(database_of, 3)
    async with given.administered() as admin, given.connected("sequencer") as connection:
        await admin.execute("delete from log_leaf where seq = 2")
        with pytest.raises(LedgerBrokenError, match="not the one that was signed last"):
            await load_state(connection)


async def test_run_role_cannot_touch_the_log(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.connected("run") as connection:
        for statement in ("delete from log_pending", "delete from log_leaf", "update log_leaf set seq = seq + 1"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_checkpoints_and_journal_follow_outside_and_catch_up(database_of: DatabaseOf, tmp_path: Path) -> None:
    given = await database_of("kit")
    checkpoints, journal = tmp_path / "checkpoints", tmp_path / "journal"
    outside: list[Outside] = [CheckpointFile(checkpoints, SIGNER.verifier), Journal(journal, SIGNER, {"event"})]
    async with given.opened("run") as database, given.administered() as admin:
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
            await write_many(database, 2)
            await logged(admin, 2)
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=outside)):
            await write_many(database, 3)
            await logged(admin, 5)
            await asyncio.sleep(0.3)
        with journal.open("ab") as file:
            file.write(b'{"cut')
        with checkpoints.open("ab") as file:
            file.write(b"cut")
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=outside)):
            await write_many(database, 1)
            await logged(admin, 6)
            await asyncio.sleep(0.3)
        rows = await admin.fetch("select seq, row_id, leaf_hash from log_leaf order by seq")
    entries = list(read_journal(journal, SIGNER.verifier))
    assert [(entry.seq, entry.row_id, entry.leaf_hash) for entry in entries] == [tuple(row) for row in rows]
    sizes = [checkpoint.size for checkpoint in read_checkpoints(checkpoints, SIGNER.verifier)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 6


async def test_journal_with_a_line_taken_out_does_not_hold(database_of: DatabaseOf, tmp_path: Path) -> None:
    given = await logged_database(database_of, 4)
    path = tmp_path / "journal"
    async with given.connected("sequencer") as connection:
        await Journal(path, SIGNER, {"event"}).follow(connection)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], *lines[2:]]))
    with pytest.raises(BrokenJournalError, match="Line 2"):
        list(read_journal(path, SIGNER.verifier))


async def test_log_goes_on_while_the_journal_cannot_be_written(database_of: DatabaseOf, tmp_path: Path) -> None:
    given = await database_of("kit")
    folder = tmp_path / "not there"
    journal = Journal(folder / "journal", SIGNER, {"event"})
    async with (
        given.opened("run") as database,
        given.administered() as admin,
        sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=[journal])),
    ):
        await write_many(database, 2)
        await logged(admin, 2)
        folder.mkdir()
        await asyncio.sleep(0.3)
    assert len(list(read_journal(folder / "journal", SIGNER.verifier))) == 2


async def test_log_does_not_wait_for_a_disk_that_hangs_and_the_alarm_is_raised(
    database_of: DatabaseOf, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = await database_of("kit")
    journal = tmp_path / "journal"
    async with given.opened("run") as database, given.administered() as admin:
        sequencer = Sequencer(given.target, SIGNER, period_seconds=0.02, outside=[Journal(journal, SIGNER, {"event"})])
        try:
            async with sequencing(sequencer):
                await write_many(database, 1)
                await logged(admin, 1)
                await asyncio.sleep(0.3)
                journal.unlink()
                os.mkfifo(journal)  # opening it waits until somebody opens its other end
                for size in range(2, 6):
                    await write_many(database, 1)
                    await logged(admin, size, seconds=2)
                    await asyncio.sleep(0.5)
        finally:
            os.close(os.open(journal, os.O_RDWR | os.O_NONBLOCK))
    assert "ledger.outside_behind" in "".join(capfd.readouterr())


async def test_older_copy_of_the_log_is_not_signed_on(database_of: DatabaseOf, tmp_path: Path) -> None:
    given = await logged_database(database_of, 4)
    outside: list[Outside] = [
        CheckpointFile(tmp_path / "checkpoints", SIGNER.verifier),
        Journal(tmp_path / "journal", SIGNER, {"event"}),
    ]
    async with given.connected("sequencer") as connection:
        for each in outside:
            await each.follow(connection)
    older = await logged_database(database_of, 2)
    async with older.connected("sequencer") as connection:
        for each in outside:
            with pytest.raises(LedgerBehindError):
                await Sequencer(older.target, SIGNER, outside=[each])._lead(connection)


async def test_log_goes_on_while_the_file_of_checkpoints_does_not_hold(
    database_of: DatabaseOf, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = await database_of("kit")
    path = tmp_path / "checkpoints"
    path.write_bytes(b"written by somebody else\x00")
    file = CheckpointFile(path, SIGNER.verifier)
    async with (
        given.opened("run") as database,
        given.administered() as admin,
        sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=[file])),
    ):
        await write_many(database, 1)
        await logged(admin, 1)
        await asyncio.sleep(0.2)
    said = "".join(capfd.readouterr())
    assert "ledger.outside_behind" in said
    assert "leader.failed" not in said


async def logged_database(database_of: DatabaseOf, count: int, signer: NoteSigner = SIGNER) -> TestDatabase:
    given = await database_of("kit")
    async with given.opened("run") as database, given.administered() as admin:
        await write_many(database, count)
        async with sequencing(Sequencer(given.target, signer, period_seconds=0.02)):
            await logged(admin, count)
    return given
