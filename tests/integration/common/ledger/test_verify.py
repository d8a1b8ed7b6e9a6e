"""Somebody with every right on the database changes something; verification says what and where."""

import asyncio
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.database import SERVICE_SCOPE
from services.common.ledger import NoteSigner, Sequencer, What, leaf_hash, verify_ledger
from services.common.ledger.copy import copy_rows
from services.common.ledger.verify import RowReader
from tests.integration.common.ledger.events import COUNT, Logged
from tests.support.ledger import READERS, SIGNER, erase_event, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf


async def swap(log: Logged, one: int, two: int) -> None:
    for old, new in ((one, 1000), (two, one), (1000, two)):
        await log.admin.execute("update log_leaf set seq = $2 where seq = $1", old, new)


async def insert_logged_row(log: Logged, seq: int) -> UUID:
    """A row with a fitting entry at a position of the intruder's choice; later ones move up."""
    await log.admin.execute("update log_leaf set seq = seq + 1000 where seq >= $1", seq)
    row = await write_event(log.admin)
    await log.admin.execute(
        """
        with taken as (delete from log_pending returning *)
        insert into log_leaf (seq, kind, case_id, row_id, revision, leaf_hash, chain)
        select $1, kind, case_id, row_id, revision, leaf_hash, leaf_hash from taken
        """,
        seq,
    )
    await log.admin.execute("update log_leaf set seq = seq - 999 where seq >= 1000")
    return row


async def remove_entry_and_close_up(log: Logged, seq: int) -> None:
    await log.admin.execute("delete from log_leaf where seq = $1", seq)
    await log.admin.execute("update log_leaf set seq = seq + 1000 where seq > $1", seq)
    await log.admin.execute("update log_leaf set seq = seq - 1001 where seq > 1000")


async def test_untouched_log_is_intact(log: Logged) -> None:
    report = await log.verify()
    assert report.intact, report.findings
    assert (report.entries, report.rows, report.erased, report.waiting) == (COUNT, COUNT, 0, 0)
    assert report.checkpoints >= 3


@pytest.mark.parametrize(
    "change",
    [
        "text = 'other'",
        "text = null",
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "at = '-infinity'",
        "at = '294270-01-01'",
        "salt = sha256('other')",
        "salt = set_byte(salt, 3, 255 - get_byte(salt, 3))",
        "case_id = gen_random_uuid()",
    ],
)
async def test_changed_row_is_named(log: Logged, change: str) -> None:
    await log.admin.execute(f"update event set {change} where id = $1", log.rows[4])  # noqa: S608 - from the list above
    report = await log.verify()
    assert report.first is not None
    assert (report.first.what, report.first.row_id, report.first.seq) == (What.CHANGED, log.rows[4], 4)
    assert len(report.findings) == 1
    assert str(report.first).startswith(f"changed: event {log.rows[4]} revision 1 at position 4")


@pytest.mark.parametrize(
    "change",
    [
        "update log_leaf set leaf_hash = set_byte(leaf_hash, 9, 255 - get_byte(leaf_hash, 9)) where seq = 2",
        "update log_leaf set chain = set_byte(chain, 9, 255 - get_byte(chain, 9)) where seq = 2",
    ],
)
async def test_one_byte_of_an_entry_is_found(log: Logged, change: str) -> None:
    await log.admin.execute(change)
    first = (await log.verify()).first
    assert first is not None
    assert (first.row_id, first.seq) == (log.rows[2], 2)


async def test_row_and_entry_changed_together_are_named(log: Logged) -> None:
    await change_with_entry(log, 4)
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.row_id, first.seq) == (What.CHANGED, log.rows[4], 4)


async def test_case_of_an_entry_that_was_changed_is_named(log: Logged) -> None:
    await log.admin.execute("update log_leaf set case_id = gen_random_uuid() where seq = 2")
    report = await log.verify()
    assert [(finding.what, finding.row_id, finding.seq) for finding in report.findings] == [
        (What.CHANGED, log.rows[2], 2)
    ]


async def test_case_of_the_entry_of_an_erased_row_is_compared_too(log: Logged) -> None:
    await erase_event(log.admin, log.rows[2])
    async with sequencing(Sequencer(log.given.target, SIGNER, period_seconds=0.02)):
        await logged(log.admin, COUNT + 1)
    await log.admin.execute("update log_leaf set case_id = gen_random_uuid() where seq = 2")
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.row_id, first.seq) == (What.CHANGED, log.rows[2], 2)


async def test_row_entry_and_chain_changed_together_are_named_within_their_batch(log: Logged) -> None:
    await change_with_entry(log, 4)
    await log.rechain()
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq, first.row_id) == (What.CHANGED, 3, log.rows[3])
    assert "to position 5" in first.detail


async def change_with_entry(log: Logged, seq: int) -> None:
    """Writes the row anew under the same id and puts the new hash into the old entry."""
    case = await log.admin.fetchval("delete from event where id = $1 returning case_id", log.rows[seq])
    await write_event(log.admin, case=case, row=log.rows[seq], text="rewritten")
    new = await log.admin.fetchval("delete from log_pending returning leaf_hash")
    await log.admin.execute("update log_leaf set leaf_hash = $2 where seq = $1", seq, new)


async def test_removed_row_is_named(log: Logged) -> None:
    await log.admin.execute("delete from event where id = $1", log.rows[1])
    report = await log.verify()
    assert report.first is not None
    assert (report.first.what, report.first.row_id, report.first.seq) == (What.REMOVED, log.rows[1], 1)
    assert len(report.findings) == 1


async def test_removed_entry_is_named(log: Logged) -> None:
    await log.admin.execute("delete from log_leaf where seq = 3")
    report = await log.verify()
    assert report.first is not None
    assert (report.first.what, report.first.seq) == (What.REMOVED, 3)


async def test_row_and_entry_removed_and_closed_up_are_found_at_their_place(log: Logged) -> None:
    await log.admin.execute("delete from event where id = $1", log.rows[3])
    await remove_entry_and_close_up(log, 3)
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq) == (What.REMOVED, 3)


async def test_last_row_and_entry_removed_are_found(log: Logged) -> None:
    await log.admin.execute("delete from event where id = $1", log.rows[6])
    await log.admin.execute("delete from log_leaf where seq = 6")
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq) == (What.REMOVED, 6)


@pytest.mark.parametrize(("one", "two"), [(1, 2), (2, 5), (0, 6)])
async def test_moved_entry_is_named(log: Logged, one: int, two: int) -> None:
    await swap(log, one, two)
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq, first.row_id) == (What.MOVED, one, log.rows[two])


async def test_moved_entries_with_a_new_chain_are_found_in_their_batch(log: Logged) -> None:
    await swap(log, 1, 2)
    await log.rechain()
    first = (await log.verify()).first
    assert first is not None
    assert (first.seq, first.row_id) == (0, log.rows[0])


@pytest.mark.parametrize("seq", [0, 2, 6, 7])
async def test_inserted_row_with_entry_is_named(log: Logged, seq: int) -> None:
    row = await insert_logged_row(log, seq)
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq, first.row_id) == (What.INSERTED, seq, row)


async def test_inserted_last_entry_with_fitting_chain_is_named(log: Logged) -> None:
    row = await insert_logged_row(log, 7)
    await log.rechain()
    first = (await log.verify()).first
    assert first is not None
    assert (first.what, first.seq, first.row_id) == (What.INSERTED, 7, row)


async def test_row_taken_out_of_the_queue_is_named_once_it_is_old(log: Logged) -> None:
    async with log.given.opened("run") as database, database.transaction(SERVICE_SCOPE) as tx:
        await write_event(tx)
        old = await write_event(tx, seconds_ago=11)
    assert (await log.verify()).waiting == 2
    await log.admin.execute("delete from log_pending")
    report = await log.verify()
    assert [(finding.what, finding.row_id, finding.seq) for finding in report.findings] == [(What.UNLOGGED, old, None)]
    assert report.waiting == 1


async def test_old_row_whose_entry_waits_is_no_finding(log: Logged) -> None:
    async with log.given.opened("run") as database, database.transaction(SERVICE_SCOPE) as tx:
        await write_event(tx, seconds_ago=11)
    report = await log.verify()
    assert report.intact
    assert report.waiting == 1


async def test_erased_row_is_told_from_a_removed_one(log: Logged) -> None:
    async with log.given.opened("eraser") as database, database.transaction(SERVICE_SCOPE, "eraser") as tx:
        await erase_event(tx, log.rows[2])
    async with sequencing(Sequencer(log.given.target, SIGNER, period_seconds=0.02)):
        await logged(log.admin, COUNT + 1)
    report = await log.verify()
    assert report.intact, report.findings
    assert report.erased == 1
    assert await log.admin.fetchval("select count(*) from event") == COUNT - 1


async def test_erasure_that_was_never_logged_is_found(log: Logged) -> None:
    await erase_event(log.admin, log.rows[2])
    await log.admin.execute("delete from log_pending")
    await log.admin.execute("update log_erased set at = at - interval '11 seconds'")
    report = await log.verify()
    assert [finding.what for finding in report.findings] == [What.UNLOGGED]
    assert report.findings[0].kind == "erased"


async def test_row_that_claims_to_come_from_the_future_does_not_wait_for_ever(log: Logged) -> None:
    row = await write_event(log.admin, seconds_ago=-3600)
    await log.admin.execute("delete from log_pending")
    report = await log.verify()
    assert [(finding.what, finding.row_id) for finding in report.findings] == [(What.UNLOGGED, row)]


async def test_removal_does_not_pass_for_an_erasure_dated_into_the_future(log: Logged) -> None:
    await erase_event(log.admin, log.rows[2])
    await log.admin.execute("delete from log_pending")
    await log.admin.execute("update log_erased set at = at + interval '100 years'")
    report = await log.verify()
    assert [finding.kind for finding in report.findings] == ["erased"]


async def test_old_row_with_a_damaged_salt_and_without_entry_is_named(log: Logged) -> None:
    row = await write_event(log.admin, seconds_ago=11)
    await log.admin.execute("delete from log_pending")
    await log.admin.execute("update event set salt = 'short' where id = $1", row)
    report = await log.verify()
    assert [(finding.what, finding.row_id) for finding in report.findings] == [(What.UNLOGGED, row)]


async def test_file_of_checkpoints_that_is_gone_is_a_finding(log: Logged) -> None:
    await log.admin.execute("update log_checkpoint set at = at - interval '11 seconds'")
    log.outside.unlink()
    report = await log.verify()
    assert [finding.what for finding in report.findings] == [What.CHECKPOINT]


async def test_first_finding_is_the_lowest_also_when_there_are_more_than_are_kept(log: Logged) -> None:
    async with log.given.opened("run") as database, database.transaction(SERVICE_SCOPE) as tx:
        rows = [await write_event(tx) for _ in range(150)]
    async with sequencing(Sequencer(log.given.target, SIGNER, period_seconds=0.02)):
        await logged(log.admin, COUNT + len(rows))
    await log.admin.execute("update event set text = 'other' where id = any($1)", [*log.rows, *rows])
    report = await log.verify()
    assert len(report.findings) <= 100
    assert report.first is not None
    assert (report.first.seq, report.first.row_id) == (0, log.rows[0])


async def test_log_rewritten_and_signed_with_another_key_is_found(log: Logged) -> None:
    other = NoteSigner(SIGNER.name, Ed25519PrivateKey.generate())
    await log.admin.execute("truncate log_checkpoint")
    await insert_logged_row(log, 7)
    await log.admin.execute("truncate log_leaf")
    await reinsert(log, other)
    report = await log.verify()
    assert What.CHECKPOINT in {finding.what for finding in report.findings}


async def test_everything_rewritten_with_the_key_is_contradicted_from_outside(log: Logged) -> None:
    await log.admin.execute("truncate log_checkpoint, log_leaf")
    await log.admin.execute("delete from event where id = $1", log.rows[0])
    await reinsert(log, SIGNER)
    report = await log.verify()
    assert report.first is not None
    async with log.given.connected("worker") as connection:
        assert (await verify_ledger(connection, READERS, SIGNER.verifier)).intact, "control: inside all fits"


async def reinsert(log: Logged, signer: NoteSigner) -> None:
    """Logs all events that are there from nothing."""
    rows = await log.admin.fetch("select case_id, id, revision, text, at, salt from event order by id")
    for row in rows:
        columns = {name: value for name, value in row.items() if name != "salt"}
        await log.admin.execute(
            "insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('event', $1, $2, 1, $3)",
            row["case_id"],
            row["id"],
            leaf_hash("event", columns, row["salt"]),
        )
    async with sequencing(Sequencer(log.given.target, signer, period_seconds=0.02)):
        await logged(log.admin, len(rows))


async def test_forged_checkpoint_is_found(log: Logged) -> None:
    await log.admin.execute("update log_checkpoint set root = sha256('other') where size = 7")
    report = await log.verify()
    assert [finding.what for finding in report.findings] == [What.CHECKPOINT]


async def test_copy_is_checked_like_the_original_which_goes_on(log: Logged, database_of: DatabaseOf) -> None:
    copy = await database_of("kit")
    await copy_rows(log.given.admin_url, copy.admin_url)
    async with copy.connected("worker") as connection:
        assert (await verify_ledger(connection, READERS, SIGNER.verifier, checkpoint_file=log.outside)).intact
    async with copy.administered() as admin:
        await admin.execute("update event set text = overlay(text placing 'X' from 1) where id = $1", log.rows[5])
    async with copy.connected("worker") as connection:
        report = await verify_ledger(connection, READERS, SIGNER.verifier, checkpoint_file=log.outside)
    assert report.first is not None
    assert (report.first.what, report.first.row_id) == (What.CHANGED, log.rows[5])
    assert (await log.verify()).intact


async def test_entries_of_a_kind_that_nobody_reads_are_named(log: Logged) -> None:
    async with log.given.connected("worker") as connection:
        first = (await verify_ledger(connection, [], SIGNER.verifier)).first
    assert first is not None
    assert (first.what, first.seq, first.row_id) == (What.INSERTED, 0, log.rows[0])


@pytest.mark.parametrize(("column", "said"), [("1.5 as at", "no written form"), ("at as ledger_at", "does not give")])
async def test_reader_that_gives_what_has_no_hash_is_refused(log: Logged, column: str, said: str) -> None:
    sql = (
        READERS[0].sql.replace("at as ledger_written_at", column)
        if said == "does not give"
        else (READERS[0].sql.replace("text, at", f"text, {column}"))
    )
    async with log.given.connected("worker") as connection:
        with pytest.raises(ValueError, match=said):
            await verify_ledger(connection, [RowReader("event", sql)], SIGNER.verifier)


async def test_first_of_several_findings_is_the_one_at_the_lowest_position(log: Logged) -> None:
    await log.admin.execute("update event set text = 'other' where id = any($1)", [log.rows[5], log.rows[2]])
    await log.admin.execute("delete from event where id = $1", log.rows[6])
    report = await log.verify()
    assert report.first is not None
    assert report.first.row_id == log.rows[2]
    assert len(report.findings) == 3


async def test_all_connections_see_the_same_however_much_is_written_meanwhile(log: Logged) -> None:
    """Without one snapshot for all, a row of a later piece would stand there without its entry, or the reverse."""
    over = asyncio.Event()

    async def write() -> None:
        while not over.is_set():
            async with log.given.opened("run") as database, database.transaction(SERVICE_SCOPE) as tx:
                for _ in range(20):
                    await write_event(tx, seconds_ago=11)

    async with sequencing(Sequencer(log.given.target, SIGNER, period_seconds=0.01)), asyncio.TaskGroup() as group:
        group.create_task(write())
        reports = [await log.verify() for _ in range(10)]
        over.set()
    assert [report.findings for report in reports if not report.intact] == []
    assert reports[-1].entries > COUNT
