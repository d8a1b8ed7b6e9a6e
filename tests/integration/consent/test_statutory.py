"""Acts that a law permits: beside every consent, looked at by a second person, told to the client unless unsafe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import statutory_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.protobuf.times import to_timestamp
from tests.integration.consent.world import CONTACT, COVER, HOUSING, Asked, Counsellor, World, bearer, refused

S = statutory_pb2
STATUTORY = words.BASIS_STATUTORY


def somewhere() -> Asked:
    """A case that nobody was asked about."""
    return Asked(uuid4(), uuid4(), "", "")


async def review(
    world: World, act: S.StatutoryAct, by: Counsellor, verdict: S.ReviewVerdict.ValueType, request_id: str = ""
) -> S.StatutoryAct:
    request = S.ReviewActRequest(
        request_id=request_id or str(uuid4()), act_id=act.act_id, case_id=act.case_id, verdict=verdict
    )
    return (await world.acts.ReviewAct(request, metadata=world.as_staff(by))).act


async def acts_of(world: World, who: Counsellor) -> list[S.StatutoryAct]:
    return list((await world.acts.ListActs(S.ListActsRequest(), metadata=world.as_staff(who))).acts)


def colleague(world: World, *roles: str) -> Counsellor:
    return Counsellor(world.discloser.agency, roles=roles or ("counsellor",))


async def test_what_an_act_names_crosses_without_consent(world: World) -> None:
    asked = somewhere()
    act = await world.act(asked, COVER, CONTACT)
    assert await world.permits(asked, CONTACT, HOUSING, basis=STATUTORY) == [True, False]
    confirmed = await review(world, act, colleague(world), S.REVIEW_VERDICT_CONFIRMED)
    assert confirmed.verdict == S.REVIEW_VERDICT_CONFIRMED
    assert await world.permits(asked, CONTACT, basis=STATUTORY) == [True]


async def test_an_objection_ends_what_was_permitted_at_once(world: World) -> None:
    asked = somewhere()
    act = await world.act(asked)
    await review(world, act, colleague(world), S.REVIEW_VERDICT_OBJECTED)
    assert await world.permits(asked, CONTACT, basis=STATUTORY) == [False]


async def test_a_withdrawal_does_not_touch_an_act_and_an_act_widens_no_consent(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.grant(asked, COVER)
    await world.act(asked, COVER, HOUSING)
    assert await world.permits(asked, HOUSING) == [False]
    await world.withdraw(await world.redeem(await world.take_pass(token)))
    assert await world.permits(asked, HOUSING, basis=STATUTORY) == [True]


async def test_nobody_confirms_an_own_act_and_nobody_twice(world: World) -> None:
    act = await world.act(somewhere())
    with refused("ILLEGAL_STATE"):
        await review(world, act, world.discloser, S.REVIEW_VERDICT_CONFIRMED)
    second, key = colleague(world), str(uuid4())
    await review(world, act, second, S.REVIEW_VERDICT_CONFIRMED, key)
    again = await review(world, act, second, S.REVIEW_VERDICT_CONFIRMED, key)
    assert again.verdict == S.REVIEW_VERDICT_CONFIRMED
    with refused("ILLEGAL_STATE"):
        await review(world, act, colleague(world), S.REVIEW_VERDICT_OBJECTED)


async def test_an_act_that_nobody_looked_at_in_time_stands_first(world: World) -> None:
    late = await world.act(somewhere(), confirm_by=to_timestamp(world.clock.now() + timedelta(hours=1)))
    done = await world.act(somewhere())
    await review(world, done, colleague(world), S.REVIEW_VERDICT_CONFIRMED)
    officer = colleague(world, "data-protection-officer")
    assert [each.is_escalated for each in await acts_of(world, officer)] == [False, False]
    await world.move_legal_time(timedelta(hours=2))
    found = await acts_of(world, officer)
    assert [(each.act_id, each.is_escalated) for each in found] == [(late.act_id, True), (done.act_id, False)]


async def test_an_act_of_another_agency_is_not_there(world: World) -> None:
    act = await world.act(somewhere())
    for other in (world.recipient, world.stranger):
        assert await acts_of(world, other) == []
        with refused("NOT_FOUND"):
            await review(world, act, other, S.REVIEW_VERDICT_OBJECTED)
    with refused("NOT_FOUND"):
        await world.act(Asked(UUID(act.case_id), uuid4(), "", ""), by=world.stranger)


async def test_a_repeat_is_the_same_act(world: World) -> None:
    asked = somewhere()
    same: dict[str, Any] = {"request_id": str(uuid4()), "act_id": str(uuid4())}
    first = await world.act(asked, **same)
    assert await world.act(asked, **same) == first
    with refused("REPEAT_KEY_REUSED"):
        await world.act(asked, **{**same, "act_id": str(uuid4())})


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient_body": S.RECIPIENT_BODY_POLICE},
        {"recipient_id": ""},
        {"referral_id": ""},
        {"channel": S.STATUTORY_CHANNEL_PHONE},
        {"categories": [CONTACT]},
        {"categories": [COVER, words.DATA_CATEGORY_OUTCOME]},
        {"hours": 721},
        {"reason_hash": b"short"},
    ],
    ids="-".join,
)
async def test_an_act_that_contradicts_itself_is_refused(world: World, changes: Mapping[str, Any]) -> None:
    with refused("INVALID_ARGUMENT"):
        await world.act(somewhere(), **changes)


async def test_a_client_sees_what_she_may_know_and_nothing_of_the_rest(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.grant(asked, COVER)
    named = await world.confirm(await world.redeem(await world.take_pass(token, "493817")), "493817")
    await world.act(asked, COVER, HOUSING)
    police = S.RECIPIENT_BODY_POLICE
    outside: dict[str, Any] = {
        "referral_id": "",
        "recipient_id": "",
        "recipient_body": police,
        "channel": S.STATUTORY_CHANNEL_PHONE,
    }
    await world.act(asked, CONTACT, **outside, notice_withheld=S.NOTICE_WITHHELD_GROUND_DANGER_TO_CLIENT)
    seen = (await world.notices.ListOwnStatutoryActs(S.ListOwnStatutoryActsRequest(), metadata=bearer(named))).acts
    assert [list(act.categories) for act in seen] == [[COVER, HOUSING]]
    assert seen[0].recipient_id == str(world.recipient.agency)


async def test_what_crossed_on_a_withheld_act_does_not_stand_in_her_list(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.act(asked, COVER, HOUSING, notice_withheld=S.NOTICE_WITHHELD_GROUND_DEFEATS_PURPOSE)
    assert await world.permits(asked, HOUSING, basis=STATUTORY) == [True]
    assert await world.permits(asked, COVER) == [True]
    assert [each.category for each in (await world.own_list(token)).disclosures] == [COVER]
    await world.act(asked, COVER, HOUSING)
    assert await world.permits(asked, HOUSING, basis=STATUTORY) == [True]
    assert len((await world.own_list(token)).disclosures) == 2, "the open act shows its own disclosure and no other"
