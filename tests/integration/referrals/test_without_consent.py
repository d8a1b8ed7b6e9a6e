"""Consent is away: own notes stay readable, nothing that crossed is shown, and all goes on afterwards."""

from __future__ import annotations

import time

from lotse.referrals.v1 import referral_pb2

from services.common.errors import LotseError
from tests.integration.consent.world import refused
from tests.integration.referrals.world import CONTACT, HOUSING, MONEY, World, becomes


async def test_own_notes_stay_readable_and_what_crossed_does_not(world: World) -> None:
    offer = await world.accepted(CONTACT, HOUSING)
    await world.consent_service.stop()

    assert (await world.read_own(offer.case_id, CONTACT)).content.note
    await world.write(offer.case_id, MONEY, "written meanwhile")
    own = await world.get(offer.referral_id, world.discloser)
    assert own.state == referral_pb2.REFERRAL_STATE_ACCEPTED
    with refused("UNAVAILABLE"):
        await world.read(offer.referral_id, CONTACT)

    await world.consent_service.start()
    assert await becomes(lambda: _read_or_nothing(world, offer.referral_id), bool)


async def test_consent_ends_at_once_although_referrals_waits_for_its_changes(world: World) -> None:
    await world.accepted(CONTACT)
    began = time.monotonic()
    await world.consent_service.stop()
    assert time.monotonic() - began < 5  # a drain would last ten


async def test_what_was_done_while_consent_was_away_is_answered_without_a_cover_sheet(world: World) -> None:
    offer = await world.accepted(CONTACT)
    await world.consent_service.stop()
    working = await world.start_work(offer.referral)
    assert working.state == referral_pb2.REFERRAL_STATE_IN_PROGRESS
    assert not working.HasField("cover_sheet")
    assert not working.sections


async def test_a_draft_is_shown_without_its_state_of_consent(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    await world.consent_service.stop()
    seen = await world.get(draft.referral_id, world.discloser)
    assert seen.consent_state == referral_pb2.DRAFT_CONSENT_STATE_UNSPECIFIED
    with refused("UNAVAILABLE"):
        await world.send(draft)


async def _read_or_nothing(world: World, referral_id: str) -> str:
    try:
        return await world.read(referral_id, CONTACT)
    except LotseError as error:
        if error.reason != "UNAVAILABLE":
            raise
        return ""
