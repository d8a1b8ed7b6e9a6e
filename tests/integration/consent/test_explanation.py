"""Her question "who can see what?", answered by the decision that staff are held to."""

from __future__ import annotations

from lotse.consent.v1 import decision_pb2

from tests.integration.consent.world import CONTACT, COVER, HEALTH, HOUSING, World, bearer

SEEN, HIDDEN = decision_pb2.SIGHT_SEEN, decision_pb2.SIGHT_HIDDEN


async def who_sees(world: World, token: str) -> list[decision_pb2.OwnExplanation]:
    answer = await world.explanations.ExplainOwnConsents(
        decision_pb2.ExplainOwnConsentsRequest(), metadata=bearer(token)
    )
    return list(answer.consents)


async def test_she_hears_of_every_category_who_sees_it_and_why_until_she_takes_it_back(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, HEALTH)
    token = await world.redeem(asked.access_code)
    await world.answer(token, yes=[COVER, CONTACT], no=[HEALTH])
    with_pass = await world.redeem(await world.take_pass(token, "493817"))

    [hidden] = await who_sees(world, with_pass)
    assert (hidden.discloser_id, hidden.recipient_id) == ("", "")
    by_category = {each.category: each for each in hidden.categories}
    assert len(by_category) == 18
    assert by_category[CONTACT].sight == SEEN
    assert by_category[CONTACT].HasField("permitted_until")
    assert (by_category[HEALTH].sight, by_category[HEALTH].reason, by_category[HEALTH].remedy) == (
        HIDDEN,
        decision_pb2.DECISION_REASON_DENIED_BY_EXCEPTION,
        decision_pb2.DECISION_REMEDY_HER_DECISION,
    )
    assert by_category[HOUSING].reason == decision_pb2.DECISION_REASON_NOT_PERMITTED

    confirmed = await world.confirm(with_pass, "493817")
    [named] = await who_sees(world, confirmed)
    assert named.recipient_id == str(world.recipient.agency)
    await world.withdraw(confirmed)
    assert await who_sees(world, confirmed) == []


async def test_a_client_hears_nothing_of_the_case_of_another(world: World) -> None:
    await world.grant(await world.ask(COVER, CONTACT), COVER, CONTACT)
    other = await world.ask(COVER, CONTACT)
    token = await world.redeem(await world.take_pass(await world.grant(other, COVER)))
    [only] = await who_sees(world, token)
    assert {each.category for each in only.categories if each.sight == SEEN} & {COVER, CONTACT} == {COVER}
