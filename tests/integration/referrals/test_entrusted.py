"""What another person entrusted (§ 65 SGB VIII): the client cannot permit it, that person can, and a law can."""

from __future__ import annotations

from uuid import uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.test_statutory import act
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, World, a_draft

R = referral_pb2


async def a_draft_with_something_entrusted(world: World) -> R.Referral:
    case = await world.dossier(CONTACT)
    await world.write(case.case_id, HOUSING, "what her sister said", entrusted=True)
    return await world.draft(case.case_id, CONTACT, HOUSING)


async def a_draft_she_permitted_before_it_was_entrusted(world: World) -> tuple[str, R.Referral]:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT, HOUSING)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT, HOUSING))
    await world.write(case.case_id, HOUSING, "what her sister said", base=1, entrusted=True)
    return case.case_id, await pinned_anew(world, draft)


async def goes(world: World, draft: R.Referral) -> dict[int, bool]:
    request = R.PreviewReferralRequest(referral_id=draft.referral_id)
    shown = await world.stub.PreviewReferral(request, metadata=world.as_staff(world.discloser))
    return {item.category: item.goes for item in shown.items}


async def test_she_is_neither_asked_about_it_nor_shown_it(world: World) -> None:
    draft = await a_draft_with_something_entrusted(world)
    token = await world.redeem((await world.ask(draft)).access_code)
    asked = await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))
    assert {each.category for each in asked.categories} == {COVER, CONTACT}
    with refused("NOT_FOUND"):
        await world.preview.ReadDraftSection(R.ReadDraftSectionRequest(category=HOUSING), metadata=bearer(token))


async def test_it_stays_though_she_permits_its_section_until_that_person_agrees(world: World) -> None:
    case, draft = await a_draft_she_permitted_before_it_was_entrusted(world)
    assert await goes(world, draft) == {COVER: True, CONTACT: True, HOUSING: False}
    await world.write(case, HOUSING, "what her sister said", base=2)
    assert await goes(world, await pinned_anew(world, draft)) == {COVER: True, CONTACT: True, HOUSING: True}


async def test_it_is_not_sent_and_her_list_says_nothing_of_it(world: World) -> None:
    _, draft = await a_draft_she_permitted_before_it_was_entrusted(world)
    sent = await world.send(draft)
    assert list(sent.sent) == [COVER, CONTACT]
    assert [item.section.entrusted_by_another for item in sent.left_out] == [True]
    with refused("NOT_FOUND"):
        await world.read(draft.referral_id, HOUSING, world.recipient)
    async with world.consent_database.administered() as admin:
        assert await admin.fetchval("select count(*) from disclosure where category = 'housing'") == 0


async def test_a_law_that_permits_it_without_her_takes_it_along(world: World) -> None:
    draft = await a_draft_with_something_entrusted(world)
    await act(world, draft)
    sent = await world.send(await world.get(draft.referral_id, world.discloser))
    assert HOUSING in sent.sent


async def pinned_anew(world: World, draft: R.Referral) -> R.Referral:
    draft = await world.get(draft.referral_id, world.discloser)
    request = R.UpdateReferralRequest(
        request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag, draft=a_draft(CONTACT, HOUSING)
    )
    return (await world.stub.UpdateReferral(request, metadata=world.as_staff(world.discloser))).referral
