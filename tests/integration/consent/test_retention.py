"""Proof whose time is over: it goes, that it went stays provable, and nobody else's goes with it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from lotse.consent.v1 import decision_pb2

from services.common.ledger import What, proof_of_row
from services.consent.background.erasing import ProofEraser
from services.consent.store import erasure
from services.consent.store.ledger import READERS_OF_CASE
from tests.integration.consent.test_ledger import ENTRIES, acknowledge, changes, everything_once, reinstate, verified
from tests.integration.consent.test_process import environment, run
from tests.integration.consent.world import COVER, World
from tests.support.postgres import Postgres

YEARS = 3
CLOSED = timedelta(days=365 * 4 + 200)


async def erase_all(world: World) -> list[int]:
    async with world.database.opened("eraser") as database:
        eraser = ProofEraser(database, YEARS)
        return [await eraser.erase(end.case_id) async for end in eraser.due() if not end.keys_open]


async def rows_of(world: World, case: UUID) -> dict[str, int]:
    """How many rows each table has of a case; those of the log itself left out."""
    async with world.database.administered() as admin:
        tables = await admin.fetch(
            "select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid "
            "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'case_id' "
            "and c.relname not like 'log\\_%'"
        )
        counts = {
            table["name"]: await admin.fetchval(f"select count(*) from {table['name']} where case_id = $1", case)  # noqa: S608
            for table in tables
        }
    return {name: count for name, count in counts.items() if count}


async def test_proof_goes_when_its_years_are_over_and_verification_says_erased(world: World) -> None:
    asked, _ = await everything_once(world)
    other = await world.ask(COVER)
    before = await rows_of(world, asked.case)
    proof = {"consent_revision", "withdrawal", "reinstatement", "disclosure", "refusal", "statutory_act"}
    assert proof | {"evidence_export", "pass", "access_code"} <= set(before)
    assert await erase_all(world) == []

    await world.move_legal_time(timedelta(days=365))
    assert await erase_all(world) == []
    await world.move_legal_time(CLOSED)
    fresh = await world.ask(COVER)
    assert sorted(await erase_all(world)) == [0, ENTRIES]

    assert await rows_of(world, asked.case) == {}
    assert await rows_of(world, other.case) == {}
    assert await rows_of(world, fresh.case) == {"access_code": 1, "consent_case": 1, "consent_request": 1}
    await world.logged(2 * ENTRIES)
    report = await verified(world, world.database)
    assert report.findings == []
    assert (report.entries, report.erased, report.rows) == (2 * ENTRIES, ENTRIES, ENTRIES)


async def test_an_erased_row_keeps_its_place_in_the_proof_and_an_erasure_that_was_not_logged_is_a_removal(
    world: World,
) -> None:
    _, withdrawal = await everything_once(world)
    await world.move_legal_time(CLOSED)
    await erase_all(world)
    await world.logged(26)
    row = UUID(withdrawal.withdrawal_id)
    async with world.database.connected("worker") as reader:
        assert await proof_of_row(reader, "withdrawn", row)
    async with world.database.administered() as admin:
        await admin.execute("delete from log_erased where erased_row_id = $1", row)
    first = (await verified(world, world.database)).first
    assert first is not None
    assert (first.what, first.kind, first.row_id) == (What.REMOVED, "withdrawn", row)


async def test_a_case_is_kept_back_while_keys_are_not_known_to_be_destroyed(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.withdraw(token)
    await world.move_legal_time(CLOSED)
    assert await erase_all(world) == []
    (withdrawal,) = [change for change in await changes(world) if change.withdrawal_id]
    await world.move_legal_time(timedelta())
    await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_KEYS_DESTROYED)
    await world.move_legal_time(CLOSED)
    assert await erase_all(world) == [4]


async def test_keys_of_a_withdrawal_that_was_taken_back_are_waited_for_by_nobody(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.withdraw(token)
    (withdrawal,) = [change for change in await changes(world) if change.withdrawal_id]
    await reinstate(world, withdrawal)
    await world.move_legal_time(CLOSED)
    assert await erase_all(world) == [5]


async def test_a_case_that_went_on_meanwhile_is_not_erased(world: World) -> None:
    asked = await world.ask(COVER)
    await world.grant(asked, COVER)
    await world.move_legal_time(CLOSED)
    async with world.database.opened("eraser") as database:
        eraser = ProofEraser(database, YEARS)
        assert [end.case_id async for end in eraser.due()] == [asked.case]
        again = await world.ask(COVER, case=asked.case, referral=asked.referral)
        await world.grant(again, COVER)
        assert await eraser.erase(asked.case) == 0


async def test_what_breaks_off_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await everything_once(world)
    await world.move_legal_time(CLOSED)
    monkeypatch.setattr("services.consent.background.erasing._ROWS_AT_ONCE", 1)
    async with world.database.administered() as admin:
        await admin.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$"
        )
        await admin.execute("create trigger refuse before delete on withdrawal execute function refuse()")
        with pytest.raises(asyncpg.RaiseError):
            await erase_all(world)
        await admin.execute("drop function refuse cascade")
    assert sum(await erase_all(world)) < ENTRIES
    await world.logged(28)
    assert (await verified(world, world.database)).findings == []


async def test_only_the_eraser_may_delete_and_only_what_is_proof_of_a_case(world: World) -> None:
    await everything_once(world)
    for role in ("run", "worker", "sequencer"):
        async with world.database.connected(role) as connection:
            for name, statement in erasure.SQL:
                if name.startswith("delete_"):
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.execute(statement, UUID(int=0))
    async with world.database.connected("eraser") as connection:
        for table in ("log_leaf", "log_checkpoint", "log_node", "log_erased", "consent_text", "regime"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"delete from {table}")  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update disclosure set item_version = 2")


async def test_every_kind_of_proof_and_every_table_of_a_case_has_its_erasure(world: World) -> None:
    statements = " ".join(" ".join(sql.split()) for _, sql in erasure.SQL)
    kinds = {reader.kind for reader in READERS_OF_CASE}
    assert [kind for kind in kinds if f"'{kind}'" not in statements] == []
    async with world.database.administered() as admin:
        tables = await admin.fetch(
            "select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid "
            "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'case_id' "
            "and c.relname not like 'log\\_%'"
        )
    erased = set(re.findall(r"delete from (\w+)", statements))
    assert {table["name"] for table in tables} - erased == set()


async def test_the_command_lists_first_and_erases_when_it_is_told(world: World, postgres: Postgres) -> None:
    asked, _ = await everything_once(world)
    variables = environment(world.settings, postgres.admin_url)
    status, said = await run(variables, "erase-proof", "--dry-run")
    assert (status, "cases to be erased: 0" in said) == (0, True)
    await world.move_legal_time(CLOSED)
    status, said = await run(variables, "erase-proof", "--dry-run")
    assert (status, f"{asked.case} ended" in said, "cases to be erased: 1" in said) == (0, True, True)
    assert await rows_of(world, asked.case)
    status, said = await run(variables, "erase-proof")
    assert (status, f"{ENTRIES} rows of proof: 1" in said) == (0, True)
    assert await rows_of(world, asked.case) == {}
