"""Ways to decide other than on a device of her own: aloud, on paper, on the agency's tablet."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.ledger import verify_ledger
from services.consent.store.ledger import READERS
from tests.integration.consent.world import (
    CONTACT,
    COVER,
    HOUSING,
    READ_BACK,
    Asked,
    Counsellor,
    World,
    bearer,
    refused,
)

R = request_pb2
DAY = timedelta(days=1)


def an_item(role: int, relation: int = 0) -> R.EvidenceGiven:
    return R.EvidenceGiven(role=role, item_id=str(uuid4()), item_hash=bytes(32), relation=relation)  # type: ignore[arg-type]


INTERPRETER = an_item(R.EVIDENCE_ROLE_INTERPRETER, R.EVIDENCE_RELATION_VOLUNTEER)
SCAN = an_item(R.EVIDENCE_ROLE_SCAN)
ATTENDED = [READ_BACK, INTERPRETER]


async def confirmation_code(world: World, asked: Asked, by: Counsellor | None = None) -> str:
    request = R.CreateConfirmationCodeRequest(
        request_id=str(uuid4()), case_id=str(asked.case), consent_request_id=asked.consent_request_id
    )
    answer = await world.requests.CreateConfirmationCode(request, metadata=world.as_staff(by or world.discloser))
    return answer.access_code


async def confirm(
    world: World, token: str, *, is_right: bool, request_id: UUID | None = None
) -> client_pb2.ConfirmDecisionResponse:
    request = client_pb2.ConfirmDecisionRequest(request_id=str(request_id or uuid4()), is_right=is_right)
    return await world.clients.ConfirmDecision(request, metadata=bearer(token))


async def test_before_an_interpreter_her_word_counts_at_once_and_is_proved(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, HOUSING)
    done = await world.said(asked, COVER, HOUSING, evidence=ATTENDED)
    assert done.state == R.CONSENT_REQUEST_STATE_PARTLY_GRANTED
    assert not done.HasField("unconfirmed_until")
    assert await world.permits(asked, COVER, HOUSING, CONTACT) == [True, True, False]
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(asked.access_code)
    async with world.database.administered() as admin:
        kept = await admin.fetch("select evidence_role, relation, question_id, answered_right from evidence order by 1")
        consent = await admin.fetchrow("select evidence_kind, evidence_relation, assisted_by from consent_revision")
    assert [tuple(row) for row in kept] == [
        ("interpreter", "volunteer", None, None),
        ("read-back", None, "who-gets-it", True),
    ]
    assert consent is not None
    assert tuple(consent) == ("oral", "volunteer", world.discloser.person)


async def test_before_nobody_only_a_part_goes_until_she_confirms_and_nothing_after_fourteen_days(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, HOUSING)
    done = await world.said(asked, COVER, CONTACT, HOUSING)
    assert done.HasField("unconfirmed_until")
    assert await world.permits(asked, COVER, CONTACT, HOUSING) == [True, True, False]
    await world.move_legal_time(14 * DAY)
    assert await world.permits(asked, COVER, CONTACT) == [False, False]
    with refused("ILLEGAL_STATE"):
        await confirmation_code(world, asked)


async def test_she_confirms_by_a_code_what_was_written_down(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, HOUSING)
    await world.said(asked, COVER, HOUSING)
    old, code = await confirmation_code(world, asked), await confirmation_code(world, asked)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(old)
    token = await world.redeem(code)
    shown = await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))
    assert list(shown.to_confirm.permitted) == [COVER, HOUSING]
    with refused("ILLEGAL_STATE"):
        await world.answer(token, yes=[COVER, CONTACT, HOUSING])
    request_id = uuid4()
    receipt = (await confirm(world, token, is_right=True, request_id=request_id)).receipt
    assert (await confirm(world, token, is_right=True, request_id=request_id)).receipt == receipt
    with refused("REPEAT_KEY_REUSED"):
        await confirm(world, token, is_right=False, request_id=request_id)
    assert await world.permits(asked, COVER, HOUSING, CONTACT) == [True, True, False]
    with refused("ILLEGAL_STATE"):
        await confirm(world, token, is_right=True)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(code)
    (own,) = (await world.own_list(await world.redeem(await world.take_pass(token)))).consents
    assert not own.HasField("unconfirmed_until")


async def test_when_it_is_not_what_she_said_everything_is_taken_back(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    await world.said(asked, COVER, CONTACT)
    token, request_id = await world.redeem(await confirmation_code(world, asked)), uuid4()
    receipt = (await confirm(world, token, is_right=False, request_id=request_id)).receipt
    assert (await confirm(world, token, is_right=False, request_id=request_id)).receipt == receipt
    assert await world.permits(asked, COVER, CONTACT) == [False, False]


async def test_five_wrong_codes_close_the_confirmation_until_there_is_a_new_code(world: World) -> None:
    asked = await world.ask(COVER)
    await world.said(asked, COVER)
    code = await confirmation_code(world, asked)
    wrong = code[:4] + "".join("Z" if letter == "0" else "0" for letter in code[4:] if letter != "-")
    for _ in range(5):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(wrong)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(code)
    assert await world.redeem(await confirmation_code(world, asked))


async def test_on_paper_the_scan_proves_it(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    with refused("INVALID_ARGUMENT"):
        await world.said(asked, COVER, way=R.DECISION_WAY_PAPER)
    done = await world.said(asked, COVER, CONTACT, way=R.DECISION_WAY_PAPER, evidence=[SCAN])
    assert done.state == R.CONSENT_REQUEST_STATE_GRANTED
    assert await world.permits(asked, COVER, CONTACT) == [True, True]


async def test_a_no_on_paper_or_aloud_is_a_refusal_with_a_receipt(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    request_id = str(uuid4())
    done = await world.said(asked, way_back=words.WAY_BACK_NOTHING, request_id=request_id)
    assert done.state == R.CONSENT_REQUEST_STATE_REFUSED
    assert await world.said(asked, way_back=words.WAY_BACK_NOTHING, request_id=request_id) == done
    assert await world.permits(asked, COVER) == [False]


async def test_only_the_agency_that_asked_writes_down_and_only_once(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    for who in (world.recipient, world.stranger):
        with refused("NOT_FOUND"):
            await world.said(asked, COVER, by=who)
        with refused("NOT_FOUND"):
            await confirmation_code(world, asked, by=who)
    token = await world.redeem(asked.access_code)
    await world.said(asked, COVER, evidence=ATTENDED)
    with refused("ILLEGAL_STATE"):
        await world.said(asked, COVER, CONTACT)
    with refused("ILLEGAL_STATE"):  # on her phone, begun before
        await world.answer(token, yes=[COVER, CONTACT])


async def test_parents_decide_for_a_child_and_its_own_no_denies(world: World) -> None:
    named = an_item(R.EVIDENCE_ROLE_REPRESENTATIVE)
    for agreed, assent, permitted in (
        (1, R.GRANTOR_ASSENT_GIVEN, False),
        (2, R.GRANTOR_ASSENT_REFUSED, False),
        (2, R.GRANTOR_ASSENT_GIVEN, True),
    ):
        asked = await world.ask(COVER, CONTACT)
        grantor = R.GrantorGiven(
            ground=R.GRANTOR_GROUND_PARENTS, both_parents_needed=True, parents_agreed=agreed, assent=assent
        )
        await world.said(asked, COVER, evidence=[*ATTENDED, named], grantor=grantor)
        assert await world.permits(asked, COVER) == [permitted]


async def test_on_the_tablet_who_assisted_stands_in_the_consent_whatever_a_browser_says(world: World) -> None:
    asked = await world.ask(COVER, CONTACT, on_tablet=True)
    await world.grant(asked, COVER, CONTACT)
    on_her_own = await world.ask(COVER)
    await world.grant(on_her_own, COVER)
    async with world.database.administered() as admin:
        rows = await admin.fetch("select case_id, evidence_kind, assisted_by from consent_revision")
    assert {tuple(row) for row in rows} == {
        (asked.case, "tablet", world.discloser.person),
        (on_her_own.case, "own-device", None),
    }


async def test_the_texts_of_a_question_are_read_beside_those_of_the_counsellor(world: World) -> None:
    of_a_question = ["handing-over", "your-rights", "way-back", "secrecy-release"]
    for subject in of_a_question:
        await world.publish(subject, language="en")
    asked = await world.ask(COVER)
    request = R.GetRequestTextsRequest(
        case_id=str(asked.case), consent_request_id=asked.consent_request_id, beside="en"
    )
    found = await world.requests.GetRequestTexts(request, metadata=world.as_staff(world.discloser))
    assert [text.subject for text in found.texts] == of_a_question
    assert [(text.subject, text.language) for text in found.beside] == [(subject, "en") for subject in of_a_question]
    with refused("NOT_FOUND"):
        await world.requests.GetRequestTexts(request, metadata=world.as_staff(world.recipient))


@pytest.mark.parametrize("is_right", [True, False])
async def test_evidence_and_confirmation_verify_in_the_ledger(world: World, is_right: bool) -> None:
    asked = await world.ask(COVER, CONTACT)
    await world.said(asked, COVER)
    await confirm(world, await world.redeem(await confirmation_code(world, asked)), is_right=is_right)
    await world.logged(3 if is_right else 4)
    async with world.database.connected("worker") as connection:
        report = await verify_ledger(
            connection, READERS, world.keys.log.verifier, checkpoint_file=world.settings.checkpoint_file
        )
    assert report.findings == []
