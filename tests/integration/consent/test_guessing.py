"""Somebody tries codes: nothing tells whether one was ever right, neither the answer nor the work that it took."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from lotse.consent.v1 import request_pb2

from services.common.database import Database
from services.common.errors import LotseError
from services.common.identity.client_tokens import ClientTokenIssuer
from services.consent.errors import SecretNotAccepted
from services.consent.servicer.redemption import Redemption
from services.consent.servicer.tokens import Tokens
from tests.integration.consent.world import COVER, Asked, World, refused

CODE_TIME = timedelta(days=14)


async def codes_that_open_nothing(world: World) -> dict[str, str]:
    """One of each kind; the last is too old from now on."""
    old, asked, used, former, cancelled = [await world.ask(COVER) for _ in range(5)]
    await world.grant(used, COVER)
    await world.ask(COVER, case=former.case, referral=former.referral)
    await world.requests.CancelRequest(
        request_pb2.CancelRequestRequest(
            request_id=str(uuid4()), case_id=str(cancelled.case), consent_request_id=cancelled.consent_request_id
        ),
        metadata=world.as_staff(world.discloser),
    )
    await world.move_legal_time(CODE_TIME)
    young = await world.ask(COVER)
    return {
        "wrong": wrong(young.access_code),
        "unknown": unknown(young.access_code),
        "used": used.access_code,
        "replaced": former.access_code,
        "cancelled": cancelled.access_code,
        "too old": old.access_code,
        "too old and wrong": wrong(asked.access_code),
    }


def wrong(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def unknown(code: str) -> str:
    return "".join("0" if letter != "0" else "1" for letter in code.replace("-", ""))


async def test_codes_that_open_nothing_answer_alike_whatever_they_once_were(world: World) -> None:
    answers = {}
    for kind, code in (await codes_that_open_nothing(world)).items():
        try:
            await world.redeem(code)
        except LotseError as error:
            answers[kind] = (error.reason, error.text, error.metadata, error.violations, error.retry_after)
    assert answers == dict.fromkeys(answers, ("SECRET_NOT_ACCEPTED", SecretNotAccepted.text, {}, (), None))
    assert len(answers) == 7


async def test_codes_that_open_nothing_cost_the_same_statements(world: World) -> None:
    """Equal work stands for equal time, which a test on a busy machine cannot measure."""
    codes = await codes_that_open_nothing(world)
    ran: dict[str, list[str]] = {kind: [] for kind in codes}
    current: list[str] = []
    issuer = ClientTokenIssuer(world.keys.token, world.keys.token_key_id(), "test", ["lotse-consent"], world.clock)
    async with await Database.open(world.database.target, ("run",), size=1) as database:
        redemption = Redemption(database, world.keys.digests, Tokens(issuer, world.clock))

        def note(record: asyncpg.connection.LoggedQuery) -> None:
            current.append(record.query)

        with refused("SECRET_NOT_ACCEPTED"):  # the first call of a connection asks for types as well
            await redemption.redeem(codes["unknown"], uuid4())
        for kind, code in codes.items():
            async with database.statements() as connection:
                connection.add_query_logger(note)
            current.clear()
            with refused("SECRET_NOT_ACCEPTED"):
                await redemption.redeem(code, uuid4())
            ran[kind] = list(current)
    assert ran["wrong"], "no statement was seen"
    assert ran == dict.fromkeys(ran, ran["wrong"])


async def test_typing_errors_close_nothing_and_say_what_is_wrong(world: World) -> None:
    asked = await world.ask(COVER)
    for typed, rule in (
        (asked.access_code + "0", "neither-code-nor-pass:11"),
        (asked.access_code[:-1], "neither-code-nor-pass:9"),
        ("U" + asked.access_code[1:], "no-such-character:U"),
    ):
        for _ in range(3):
            with pytest.raises(LotseError) as caught:
                await world.redeem(typed)
            assert caught.value.reason == "INVALID_ARGUMENT"
            assert [(each.field, each.rule) for each in caught.value.violations] == [("secret", rule)]
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from secret_attempt") == 0
    assert await world.redeem(asked.access_code)


async def test_of_two_devices_at_once_one_decides(world: World) -> None:
    """The second device opens the question while the first one answers it."""
    for _ in range(10):
        asked = await world.ask(COVER)
        first = await world.redeem(asked.access_code)
        answers = await asyncio.gather(
            world.answer(first, yes=[COVER]), on_another_device(world, asked), return_exceptions=True
        )
        reasons = {answer.reason for answer in answers if isinstance(answer, LotseError)}
        assert reasons <= {"SESSION_ENDED", "SECRET_NOT_ACCEPTED", "ILLEGAL_STATE"}
        assert len([answer for answer in answers if not isinstance(answer, BaseException)]) == 1
        async with world.database.administered() as admin:
            assert await admin.fetchval("select count(*) from consent_revision where case_id = $1", asked.case) == 1


async def on_another_device(world: World, asked: Asked) -> object:
    return await world.answer(await world.redeem(asked.access_code), yes=[COVER])


async def test_a_question_that_expires_while_she_decides_gives_no_consent(world: World) -> None:
    asked = await world.ask(COVER)
    await world.move_legal_time(CODE_TIME - timedelta(minutes=1))
    token = await world.redeem(asked.access_code)
    await world.move_legal_time(CODE_TIME)
    with refused("ILLEGAL_STATE"):
        await world.answer(token, yes=[COVER])
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from consent_revision") == 0
    again = await world.ask(COVER, case=asked.case, referral=asked.referral)
    await world.grant(again, COVER)
    assert await world.permits(again, COVER) == [True]
