"""Disclose and Decide: who may ask, what is written down, what time does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import client_pb2, decision_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import BACK, CONTACT, COVER, HOUSING, Asked, Counsellor, World, an_item, refused

SEND = client_pb2.DISCLOSURE_KIND_SEND
OUTCOME = words.DATA_CATEGORY_OUTCOME


async def a_granted(world: World) -> Asked:
    asked = await world.ask(COVER, CONTACT)
    await world.grant(asked, COVER, CONTACT)
    return asked


async def written(world: World) -> int:
    async with world.database.administered() as admin:
        count: int = await admin.fetchval("select count(*) from disclosure")
        return count


async def test_the_side_that_receives_reads_and_the_side_that_gives_sends(world: World) -> None:
    asked = await a_granted(world)
    assert await world.permits(asked, CONTACT, by=world.recipient) == [True]
    assert await world.permits(asked, CONTACT, by=world.discloser, kind=SEND) == [True]
    assert await world.permits(asked, OUTCOME, by=world.discloser, direction=BACK) == [True]
    assert await world.permits(asked, OUTCOME, by=world.recipient, direction=BACK, kind=SEND) == [True]


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("discloser", {}),
        ("stranger", {}),
        ("recipient", {"kind": SEND}),
        ("recipient", {"direction": BACK}),
        ("discloser", {"direction": BACK, "kind": SEND}),
        ("stranger", {"kind": 0}),
    ],
)
async def test_from_the_wrong_side_nothing_is_answered(world: World, who: str, changes: dict[str, object]) -> None:
    asked = await a_granted(world)
    with refused("PERMISSION_DENIED"):
        await world.disclose(asked, CONTACT, by=getattr(world, who), **changes)  # type: ignore[arg-type]
    never_asked = Asked(uuid4(), uuid4(), "", "")
    with refused("PERMISSION_DENIED"):
        await world.disclose(never_asked, CONTACT, by=getattr(world, who), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [{"direction": 0}, {"direction": 77}, {"purpose": 0}, {"purpose": 77}, {"basis": 77}, {"kind": 0}, {"kind": 77}],
)
async def test_unknown_circumstances_are_denied_and_not_refused(world: World, changes: dict[str, object]) -> None:
    asked = await a_granted(world)
    answer = await world.disclose(asked, CONTACT, **changes)  # type: ignore[arg-type]
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_UNKNOWN_VALUE
    assert not answer.decisions[0].permit


async def test_unknown_items_are_denied_and_the_others_answered(world: World) -> None:
    asked = await a_granted(world)
    answer = await world.disclose(
        asked, an_item(99), an_item(CONTACT, 99), an_item(CONTACT, 0), an_item(OUTCOME), CONTACT
    )
    assert [decision.permit for decision in answer.decisions] == [False, False, False, False, True]
    assert {decision.reason for decision in answer.decisions[:4]} == {decision_pb2.DECISION_REASON_UNKNOWN_VALUE}
    assert await written(world) == 1


async def test_a_time_that_no_calendar_has_is_refused(world: World) -> None:
    asked = await a_granted(world)
    item = an_item(CONTACT)
    item.written_on.seconds = 10**15
    with refused("INVALID_ARGUMENT"):
        await world.disclose(asked, item)


async def test_what_is_denied_is_not_written_down(world: World) -> None:
    asked = await a_granted(world)
    await world.disclose(asked, HOUSING)
    assert await written(world) == 0


async def test_a_repeat_within_ten_seconds_is_one_disclosure_and_later_a_second(world: World) -> None:
    asked = await a_granted(world)
    key, item = uuid4(), an_item(CONTACT)
    for _ in range(3):
        assert (await world.disclose(asked, item, request_id=key)).decisions[0].permit
    assert await written(world) == 1
    await world.move_legal_time(timedelta(seconds=11))
    await world.disclose(asked, item, request_id=key)
    assert await written(world) == 2


async def test_a_repeat_key_hides_no_other_disclosure(world: World) -> None:
    asked = await a_granted(world)
    key, item = uuid4(), an_item(CONTACT)
    await world.disclose(asked, item, request_id=key)
    await world.disclose(asked, item, request_id=key, kind=client_pb2.DISCLOSURE_KIND_PRINT)
    await world.disclose(asked, an_item(CONTACT), request_id=key)
    assert await written(world) == 3


async def test_a_repeat_is_decided_anew(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    with_pass = await world.redeem(await world.take_pass(token))
    key, item = uuid4(), an_item(CONTACT)
    assert (await world.disclose(asked, item, request_id=key)).decisions[0].permit
    await world.withdraw(with_pass)
    assert not (await world.disclose(asked, item, request_id=key)).decisions[0].permit


async def test_the_end_comes_by_the_clock_of_the_database(world: World) -> None:
    asked = await world.ask(COVER)
    end = Timestamp()
    end.FromDatetime(world.clock.now() + timedelta(days=30))
    await world.grant(asked, COVER, valid_until=end)
    before = (await world.disclose(asked, COVER)).decisions[0]
    assert before.permitted_until == end
    await world.move_legal_time(timedelta(days=30, seconds=5))
    after = (await world.disclose(asked, COVER)).decisions[0]
    assert after.reason == decision_pb2.DECISION_REASON_OUTSIDE_PERIOD


async def test_a_clock_set_back_revives_nothing(world: World) -> None:
    asked = await world.ask(COVER)
    with_pass = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.withdraw(with_pass)
    await world.move_legal_time(timedelta(hours=-1))
    answer = await world.disclose(asked, COVER)
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_NO_ACTIVE_CONSENT

    again = await world.ask(COVER, case=asked.case, referral=asked.referral)
    await world.grant(again, COVER)
    assert await world.permits(again, COVER) == [True]
    async with world.database.administered() as admin:
        rows = await admin.fetch("select act, at from consent_revision order by revision")
    assert [row["act"] for row in rows] == ["granted", "withdrawn", "granted"]
    assert rows[2]["at"] < rows[1]["at"]
    await world.logged(5)
    page = await world.decisions.ListChanges(decision_pb2.ListChangesRequest(after=-1))
    assert [change.kind for change in page.changes] == [
        decision_pb2.CHANGE_KIND_GRANTED,
        decision_pb2.CHANGE_KIND_WITHDRAWN,
        decision_pb2.CHANGE_KIND_GRANTED,
    ]


async def test_without_a_regime_of_both_sides_nothing_is_permitted(world: World) -> None:
    asked = await a_granted(world)
    async with world.database.administered() as admin:
        await admin.execute("delete from regime where agency_id = $1", world.recipient.agency)
    answer = await world.disclose(asked, CONTACT)
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_NO_REGIME


async def test_an_excluded_person_cannot_read_and_a_colleague_can(world: World) -> None:
    asked = await world.ask(COVER)
    await world.grant(asked, COVER, excluded_person_ids=[str(world.recipient.person)])
    answer = await world.disclose(asked, COVER)
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_PERSON_EXCLUDED
    assert await world.permits(asked, COVER, by=Counsellor(world.recipient.agency)) == [True]


async def test_a_statutory_act_is_read_without_consent_and_survives_a_withdrawal(world: World) -> None:
    asked = Asked(uuid4(), uuid4(), "", "")
    await world.act(asked, COVER, CONTACT, hours=24)
    statutory = words.BASIS_STATUTORY
    assert await world.permits(asked, CONTACT, HOUSING, basis=statutory) == [True, False]
    assert await world.permits(asked, CONTACT) == [False]
    await world.move_legal_time(timedelta(days=1))
    assert await world.permits(asked, CONTACT, basis=statutory) == [False]


async def decide(
    world: World, asked: Asked, *categories: int, by: Counsellor | None = None
) -> list[decision_pb2.ItemDecision]:
    query = decision_pb2.DecisionQuery(
        circumstances=world.circumstances(asked), items=[an_item(category) for category in categories]
    )
    who = by or world.recipient
    answer = await world.decisions.Decide(
        decision_pb2.DecideRequest(queries=[query, query]), metadata=world.as_staff(who)
    )
    assert len(answer.queries) == 2
    return list(answer.queries[0].decisions)


async def test_deciding_writes_nothing_and_explains(world: World) -> None:
    asked = await a_granted(world)
    decisions = await decide(world, asked, CONTACT, HOUSING)
    assert [decision.permit for decision in decisions] == [True, False]
    assert (decisions[1].reason, decisions[1].remedy) == (
        decision_pb2.DECISION_REASON_NOT_PERMITTED,
        decision_pb2.DECISION_REMEDY_ASK,
    )
    assert [(decision.rule, decision.revision) for decision in decisions] == [(3, 1), (4, 1)]
    assert [d.permit for d in await decide(world, asked, CONTACT, by=world.discloser)] == [True]
    assert await written(world) == 0


async def test_a_stranger_decides_nothing(world: World) -> None:
    asked = await a_granted(world)
    with refused("PERMISSION_DENIED"):
        await decide(world, asked, CONTACT, by=world.stranger)
