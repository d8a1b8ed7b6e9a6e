"""Where a draft stands, and what a send that is refused leaves behind: nothing."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from lotse.referrals.v1 import referral_pb2

from services.common.errors import LotseError
from tests.integration.consent.world import refused
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, RECIPIENT, World, a_draft

R = referral_pb2


async def test_a_draft_changed_after_the_question_is_not_asked_about(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT)
    await world.ask(draft)
    request = R.UpdateReferralRequest(
        request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag, draft=a_draft(CONTACT, HOUSING)
    )
    changed = (await world.stub.UpdateReferral(request, metadata=world.as_staff(world.discloser))).referral
    assert changed.consent_state == R.DRAFT_CONSENT_STATE_NOT_ASKED
    await world.ask(changed)
    asked = await world.get(draft.referral_id, world.discloser)
    assert asked.consent_state == R.DRAFT_CONSENT_STATE_AWAITING


async def test_without_the_cover_sheet_no_section_stands_in_her_list_as_sent(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(CONTACT,), no=(COVER,))
    with refused("COVER_SHEET_NOT_PERMITTED"):
        await world.send(draft)
    async with world.consent_database.administered() as admin:
        assert await admin.fetchval("select count(*) from disclosure") == 0
    assert await world.count_keys(world.recipient.agency, draft.referral_id) == 0


async def test_a_recipient_that_takes_no_handovers_any_more_is_sent_nothing(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    async with world.directory.administered() as admin:
        changed = await admin.execute("update organization set accepts_handover = false where id = $1", RECIPIENT)
        assert changed == "UPDATE 1"
    with refused("HANDOVER_NOT_ACCEPTED"):
        await world.send(draft)
    async with world.consent_database.administered() as admin:
        assert await admin.fetchval("select count(*) from disclosure") == 0


async def test_a_withdrawal_heard_between_decision_and_commit_stops_the_send(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    async with world.content.administered() as admin:
        await admin.execute(
            "insert into withdrawal (case_id, withdrawal_id, discloser_id, recipient_id, everything, categories, at) "
            "values ($1, $2, $3, $4, false, '{contact}', clock_timestamp() + interval '1 minute')",
            UUID(case.case_id), uuid4(), world.discloser.agency, RECIPIENT,
        )  # fmt: skip
    with refused("STALE_ETAG"):
        await world.send(draft)
    assert (await world.get(draft.referral_id, world.discloser)).state == R.REFERRAL_STATE_DRAFT
    assert not await world.inbox(world.recipient)


async def test_a_question_asked_while_its_draft_is_thrown_away_opens_nothing(world: World) -> None:
    case = await world.dossier(CONTACT)
    for _ in range(8):
        draft = await world.draft(case.case_id, CONTACT)
        request = R.DiscardReferralRequest(request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag)
        asked, discarded = await asyncio.gather(
            world.ask(draft),
            world.stub.DiscardReferral(request, metadata=world.as_staff(world.discloser)),
            return_exceptions=True,
        )
        assert isinstance(discarded, R.DiscardReferralResponse)
        if not isinstance(asked, LotseError):
            assert isinstance(asked, R.RequestConsentResponse)
            with refused("SECRET_NOT_ACCEPTED"):
                await world.redeem(asked.access_code)
        async with world.consent_database.administered() as admin:
            open_ones = await admin.fetchval(
                "select count(*) from consent_request r where not exists ("
                "select from consent_request_end e where e.consent_request_id = r.consent_request_id)"
            )
        assert open_ones == 0
