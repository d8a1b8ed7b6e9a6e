"""Why something of a referral can be seen or not, for those who work on it and nobody else."""

from __future__ import annotations

from lotse.consent.v1 import decision_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import refused
from tests.integration.referrals.naming import NAME, accepted_with_names
from tests.integration.referrals.world import CONTACT, COVER, HEALTH, HOUSING, Worker, World

OUTCOME = words.DATA_CATEGORY_OUTCOME


async def said_to(world: World, who: Worker, referral_id: str) -> dict[int, referral_pb2.PreviewItem]:
    """What somebody who works on it is told of each category."""
    request = referral_pb2.ExplainReferralRequest(referral_id=referral_id)
    answer = await world.stub.ExplainReferral(request, metadata=world.as_staff(who))
    return {item.category: item for item in answer.items}


async def test_the_discloser_learns_why_a_section_stays_and_what_would_change_it(world: World) -> None:
    offer = await world.offered(CONTACT, HEALTH, refused=(HEALTH,))
    said = await said_to(world, world.discloser, offer.referral_id)
    assert {category: item.goes for category, item in said.items()} == {COVER: True, CONTACT: True, HEALTH: False}
    assert (said[HEALTH].reason, said[HEALTH].remedy, said[HEALTH].rule) == (
        decision_pb2.DECISION_REASON_DENIED_BY_EXCEPTION,
        decision_pb2.DECISION_REMEDY_HER_DECISION,
        3,
    )
    assert said[CONTACT].consent_revision == said[HEALTH].consent_revision == 1
    assert said[CONTACT].HasField("permitted_until")


async def test_what_is_permitted_and_not_sent_is_to_be_sent(world: World) -> None:
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    said = await said_to(world, world.discloser, draft.referral_id)
    assert {(item.goes, item.remedy) for item in said.values()} == {(False, decision_pb2.DECISION_REMEDY_SEND)}


async def test_while_a_name_is_open_the_recipient_learns_who_has_to_look_and_the_discloser_not(
    world: World,
) -> None:
    offer = await accepted_with_names(world, NAME)
    said = await said_to(world, world.recipient, offer.referral_id)
    assert {(item.goes, item.remedy) for item in said.values()} == {(False, decision_pb2.DECISION_REMEDY_NAME_CHECK)}
    there = await said_to(world, world.discloser, offer.referral_id)
    assert all(item.goes for item in there.values())


async def test_the_recipient_learns_why_a_section_that_crossed_is_closed_and_of_no_other(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING, HEALTH, refused=(HEALTH,))
    await world.withdrawn(offer, CONTACT)
    said = await said_to(world, world.recipient, offer.referral_id)
    assert said.keys() == {CONTACT, HOUSING}
    assert said[HOUSING].goes
    assert (said[CONTACT].goes, said[CONTACT].reason, said[CONTACT].consent_revision) == (
        False,
        decision_pb2.DECISION_REASON_DENIED_BY_EXCEPTION,
        2,
    )
    await world.withdrawn(offer)
    with refused("NOT_FOUND"):
        await said_to(world, world.recipient, offer.referral_id)


async def test_the_discloser_learns_why_no_outcome_comes_back(world: World) -> None:
    offer = await world.offered(CONTACT, way_back=words.WAY_BACK_NOTHING)
    await world.complete(await world.start_work(await world.accept(offer.referral)))
    outcome = (await said_to(world, world.discloser, offer.referral_id))[OUTCOME]
    assert (outcome.goes, outcome.reason) == (False, decision_pb2.DECISION_REASON_WAY_BACK_NOT_PERMITTED)
    assert OUTCOME not in await said_to(world, world.recipient, offer.referral_id)
