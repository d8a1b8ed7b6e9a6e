"""Many at once, and the same twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import pytest
from lotse.referrals.v1 import referral_pb2

from services.common.errors import COME_AGAIN, LotseError
from tests.integration.consent.world import refused
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, RECIPIENT, Worker, World, a_draft


async def test_of_a_hundred_who_accept_one_wins(world: World) -> None:
    offer = await world.offered(CONTACT)
    hundred = [Worker(RECIPIENT) for _ in range(100)]

    async def accepts(who: Worker) -> str:
        """What she is told in the end; asked to come again, she presses the same button again."""
        request_id = uuid4()
        while True:
            try:
                await world.accept(offer.referral, who=who, request_id=request_id)
            except COME_AGAIN:
                continue
            except LotseError as error:
                return error.reason
            return "accepted"

    told = dict(zip(hundred, await asyncio.gather(*map(accepts, hundred)), strict=True))
    assert Counter(told.values()) == {"accepted": 1, "ILLEGAL_STATE": 99}
    async with world.content.administered() as admin:
        assert await admin.fetchval("select count(*) from referral_case where agency_id = $1", RECIPIENT) == 1
        assert await admin.fetchval("select count(*) from transition where action = 'accept'") == 1
    [winner] = [who for who, answer in told.items() if answer == "accepted"]
    assert await world.read(offer.referral_id, CONTACT, winner)


async def test_a_second_accept_says_what_is_possible(world: World) -> None:
    offer = await world.accepted(CONTACT)
    with pytest.raises(LotseError) as caught:
        await world.accept(offer.referral)
    assert caught.value.reason == "ILLEGAL_STATE"
    assert caught.value.metadata == {"state": "accepted", "possible": "start, return, assign"}


async def test_the_same_request_twice_is_carried_out_once(world: World) -> None:
    case = await world.dossier(CONTACT)
    request_id = uuid4()
    drafts = await asyncio.gather(*(world.draft(case.case_id, CONTACT, request_id=request_id) for _ in range(5)))
    assert {draft.referral_id for draft in drafts} == {drafts[0].referral_id}

    token = await world.redeem((await world.ask(drafts[0])).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    draft = await world.get(drafts[0].referral_id, world.discloser)
    request_id = uuid4()
    sends = await asyncio.gather(*(world.send(draft, request_id=request_id) for _ in range(5)))
    assert {send.referral.etag for send in sends} == {sends[0].referral.etag}
    again = await world.send(draft, request_id=request_id)
    assert list(again.sent) == [COVER, CONTACT]

    [offer] = await world.inbox(world.recipient)
    request_id = uuid4()
    accepts = await asyncio.gather(*(world.accept(offer, request_id=request_id) for _ in range(5)))
    assert {accept.etag for accept in accepts} == {accepts[0].etag}
    assert len({accept.case_id for accept in accepts}) == 1

    working = await world.start_work(accepts[0])
    request_id = uuid4()
    first = await world.complete(working, request_id=request_id)
    assert await world.complete(working, request_id=request_id) == first
    assert first.goes_back
    async with world.content.administered() as admin:
        assert await admin.fetchval("select count(*) from outcome") == 1
        assert await admin.fetchval("select count(*) from transition where action = 'send'") == 1


async def test_a_draft_changed_twice_with_one_key_rises_by_one(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT)
    request = referral_pb2.UpdateReferralRequest(
        request_id=str(uuid4()),
        referral_id=draft.referral_id,
        etag=draft.etag,
        draft=a_draft(CONTACT, HOUSING),
    )
    metadata = world.as_staff(world.discloser)
    answers = await asyncio.gather(*(world.stub.UpdateReferral(request, metadata=metadata) for _ in range(4)))
    assert {answer.referral.draft_revision for answer in answers} == {2}
    assert {section.category for section in answers[0].referral.sections} == {CONTACT, HOUSING}


async def test_a_stale_etag_is_refused(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT)
    request = referral_pb2.UpdateReferralRequest(
        request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag, draft=a_draft(HOUSING)
    )
    await world.stub.UpdateReferral(request, metadata=world.as_staff(world.discloser))
    request.request_id = str(uuid4())
    with refused("STALE_ETAG"):
        await world.stub.UpdateReferral(request, metadata=world.as_staff(world.discloser))
    with refused("STALE_ETAG"):
        await world.ask(draft)
    with refused("STALE_ETAG"):
        await world.send(draft)


async def test_a_key_of_one_deed_does_not_do_another(world: World) -> None:
    offer = await world.offered(CONTACT)
    request_id = uuid4()
    taken = await world.accept(offer.referral, request_id=request_id)
    request = referral_pb2.StartReferralRequest(
        request_id=str(request_id), referral_id=taken.referral_id, etag=taken.etag
    )
    with refused("REPEAT_KEY_REUSED"):
        await world.stub.StartReferral(request, metadata=world.as_staff(world.recipient))
