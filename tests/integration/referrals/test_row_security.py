"""What the database itself shows to whom, whatever the statement says."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.common.database import Database, Scope
from tests.integration.referrals.world import CONTACT, HOUSING, Worker, World, becomes

TABLES = (
    "referral_case",
    "case_assignment",
    "section_version",
    "referral",
    "referral_item",
    "outcome",
    "transition",
    "own_read",
    "deletion_task",
    "withdrawal",
    "contact_task",
    "withdrawal_request",
    "name_check",
)


async def counts(world: World, scope: Scope) -> dict[str, int]:
    """How many rows of each table a bare SELECT shows to the role that serves."""
    async with await Database.open(world.settings, ("run",)) as database, database.transaction(scope) as tx:
        return {table: await tx.fetchval(f"select count(*) from {table}") for table in TABLES}  # noqa: S608 - constants


def of(who: Worker) -> Scope:
    return Scope("staff", agency=who.agency, person=who.person)


async def _played(world: World) -> UUID:
    """Something in each table; gives the discloser's case."""
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.read_own(offer.case_id, CONTACT)
    await world.complete(offer.referral)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    async with world.content.administered() as admin:
        await admin.execute(
            "insert into contact_task (case_id, contact_task_id, withdrawal_id, agency_id) "
            "select case_id, gen_random_uuid(), withdrawal_id, discloser_id from withdrawal"
        )
        await admin.execute(
            "insert into withdrawal_request (withdrawal_request_id, from_agency_id, to_agency_id, month, topic, "
            "language, created_by, answer_by, request_id) values (gen_random_uuid(), $1, $2, '', '', '', $3, "
            "clock_timestamp(), gen_random_uuid())",
            world.recipient.agency, world.discloser.agency, world.recipient.person,
        )  # fmt: skip
        await admin.execute(
            "insert into name_check "
            "(case_id, name_check_id, recipient_id, agency_id, held_for, ciphertext, request_id) select case_id, "
            "gen_random_uuid(), recipient_id, discloser_id, case_id, '\\x00', gen_random_uuid() from referral"
        )
    return UUID(offer.case_id)


async def test_strangers_and_the_unscoped_see_no_row(world: World) -> None:
    case_id = await _played(world)
    for scope in (
        of(world.third),
        Scope("public"),
        Scope("service"),
        Scope("staff"),
        Scope("client"),
        Scope("client", case=uuid4()),
        Scope("staff", agency=uuid4(), person=world.discloser.person, case=case_id),
    ):
        assert set((await counts(world, scope)).values()) == {0}, scope


async def test_each_side_sees_its_own(world: World) -> None:
    case_id = await _played(world)
    discloser, recipient = await counts(world, of(world.discloser)), await counts(world, of(world.recipient))
    assert discloser == dict.fromkeys(TABLES, 1) | {"section_version": 2, "referral_item": 2, "transition": 5}
    assert recipient["referral_case"] == 1
    assert recipient["own_read"] == 0
    scope = of(world.recipient)
    async with await Database.open(world.settings, ("run",)) as database, database.transaction(scope) as tx:
        assert await tx.fetchval("select case_id from referral_case") != case_id
    client = await counts(world, Scope("client", case=case_id))
    hers = {"referral", "referral_item", "section_version", "name_check"}
    assert {table for table, count in client.items() if count} == hers


async def test_a_section_that_was_not_pinned_is_only_for_those_assigned(world: World) -> None:
    await world.dossier(CONTACT, HOUSING)
    assert (await counts(world, of(world.discloser)))["section_version"] == 2
    assert (await counts(world, of(world.colleague)))["section_version"] == 0


async def test_a_section_that_was_pinned_and_not_sent_is_not_for_the_recipient(world: World) -> None:
    await world.offered(CONTACT, HOUSING, refused=(HOUSING,))
    assert (await counts(world, of(world.recipient)))["section_version"] == 1


async def test_only_the_agency_that_has_to_delete_can_say_that_it_did(world: World) -> None:
    await _played(world)
    async with await Database.open(world.settings, ("run",)) as database:
        for who, own in ((world.third, 0), (world.colleague, 1), (world.recipient, 1)):
            async with database.transaction(of(who)) as tx:
                changed = await tx.execute("update deletion_task set acknowledged_at = clock_timestamp()")
            assert changed == f"UPDATE {own}"


async def test_only_the_agency_that_is_asked_answers_a_withdrawal_request(world: World) -> None:
    await _played(world)
    said = "update withdrawal_request set answer = 'not-found', answered_at = clock_timestamp()"
    async with await Database.open(world.settings, ("run",)) as database:
        for who, own in ((world.third, 0), (world.recipient, 0), (world.discloser, 1)):
            async with database.transaction(of(who)) as tx:
                assert await tx.execute(said) == f"UPDATE {own}"


async def test_a_stranger_changes_no_row(world: World) -> None:
    await _played(world)
    async with await Database.open(world.settings, ("run",)) as database, database.transaction(of(world.third)) as tx:
        assert await tx.execute("update referral set state = 'accepted'") == "UPDATE 0"
        assert await tx.execute("update referral_item set sent_at = clock_timestamp()") == "UPDATE 0"
        assert await tx.execute("delete from referral_item") == "DELETE 0"
        assert await tx.execute("delete from case_assignment") == "DELETE 0"


async def test_a_client_changes_no_row(world: World) -> None:
    case_id = await _played(world)
    scope = Scope("client", case=case_id)
    async with await Database.open(world.settings, ("run",)) as database, database.transaction(scope) as tx:
        assert await tx.execute("update referral set state = 'accepted'") == "UPDATE 0"
        assert await tx.execute("delete from referral_item") == "DELETE 0"
