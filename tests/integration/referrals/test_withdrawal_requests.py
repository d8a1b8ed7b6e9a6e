"""A client stands at an agency that has nothing to do with it: that agency asks the one she names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import withdrawal_request_pb2, withdrawal_request_pb2_grpc

from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.after_withdrawal import only
from tests.integration.referrals.test_withdrawing_in_every_state import is_withdrawn
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, Offered, Worker, World, becomes

W = withdrawal_request_pb2
INCOMING, OUTGOING = W.WITHDRAWAL_REQUEST_BOX_INCOMING, W.WITHDRAWAL_REQUEST_BOX_OUTGOING


def stub(world: World) -> withdrawal_request_pb2_grpc.WithdrawalRequestServiceStub:
    return withdrawal_request_pb2_grpc.WithdrawalRequestServiceStub(world.referrals)


async def ask(world: World, to: Worker, hints: Mapping[str, str], who: Worker | None = None) -> W.WithdrawalRequest:
    request = W.CreateWithdrawalRequestRequest(
        request_id=str(uuid4()), to_agency_id=str(to.agency), hints=W.WithdrawalHints(**hints)
    )
    answer = await stub(world).CreateWithdrawalRequest(request, metadata=world.as_staff(who or world.third))
    return answer.withdrawal_request


async def box(world: World, side: W.WithdrawalRequestBox.ValueType, who: Worker) -> list[W.WithdrawalRequest]:
    request = W.ListWithdrawalRequestsRequest(box=side)
    answer = await stub(world).ListWithdrawalRequests(request, metadata=world.as_staff(who))
    return list(answer.withdrawal_requests)


async def look(world: World, asked: W.WithdrawalRequest, who: Worker) -> list[str]:
    request = W.GetWithdrawalRequestRequest(withdrawal_request_id=asked.withdrawal_request_id)
    answer = await stub(world).GetWithdrawalRequest(request, metadata=world.as_staff(who))
    return [one.referral_id for one in answer.found]


async def answer_with(
    world: World, asked: W.WithdrawalRequest, who: Worker, referral_id: str = ""
) -> W.WithdrawalRequest:
    request = W.AnswerWithdrawalRequestRequest(
        request_id=str(uuid4()),
        withdrawal_request_id=asked.withdrawal_request_id,
        etag=asked.etag,
        referral_id=referral_id,
    )
    return (await stub(world).AnswerWithdrawalRequest(request, metadata=world.as_staff(who))).withdrawal_request


async def with_receipt(world: World) -> tuple[Offered, str]:
    """A referral that was sent, and the number of the receipt of her yes."""
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    request = client_pb2.RecordDecisionRequest(
        request_id=str(uuid4()),
        answers=[client_pb2.CategoryAnswer(category=each, permit=True) for each in (COVER, CONTACT)],
        secrecy_release_forward=True,
    )
    decided = await world.clients.RecordDecision(request, metadata=bearer(token))
    client_pass = await world.take_pass(token)
    sent = await world.send(await world.get(draft.referral_id, world.discloser))
    return Offered(case.case_id, sent.referral, client_pass), decided.receipt.receipt_id


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_by_the_number_of_a_receipt_either_side_finds_her_and_takes_back(world: World, side: str) -> None:
    offer, receipt_id = await with_receipt(world)
    addressee: Worker = getattr(world, side)
    asked = await ask(world, addressee, {"receipt_id": receipt_id})
    assert only(await box(world, INCOMING, addressee)) == asked
    assert await look(world, asked, addressee) == [offer.referral_id]
    done = await answer_with(world, asked, addressee, offer.referral_id)
    assert done.answer == W.WITHDRAWAL_ANSWER_WITHDRAWN
    assert await is_withdrawn(world, offer)
    told = only(await box(world, OUTGOING, world.third))
    assert told == done
    assert told.withdrawal_receipt_id
    assert await answer_with(world, asked, addressee) == done


async def test_without_a_receipt_she_is_found_by_what_she_remembers(world: World) -> None:
    offer = await world.offered(CONTACT)
    this_month = datetime.now(UTC).strftime("%Y-%m")
    remembered = {
        "month": this_month, "topic": "mietschulden", "language": "ar", "other_agency_id": str(RECIPIENT),
    }  # fmt: skip
    fitting = await ask(world, world.discloser, remembered)
    assert await look(world, fitting, world.discloser) == [offer.referral_id]
    assert await look(world, fitting, world.colleague) == []
    assert await look(world, fitting, replace(world.colleague, roles=("coordinator",))) == [offer.referral_id]
    wrong: tuple[dict[str, str], ...] = (
        {"month": "2024-01"},
        {"month": this_month, "topic": "schwangerschaft"},
        {"other_agency_id": str(uuid4())},
    )
    for hints in wrong:
        assert await look(world, await ask(world, world.discloser, hints), world.discloser) == []
    assert (await answer_with(world, fitting, world.discloser)).answer == W.WITHDRAWAL_ANSWER_NOT_FOUND


async def test_a_third_agency_sees_neither_request_nor_referral(world: World) -> None:
    offer, receipt_id = await with_receipt(world)
    asked = await ask(world, world.discloser, {"receipt_id": receipt_id})
    for who in (world.recipient, world.third):
        with refused("NOT_FOUND"):
            await look(world, asked, who)
        with refused("NOT_FOUND"):
            await answer_with(world, asked, who, offer.referral_id)
    assert not await box(world, INCOMING, world.recipient)
    assert not await box(world, OUTGOING, world.recipient)
    wrong = await ask(world, world.recipient, {"receipt_id": str(uuid4())}, world.discloser)
    assert await look(world, wrong, world.recipient) == []


async def test_nothing_is_asked_without_a_hint_nor_of_oneself_nor_of_nobody(world: World) -> None:
    refusable: tuple[tuple[Worker, dict[str, str]], ...] = (
        (world.discloser, {}),
        (world.third, {"month": "2026-11"}),
        (Worker(uuid4()), {"month": "2026-11"}),
        (world.discloser, {"month": "November"}),
        (world.discloser, {"receipt_id": "Nachname"}),
    )
    for to, hints in refusable:
        with refused("INVALID_ARGUMENT"):
            await ask(world, to, hints)


async def test_unanswered_it_escalates_after_a_working_day_and_is_erased_in_the_end(world: World) -> None:
    asked = await ask(world, world.discloser, {"month": "2026-11"})
    assert asked.answer_by.ToDatetime(UTC) > world.clock.now()
    async with world.content.administered() as admin:
        await admin.execute("update withdrawal_request set answer_by = clock_timestamp()")
    await world.referrals_service.restart()
    officer = replace(world.colleague, roles=("data-protection-officer",))
    overdue = await becomes(lambda: box(world, INCOMING, officer), lambda found: found[0].HasField("escalated_at"))
    await answer_with(world, only(overdue), world.discloser)
    async with world.content.administered() as admin:
        await admin.execute("update withdrawal_request set answered_at = answered_at - interval '31 days'")
    await world.referrals_service.restart()
    await becomes(lambda: box(world, INCOMING, officer), lambda found: not found)
