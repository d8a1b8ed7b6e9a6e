"""What is asked apart, and what is asked only with its list: evaluation, and the participants of a case conference."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import CONTACT, COVER, Asked, World, bearer, refused

EVALUATION, CONFERENCE = [words.PURPOSE_EVALUATION], [words.PURPOSE_CASE_CONFERENCE]


@pytest.fixture(autouse=True)
async def texts(world: World) -> None:
    for subject in ("evaluation", "case-conference"):
        await world.publish(subject)


async def about_evaluation(world: World, case: UUID, **changes: object) -> Asked:
    values = {"to": uuid4(), "purposes": EVALUATION, **changes}
    return await world.ask(COVER, CONTACT, case=case, **values)  # type: ignore[arg-type]


async def about_conference(world: World, *participants: UUID, asked_before: Asked | None = None) -> Asked:
    before = {"case": asked_before.case, "referral": asked_before.referral} if asked_before else {}
    ids = [str(each) for each in participants]
    return await world.ask(COVER, CONTACT, purposes=CONFERENCE, participant_ids=ids, **before)  # type: ignore[arg-type]


async def test_an_evaluator_is_asked_about_once_she_has_decided_on_help_whatever_she_decided(world: World) -> None:
    help_ = await world.ask(COVER, CONTACT)
    with refused("HELP_NOT_DECIDED"):
        await about_evaluation(world, help_.case)
    token = await world.redeem(help_.access_code)
    await world.answer(token, no=[COVER, CONTACT], way_back=words.WAY_BACK_NOTHING)
    asked = await about_evaluation(world, help_.case)
    await world.grant(asked, COVER, CONTACT)
    again = await world.ask(COVER, case=help_.case, to=uuid4())
    with refused("HELP_NOT_DECIDED"):
        await about_evaluation(world, again.case)


async def test_a_case_without_any_question_about_help_is_not_passed_to_an_evaluator(world: World) -> None:
    with refused("HELP_NOT_DECIDED"):
        await about_evaluation(world, uuid4())


async def test_an_evaluation_is_asked_together_with_nothing_and_ends_no_consent_to_help(world: World) -> None:
    help_ = await world.ask(COVER, CONTACT)
    await world.grant(help_, COVER, CONTACT)
    with refused("INVALID_ARGUMENT"):
        await about_evaluation(world, help_.case, purposes=[*EVALUATION, words.PURPOSE_HANDING_OVER])
    with refused("EVALUATOR_HELPS"):
        await about_evaluation(world, help_.case, to=world.recipient.agency)
    asked = await about_evaluation(world, help_.case)
    for purpose in (words.PURPOSE_EVALUATION, words.PURPOSE_HANDING_OVER):
        with refused("INVALID_ARGUMENT"):
            await world.ask(
                COVER, case=help_.case, to=uuid4(), in_sitting_with=asked.consent_request_id, purposes=[purpose]
            )
    await world.grant(asked, COVER, CONTACT)
    assert await world.permits(help_, COVER, CONTACT) == [True, True]


async def test_what_she_permits_to_an_evaluator_is_for_nothing_else(world: World) -> None:
    help_ = await world.ask(COVER)
    await world.answer(await world.redeem(help_.access_code), no=[COVER], way_back=words.WAY_BACK_NOTHING)
    asked = await about_evaluation(world, help_.case, to=world.recipient.agency)
    await world.grant(asked, COVER, CONTACT)
    assert await world.permits(asked, COVER, purpose=words.PURPOSE_EVALUATION) == [True]
    assert await world.permits(asked, COVER) == [False]


async def test_a_conference_is_asked_about_with_its_participants_and_nothing_else_is(world: World) -> None:
    both, third = (world.discloser.agency, world.recipient.agency), uuid4()
    for wrong in ((), (world.recipient.agency, third), (world.discloser.agency, third)):
        with refused("INVALID_ARGUMENT"):
            await about_conference(world, *wrong)
    with refused("INVALID_ARGUMENT"):
        await world.ask(COVER, participant_ids=[str(each) for each in both])
    asked = await about_conference(world, *both, third)
    token = await world.redeem(asked.access_code)
    question = await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))
    assert set(question.participant_ids) == {str(each) for each in (*both, third)}


async def test_with_another_participant_it_is_another_question_and_the_code_before_opens_nothing(world: World) -> None:
    both = (world.discloser.agency, world.recipient.agency)
    first = await about_conference(world, *both)
    same = await about_conference(world, *both, asked_before=first)
    assert same.consent_request_id == first.consent_request_id
    wider = await about_conference(world, *both, uuid4(), asked_before=first)
    assert wider.consent_request_id != first.consent_request_id
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(same.access_code)


async def test_who_reads_a_question_to_her_has_the_participants_before_them(world: World) -> None:
    both = (world.discloser.agency, world.recipient.agency)
    asked = await about_conference(world, *both)
    read = await world.requests.GetRequestTexts(
        request_pb2.GetRequestTextsRequest(case_id=str(asked.case), consent_request_id=asked.consent_request_id),
        metadata=world.as_staff(world.discloser),
    )
    assert set(read.participant_ids) == {str(each) for each in both}
