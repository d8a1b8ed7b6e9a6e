"""Asking for consent: who may, what a repeat does, how a request ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import (
    CONTACT,
    COVER,
    HOUSING,
    SUBJECTS,
    Asked,
    Counsellor,
    World,
    an_item,
    refused,
)


async def state_of(world: World, asked: Asked, by: Counsellor | None = None) -> int:
    request = request_pb2.GetRequestRequest(case_id=str(asked.case), referral_id=str(asked.referral))
    return (await world.requests.GetRequest(request, metadata=world.as_staff(by or world.discloser))).state


def wrong(code: str) -> str:
    """A code of the same name that proves nothing."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


async def test_asking_the_same_again_keeps_the_question_and_changes_the_code(world: World) -> None:
    first = await world.ask(COVER, CONTACT)
    second = await world.ask(COVER, CONTACT, case=first.case, referral=first.referral)

    assert second.consent_request_id == first.consent_request_id
    assert second.access_code != first.access_code
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(first.access_code)
    assert await world.redeem(second.access_code)


async def test_a_repeat_key_gives_a_new_code_for_the_same_question_and_nothing_for_another(world: World) -> None:
    key = str(uuid4())
    first = await world.ask(COVER, request_id=key)
    again = await world.ask(COVER, case=first.case, referral=first.referral, request_id=key)
    assert again.consent_request_id == first.consent_request_id
    with refused("REPEAT_KEY_REUSED"):
        await world.ask(COVER, CONTACT, case=first.case, referral=first.referral, request_id=key)
    with refused("REPEAT_KEY_REUSED"):
        await world.ask(COVER, request_id=key)


async def test_a_changed_draft_is_a_new_question_and_closes_the_old_one(world: World) -> None:
    first = await world.ask(COVER)
    second = await world.ask(COVER, HOUSING, case=first.case, referral=first.referral, draft_revision=2)
    assert second.consent_request_id != first.consent_request_id
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(first.access_code)
    assert await state_of(world, first) == request_pb2.CONSENT_REQUEST_STATE_REQUESTED


async def test_another_language_is_a_new_question(world: World) -> None:
    for subject in SUBJECTS:
        await world.publish(subject, language="en")
    first = await world.ask(COVER)
    second = await world.ask(COVER, case=first.case, referral=first.referral, language="en")
    assert second.consent_request_id != first.consent_request_id


async def test_after_a_decision_the_same_question_can_be_asked_anew(world: World) -> None:
    first = await world.ask(COVER)
    await world.grant(first, COVER)
    second = await world.ask(COVER, case=first.case, referral=first.referral)
    assert second.consent_request_id != first.consent_request_id


async def test_five_wrong_codes_close_the_question(world: World) -> None:
    asked = await world.ask(COVER)
    for _ in range(4):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(wrong(asked.access_code))
    assert await state_of(world, asked) == request_pb2.CONSENT_REQUEST_STATE_REQUESTED
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(wrong(asked.access_code))

    assert await state_of(world, asked) == request_pb2.CONSENT_REQUEST_STATE_CANCELLED
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(asked.access_code)


async def test_wrong_codes_under_the_name_of_a_replaced_one_close_nothing(world: World) -> None:
    former = await world.ask(COVER)
    current = await world.ask(COVER, case=former.case, referral=former.referral)
    for _ in range(5):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(wrong(former.access_code))
    assert await world.redeem(current.access_code)


async def test_a_question_that_closes_while_she_answers_gives_no_consent(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    async with world.database.administered() as admin:
        async with admin.transaction():  # the fifth wrong code, typed by somebody else, not yet committed
            await admin.execute(
                "insert into consent_request_end values ($1, $2, 'cancelled', 'failures', clock_timestamp())",
                asked.case,
                UUID(asked.consent_request_id),
            )
            answering = asyncio.create_task(world.answer(token, yes=[COVER]))
            await waits_for_a_row(world)
        with refused("ILLEGAL_STATE"):
            await answering
        assert await admin.fetchval("select count(*) from consent_revision") == 0
    assert await world.permits(asked, COVER) == [False]


async def waits_for_a_row(world: World) -> None:
    """Returns when a transaction of consent waits for the end of another."""
    async with world.database.administered() as admin, asyncio.timeout(4):
        while not await admin.fetchval(  # noqa: ASYNC110 - the server is asked
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'transactionid'"
        ):
            await asyncio.sleep(0.01)


async def test_a_code_ends_after_fourteen_days_and_not_before(world: World) -> None:
    asked = await world.ask(COVER)
    await world.move_legal_time(timedelta(days=14) - timedelta(minutes=1))
    await world.redeem(asked.access_code)
    await world.move_legal_time(timedelta(days=14))
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(asked.access_code)
    assert await state_of(world, asked) == request_pb2.CONSENT_REQUEST_STATE_EXPIRED


async def test_a_question_that_was_taken_back_opens_nothing(world: World) -> None:
    asked = await world.ask(COVER)
    request = request_pb2.CancelRequestRequest(
        request_id=str(uuid4()), case_id=str(asked.case), consent_request_id=asked.consent_request_id
    )
    answer = await world.requests.CancelRequest(request, metadata=world.as_staff(world.discloser))
    assert answer.state == request_pb2.CONSENT_REQUEST_STATE_CANCELLED
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(asked.access_code)


async def test_cancelling_after_her_decision_changes_nothing(world: World) -> None:
    asked = await world.ask(COVER)
    await world.grant(asked, COVER)
    request = request_pb2.CancelRequestRequest(
        request_id=str(uuid4()), case_id=str(asked.case), consent_request_id=asked.consent_request_id
    )
    answer = await world.requests.CancelRequest(request, metadata=world.as_staff(world.discloser))
    assert answer.state == request_pb2.CONSENT_REQUEST_STATE_GRANTED
    assert await world.permits(asked, COVER) == [True]


async def test_recipient_and_strangers_never_learn_of_a_question(world: World) -> None:
    asked = await world.ask(COVER)
    for who in (world.recipient, world.stranger):
        with refused("NOT_FOUND"):
            await state_of(world, asked, by=who)
        request = request_pb2.CancelRequestRequest(
            request_id=str(uuid4()), case_id=str(asked.case), consent_request_id=asked.consent_request_id
        )
        with refused("NOT_FOUND"):
            await world.requests.CancelRequest(request, metadata=world.as_staff(who))


async def test_another_agency_cannot_ask_about_a_case_that_is_not_its_own(world: World) -> None:
    asked = await world.ask(COVER)
    with refused("NOT_FOUND"):
        await world.ask(COVER, case=asked.case, by=world.stranger)


async def test_only_counsellors_ask(world: World) -> None:
    with refused("PERMISSION_DENIED"):
        await world.ask(COVER, by=replace(world.discloser, roles=("coordinator",)))


@pytest.mark.parametrize(
    "changes",
    [
        {"purposes": [words.PURPOSE_INTERPRETER]},
        {"language": "uk"},
    ],
)
async def test_without_a_text_nothing_is_asked(world: World, changes: dict[str, object]) -> None:
    with refused("TEXT_MISSING"):
        await world.ask(COVER, **changes)  # type: ignore[arg-type]


async def test_nobody_asks_for_oneself_or_for_the_way_back_or_for_what_is_unknown(world: World) -> None:
    with refused("INVALID_ARGUMENT"):
        await world.ask(COVER, to=world.discloser.agency)
    with refused("INVALID_ARGUMENT"):
        await world.ask(words.DATA_CATEGORY_OUTCOME)
    with refused("INVALID_ARGUMENT"):
        await world.ask(99)


async def test_a_category_that_is_named_twice_is_asked_once_with_all_labels(world: World) -> None:
    violence, hiv = words.SENSITIVITY_LABEL_VIOLENCE, words.SENSITIVITY_LABEL_HIV
    asked = await world.ask(COVER, (HOUSING, [violence]), (HOUSING, [hiv]))
    await world.grant(asked, COVER, HOUSING)
    answer = await world.disclose(asked, an_item(HOUSING, violence, hiv))
    assert answer.decisions[0].permit


async def test_a_code_can_be_typed_carelessly(world: World) -> None:
    asked = await world.ask(COVER)
    typed = "  " + asked.access_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert await world.redeem(typed)


async def test_the_code_stands_nowhere_in_the_database(world: World) -> None:
    asked = await world.ask(COVER)
    plain = asked.access_code.replace("-", "").encode()
    async with world.database.administered() as admin:
        row = await admin.fetchrow("select name_digest, proof_digest from access_code")
    assert row is not None
    assert all(len(digest) == 32 and plain[:4] not in digest for digest in row.values())


async def test_what_is_asked_survives_two_requests_at_once(world: World) -> None:
    case, referral = uuid4(), uuid4()
    answers = await asyncio.gather(*(world.ask(COVER, case=case, referral=referral) for _ in range(8)))
    assert len({UUID(answer.consent_request_id) for answer in answers}) == 1
