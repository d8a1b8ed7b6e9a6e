"""Somebody whom the client named must not read: nobody does until the coordinator found out who it is."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import name_check_pb2

from services.common.database import Database, Scope
from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.after_withdrawal import only
from tests.integration.referrals.naming import (
    DISCLOSERS_LEADER,
    LEADER,
    NAME,
    accepted_with_names,
    answer,
    asked,
    listed,
    name,
    opened,
    own_checks,
    see_names,
)
from tests.integration.referrals.world import (
    CANARY,
    CONTACT,
    COVER,
    DISCLOSER,
    RECIPIENT,
    THIRD,
    Worker,
    World,
    becomes,
)

N = name_check_pb2


async def test_nobody_reads_before_the_coordinator_looked_then_all_but_the_one_she_named(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    assert (await world.get(offer.referral_id, world.recipient)).name_check_is_open
    with refused("NAME_CHECK_OPEN"):
        await world.read(offer.referral_id, CONTACT)
    [check] = await listed(world)
    assert check.state == N.NAME_CHECK_STATE_OPEN
    assert await opened(world, check) == NAME
    neighbour = world.recipient
    answered = await answer(world, check, neighbour)
    assert (answered.state, answered.has_to_be_reassigned) == (N.NAME_CHECK_STATE_EXCLUDED, True)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    seen = await world.inbox(neighbour)
    assert seen == []
    current = await world.get(offer.referral_id, LEADER)
    await world.assign(current, world.other_colleague, by=LEADER)
    assert CANARY in await world.read(offer.referral_id, CONTACT, world.other_colleague)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)


async def test_nobody_by_that_name_lets_all_read_and_can_still_be_corrected(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    [check] = await listed(world)
    nobody = await answer(world, check)
    assert nobody.state == N.NAME_CHECK_STATE_NOBODY
    assert CANARY in await world.read(offer.referral_id, CONTACT)
    found = await answer(world, nobody, world.recipient)
    assert found.state == N.NAME_CHECK_STATE_EXCLUDED
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    with refused("ILLEGAL_STATE"):
        await answer(world, found)


async def test_a_second_click_answers_once_and_a_stale_page_not_at_all(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    [check] = await listed(world)
    key = uuid4()
    first = await answer(world, check, world.recipient, request_id=key)
    assert await answer(world, check, world.recipient, request_id=key) == first
    with refused("STALE_ETAG"):
        await answer(world, check, world.other_colleague)
    token = await see_names(world, offer)
    listed_acts = await world.clients.ListOwnActs(client_pb2.ListOwnActsRequest(), metadata=bearer(token))
    assert [act.kind for act in listed_acts.acts].count(client_pb2.ACT_KIND_REDUCED) == 1


async def test_what_comes_back_waits_for_the_check_at_the_discloser(world: World) -> None:
    offer = await accepted_with_names(world, NAME, side=N.NAMED_SIDE_DISCLOSER)
    assert CANARY in await world.read(offer.referral_id, CONTACT)
    await world.complete(await world.start_work(offer.referral))
    with refused("NAME_CHECK_OPEN"):
        await world.read_outcome(offer.referral_id)
    assert await listed(world) == []
    [check] = await listed(world, DISCLOSERS_LEADER)
    await answer(world, check, world.colleague, who=DISCLOSERS_LEADER)
    assert (await world.read_outcome(offer.referral_id)).note


async def test_no_agency_learns_of_a_name_before_it_was_sent_and_no_other_one_ever(world: World) -> None:
    draft, token = await asked(world)
    await name(world, token, NAME)
    await world.decide(token, yes=(COVER, CONTACT))
    assert await listed(world) == []
    await world.send(await world.get(draft.referral_id, world.discloser))
    [check] = await listed(world)
    for who in (DISCLOSERS_LEADER, Worker(THIRD, roles=("coordinator",))):
        assert await listed(world, who) == []
        with refused("NOT_FOUND"):
            await opened(world, check, who)
        with refused("NOT_FOUND"):
            await answer(world, check, world.recipient, who=who)
    with refused("PERMISSION_DENIED"):
        await opened(world, check, world.recipient)


async def test_what_she_names_in_one_sitting_replaces_what_she_named_before(world: World) -> None:
    draft, token = await asked(world)
    await name(world, token, NAME, "Herr Irrtum")
    key = uuid4()
    await name(world, token, NAME, request_id=key)
    await name(world, token, NAME, request_id=key)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(draft.referral_id, world.discloser))
    assert [await opened(world, check) for check in await listed(world)] == [NAME]


async def test_with_her_pass_she_names_somebody_later_and_sees_what_became_of_it(world: World) -> None:
    offer = await accepted_with_names(world)
    assert CANARY in await world.read(offer.referral_id, CONTACT)
    without_secret = await world.redeem(offer.client_pass)
    with refused("PERMISSION_DENIED"):
        await name(world, without_secret, NAME, pair=(DISCLOSER, RECIPIENT))
    token = await see_names(world, offer)
    with refused("INVALID_ARGUMENT"):
        await name(world, token, NAME)
    with refused("NOT_FOUND"):
        await name(world, token, NAME, pair=(DISCLOSER, THIRD))
    await name(world, token, NAME, pair=(DISCLOSER, RECIPIENT))
    with refused("NAME_CHECK_OPEN"):
        await world.read(offer.referral_id, CONTACT)
    [check] = await listed(world)
    await answer(world, check)
    [own] = await own_checks(world, token)
    assert (own.agency_id, own.state) == (str(RECIPIENT), N.NAME_CHECK_STATE_NOBODY)
    assert own.answered_at.seconds
    [hidden] = await own_checks(world, await world.redeem(offer.client_pass))
    assert hidden.agency_id == ""


async def test_a_name_stands_nowhere_in_clear_and_each_opening_is_written_down(world: World) -> None:
    await accepted_with_names(world, NAME)
    [check] = await listed(world)
    await opened(world, check)
    await answer(world, check, world.recipient)
    for database in (world.content, world.consent_database, world.keys):
        async with database.administered() as admin:
            tables = await admin.fetch("select table_name from information_schema.tables where table_schema = 'public'")
            for (table,) in tables:
                rows = await admin.fetch(f'select t::text from "{table}" t')  # noqa: S608 - names of the catalogue
                assert not any("Kanarienvogel" in row[0] and "Nachbarin" in row[0] for row in rows), table
    async with world.content.administered() as admin:
        read = await admin.fetch("select person_id from own_read where item_id = $1", UUID(check.name_check_id))
    assert [row["person_id"] for row in read] == [LEADER.person]


async def test_with_the_referral_ends_the_key_of_a_name_that_was_looked_up_at_the_recipient(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    check = await answer(world, only(await listed(world)))
    assert await world.count_keys(RECIPIENT, offer.case_id) == 1
    await world.give_back(await world.start_work(await world.get(offer.referral_id, world.recipient)))

    async def keys() -> int:
        return await world.count_keys(RECIPIENT, offer.case_id)

    await becomes(keys, lambda count: count == 0)
    assert await listed(world) == []
    with refused("NOT_FOUND"):
        await opened(world, check)


async def test_whom_she_did_not_want_stays_excluded_after_a_new_yes(world: World) -> None:
    offer = await accepted_with_names(world, NAME)
    [check] = await listed(world)
    await answer(world, check, world.recipient)
    async with world.consent_database.administered() as admin:
        excluded = await admin.fetchval(
            "select excluded_persons from consent_revision where case_id = $1 order by revision desc limit 1",
            UUID(offer.case_id),
        )
    assert excluded == [world.recipient.person]
    again = await world.draft(offer.case_id, CONTACT)
    token = await world.redeem((await world.ask(again)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(again.referral_id, world.discloser))
    assert await world.inbox(world.recipient) == []
    assert len(await world.inbox(world.other_colleague)) == 2


async def test_the_database_shows_a_name_only_to_the_agency_where_the_person_works_and_to_her(world: World) -> None:
    draft, token = await asked(world)
    await name(world, token, NAME)
    case_id = UUID(draft.case_id)

    async def seen(scope: Scope) -> int:
        async with await Database.open(world.settings, ("run",)) as database, database.transaction(scope) as tx:
            count: int = await tx.fetchval("select count(*) from name_check")
            return count

    def of(who: Worker) -> Scope:
        return Scope("staff", agency=who.agency, person=who.person)

    assert [await seen(of(who)) for who in (LEADER, DISCLOSERS_LEADER)] == [0, 0]
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(draft.referral_id, world.discloser))
    assert [await seen(of(who)) for who in (LEADER, DISCLOSERS_LEADER, world.third)] == [1, 0, 0]
    assert [await seen(Scope("client", case=case)) for case in (case_id, uuid4())] == [1, 0]
    async with await Database.open(world.settings, ("run",)) as database:
        async with database.transaction(Scope("client", case=case_id)) as tx:
            assert await tx.execute("delete from name_check") == "DELETE 0"
        async with database.transaction(of(DISCLOSERS_LEADER)) as tx:
            said = "update name_check set answered_at = clock_timestamp(), answered_by = $1"
            assert await tx.execute(said, DISCLOSERS_LEADER.person) == "UPDATE 0"
