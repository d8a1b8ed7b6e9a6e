"""Several candidates in one sitting: one code, a consent of its own for each, each refusable alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2, request_pb2

from tests.integration.consent.world import CONTACT, COVER, Asked, World, bearer, refused

GRANTED, REFUSED, CANCELLED = (
    request_pb2.CONSENT_REQUEST_STATE_GRANTED,
    request_pb2.CONSENT_REQUEST_STATE_REFUSED,
    request_pb2.CONSENT_REQUEST_STATE_CANCELLED,
)


async def onward(world: World, token: str, request_id: UUID | None = None) -> str:
    request = client_pb2.NextInSittingRequest(request_id=str(request_id or uuid4()))
    return (await world.clients.NextInSitting(request, metadata=bearer(token))).client_token


async def question(world: World, token: str) -> client_pb2.GetOwnRequestResponse:
    return await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))


async def joined(world: World, first: Asked, to: UUID | None = None) -> Asked:
    """A further candidate of the same case."""
    return await world.ask(COVER, CONTACT, case=first.case, to=to or uuid4(), in_sitting_with=first.consent_request_id)


async def another_took_it(
    world: World, accepted: Asked, *used: Asked, request_id: UUID | None = None
) -> tuple[int, int]:
    """What referrals' worker says after an agency took the case; how many consents and questions ended."""
    answer = await world.requests.EndUnused(
        request_pb2.EndUnusedRequest(
            request_id=str(request_id or uuid4()),
            case_id=str(accepted.case),
            referral_id=str(accepted.referral),
            used_referral_ids=[str(each.referral) for each in used],
        )
    )
    return answer.consents, answer.questions


async def test_one_code_leads_through_three_candidates_and_each_answer_stands_for_itself(world: World) -> None:
    first = await world.ask(COVER, CONTACT)
    second, third = await joined(world, first), await joined(world, first)
    token = await world.redeem(first.access_code)
    ids = [first.consent_request_id, second.consent_request_id, third.consent_request_id]
    assert [each.consent_request_id for each in (await question(world, token)).sitting] == ids
    await world.answer(token, yes=[COVER, CONTACT])
    request_id = uuid4()
    second_token = await onward(world, token, request_id)
    assert (await question(world, second_token)).consent_request_id == second.consent_request_id
    again = await onward(world, token, request_id)
    assert (await question(world, again)).consent_request_id == second.consent_request_id
    await world.answer(second_token, no=[COVER, CONTACT], way_back=1)
    third_token = await onward(world, second_token)
    assert (await question(world, third_token)).consent_request_id == third.consent_request_id
    await world.answer(third_token, yes=[COVER, CONTACT])
    with refused("NOT_FOUND"):
        await onward(world, third_token)
    decided = (await question(world, third_token)).sitting
    assert [each.state for each in decided] == [GRANTED, REFUSED, GRANTED]
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from consent_revision") == 2
        assert await admin.fetchval("select count(*) from refusal") == 1


async def test_what_she_leaves_for_later_comes_round_again_also_by_the_same_code(world: World) -> None:
    first = await world.ask(COVER)
    second = await joined(world, first)
    token = await onward(world, await world.redeem(first.access_code))
    assert (await question(world, token)).consent_request_id == second.consent_request_id
    back = await onward(world, token)
    assert (await question(world, back)).consent_request_id == first.consent_request_id
    await world.answer(back, yes=[COVER])
    another_day = await world.redeem(first.access_code)
    assert (await question(world, another_day)).consent_request_id == second.consent_request_id
    await world.answer(another_day, yes=[COVER])
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(first.access_code)


async def test_at_most_three_of_one_case_each_to_another_agency(world: World) -> None:
    first = await world.ask(COVER, CONTACT)
    with refused("INVALID_ARGUMENT"):
        await joined(world, first, world.recipient.agency)
    with refused("INVALID_ARGUMENT"):
        await world.ask(COVER, to=uuid4(), in_sitting_with=first.consent_request_id)
    for _ in range(2):
        await joined(world, first)
    with refused("INVALID_ARGUMENT"):
        await joined(world, first)


async def test_a_question_asked_alone_leads_nowhere(world: World) -> None:
    alone = await world.ask(COVER)
    await world.ask(CONTACT, case=alone.case, to=uuid4())
    token = await world.redeem(alone.access_code)
    assert list((await question(world, token)).sitting) == []
    with refused("NOT_FOUND"):
        await onward(world, token)


async def test_what_is_decided_aloud_in_the_talk_is_no_question_of_the_sitting_any_more(world: World) -> None:
    first = await world.ask(COVER)
    second, third = await joined(world, first), await joined(world, first)
    token = await world.redeem(first.access_code)
    await world.said(second, COVER)
    assert (await question(world, await onward(world, token))).consent_request_id == third.consent_request_id


async def test_on_the_tablet_that_was_handed_over_every_decision_of_the_sitting_says_so(world: World) -> None:
    first = await world.ask(COVER, on_tablet=True)
    await world.ask(COVER, case=first.case, to=uuid4(), in_sitting_with=first.consent_request_id, on_tablet=True)
    token = await world.grant(first, COVER)
    await world.answer(await onward(world, token), yes=[COVER])
    async with world.database.administered() as admin:
        rows = await admin.fetch("select evidence_kind, assisted_by from consent_revision")
    assert [tuple(row) for row in rows] == [("tablet", world.discloser.person)] * 2


async def test_a_code_that_was_guessed_at_five_times_leads_nowhere_in_its_sitting(world: World) -> None:
    first = await world.ask(COVER)
    await joined(world, first)
    await world.grant(first, COVER)
    wrong = first.access_code[:-1] + ("0" if first.access_code[-1] != "0" else "1")
    for _ in range(5):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(wrong)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(first.access_code)


async def test_when_one_agency_takes_the_case_the_unused_rest_of_the_sitting_ends_and_she_sees_why(
    world: World,
) -> None:
    first = await world.ask(COVER)
    for _ in range(2):
        await joined(world, first)
    apart = await world.ask(COVER, case=first.case, to=uuid4())
    token = await world.grant(first, COVER)
    second_token = await onward(world, token)
    await world.answer(second_token, yes=[COVER, CONTACT])
    await world.grant(apart, COVER)
    request_id = uuid4()
    assert await another_took_it(world, first, request_id=request_id) == (1, 1)
    assert await another_took_it(world, first, request_id=request_id) == (0, 0)
    assert await world.permits(first, COVER) == [True]
    with_pass = await world.redeem(await world.take_pass(second_token, "493817"))
    hers = await world.clients.ListOwnConsents(client_pb2.ListOwnConsentsRequest(), metadata=bearer(with_pass))
    states = [(each.state, [one.another_agency_took_it for one in each.withdrawals]) for each in hers.consents]
    active, withdrawn = client_pb2.CONSENT_STATE_ACTIVE, client_pb2.CONSENT_STATE_WITHDRAWN
    assert sorted(states) == sorted([(active, []), (active, []), (withdrawn, [True])])
    assert [(each.state, each.another_agency_took_it) for each in hers.requests] == [(CANCELLED, True)]
    acts = await world.clients.ListOwnActs(client_pb2.ListOwnActsRequest(), metadata=bearer(with_pass))
    (ended,) = [act for act in acts.acts if act.another_agency_took_it]
    receipt = await world.clients.GetOwnReceipt(
        client_pb2.GetOwnReceiptRequest(receipt_id=ended.receipt_id), metadata=bearer(with_pass)
    )
    assert "another agency took the case" in receipt.document
    async with world.database.administered() as admin:
        logged = "select count(*) from log_pending where kind = 'withdrawn'"
        in_log = "select count(*) from log_leaf where kind = 'withdrawn'"
        assert await admin.fetchval(logged) + await admin.fetchval(in_log) == 1


async def test_what_another_agency_of_the_sitting_works_on_stays(world: World) -> None:
    first = await world.ask(COVER)
    second = await joined(world, first)
    token = await world.grant(first, COVER)
    await world.answer(await onward(world, token), yes=[COVER, CONTACT])
    assert await another_took_it(world, first, second) == (0, 0)


async def test_what_is_unused_ends_only_under_its_own_case(world: World) -> None:
    first = await world.ask(COVER)
    second = await joined(world, first)
    await world.answer(await onward(world, await world.grant(first, COVER)), yes=[COVER])
    for case in ((await world.ask(COVER)).case, uuid4()):
        assert await another_took_it(world, replace(first, case=case)) == (0, 0)
    assert await world.permits(second, COVER) == [True]


async def test_only_background_work_can_end_what_nobody_took_back(world: World) -> None:
    asked = await world.ask(COVER)
    request = request_pb2.EndUnusedRequest(
        request_id=str(uuid4()), case_id=str(asked.case), referral_id=str(asked.referral)
    )
    with refused("PERMISSION_DENIED"):
        await world.requests.EndUnused(request, metadata=world.as_staff(world.discloser))
