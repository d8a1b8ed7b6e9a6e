"""Who may touch a referral: its two sides, those who work on it, and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from lotse.referrals.v1 import referral_pb2

from services.common.protobuf.times import to_timestamp
from tests.integration.consent.world import refused
from tests.integration.referrals.test_ways import SCAN
from tests.integration.referrals.world import CONTACT, COVER, DISCLOSER, HOUSING, RECIPIENT, Worker, World, a_draft

Act = Callable[[World, referral_pb2.Referral, Worker], Awaitable[object]]
R = referral_pb2


def _ids(referral: R.Referral) -> dict[str, Any]:
    return {"request_id": str(uuid4()), "referral_id": referral.referral_id}


ACTS: dict[str, Act] = {
    "get": lambda w, r, who: w.get(r.referral_id, who),
    "update": lambda w, r, who: w.stub.UpdateReferral(
        R.UpdateReferralRequest(**_ids(r), etag=r.etag, draft=a_draft()), metadata=w.as_staff(who)
    ),
    "discard": lambda w, r, who: w.stub.DiscardReferral(
        R.DiscardReferralRequest(**_ids(r), etag=r.etag), metadata=w.as_staff(who)
    ),
    "ask": lambda w, r, who: w.stub.RequestConsent(
        R.RequestConsentRequest(**_ids(r), etag=r.etag, language="de"), metadata=w.as_staff(who)
    ),
    "preview": lambda w, r, who: w.stub.PreviewReferral(
        R.PreviewReferralRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "send": lambda w, r, who: w.send(r, who=who),
    "accept": lambda w, r, who: w.accept(r, who=who),
    "decline": lambda w, r, who: w.stub.DeclineReferral(
        R.DeclineReferralRequest(**_ids(r), etag=r.etag, reason=R.TRANSITION_REASON_OTHER), metadata=w.as_staff(who)
    ),
    "assign": lambda w, r, who: w.assign(r, who, by=who),
    "start": lambda w, r, who: w.start_work(r, who),
    "read": lambda w, r, who: w.read(r.referral_id, CONTACT, who),
    "recall": lambda w, r, who: w.stub.RecallReferral(
        R.RecallReferralRequest(**_ids(r), etag=r.etag, reason=R.TRANSITION_REASON_OTHER), metadata=w.as_staff(who)
    ),
    "return": lambda w, r, who: w.stub.ReturnReferral(
        R.ReturnReferralRequest(**_ids(r), etag=r.etag, reason=R.TRANSITION_REASON_OTHER), metadata=w.as_staff(who)
    ),
    "complete": lambda w, r, who: w.stub.CompleteReferral(
        R.CompleteReferralRequest(**_ids(r), etag=r.etag, outcome=R.Outcome(result=R.OUTCOME_RESULT_HELPED)),
        metadata=w.as_staff(who),
    ),
    "outcome": lambda w, r, who: w.read_outcome(r.referral_id, who),
    "withdraw": lambda w, r, who: w.stub.WithdrawForClient(
        R.WithdrawForClientRequest(**_ids(r)), metadata=w.as_staff(who)
    ),
    "preview withdrawal": lambda w, r, who: w.stub.PreviewWithdrawalForClient(
        R.PreviewWithdrawalForClientRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "reduce": lambda w, r, who: w.stub.ReduceConsentForClient(
        R.ReduceConsentForClientRequest(**_ids(r), valid_until=to_timestamp(datetime.now(UTC) + timedelta(days=1))),
        metadata=w.as_staff(who),
    ),
    "withdrawals": lambda w, r, who: w.stub.ListWithdrawals(
        R.ListWithdrawalsRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "reinstate": lambda w, r, who: w.stub.ReinstateConsentForClient(
        R.ReinstateConsentForClientRequest(**_ids(r), withdrawal_id=str(uuid4()), client_is_present=True),
        metadata=w.as_staff(who),
    ),
    "explain": lambda w, r, who: w.stub.ExplainReferral(
        R.ExplainReferralRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "question": lambda w, r, who: w.stub.GetQuestion(
        R.GetQuestionRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "oral": lambda w, r, who: w.stub.RecordOralDecision(
        R.RecordOralDecisionRequest(
            **_ids(r), etag=r.etag, decision=R.DecisionGiven(), question_id="who-gets-it", answered_right=True
        ),
        metadata=w.as_staff(who),
    ),
    "paper": lambda w, r, who: w.stub.RecordPaperDecision(
        R.RecordPaperDecisionRequest(**_ids(r), etag=r.etag, decision=R.DecisionGiven(), scan=SCAN),
        metadata=w.as_staff(who),
    ),
    "confirmation": lambda w, r, who: w.stub.RequestConfirmation(
        R.RequestConfirmationRequest(**_ids(r)), metadata=w.as_staff(who)
    ),
    "evidence": lambda w, r, who: w.stub.ListEvidence(
        R.ListEvidenceRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "next candidate": lambda w, r, who: w.stub.GetNextCandidate(
        R.GetNextCandidateRequest(referral_id=r.referral_id), metadata=w.as_staff(who)
    ),
    "read evidence": lambda w, r, who: w.stub.ReadEvidence(
        R.ReadEvidenceRequest(referral_id=r.referral_id, item_id=str(uuid4())), metadata=w.as_staff(who)
    ),
}
OF_BOTH = {"get", "explain", "withdraw", "preview withdrawal", "reduce"}
OF_DISCLOSER = {
    "update", "discard", "ask", "preview", "send", "recall", "outcome", "withdrawals", "reinstate", "question", "oral",
    "paper", "confirmation", "evidence", "read evidence", "next candidate",
}  # fmt: skip
OF_ASSIGNED = {"assign", "start", "read", "return", "complete"}


async def test_every_rpc_has_its_row_here() -> None:
    methods = {method.name for method in R.DESCRIPTOR.services_by_name["ReferralService"].methods}
    assert len(ACTS) == len(methods - {"CreateReferral", "ListReferrals", "CountDeclines"})


async def test_third_agencies_and_unknown_numbers_get_the_same_answer(world: World) -> None:
    referral = (await world.in_progress(CONTACT, HOUSING)).referral
    unknown = R.Referral(referral_id=str(uuid4()), etag=referral.etag)
    for name, act in ACTS.items():
        with refused("NOT_FOUND"):
            await act(world, referral, world.third)
        with refused("NOT_FOUND"):
            await act(world, unknown, world.recipient if name not in OF_DISCLOSER else world.discloser)


async def test_the_other_side_gets_not_found_for_what_is_not_its_own(world: World) -> None:
    referral = (await world.in_progress(CONTACT, HOUSING)).referral
    for name, act in ACTS.items():
        if name in OF_BOTH:
            continue
        with refused("NOT_FOUND"):
            await act(world, referral, world.recipient if name in OF_DISCLOSER else world.discloser)


async def test_a_colleague_of_the_discloser_finds_nothing(world: World) -> None:
    referral = (await world.in_progress(CONTACT, HOUSING)).referral
    for name in OF_DISCLOSER | OF_BOTH:
        with refused("NOT_FOUND"):
            await ACTS[name](world, referral, world.colleague)


async def test_a_draft_is_unknown_to_its_recipient(world: World) -> None:
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    with refused("NOT_FOUND"):
        await world.get(draft.referral_id, world.recipient)
    with refused("NOT_FOUND"):
        await world.accept(draft)
    assert not await world.inbox(world.recipient)


async def test_a_colleague_of_the_recipient_sees_the_cover_sheet_and_reads_once_assigned(world: World) -> None:
    offer = await world.accepted(CONTACT, HOUSING)
    seen = await world.get(offer.referral_id, world.other_colleague)
    assert seen.cover_sheet.topics == ["mietschulden"]
    assert not seen.sections
    for name in {*OF_ASSIGNED, "explain"}:
        with refused("NOT_FOUND"):
            await ACTS[name](world, offer.referral, world.other_colleague)

    handed_on = await world.assign(offer.referral, world.other_colleague, by=world.recipient)
    assert not handed_on.sections
    assert await world.read(offer.referral_id, CONTACT, world.other_colleague)
    with refused("NOT_FOUND"):
        await world.read(offer.referral_id, CONTACT, world.recipient)


async def test_for_a_counsellor_whom_the_client_excluded_there_is_no_referral_in_any_state(world: World) -> None:
    excluded = world.other_colleague
    offer = await world.offered(CONTACT, excluded=(excluded,))
    assert not await world.inbox(excluded)

    async def finds_nothing(current: R.Referral) -> None:
        for name in {*ACTS} - OF_DISCLOSER:
            with refused("NOT_FOUND"):
                await ACTS[name](world, current, excluded)

    await finds_nothing(offer.referral)
    taken = await world.accept(offer.referral)
    await finds_nothing(taken)
    await finds_nothing(await world.start_work(taken))


async def test_a_coordinator_of_the_discloser_sees_the_record_without_what_the_dossier_is_about(world: World) -> None:
    coordinator = Worker(DISCLOSER, roles=("coordinator",))
    offer = await world.offered(CONTACT)
    seen = await world.get(offer.referral_id, coordinator)
    assert seen.state == R.REFERRAL_STATE_OFFERED
    assert not seen.sections
    assert (await world.get(offer.referral_id, world.discloser)).sections


async def test_a_coordinator_accepts_and_assigns_without_reading(world: World) -> None:
    coordinator = Worker(RECIPIENT, roles=("coordinator",))
    offer = await world.offered(CONTACT)
    taken = await world.accept(offer.referral, who=coordinator)
    assert not taken.assigned_person_id
    assert not taken.sections
    with refused("PERMISSION_DENIED"):
        await world.read(offer.referral_id, CONTACT, coordinator)
    await world.assign(taken, world.recipient, by=coordinator)
    assert await world.read(offer.referral_id, CONTACT)


async def test_whoever_has_no_role_for_it_is_refused_before_anything_is_looked_up(world: World) -> None:
    officer = Worker(RECIPIENT, roles=("data-protection-officer",))
    referral = R.Referral(referral_id=str(uuid4()), etag="x")
    for act in ACTS.values():
        with refused("PERMISSION_DENIED"):
            await act(world, referral, officer)


async def test_only_the_draft_that_the_token_names_is_shown_to_the_client(world: World) -> None:
    case = await world.dossier(CONTACT, HOUSING)
    draft = await world.draft(case.case_id, CONTACT)
    other = await world.draft(case.case_id, HOUSING)
    token = await world.redeem((await world.ask(draft)).access_code)
    metadata = [("authorization", f"Bearer {token}")]

    request = R.ReadDraftSectionRequest(category=CONTACT)
    shown = await world.preview.ReadDraftSection(request, metadata=metadata)
    assert shown.content.note
    sheet = await world.preview.ReadDraftSection(R.ReadDraftSectionRequest(category=COVER), metadata=metadata)
    assert sheet.cover_sheet.topics == ["mietschulden"]
    with refused("NOT_FOUND"):
        await world.preview.ReadDraftSection(R.ReadDraftSectionRequest(category=HOUSING), metadata=metadata)
    with refused("PERMISSION_DENIED"):
        await world.preview.ReadDraftSection(request, metadata=world.as_staff(world.discloser))

    await ACTS["update"](world, draft, world.discloser)
    with refused("NOT_FOUND"):
        await world.preview.ReadDraftSection(request, metadata=metadata)
    assert other.referral_id


@pytest.mark.parametrize("recipient", [uuid4(), None])
async def test_a_draft_goes_only_to_another_agency_that_takes_handovers(world: World, recipient: object) -> None:
    case = await world.dossier(CONTACT)
    draft = a_draft(CONTACT)
    draft.recipient_id = str(recipient or world.discloser.agency)
    request = R.CreateReferralRequest(request_id=str(uuid4()), case_id=case.case_id, draft=draft)
    with refused("HANDOVER_NOT_ACCEPTED" if recipient else "INVALID_ARGUMENT"):
        await world.stub.CreateReferral(request, metadata=world.as_staff(world.discloser))
