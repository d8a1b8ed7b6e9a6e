"""Several candidates in one sitting, and somebody who must not read."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import name_check_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import bearer
from tests.integration.faults.scene import Scene, refused
from tests.integration.referrals.after_withdrawal import only
from tests.integration.referrals.naming import answer, asked, listed, name, opened
from tests.integration.referrals.test_candidates import ask_about, draft_to
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, THIRD, Worker, World, becomes
from tests.support.processes import Processes

NAME = "Frau Kanarienvogel-Nachbarin"


async def answering_about_two_candidates(world: World, _: Processes) -> Scene:
    """She goes on to the second; the first one is sent and taken on, so that what she permitted the second ends."""
    case = await world.dossier(CONTACT)
    first, second = await draft_to(world, case, RECIPIENT), await draft_to(world, case, THIRD)
    token = await world.redeem((await ask_about(world, first, second)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    onward = client_pb2.NextInSittingRequest(request_id=str(uuid4()))
    decide, send_id, accept_id, tokens = _yes(), uuid4(), uuid4(), list[str]()

    async def do(world: World) -> None:
        if not tokens:
            tokens.append((await world.clients.NextInSitting(onward, metadata=bearer(token))).client_token)
        await world.clients.RecordDecision(decide, metadata=bearer(tokens[0]))
        await world.send(first, request_id=send_id)
        offer = await world.get(first.referral_id, world.recipient)
        if offer.state == referral_pb2.REFERRAL_STATE_OFFERED:
            await world.accept(offer, request_id=accept_id)
        await becomes(lambda: ended(world), lambda found: found == 1, 20)

    async def ended(world: World) -> int:
        async with world.consent_database.administered() as admin:
            count: int = await admin.fetchval(
                "select count(*) from withdrawal where case_id = $1 and made_by = 'service'", UUID(case.case_id)
            )
        return count

    async def check(world: World) -> None:
        assert await ended(world) == 1
        assert await world.read(first.referral_id, CONTACT)
        assert await refused(world.send(second)) == "COVER_SHEET_NOT_PERMITTED"

    return Scene(do, check)


async def naming_who_must_not_read(world: World, _: Processes) -> Scene:
    """She names somebody and decides; what is sent is declined and sent anew; the coordinator says who it is."""
    draft, token = await asked(world)
    anew = await world.draft(draft.case_id, CONTACT)
    neighbour = Worker(RECIPIENT)
    name_id, decide, send_id, send_anew_id, answer_id = uuid4(), _yes(), uuid4(), uuid4(), uuid4()
    checks = list[name_check_pb2.NameCheck]()

    async def do(world: World) -> None:
        if not checks:
            if (await world.get(draft.referral_id, world.discloser)).state == referral_pb2.REFERRAL_STATE_DRAFT:
                await name(world, token, NAME, request_id=name_id)
            await world.clients.RecordDecision(decide, metadata=bearer(token))
            await world.send(draft, request_id=send_id)
            offer = await world.get(draft.referral_id, world.recipient)
            if offer.state == referral_pb2.REFERRAL_STATE_OFFERED:
                await world.decline(offer)
            await world.send(anew, request_id=send_anew_id)
            offer = await world.get(anew.referral_id, world.recipient)
            if offer.state == referral_pb2.REFERRAL_STATE_OFFERED:
                await world.accept(offer)
            checks.append(only([one for one in await listed(world) if one.referral_id == anew.referral_id]))
        assert await opened(world, checks[0]) == NAME
        await answer(world, checks[0], neighbour, request_id=answer_id)

    async def check(world: World) -> None:
        assert await world.read(anew.referral_id, CONTACT)
        async with world.consent_database.administered() as admin:
            revisions = await admin.fetch(
                "select excluded_persons from consent_revision where case_id = $1 order by revision",
                UUID(draft.case_id),
            )
        assert [row["excluded_persons"] for row in revisions] == [[], [neighbour.person]]

    return Scene(do, check)


def _yes() -> client_pb2.RecordDecisionRequest:
    return client_pb2.RecordDecisionRequest(
        request_id=str(uuid4()),
        answers=[client_pb2.CategoryAnswer(category=category, permit=True) for category in (COVER, CONTACT)],
        way_back=words.WAY_BACK_OUTCOME,
        secrecy_release_forward=True,
        secrecy_release_back=True,
    )
