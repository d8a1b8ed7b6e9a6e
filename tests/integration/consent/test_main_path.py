"""The path that everything hangs on: asked, redeemed, decided, disclosed, withdrawn."""

from __future__ import annotations

from lotse.consent.v1 import client_pb2, decision_pb2, request_pb2

from tests.integration.consent.world import CONTACT, COVER, HEALTH, HOUSING, World


async def test_what_she_permits_can_be_read_and_what_she_refuses_cannot(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, HOUSING, HEALTH)
    token = await world.redeem(asked.access_code)
    recorded = await world.answer(token, yes=[COVER, CONTACT, HOUSING], no=[HEALTH])
    assert recorded.state == request_pb2.CONSENT_REQUEST_STATE_PARTLY_GRANTED

    answer = await world.disclose(asked, COVER, CONTACT, HOUSING, HEALTH)

    assert [decision.permit for decision in answer.decisions] == [True, True, True, False]
    assert answer.decisions[3].reason == decision_pb2.DECISION_REASON_DENIED_BY_EXCEPTION
    assert {decision.consent_id for decision in answer.decisions} == {recorded.consent_id}


async def test_after_her_withdrawal_nothing_can_be_read(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    assert await world.permits(asked, CONTACT) == [True]

    with_pass = await world.redeem(await world.take_pass(token))
    withdrawn = await world.withdraw(with_pass)

    assert len(withdrawn.receipts) == 1
    assert withdrawn.consents[0].state == client_pb2.CONSENT_STATE_WITHDRAWN
    assert await world.permits(asked, CONTACT) == [False]
