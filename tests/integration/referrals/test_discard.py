"""A draft that was thrown away asks nobody any more and shows nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.referrals.v1 import referral_pb2

from services.common.status import RemoteError
from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, World

R = referral_pb2


async def discard(world: World, draft: R.Referral, request_id: UUID | None = None) -> R.Referral:
    request = R.DiscardReferralRequest(
        request_id=str(request_id or uuid4()), referral_id=draft.referral_id, etag=draft.etag
    )
    return (await world.stub.DiscardReferral(request, metadata=world.as_staff(world.discloser))).referral


async def a_draft_that_is_asked(world: World) -> tuple[R.Referral, str]:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT, HOUSING)
    return draft, (await world.ask(draft)).access_code


async def test_its_access_code_opens_nothing_any_more(world: World) -> None:
    draft, code = await a_draft_that_is_asked(world)
    assert (await discard(world, draft)).state == R.REFERRAL_STATE_DISCARDED
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(code)


async def test_a_client_who_has_it_open_cannot_decide_on_it_nor_look_at_it(world: World) -> None:
    draft, code = await a_draft_that_is_asked(world)
    token = await world.redeem(code)
    request = R.ReadDraftSectionRequest(category=CONTACT)
    assert (await world.preview.ReadDraftSection(request, metadata=bearer(token))).content.note
    await discard(world, draft)
    with refused("NOT_FOUND"):
        await world.preview.ReadDraftSection(request, metadata=bearer(token))
    try:
        await world.decide(token, yes=(COVER, CONTACT))
    except RemoteError as error:
        assert error.reason in {"SESSION_ENDED", "ILLEGAL_STATE"}  # noqa: PT017 - either is right
    else:
        raise AssertionError


async def test_it_is_discarded_once_and_a_repeat_answers_the_same(world: World) -> None:
    draft, _ = await a_draft_that_is_asked(world)
    request_id = uuid4()
    first = await discard(world, draft, request_id)
    assert await discard(world, draft, request_id) == first
    with refused("ILLEGAL_STATE"):
        await discard(world, first)


async def test_while_consent_is_away_nothing_is_thrown_away(world: World) -> None:
    draft, code = await a_draft_that_is_asked(world)
    await world.consent_service.stop()
    with refused("UNAVAILABLE"):
        await discard(world, draft)
    assert (await world.get(draft.referral_id, world.discloser)).state == R.REFERRAL_STATE_DRAFT
    await world.consent_service.start()
    assert await world.redeem(code)


async def test_a_draft_that_nobody_was_asked_about_is_discarded_too(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    assert (await discard(world, draft)).state == R.REFERRAL_STATE_DISCARDED
