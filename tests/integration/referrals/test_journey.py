"""The main job: a dossier, a question, an answer, an offer, reading, an outcome, a withdrawal."""

from __future__ import annotations

from lotse.referrals.v1 import referral_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.world import CANARY, CONTACT, COVER, HEALTH, HOUSING, World, becomes


async def test_own_section_is_written_and_read(world: World) -> None:
    case = await world.open_case()
    written = await world.write(case.case_id, HOUSING, CANARY, fields={"rent": "640"})
    read = await world.read_own(case.case_id, HOUSING)
    assert (read.content.note, dict(read.content.fields)) == (CANARY, {"rent": "640"})
    assert read.section == written
    assert written.version == 1


async def test_draft_asked_decided_sent_read_completed_withdrawn(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING, HEALTH)
    draft = await world.draft(case.case_id, CONTACT, HOUSING, HEALTH)
    assert draft.state == referral_pb2.REFERRAL_STATE_DRAFT
    assert draft.consent_state == referral_pb2.DRAFT_CONSENT_STATE_NOT_ASKED
    with refused("COVER_SHEET_NOT_PERMITTED"):
        await world.send(draft)

    code = (await world.ask(draft)).access_code
    awaiting = await world.get(draft.referral_id, world.discloser)
    assert awaiting.consent_state == referral_pb2.DRAFT_CONSENT_STATE_AWAITING
    token = await world.redeem(code)
    await world.decide(token, yes=(COVER, CONTACT, HOUSING), no=(HEALTH,))
    client_pass = await world.take_pass(token)

    ready = await world.get(draft.referral_id, world.discloser)
    assert ready.consent_state == referral_pb2.DRAFT_CONSENT_STATE_READY
    sent = await world.send(ready)
    assert list(sent.sent) == [COVER, CONTACT, HOUSING]
    assert [item.category for item in sent.left_out] == [HEALTH]
    assert sent.referral.state == referral_pb2.REFERRAL_STATE_OFFERED

    [offer] = await world.inbox(world.recipient)
    assert offer.cover_sheet.topics == ["mietschulden"]
    assert not offer.case_id
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    taken = await world.accept(offer)
    assert taken.case_id not in {"", case.case_id}
    assert taken.assigned_person_id == str(world.recipient.person)
    assert {section.category for section in taken.sections} == {CONTACT, HOUSING}
    assert (await world.read(offer.referral_id, CONTACT)).startswith(CANARY)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, HEALTH)

    working = await world.start_work(taken)
    done = await world.complete(working)
    assert done.goes_back
    outcome = await world.read_outcome(offer.referral_id)
    assert (outcome.result, outcome.note) == (referral_pb2.OUTCOME_RESULT_HELPED, "Die Miete ist bezahlt.")

    await world.withdraw(await world.redeem(client_pass))
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT)
    [task] = await becomes(world.tasks, bool)
    assert (await world.get(offer.referral_id, world.discloser)).state == referral_pb2.REFERRAL_STATE_WITHDRAWN
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 2

    destroyed = await world.acknowledge(task)
    assert destroyed.state == referral_pb2.DELETION_TASK_STATE_KEYS_DESTROYED
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    assert (await world.read_own(case.case_id, CONTACT)).content.note.startswith(CANARY)

    with refused("NOT_FOUND"):
        await world.read_outcome(offer.referral_id)
    [of_outcome] = await world.tasks(world.discloser)
    await world.acknowledge(of_outcome, world.discloser)
    assert await world.count_keys(world.discloser.agency, offer.referral_id) == 0

    seer = await world.redeem(client_pass)
    listed = await becomes(
        lambda: world.own_list(seer), lambda own: own.consents[0].withdrawals[0].HasField("keys_destroyed_at")
    )
    assert listed.consents[0].withdrawals[0].HasField("acknowledged_at")
