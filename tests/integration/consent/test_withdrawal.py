"""Taking back: whole, in part, in one direction, by herself or with an agency."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from lotse.consent.v1 import client_pb2, decision_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import BACK, CONTACT, COVER, HOUSING, Asked, Counsellor, World, refused

ARRIVAL, OUTCOME = words.DATA_CATEGORY_ARRIVAL, words.DATA_CATEGORY_OUTCOME


async def a_granted(world: World) -> tuple[Asked, str]:
    """Cover sheet, contact and housing there, outcome back; with a session by pass."""
    asked = await world.ask(COVER, CONTACT, HOUSING)
    token = await world.grant(asked, COVER, CONTACT, HOUSING)
    return asked, await world.redeem(await world.take_pass(token))


async def permitted_back(world: World, asked: Asked) -> list[bool]:
    return await world.permits(asked, ARRIVAL, OUTCOME, direction=BACK, by=world.discloser)


async def test_everything_ends_in_both_directions(world: World) -> None:
    asked, token = await a_granted(world)
    assert await permitted_back(world, asked) == [True, True]
    answer = await world.withdraw(token)
    assert answer.consents[0].withdrawals[0].everything
    assert await world.permits(asked, COVER, CONTACT, HOUSING) == [False] * 3
    assert await permitted_back(world, asked) == [False, False]


async def test_one_category_ends_and_the_rest_stays(world: World) -> None:
    asked, token = await a_granted(world)
    answer = await world.withdraw(token, categories=[CONTACT])
    assert set(answer.consents[0].permitted) == {COVER, HOUSING}
    assert not answer.consents[0].withdrawals[0].everything
    assert list(answer.consents[0].withdrawals[0].categories) == [CONTACT]
    assert await world.permits(asked, COVER, CONTACT, HOUSING) == [True, False, True]
    assert await permitted_back(world, asked) == [True, True]


@pytest.mark.parametrize(
    ("category", "left", "ended"),
    [(OUTCOME, [True, False], [OUTCOME]), (ARRIVAL, [False, False], [ARRIVAL, OUTCOME])],
)
async def test_outcome_leaves_arrival_and_arrival_ends_both(
    world: World, category: int, left: list[bool], ended: list[int]
) -> None:
    asked, token = await a_granted(world)
    answer = await world.withdraw(token, categories=[category])
    assert list(answer.consents[0].withdrawals[0].categories) == ended
    assert await permitted_back(world, asked) == left
    assert await world.permits(asked, COVER) == [True]


async def test_one_direction_ends_and_the_other_stays(world: World) -> None:
    asked, token = await a_granted(world)
    await world.withdraw(token, direction=words.DIRECTION_FORWARD)
    assert await world.permits(asked, COVER, CONTACT) == [False, False]
    assert await permitted_back(world, asked) == [True, True]


async def test_the_last_part_ends_everything(world: World) -> None:
    asked, token = await a_granted(world)
    await world.withdraw(token, direction=BACK)
    answer = await world.withdraw(token, categories=[COVER, CONTACT, HOUSING])
    assert answer.consents[0].state == client_pb2.CONSENT_STATE_WITHDRAWN
    reason = (await world.disclose(asked, COVER)).decisions[0].reason
    assert reason == decision_pb2.DECISION_REASON_NO_ACTIVE_CONSENT


async def test_it_says_before_what_will_happen(world: World) -> None:
    asked, token = await a_granted(world)
    said = await world.withdraw(token, categories=[CONTACT], validate_only=True)
    assert not said.receipts
    assert set(said.consents[0].permitted) == {COVER, HOUSING}
    assert await world.permits(asked, CONTACT) == [True]


async def test_a_repeat_is_one_withdrawal(world: World) -> None:
    _, token = await a_granted(world)
    key = str(uuid4())
    first = await world.withdraw(token, request_id=key)
    second = await world.withdraw(token, request_id=key)
    assert list(second.receipts) == list(first.receipts)
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from withdrawal") == 1


async def test_withdrawing_again_succeeds_and_changes_nothing(world: World) -> None:
    _, token = await a_granted(world)
    await world.withdraw(token)
    again = await world.withdraw(token)
    assert not again.receipts


async def test_all_her_consents_end_or_only_the_one_she_names(world: World) -> None:
    first, token = await a_granted(world)
    await world.set_regimes(world.stranger.agency)
    second = await world.ask(COVER, case=first.case, to=world.stranger.agency)
    await world.grant(second, COVER)
    listed = {entry.consent_id: entry for entry in (await world.own_list(token)).consents}
    assert len(listed) == 2

    one = next(iter(listed))
    assert [entry.consent_id for entry in (await world.withdraw(token, consent_id=one)).consents] == [one]
    assert len((await world.withdraw(token)).receipts) == 1
    with refused("NOT_FOUND"):
        await world.withdraw(token, consent_id=str(uuid4()))


async def test_a_category_of_the_other_direction_is_refused(world: World) -> None:
    _, token = await a_granted(world)
    with refused("INVALID_ARGUMENT"):
        await world.withdraw(token, categories=[CONTACT], direction=BACK)


async def test_a_repeat_key_of_another_withdrawal_is_not_taken_for_success(world: World) -> None:
    first, token = await a_granted(world)
    await world.set_regimes(world.stranger.agency)
    second = await world.ask(COVER, case=first.case, to=world.stranger.agency)
    await world.grant(second, COVER)
    key = str(uuid4())
    one, other = (entry.consent_id for entry in (await world.own_list(token)).consents)
    await world.withdraw(token, consent_id=one, request_id=key)
    with refused("REPEAT_KEY_REUSED"):
        await world.withdraw(token, consent_id=other, request_id=key)

    at_the_agency = str(uuid4())
    third = await world.ask(COVER, case=first.case, to=world.stranger.agency)
    await world.grant(third, COVER)
    await withdraw_at_agency(world, first, world.discloser, at_the_agency, recipient=world.stranger)
    with refused("REPEAT_KEY_REUSED"):
        await withdraw_at_agency(world, first, world.discloser, at_the_agency)


ANOTHER_PART: list[dict[str, Any]] = [
    {},
    {"categories": [HOUSING]},
    {"categories": [CONTACT, HOUSING]},
    {"direction": words.DIRECTION_FORWARD},
    {"secrecy_releases": [words.DIRECTION_FORWARD]},
]


@pytest.mark.parametrize("another", ANOTHER_PART)
async def test_a_repeat_key_of_another_part_is_not_taken_for_success(world: World, another: dict[str, Any]) -> None:
    asked, token = await a_granted(world)
    await world.withdraw(token, categories=[OUTCOME])
    key, at_the_agency = str(uuid4()), str(uuid4())
    first = await world.withdraw(token, categories=[CONTACT], request_id=key)
    with refused("REPEAT_KEY_REUSED"):
        await world.withdraw(token, **another, request_id=key)
    assert await world.permits(asked, COVER, CONTACT, HOUSING) == [True, False, True]
    with refused("REPEAT_KEY_REUSED"):
        await world.withdraw(token, **another, request_id=key, validate_only=True)

    receipt = await withdraw_at_agency(world, asked, world.discloser, at_the_agency, categories=[COVER])
    with refused("REPEAT_KEY_REUSED"):
        await withdraw_at_agency(world, asked, world.discloser, at_the_agency, **another)
    assert await withdraw_at_agency(world, asked, world.discloser, at_the_agency, categories=[COVER]) == receipt

    await world.withdraw(token)
    again = await world.withdraw(token, categories=[CONTACT], request_id=key)
    assert list(again.receipts) == list(first.receipts)


async def test_the_repeat_key_of_one_consent_does_not_stand_for_all(world: World) -> None:
    first, token = await a_granted(world)
    await world.set_regimes(world.stranger.agency)
    second = await world.ask(COVER, case=first.case, to=world.stranger.agency)
    await world.grant(second, COVER)
    one, _ = (entry.consent_id for entry in (await world.own_list(token)).consents)
    key, of_all = str(uuid4()), str(uuid4())
    await world.withdraw(token, consent_id=one, categories=[COVER], request_id=key)
    with refused("REPEAT_KEY_REUSED"):
        await world.withdraw(token, categories=[COVER], request_id=key)
    done = await world.withdraw(token, request_id=of_all)
    again = await world.withdraw(token, request_id=of_all)
    assert {each.receipt_id for each in again.receipts} == {each.receipt_id for each in done.receipts}
    with refused("REPEAT_KEY_REUSED"):
        await world.withdraw(token, consent_id=one, request_id=of_all)


async def withdraw_at_agency(
    world: World,
    asked: Asked,
    by: Counsellor,
    key: str | None = None,
    *,
    recipient: Counsellor | None = None,
    **part: Any,
) -> str:
    answer = await world.requests.WithdrawForClient(
        request_pb2.WithdrawForClientRequest(
            request_id=key or str(uuid4()),
            case_id=str(asked.case),
            discloser_id=str(world.discloser.agency),
            recipient_id=str((recipient or world.recipient).agency),
            **part,
        ),
        metadata=world.as_staff(by),
    )
    return answer.receipt_id


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_either_side_withdraws_for_a_client_without_a_pass(world: World, side: str) -> None:
    asked, token = await a_granted(world)
    who: Counsellor = getattr(world, side)
    receipt = await withdraw_at_agency(world, asked, replace(who, roles=("coordinator",)))
    assert await world.permits(asked, COVER) == [False]
    assert await withdraw_at_agency(world, asked, who) == receipt
    assert (await world.own_list(token)).consents[0].state == client_pb2.CONSENT_STATE_WITHDRAWN


async def test_a_stranger_cannot_withdraw_and_learns_nothing(world: World) -> None:
    asked, _ = await a_granted(world)
    with refused("NOT_FOUND"):
        await withdraw_at_agency(world, asked, world.stranger)
    never_asked = Asked(uuid4(), uuid4(), "", "")
    with refused("NOT_FOUND"):
        await withdraw_at_agency(world, never_asked, world.discloser)


async def test_after_a_withdrawal_she_can_be_asked_again(world: World) -> None:
    first, token = await a_granted(world)
    await world.withdraw(token)
    second = await world.ask(COVER, case=first.case, referral=first.referral)
    await world.grant(second, COVER)
    assert await world.permits(second, COVER) == [True]
    states = [entry.state for entry in (await world.own_list(token)).consents]
    assert states == [client_pb2.CONSENT_STATE_ACTIVE, client_pb2.CONSENT_STATE_WITHDRAWN]
