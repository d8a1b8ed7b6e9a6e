"""A case conference: she is shown who takes part, each of them sees the others, and each is a consent of its own."""

from __future__ import annotations

from uuid import UUID

import pytest
from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import case_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.house import publish_texts
from tests.integration.referrals.test_candidates import ask_about, draft_to, next_candidate, next_in_sitting
from tests.integration.referrals.world import (
    CONTACT,
    COVER,
    DISCLOSER,
    RECIPIENT,
    THIRD,
    Worker,
    World,
    becomes,
)


@pytest.fixture(autouse=True)
async def texts(world: World) -> None:
    await publish_texts(world.network, "case-conference")


async def invitation(world: World, case: case_pb2.Case, recipient: UUID) -> referral_pb2.Referral:
    return await draft_to(world, case, recipient, words.PURPOSE_CASE_CONFERENCE)


async def asked_about(world: World, token: str) -> set[str]:
    question = await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))
    return set(question.participant_ids)


async def in_conference(world: World, referral: referral_pb2.Referral, who: Worker) -> set[str]:
    return set((await world.get(referral.referral_id, who)).participant_ids)


async def conference_of_two(world: World) -> tuple[referral_pb2.Referral, referral_pb2.Referral, str]:
    """Two invitations, both permitted in one sitting and sent; and a pass."""
    case = await world.dossier(CONTACT)
    first, second = await invitation(world, case, RECIPIENT), await invitation(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    onward = await next_in_sitting(world, token)
    await world.decide(onward, yes=(COVER, CONTACT))
    client_pass = await world.take_pass(onward)
    return (await world.send(first)).referral, (await world.send(second)).referral, client_pass


def agencies(*ids: UUID) -> set[str]:
    return set(map(str, ids))


async def test_she_is_shown_everybody_who_is_to_take_part_whoever_she_is_asked_about(world: World) -> None:
    case = await world.dossier(CONTACT)
    first = await invitation(world, case, RECIPIENT)
    await invitation(world, await world.dossier(CONTACT), THIRD)
    alone = await world.redeem((await world.ask(first)).access_code)
    assert await asked_about(world, alone) == agencies(DISCLOSER, RECIPIENT), "another case counts for nothing"
    second = await invitation(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    assert await asked_about(world, token) == agencies(DISCLOSER, RECIPIENT, THIRD)
    await world.decide(token, yes=(COVER, CONTACT))
    assert await asked_about(world, await next_in_sitting(world, token)) == agencies(DISCLOSER, RECIPIENT, THIRD)


async def test_each_participant_sees_the_others_and_reads_only_by_its_own_consent(world: World) -> None:
    case = await world.dossier(CONTACT)
    first, second = await invitation(world, case, RECIPIENT), await invitation(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    onward = await next_in_sitting(world, token)
    await world.decide(onward, yes=(COVER,), no=(CONTACT,))
    sent = (await world.send(first)).referral
    assert await in_conference(world, sent, world.recipient) == agencies(DISCLOSER, RECIPIENT), "not sent yet"
    also = (await world.send(second)).referral
    for referral, who in ((sent, world.recipient), (also, world.third), (sent, world.discloser)):
        assert await in_conference(world, referral, who) == agencies(DISCLOSER, RECIPIENT, THIRD)
    await world.start_work(await world.accept(sent))
    await world.start_work(await world.accept(also, who=world.third), who=world.third)
    assert await world.read(sent.referral_id, CONTACT)
    with refused("NOT_FOUND"):
        await world.read(also.referral_id, CONTACT, world.third)


async def test_who_was_refused_stands_in_no_list(world: World) -> None:
    case = await world.dossier(CONTACT)
    first, second = await invitation(world, case, RECIPIENT), await invitation(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.decide(await next_in_sitting(world, token), no=(COVER, CONTACT), way_back=words.WAY_BACK_NOTHING)
    sent = (await world.send(first)).referral
    with refused("COVER_SHEET_NOT_PERMITTED"):
        await world.send(second)
    assert await in_conference(world, sent, world.recipient) == agencies(DISCLOSER, RECIPIENT)


async def test_who_leaves_it_stands_in_no_list_any_more_and_sees_none(world: World) -> None:
    first, second, client_pass = await conference_of_two(world)
    await world.decline(second, who=world.third)
    assert await in_conference(world, first, world.recipient) == agencies(DISCLOSER, RECIPIENT)
    assert await in_conference(world, second, world.third) == set()
    await world.withdraw(await world.redeem(client_pass))
    async with world.content.administered() as admin:
        await becomes(lambda: admin.fetchval("select count(*) from conference_participant"), lambda left: left == 0)
    assert await in_conference(world, first, world.recipient) == set()


async def test_that_one_participant_takes_part_ends_nothing_for_the_others(world: World) -> None:
    first, second, _ = await conference_of_two(world)
    await world.accept(first)
    async with world.content.administered() as admin:
        await becomes(lambda: admin.fetchval("select count(*) from referral where unused_due"), lambda left: left == 0)
    await world.start_work(await world.accept(second, who=world.third), who=world.third)
    assert await world.read(second.referral_id, CONTACT, world.third)


async def test_no_participant_is_proposed_as_the_next_candidate(world: World) -> None:
    case = await world.dossier(CONTACT)
    first, second = await invitation(world, case, RECIPIENT), await invitation(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.decide(await next_in_sitting(world, token), yes=(COVER, CONTACT))
    await world.decline((await world.send(first)).referral)
    assert await next_candidate(world, first) is None


async def test_recipients_of_other_purposes_never_learn_of_each_other(world: World) -> None:
    case = await world.dossier(CONTACT)
    first = await invitation(world, case, RECIPIENT)
    beside = await draft_to(world, case, THIRD)
    for referral in (first, beside):
        token = await world.redeem((await world.ask(referral)).access_code)
        await world.decide(token, yes=(COVER, CONTACT))
        await world.send(referral)
    assert await in_conference(world, first, world.recipient) == agencies(DISCLOSER, RECIPIENT)
    assert await in_conference(world, beside, world.third) == set()
