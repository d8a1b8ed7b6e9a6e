"""The net of the database itself: what a statement without any WHERE gives whom."""

from __future__ import annotations

from uuid import UUID, uuid4

import asyncpg
import pytest

from services.common.database import Scope
from tests.integration.consent.world import CONTACT, COVER, Asked, World

TABLES = (
    "consent_case",
    "consent_request",
    "consent_request_end",
    "refusal",
    "access_code",
    "client_session",
    "pass",
    "second_secret_attempt",
    "consent_revision",
    "withdrawal",
    "acknowledgement",
    "statutory_act",
    "statutory_review",
    "evidence_export",
    "disclosure",
    "reinstatement",
    "evidence",
    "consent_sitting",
)
OF_BOTH_SIDES = {"consent_revision", "withdrawal", "disclosure"}
OF_THE_DISCLOSER = {
    *OF_BOTH_SIDES,
    "consent_case",
    "consent_request",
    "consent_request_end",
    "access_code",
    "evidence",
    "consent_sitting",
}


@pytest.fixture
async def asked(world: World) -> Asked:
    """A case in which everything happened once that leaves rows."""
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    with_pass = await world.redeem(await world.take_pass(token, "493817"))
    await world.confirm(with_pass, "493817")
    await world.disclose(asked, CONTACT)
    await world.withdraw(with_pass)
    refused = await world.ask(COVER, case=asked.case, referral=asked.referral)
    await world.answer(await world.redeem(refused.access_code), no=[COVER], way_back=1)
    last = await world.ask(COVER, case=asked.case, referral=asked.referral)
    await world.ask(COVER, case=asked.case, to=uuid4(), in_sitting_with=last.consent_request_id)
    await world.said(last, COVER)
    return asked


async def tables_with_rows(world: World, scope: Scope, role: str = "run") -> set[str]:
    async with world.database.opened(role) as database, database.transaction(scope, role) as tx:
        return {table for table in TABLES if await tx.fetchval(f"select count(*) from {table}")}  # noqa: S608


async def test_a_stranger_sees_no_row_of_any_table(world: World, asked: Asked) -> None:
    stranger = world.stranger
    for case in (None, asked.case):
        scope = Scope("staff", stranger.agency, stranger.person, case)
        assert await tables_with_rows(world, scope) == set()


async def test_without_a_scope_there_are_no_rows(world: World, asked: Asked) -> None:
    async with world.database.connected("run") as connection:
        for table in TABLES:
            assert await connection.fetchval(f"select count(*) from {table}") == 0  # noqa: S608
    for scope in (Scope("public"), Scope("service"), Scope("client"), Scope("staff")):
        assert await tables_with_rows(world, scope) == set()


async def test_each_side_sees_what_is_its_own(world: World, asked: Asked) -> None:
    discloser = Scope("staff", world.discloser.agency, world.discloser.person, asked.case)
    recipient = Scope("staff", world.recipient.agency, world.recipient.person, asked.case)
    assert await tables_with_rows(world, discloser) == OF_THE_DISCLOSER
    assert await tables_with_rows(world, recipient) == OF_BOTH_SIDES


async def test_a_client_sees_her_case_and_no_other(world: World, asked: Asked) -> None:
    hers = await tables_with_rows(world, Scope("client", case=asked.case))
    officers = {"acknowledgement", "statutory_act", "statutory_review", "evidence_export", "reinstatement"}
    assert hers == set(TABLES) - officers
    assert await tables_with_rows(world, Scope("client", case=uuid4())) == set()


async def test_also_the_owner_is_bound(world: World, asked: Asked) -> None:
    async with world.database.connected("owner") as connection:
        for table in TABLES:
            assert await connection.fetchval(f"select count(*) from {table}") == 0  # noqa: S608


@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {}"])
async def test_nobody_who_runs_can_change_or_delete(world: World, asked: Asked, statement: str) -> None:
    columns = {**dict.fromkeys(TABLES, "case_id"), "log_leaf": "seq", "consent_text": "body"}
    for role in ("run", "worker", "sequencer"):
        async with world.database.connected(role) as connection:
            for table, column in columns.items():
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement.format(table, column, column))


async def insert_revision(world: World, scope: Scope, act: str, case: UUID, *, role: str = "run") -> None:
    copied = (
        "insert into consent_revision select case_id, discloser_id, recipient_id, 99, consent_id, $2, at, null, "
        "basis, base_permits, exceptions, purposes, way_back, secrecy_release_forward, secrecy_release_back, "
        "excluded_persons, valid_from, valid_until, recipient_in_network, grantor, grantor_ground, "
        "grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent, "
        "evidence_kind, evidence_hash, evidence_relation, unconfirmed_since, assisted_by, language, text_hashes, "
        "consent_request_id, referral_id, discloser_regime, discloser_overlays, recipient_regime, "
        "recipient_overlays, request_id, salt, leaf_hash "
        "from consent_revision where case_id = $1 and revision = 1"
    )
    async with world.database.opened(role) as database, database.transaction(scope, role) as tx:
        await tx.execute(copied, case, act)


async def test_staff_can_write_a_withdrawal_and_no_grant(world: World, asked: Asked) -> None:
    staff = Scope("staff", world.recipient.agency, world.recipient.person, asked.case)
    for act in ("locked", "reinstated"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await insert_revision(world, staff, act, asked.case)
    await insert_revision(world, staff, "withdrawn", asked.case)


async def test_only_the_discloser_can_write_that_a_withdrawal_is_taken_back(world: World, asked: Asked) -> None:
    copied = (
        "insert into reinstatement select case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, "
        "revision, at, gen_random_uuid(), 'staff', $1, $2, gen_random_uuid(), salt, leaf_hash from withdrawal"
    )
    async with world.database.opened("run") as database:
        scopes = {
            side: Scope("staff", who.agency, who.person, asked.case)
            for side, who in (("discloser", world.discloser), ("recipient", world.recipient))
        }
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction(scopes["recipient"]) as tx:
                await tx.execute(copied, world.recipient.agency, world.recipient.person)
        async with database.transaction(scopes["discloser"]) as tx:
            assert await tx.execute(copied, world.discloser.agency, world.discloser.person) == "INSERT 0 1"


@pytest.mark.parametrize("act", ["granted", "reduced", "withdrawn"])
async def test_background_work_can_lock_a_consent_and_do_nothing_else_with_it(
    world: World, asked: Asked, act: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await insert_revision(world, Scope("service"), act, asked.case, role="worker")
    await insert_revision(world, Scope("service"), "locked", asked.case, role="worker")


async def test_a_grant_on_a_device_is_written_by_the_client_alone(world: World, asked: Asked) -> None:
    staff = Scope("staff", world.discloser.agency, world.discloser.person, asked.case)
    for written in ("granted", "confirmed"):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
            await insert_revision(world, staff, written, asked.case)


async def test_nobody_can_write_a_disclosure_for_somebody_else(world: World, asked: Asked) -> None:
    scope = Scope("staff", world.recipient.agency, uuid4(), asked.case)
    copied = (
        "insert into disclosure select case_id, gen_random_uuid(), at, basis, consent_id, revision, referral_id, "
        "discloser_id, recipient_id, direction, purpose, disclosure_kind, item_id, item_version, category, labels, "
        "written_on, authoring_agency_id, reader_id, reader_agency_id, reader_role, request_id, salt from disclosure"
    )
    async with world.database.opened("run") as database:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction(scope) as tx:
                await tx.execute(copied)


async def test_every_column_that_points_to_a_person_says_when_it_goes(world: World) -> None:
    async with world.database.administered() as admin:
        rows = await admin.fetch(
            """
            select c.relname || '.' || a.attname as name, col_description(c.oid, a.attnum) as comment
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0
              and (a.attname ~ '(^case_id|person|reader_id|_by|receipt_id|name_digest|translator|reviewer)$'
                   or a.attname in ('exceptions', 'excluded_persons'))
            """
        )
    assert rows
    assert [row["name"] for row in rows if not (row["comment"] or "").startswith("erasure: ")] == []
