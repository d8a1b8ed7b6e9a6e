"""Several candidates of one sitting: sent one after the other, and when one takes the case the rest ends."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import case_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, THIRD, World, a_draft, becomes

R = referral_pb2
WITHDRAWN, ACTIVE = client_pb2.CONSENT_STATE_WITHDRAWN, client_pb2.CONSENT_STATE_ACTIVE


async def draft_to(
    world: World,
    case: case_pb2.Case,
    recipient: UUID,
    purpose: words.Purpose.ValueType = words.PURPOSE_HANDING_OVER,
) -> referral_pb2.Referral:
    draft = a_draft(CONTACT)
    draft.recipient_id, draft.purpose = str(recipient), purpose
    request = R.CreateReferralRequest(request_id=str(uuid4()), case_id=case.case_id, draft=draft)
    return (await world.stub.CreateReferral(request, metadata=world.as_staff(world.discloser))).referral


async def ask_about(
    world: World, first: referral_pb2.Referral, *further: referral_pb2.Referral
) -> referral_pb2.RequestConsentResponse:
    request = R.RequestConsentRequest(
        request_id=str(uuid4()),
        referral_id=first.referral_id,
        etag=first.etag,
        language="de",
        further_referral_ids=[each.referral_id for each in further],
    )
    return await world.stub.RequestConsent(request, metadata=world.as_staff(world.discloser))


async def sitting_of_two(world: World) -> tuple[referral_pb2.Referral, referral_pb2.Referral, str]:
    """Two drafts of one case, both permitted in one sitting, the first one sent; and a pass."""
    case = await world.dossier(CONTACT)
    first, second = await draft_to(world, case, RECIPIENT), await draft_to(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    onward = await next_in_sitting(world, token)
    await world.decide(onward, yes=(COVER, CONTACT))
    client_pass = await world.take_pass(onward)
    return (await world.send(first)).referral, second, client_pass


async def next_in_sitting(world: World, token: str) -> str:
    """Her token for the next question."""
    request = client_pb2.NextInSittingRequest(request_id=str(uuid4()))
    return (await world.clients.NextInSitting(request, metadata=bearer(token))).client_token


async def next_candidate(world: World, after: referral_pb2.Referral) -> referral_pb2.Referral | None:
    request = R.GetNextCandidateRequest(referral_id=after.referral_id)
    answer = await world.stub.GetNextCandidate(request, metadata=world.as_staff(world.discloser))
    return answer.referral if answer.HasField("referral") else None


async def test_after_a_decline_the_next_candidate_is_proposed_and_can_be_sent_at_once(world: World) -> None:
    first, second, _ = await sitting_of_two(world)
    assert await next_candidate(world, first) is None
    await world.decline(await world.get(first.referral_id, world.recipient))
    proposed = await next_candidate(world, first)
    assert proposed is not None
    assert proposed.referral_id == second.referral_id
    sent = await world.send(proposed)
    assert set(sent.sent) == {COVER, CONTACT}
    assert await next_candidate(world, first) is None


async def test_when_one_agency_takes_the_case_the_unused_consent_ends_also_while_consent_is_away(world: World) -> None:
    first, second, client_pass = await sitting_of_two(world)
    await world.accept(await world.get(first.referral_id, world.recipient))
    await world.consent_service.stop()
    await world.consent_service.start()
    seer = await world.redeem(client_pass)
    listed = await becomes(
        lambda: world.own_list(seer), lambda own: WITHDRAWN in {consent.state for consent in own.consents}
    )
    states = {consent.state: list(consent.withdrawals) for consent in listed.consents}
    assert states.keys() == {ACTIVE, WITHDRAWN}
    assert [withdrawal.another_agency_took_it for withdrawal in states[WITHDRAWN]] == [True]
    assert await world.read(first.referral_id, CONTACT)
    with refused("COVER_SHEET_NOT_PERMITTED"):
        await world.send(second)


async def test_one_sitting_asks_only_about_drafts_of_one_case_to_different_agencies(world: World) -> None:
    case, other_case = await world.dossier(CONTACT), await world.dossier(CONTACT)
    first = await draft_to(world, case, RECIPIENT)
    for wrong in (await draft_to(world, case, RECIPIENT), await draft_to(world, other_case, THIRD)):
        with refused("INVALID_ARGUMENT"):
            await ask_about(world, first, wrong)
    unasked = await world.get(first.referral_id, world.discloser)
    assert unasked.consent_state == R.DRAFT_CONSENT_STATE_NOT_ASKED
