"""What people do beside the usual way: decide aloud, act by law, take a withdrawal back, object, write texts.

What is asked for is built once and kept, as the page that somebody sends again keeps it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from lotse.consent.v1 import (
    audit_pb2,
    audit_pb2_grpc,
    client_pb2,
    recording_pb2,
    recording_pb2_grpc,
    statutory_pb2,
    statutory_pb2_grpc,
    text_draft_pb2,
    text_draft_pb2_grpc,
    text_pb2,
    text_pb2_grpc,
)  # fmt: skip
from lotse.referrals.v1 import contact_task_pb2, referral_pb2, withdrawal_request_pb2, withdrawal_request_pb2_grpc
from lotse.referrals.v1 import statutory_pb2 as act_pb2

from services.common.protobuf.times import from_timestamp, to_timestamp
from tests.integration.consent.world import bearer
from tests.integration.faults.scene import Scene, refused
from tests.integration.faults.taking_back import tasks_of
from tests.integration.referrals.after_withdrawal import (
    SECOND_SECRET,
    close_contact_task,
    contact_tasks,
    only,
    own_withdrawals,
    permitted_with_second_secret,
    withdrawals,
)  # fmt: skip
from tests.integration.referrals.test_ways import a_decision
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, Worker, World, becomes
from tests.support.processes import Processes
from tests.support.sounds import OGG_OPUS

_WORDS = "Sie hat es in eigenen Worten erklärt."


async def deciding_aloud(world: World, _: Processes) -> Scene:
    """Before nobody; why a minor decides alone is kept and read, she confirms by a code, an officer takes evidence."""
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    await world.ask(draft)
    decision = a_decision(COVER, CONTACT)
    decision.ground_of_minor = _WORDS
    said = referral_pb2.RecordOralDecisionRequest(
        request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag, decision=decision,
        question_id="who-gets-it", answered_right=True,
    )  # fmt: skip
    confirm = client_pb2.ConfirmDecisionRequest(request_id=str(uuid4()), is_right=True)
    export = audit_pb2.ExportEvidenceRequest(request_id=str(uuid4()), case_id=draft.case_id)
    officer = world.issuer.token(uuid4(), world.discloser.agency, "data-protection-officer", acr="2")
    tokens, receipts = list[str](), set[str]()

    async def do(world: World) -> None:
        staff = world.as_staff(world.discloser)
        receipts.add((await world.stub.RecordOralDecision(said, metadata=staff)).receipt_id)
        listing = referral_pb2.ListEvidenceRequest(referral_id=draft.referral_id)
        item = only(list((await world.stub.ListEvidence(listing, metadata=staff)).items))
        read = referral_pb2.ReadEvidenceRequest(referral_id=draft.referral_id, item_id=item.item_id)
        assert (await world.stub.ReadEvidence(read, metadata=staff)).content.decode() == _WORDS
        if not tokens:
            wanted = referral_pb2.RequestConfirmationRequest(request_id=str(uuid4()), referral_id=draft.referral_id)
            made = await world.stub.RequestConfirmation(wanted, metadata=staff)
            tokens.append(await world.redeem(made.access_code))
        await world.clients.ConfirmDecision(confirm, metadata=bearer(tokens[0]))
        audit = audit_pb2_grpc.ConsentAuditServiceStub(world.consent)
        await audit.ExportEvidence(export, metadata=bearer(officer))

    async def check(world: World) -> None:
        assert len(receipts) == 1
        listed = await world.own_list(await world.redeem(await world.take_pass(tokens[0])))
        assert not only(list(listed.consents)).HasField("unconfirmed_until")
        async with world.consent_database.administered() as admin:
            case_id = UUID(draft.case_id)
            taken = await admin.fetchval("select count(*) from evidence_export where case_id = $1", case_id)
            kept = await admin.fetchval(
                "select count(*) from evidence where case_id = $1 and item_id is not null", case_id
            )
        assert (taken, kept) == (1, 1)

    return Scene(do, check)


async def acting_by_law(world: World, _: Processes) -> Scene:
    """The reason is kept and read, a second person looks at the act, and the draft goes without consent."""
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    second = replace(world.colleague, roles=("counsellor", "coordinator"))
    why = "Das Kind ist seit gestern nicht mehr gesehen worden."
    record = act_pb2.RecordStatutoryActRequest(
        request_id=str(uuid4()), case_id=draft.case_id, referral_id=draft.referral_id, hours=24, reason=why,
        ground=statutory_pb2.STATUTORY_GROUND_KKG_4, channel=statutory_pb2.STATUTORY_CHANNEL_NETWORK,
    )  # fmt: skip
    review_id, send_id = str(uuid4()), uuid4()
    acts = set[str]()

    async def do(world: World) -> None:
        act = (await world.statutory.RecordStatutoryAct(record, metadata=world.as_staff(world.discloser))).act
        acts.add(act.act_id)
        read = act_pb2.ReadStatutoryReasonRequest(act_id=act.act_id)
        assert (await world.statutory.ReadStatutoryReason(read, metadata=world.as_staff(second))).reason == why
        review = statutory_pb2.ReviewActRequest(
            request_id=review_id, act_id=act.act_id, case_id=act.case_id,
            verdict=statutory_pb2.REVIEW_VERDICT_CONFIRMED,
        )  # fmt: skip
        judged = statutory_pb2_grpc.ConsentStatutoryServiceStub(world.consent)
        await judged.ReviewAct(review, metadata=world.as_staff(second))

    async def check(world: World) -> None:
        assert len(acts) == 1
        now = await world.get(draft.referral_id, world.discloser)
        if now.state == referral_pb2.REFERRAL_STATE_DRAFT:
            assert set((await world.send(now, request_id=send_id)).sent) == {COVER, CONTACT}
        await world.accept(await world.get(draft.referral_id, world.recipient))
        assert await world.read(draft.referral_id, CONTACT)

    return Scene(do, check)


async def taking_a_withdrawal_back(world: World, _: Processes) -> Scene:
    """She permits less, then at the desk; withdraws by pass in danger, is asked, takes it back; both at the desk."""
    permitted = await permitted_with_second_secret(world, in_danger=True)
    offer = permitted.at((await world.send(permitted.referral)).referral)
    await world.accept(offer.referral)
    named = await world.clients.ConfirmSecondSecret(
        client_pb2.ConfirmSecondSecretRequest(second_secret=SECOND_SECRET),
        metadata=bearer(await world.redeem(offer.client_pass)),
    )
    mine = bearer(named.client_token)
    consent = only(list((await world.own_list(named.client_token)).consents))
    less = client_pb2.ReduceConsentRequest(
        request_id=str(uuid4()), consent_id=consent.consent_id,
        valid_until=to_timestamp(from_timestamp(consent.valid_until) - timedelta(days=30)),
    )  # fmt: skip
    still_less = referral_pb2.ReduceConsentForClientRequest(
        request_id=str(uuid4()), referral_id=offer.referral_id,
        valid_until=to_timestamp(from_timestamp(less.valid_until) - timedelta(days=30)),
    )  # fmt: skip
    withdraw = client_pb2.WithdrawRequest(request_id=str(uuid4()))
    at_the_desk = referral_pb2.WithdrawForClientRequest(request_id=str(uuid4()), referral_id=offer.referral_id)
    back, back_at_the_desk = str(uuid4()), str(uuid4())
    ended, asked = list[str](), list[contact_task_pb2.ContactTask]()

    async def listed(world: World) -> list[client_pb2.OwnWithdrawal]:
        return list(only(list((await world.own_list(named.client_token)).consents)).withdrawals)

    async def ended_by(number: int, world: World) -> str:
        if len(ended) == number:
            ended.append(
                only([each for each in await listed(world) if not each.HasField("taken_back_at")]).withdrawal_id
            )
        return ended[number]

    async def do(world: World) -> None:
        staff = world.as_staff(world.discloser)
        await world.clients.ReduceConsent(less, metadata=mine)
        await world.stub.ReduceConsentForClient(still_less, metadata=staff)
        await world.clients.Withdraw(withdraw, metadata=mine)
        first = await ended_by(0, world)
        if not asked:
            asked.append(only(await becomes(lambda: _contact_tasks(world, offer.case_id), bool, 20)))
        await close_contact_task(world, asked[0], world.discloser)
        request = client_pb2.ReinstateConsentRequest(request_id=back, withdrawal_id=first)
        await world.clients.ReinstateConsent(request, metadata=mine)
        await world.stub.WithdrawForClient(at_the_desk, metadata=staff)
        second = await ended_by(1, world)
        await becomes(
            lambda: withdrawals(world, offer), lambda found: second in {each.withdrawal_id for each in found}, 20
        )
        again = referral_pb2.ReinstateConsentForClientRequest(
            request_id=back_at_the_desk, referral_id=offer.referral_id, withdrawal_id=second, client_is_present=True
        )  # fmt: skip
        await world.stub.ReinstateConsentForClient(again, metadata=staff)

    async def check(world: World) -> None:
        accepted = referral_pb2.REFERRAL_STATE_ACCEPTED
        await becomes(lambda: world.get(offer.referral_id, world.recipient), lambda found: found.state == accepted, 20)
        assert await world.read(offer.referral_id, CONTACT)
        assert {each.withdrawal_id for each in await listed(world)} == set(ended)
        states = [task.state for task in await tasks_of(world, offer, world.recipient)]
        assert states == [referral_pb2.DELETION_TASK_STATE_TAKEN_BACK] * 2
        assert await _contact_tasks(world, offer.case_id) == []

    return Scene(do, check)


async def objecting_to_what_another_agency_asked_for(world: World, _: Processes) -> Scene:
    """She stands at a third agency; hers takes back; the recipient has to keep it until its officer says otherwise."""
    offer = await world.in_progress(CONTACT)
    third, officer = world.third, Worker(RECIPIENT, roles=("data-protection-officer",))
    ask = withdrawal_request_pb2.CreateWithdrawalRequestRequest(
        request_id=str(uuid4()), to_agency_id=str(world.discloser.agency),
        hints=withdrawal_request_pb2.WithdrawalHints(other_agency_id=str(RECIPIENT)),
    )  # fmt: skip
    answers = list[withdrawal_request_pb2.AnswerWithdrawalRequestRequest]()
    objections = list[referral_pb2.ObjectToDeletionRequest]()
    closings = list[referral_pb2.CloseObjectionRequest]()

    async def do(world: World) -> None:
        stub = withdrawal_request_pb2_grpc.WithdrawalRequestServiceStub(world.referrals)
        asked = (await stub.CreateWithdrawalRequest(ask, metadata=world.as_staff(third))).withdrawal_request
        answers.append(
            withdrawal_request_pb2.AnswerWithdrawalRequestRequest(
                request_id=str(uuid4()), withdrawal_request_id=asked.withdrawal_request_id, etag=asked.etag,
                referral_id=offer.referral_id,
            )
        )  # fmt: skip
        await stub.AnswerWithdrawalRequest(answers[0], metadata=world.as_staff(world.discloser))
        task = only(await becomes(lambda: tasks_of(world, offer, world.recipient), bool, 20))
        objections.append(
            referral_pb2.ObjectToDeletionRequest(
                request_id=str(uuid4()), deletion_task_id=task.deletion_task_id, etag=task.etag,
                ground=referral_pb2.OBJECTION_GROUND_FUNDING_PROOF, note="Verwendungsnachweis 2026.",
            )
        )  # fmt: skip
        objected = await world.deletion.ObjectToDeletion(objections[0], metadata=world.as_staff(world.recipient))
        closings.append(
            referral_pb2.CloseObjectionRequest(
                request_id=str(uuid4()), deletion_task_id=task.deletion_task_id, etag=objected.task.etag
            )
        )
        closed = await world.deletion.CloseObjection(closings[0], metadata=world.as_staff(officer))
        await world.acknowledge(closed.task)

    async def check(world: World) -> None:
        read = referral_pb2.ReadObjectionRequest(deletion_task_id=closings[0].deletion_task_id)
        objection = await world.deletion.ReadObjection(read, metadata=world.as_staff(officer))
        assert objection.note == "Verwendungsnachweis 2026."
        assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
        assert await world.count_keys(RECIPIENT, offer.referral_id) == 0
        [withdrawal] = await becomes(
            lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("keys_destroyed_at"), 20
        )
        assert withdrawal.HasField("objection_closed_at")

    return Scene(do, check)


async def writing_a_text_by_two(world: World, _: Processes) -> Scene:
    """One writes, another publishes and signs what was published; it is spoken, and the recording taken away again."""
    writer = bearer(world.issuer.token(uuid4(), None, "operator", acr="2"))
    other = bearer(world.issuer.token(uuid4(), uuid4(), "data-protection-officer", acr="2"))
    write = text_draft_pb2.WriteTextDraftRequest(
        request_id=str(uuid4()),
        text=text_pb2.TextVersion(
            subject="advice", language="fr", variety="standard", title="Conseil", body=f"Texte {uuid4()}."
        ),
    )
    publish_id, review_id, speak_id, silence_id = (str(uuid4()) for _ in range(4))
    versions = set[str]()

    async def do(world: World) -> None:
        drafts = text_draft_pb2_grpc.ConsentTextDraftServiceStub(world.consent)
        draft = (await drafts.WriteTextDraft(write, metadata=writer)).draft
        publish = text_draft_pb2.PublishTextDraftRequest(
            request_id=publish_id, draft_id=draft.draft_id, content_hash=draft.text.content_hash
        )
        published = (await drafts.PublishTextDraft(publish, metadata=other)).text
        review = text_pb2.ReviewTextRequest(
            request_id=review_id, text_version_id=published.text_version_id, content_hash=published.content_hash,
            reviewer="Dr. Erfunden", reviewed_on="2026-11-01",
        )  # fmt: skip
        signed = (await text_pb2_grpc.ConsentTextServiceStub(world.consent).ReviewText(review, metadata=other)).text
        versions.update((published.text_version_id, signed.text_version_id))
        recordings = recording_pb2_grpc.ConsentRecordingServiceStub(world.consent)
        speak = recording_pb2.PutRecordingRequest(
            request_id=speak_id, content_hash=signed.content_hash, recording=OGG_OPUS
        )
        await recordings.PutRecording(speak, metadata=other)
        silence = recording_pb2.RemoveRecordingRequest(request_id=silence_id, content_hash=signed.content_hash)
        await recordings.RemoveRecording(silence, metadata=other)

    async def check(world: World) -> None:
        assert len(versions) == 2
        async with world.consent_database.administered() as admin:
            acts = await admin.fetch(
                "select act from consent_text_act where request_id = any ($1::uuid[])",
                [write.request_id, publish_id, review_id, speak_id, silence_id],
            )
        assert sorted(row["act"] for row in acts) == [
            "published", "recorded", "recording-removed", "reviewed", "written",
        ]  # fmt: skip

    return Scene(do, check)


async def _contact_tasks(world: World, case_id: str) -> list[contact_task_pb2.ContactTask]:
    return [task for task in await contact_tasks(world, world.discloser) if task.case_id == case_id]
