"""Decisions with a counsellor's help: what names somebody stays here, encrypted; consent holds its hash."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID, uuid4

from lotse.consent.v1 import request_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import refused
from tests.integration.referrals.sweeping import sweep
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, Worker, World

R = referral_pb2
SCAN = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"
NAME = "Dolmetscherin-Kanarienvogel"


def a_decision(*yes: words.DataCategory.ValueType) -> R.DecisionGiven:
    return R.DecisionGiven(
        answers=[request_pb2.AnswerForClient(category=category, permit=True) for category in yes],
        way_back=words.WAY_BACK_OUTCOME,
        secrecy_release_forward=True,
        secrecy_release_back=True,
    )


async def asked_aloud(world: World) -> R.Referral:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT, HOUSING)
    await world.ask(draft)
    return draft


async def say(
    world: World, draft: R.Referral, *yes: words.DataCategory.ValueType, who: Worker | None = None, **changes: object
) -> R.RecordOralDecisionResponse:
    values: dict[str, object] = {
        "request_id": str(uuid4()),
        "referral_id": draft.referral_id,
        "etag": draft.etag,
        "decision": a_decision(*yes),
        "question_id": "who-gets-it",
        "answered_right": True,
        **changes,
    }
    request = R.RecordOralDecisionRequest(**values)  # type: ignore[arg-type]
    return await world.stub.RecordOralDecision(request, metadata=world.as_staff(who or world.discloser))


async def bring_back(
    world: World, draft: R.Referral, scan: bytes, request_id: UUID | None = None
) -> R.RecordPaperDecisionResponse:
    request = R.RecordPaperDecisionRequest(
        request_id=str(request_id or uuid4()),
        referral_id=draft.referral_id,
        etag=draft.etag,
        decision=a_decision(COVER, CONTACT),
        scan=scan,
    )
    return await world.stub.RecordPaperDecision(request, metadata=world.as_staff(world.discloser))


async def evidence(world: World, draft: R.Referral, who: Worker | None = None) -> list[R.EvidenceItem]:
    request = R.ListEvidenceRequest(referral_id=draft.referral_id)
    return list((await world.stub.ListEvidence(request, metadata=world.as_staff(who or world.discloser))).items)


async def opened(world: World, draft: R.Referral, item_id: str, who: Worker | None = None) -> bytes:
    request = R.ReadEvidenceRequest(referral_id=draft.referral_id, item_id=item_id)
    return (await world.stub.ReadEvidence(request, metadata=world.as_staff(who or world.discloser))).content


async def test_what_she_said_before_an_interpreter_is_sent_and_the_name_stays(world: World) -> None:
    draft = await asked_aloud(world)
    interpreter = R.PersonPresent(name=NAME, relation=request_pb2.EVIDENCE_RELATION_PROFESSIONAL)
    request_id = str(uuid4())
    done = await say(world, draft, COVER, HOUSING, interpreter=interpreter, request_id=request_id)
    assert done.state == request_pb2.CONSENT_REQUEST_STATE_PARTLY_GRANTED
    assert await say(world, draft, COVER, HOUSING, interpreter=interpreter, request_id=request_id) == done
    sent = await world.send(draft)
    assert list(sent.sent) == [COVER, HOUSING]

    (item,) = await evidence(world, draft)
    assert json.loads(await opened(world, draft, item.item_id)) == {"name": NAME}
    async with world.content.administered() as admin:
        sealed = await admin.fetchval("select ciphertext from evidence_item")
        assert NAME.encode() not in sealed
        assert await admin.fetchval("select count(*) from own_read where item_id = $1", UUID(item.item_id)) == 1
    async with world.consent_database.administered() as admin:
        kept = await admin.fetchval("select item_hash from evidence where evidence_role = 'interpreter'")
        assert kept == hashlib.sha256(sealed).digest()
        assert not await admin.fetchval("select exists (select from evidence e where e::text like $1)", f"%{NAME}%")


async def test_evidence_is_for_those_who_work_on_the_case_and_for_nobody_else(world: World) -> None:
    draft = await asked_aloud(world)
    await bring_back(world, draft, SCAN)
    (item,) = await evidence(world, draft)
    assert (item.role, item.media_type) == (request_pb2.EVIDENCE_ROLE_SCAN, "application/pdf")
    assert await opened(world, draft, item.item_id) == SCAN
    for who in (world.colleague, world.recipient, world.third):
        with refused("NOT_FOUND"):
            await evidence(world, draft, who)
        with refused("NOT_FOUND"):
            await opened(world, draft, item.item_id, who)
        with refused("NOT_FOUND"):
            await say(world, draft, COVER, who=who)
    with refused("NOT_FOUND"):
        await opened(world, draft, str(uuid4()))


async def test_a_scan_that_could_run_is_refused_and_nothing_is_kept(world: World) -> None:
    draft = await asked_aloud(world)
    with refused("INVALID_ARGUMENT"):
        await bring_back(world, draft, SCAN.replace(b"/Catalog", b"/Catalog/OpenAction 2 0 R"))
    assert await evidence(world, draft) == []
    assert (await bring_back(world, draft, SCAN)).state == request_pb2.CONSENT_REQUEST_STATE_PARTLY_GRANTED


async def test_a_scan_sent_twice_is_kept_once(world: World) -> None:
    draft, request_id = await asked_aloud(world), uuid4()
    first = await bring_back(world, draft, SCAN, request_id)
    assert await bring_back(world, draft, SCAN, request_id) == first
    assert len(await evidence(world, draft)) == 1


async def test_the_keys_of_evidence_are_no_orphans(world: World) -> None:
    draft = await asked_aloud(world)
    await bring_back(world, draft, SCAN)
    (item,) = await evidence(world, draft)
    assert await sweep(world) == 0
    assert await opened(world, draft, item.item_id) == SCAN


async def test_before_nobody_she_confirms_by_a_code_also_after_it_was_sent(world: World) -> None:
    draft = await asked_aloud(world)
    done = await say(world, draft, COVER, CONTACT, HOUSING)
    assert done.HasField("unconfirmed_until")
    sent = await world.send(draft)
    assert list(sent.sent) == [COVER, CONTACT]
    request = R.RequestConfirmationRequest(request_id=str(uuid4()), referral_id=draft.referral_id)
    for who in (world.colleague, world.recipient):
        with refused("NOT_FOUND"):
            await world.stub.RequestConfirmation(request, metadata=world.as_staff(who))
    made = await world.stub.RequestConfirmation(request, metadata=world.as_staff(world.discloser))
    assert await world.redeem(made.access_code)


async def test_a_question_is_read_out_only_as_long_as_it_is_about_this_draft(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    request = R.GetQuestionRequest(referral_id=draft.referral_id)
    with refused("NOT_FOUND"):
        await world.stub.GetQuestion(request, metadata=world.as_staff(world.discloser))
    await world.ask(draft)
    found = await world.stub.GetQuestion(request, metadata=world.as_staff(world.discloser))
    assert [each.category for each in found.categories] == [COVER, CONTACT]
    assert all(len(text.content_hash) == 64 for text in found.texts)


async def test_why_a_minor_decides_alone_is_kept_encrypted(world: World) -> None:
    draft = await asked_aloud(world)
    decision = a_decision(COVER)
    decision.ground_of_minor = "Sie hat es in eigenen Worten erklärt."
    await say(world, draft, decision=decision)
    (item,) = await evidence(world, draft)
    assert (await opened(world, draft, item.item_id)).decode() == decision.ground_of_minor
