"""A referral that a law permits: sent without consent, with exactly what its act names, beside every consent."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lotse.consent.v1 import statutory_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.referrals.v1 import statutory_pb2 as referrals_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.world import CANARY, CONTACT, COVER, HOUSING, Worker, World

S, R = statutory_pb2, referral_pb2
WHY = f"Das Kind von {CANARY} ist seit gestern nicht mehr gesehen worden."


async def act(world: World, draft: R.Referral, **changes: object) -> S.StatutoryAct:
    values: dict[str, object] = {
        "request_id": str(uuid4()),
        "case_id": draft.case_id,
        "referral_id": draft.referral_id,
        "ground": S.STATUTORY_GROUND_KKG_4,
        "channel": S.STATUTORY_CHANNEL_NETWORK,
        "hours": 24,
        "reason": WHY,
        **changes,
    }
    request = referrals_pb2.RecordStatutoryActRequest(**values)  # type: ignore[arg-type]
    return (await world.statutory.RecordStatutoryAct(request, metadata=world.as_staff(world.discloser))).act


async def test_a_draft_is_sent_without_consent_and_read_as_far_as_its_act_goes(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT)
    written = await act(world, draft)
    assert list(written.categories) == [COVER, CONTACT]
    assert written.recipient_id == str(world.recipient.agency)
    sent = await world.send(await world.get(draft.referral_id, world.discloser))
    assert list(sent.sent) == [COVER, CONTACT]
    accepted = await world.accept(await world.get(draft.referral_id, world.recipient))
    assert await world.read(accepted.referral_id, CONTACT)
    async with world.consent_database.administered() as admin:
        rows = await admin.fetch("select basis, count(*) as count from disclosure group by basis")
    assert [(row["basis"], row["count"]) for row in rows] == [("statutory", 3)]


async def test_the_client_is_not_asked_about_what_rests_on_an_act(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    await act(world, draft)
    with refused("ILLEGAL_STATE"):
        await world.ask(await world.get(draft.referral_id, world.discloser))


async def test_a_repeat_is_one_act_with_one_reason(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    key = str(uuid4())
    assert await act(world, draft, request_id=key) == await act(world, draft, request_id=key)
    async with world.content.administered() as admin:
        assert await admin.fetchval("select count(*) from statutory_reason") == 1


async def test_the_reason_is_encrypted_and_each_look_at_it_is_written_down(world: World) -> None:
    case = await world.dossier(CONTACT)
    outside = {"referral_id": "", "recipient_body": S.RECIPIENT_BODY_POLICE, "categories": [CONTACT]}
    draft = await world.draft(case.case_id, CONTACT)
    written = await act(world, draft, **outside, channel=S.STATUTORY_CHANNEL_PHONE)
    request = referrals_pb2.ReadStatutoryReasonRequest(act_id=written.act_id)
    coordinator = Worker(world.discloser.agency, roles=("coordinator",))
    read = await world.statutory.ReadStatutoryReason(request, metadata=world.as_staff(coordinator))
    assert read.reason == WHY
    with refused("NOT_FOUND"):
        await world.statutory.ReadStatutoryReason(request, metadata=world.as_staff(world.recipient))
    async with world.content.administered() as admin:
        kept = await admin.fetchval("select ciphertext from statutory_reason")
        assert CANARY.encode() not in kept
        assert await admin.fetchval("select count(*) from own_read where person_id = $1", coordinator.person) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"referral_id": ""},
        {"channel": S.STATUTORY_CHANNEL_PHONE},
        {"recipient_body": S.RECIPIENT_BODY_COURT},
        {"categories": [HOUSING]},
        {"reason": "zu kurz"},
    ],
    ids="-".join,
)
async def test_an_act_that_contradicts_itself_leaves_nothing(world: World, changes: dict[str, object]) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    with refused("INVALID_ARGUMENT"):
        await act(world, draft, **changes)
    async with world.content.administered() as admin:
        assert await admin.fetchval("select count(*) from statutory_reason") == 0


async def test_only_who_works_on_the_case_acts(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    for who in (world.colleague, world.recipient, world.third):
        request = referrals_pb2.RecordStatutoryActRequest(
            request_id=str(uuid4()), case_id=draft.case_id, referral_id=draft.referral_id, hours=1, reason=WHY,
            ground=S.STATUTORY_GROUND_KKG_4, channel=S.STATUTORY_CHANNEL_NETWORK,
        )  # fmt: skip
        with refused("NOT_FOUND"):
            await world.statutory.RecordStatutoryAct(request, metadata=world.as_staff(who))
