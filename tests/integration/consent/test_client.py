"""What a client does with a code: sees the question, decides, takes a pass, comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import client_pb2, decision_pb2, request_pb2
from lotse.options.v1 import access_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import CONTACT, COVER, HEALTH, HOUSING, World, an_item, bearer, refused


async def question(world: World, token: str) -> client_pb2.GetOwnRequestResponse:
    return await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=bearer(token))


async def test_she_sees_what_is_asked_with_the_texts(world: World) -> None:
    asked = await world.ask(COVER, (HOUSING, [words.SENSITIVITY_LABEL_VIOLENCE]))
    shown = await question(world, await world.redeem(asked.access_code))

    assert [entry.category for entry in shown.categories] == [COVER, HOUSING]
    assert list(shown.categories[1].labels) == [words.SENSITIVITY_LABEL_VIOLENCE]
    assert [text.subject for text in shown.texts] == ["handing-over", "your-rights", "way-back", "secrecy-release"]
    assert all(text.demo and len(text.content_hash) == 64 for text in shown.texts)
    assert shown.recipient_id == str(world.recipient.agency)
    assert not shown.HasField("replaces")


async def test_all_permitted_is_granted_and_nothing_permitted_is_refused(world: World) -> None:
    all_of_it = await world.ask(COVER, CONTACT)
    recorded = await world.answer(await world.redeem(all_of_it.access_code), yes=[COVER, CONTACT])
    assert recorded.state == request_pb2.CONSENT_REQUEST_STATE_GRANTED

    nothing = await world.ask(COVER, CONTACT)
    refusal = await world.answer(
        await world.redeem(nothing.access_code), no=[COVER, CONTACT], way_back=words.WAY_BACK_NOTHING
    )
    assert refusal.state == request_pb2.CONSENT_REQUEST_STATE_REFUSED
    assert refusal.consent_id == ""
    assert refusal.receipt.signature
    answer = await world.disclose(nothing, COVER)
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_NO_ACTIVE_CONSENT


async def test_a_refusal_supersedes_nothing_and_a_grant_supersedes_all(world: World) -> None:
    first = await world.ask(COVER, CONTACT)
    await world.grant(first, COVER, CONTACT)
    second = await world.ask(COVER, HOUSING, case=first.case, referral=first.referral)
    token = await world.redeem(second.access_code)
    shown = await question(world, token)
    assert set(shown.replaces.permitted) == {COVER, CONTACT}
    await world.answer(token, no=[COVER, HOUSING], way_back=words.WAY_BACK_NOTHING)
    assert await world.permits(first, COVER, CONTACT) == [True, True]

    third = await world.ask(COVER, HOUSING, case=first.case, referral=first.referral)
    await world.grant(third, COVER, HOUSING)
    assert await world.permits(first, COVER, CONTACT, HOUSING) == [True, False, True]


async def test_a_newer_grant_supersedes_at_once_also_when_it_starts_later(world: World) -> None:
    first = await world.ask(COVER)
    await world.grant(first, COVER)
    second = await world.ask(COVER, case=first.case, referral=first.referral)
    tomorrow = Timestamp()
    tomorrow.FromDatetime(world.clock.now() + timedelta(days=1))
    await world.grant(second, COVER, valid_from=tomorrow)
    answer = await world.disclose(first, COVER)
    assert answer.decisions[0].reason == decision_pb2.DECISION_REASON_OUTSIDE_PERIOD


async def test_a_repeated_answer_is_one_decision_with_one_receipt(world: World) -> None:
    asked = await world.ask(COVER)
    token, key = await world.redeem(asked.access_code), str(uuid4())
    first = await world.answer(token, yes=[COVER], request_id=key)
    second = await world.answer(token, yes=[COVER], request_id=key)
    assert second == first
    with refused("ILLEGAL_STATE"):
        await world.answer(token, yes=[COVER])


async def test_each_redemption_ends_the_session_before_and_a_repeat_goes_on_with_it(world: World) -> None:
    asked = await world.ask(COVER)
    key = uuid4()
    first = await world.redeem(asked.access_code, key)
    assert await question(world, await world.redeem(asked.access_code, key))
    assert await question(world, first)
    second = await world.redeem(asked.access_code)
    with refused("SESSION_ENDED"):
        await question(world, first)
    with refused("SESSION_ENDED"):
        await world.redeem(asked.access_code, key)
    assert await question(world, second)


async def test_a_token_lasts_ten_minutes_and_is_renewed_for_an_hour(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    for _ in range(6):
        world.clock.move(timedelta(minutes=9, seconds=50))
        renewed = await world.clients.RenewToken(client_pb2.RenewTokenRequest(), metadata=bearer(token))
        token = renewed.client_token
    world.clock.move(timedelta(minutes=2))
    with refused("UNAUTHENTICATED"):
        await question(world, token)


async def test_a_decision_ends_the_code_and_not_the_session(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.grant(asked, COVER)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(asked.access_code)
    assert (await question(world, token)).state == request_pb2.CONSENT_REQUEST_STATE_GRANTED
    assert await world.take_pass(token)


async def test_a_pass_that_is_wrong_answers_like_one_that_is_unknown(world: World) -> None:
    asked = await world.ask(COVER)
    taken = await world.take_pass(await world.grant(asked, COVER))
    for typed in (taken[:-1] + ("0" if taken[-1] != "0" else "1"), "0" * 20, "ß" * 10):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(typed)


async def test_a_pass_is_taken_after_deciding_and_a_new_one_replaces_the_one_before(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    with refused("ILLEGAL_STATE"):
        await world.take_pass(token)
    await world.answer(token, yes=[COVER])
    first = await world.take_pass(token)
    old_session = await world.redeem(first)
    second = await world.take_pass(token)
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(first)
    with refused("SESSION_ENDED"):
        await world.own_list(old_session)
    assert await world.redeem(second)


async def test_many_failures_slow_a_pass_down_and_never_close_it(world: World) -> None:
    asked = await world.ask(COVER)
    taken = await world.take_pass(await world.grant(asked, COVER))
    wrong = taken[:-1] + ("0" if taken[-1] != "0" else "1")
    for _ in range(7):
        with refused("SECRET_NOT_ACCEPTED"):
            await world.redeem(wrong)
    assert await world.redeem(taken)


async def test_names_stand_in_her_list_only_after_the_second_secret(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    token = await world.redeem(asked.access_code)
    await world.answer(token, yes=[COVER, CONTACT])
    await world.disclose(asked, CONTACT)
    with_pass = await world.redeem(await world.take_pass(token, "493817"))

    minimal = await world.own_list(with_pass)
    assert minimal.consents[0].recipient_id == ""
    assert minimal.disclosures[0].agency_id == ""
    assert set(minimal.consents[0].permitted) == {COVER, CONTACT}

    whole = await world.own_list(await world.confirm(with_pass, "493817"))
    assert whole.consents[0].recipient_id == str(world.recipient.agency)
    assert whole.disclosures[0].agency_id == str(world.recipient.agency)
    assert whole.disclosures[0].role == access_pb2.ROLE_COUNSELLOR
    assert whole.disclosures[0].category == CONTACT
    assert whole.disclosures[0].kind == client_pb2.DISCLOSURE_KIND_READ


async def test_five_wrong_second_secrets_hide_the_names_for_a_day_and_never_stop_a_withdrawal(world: World) -> None:
    asked = await world.ask(COVER)
    taken = await world.take_pass(await world.grant(asked, COVER), "493817")
    with_pass = await world.redeem(taken)
    for _ in range(5):
        with refused("SECOND_SECRET_NOT_ACCEPTED"):
            await world.confirm(with_pass, "000000")
    with refused("NAMES_LOCKED"):
        await world.confirm(with_pass, "493817")
    assert len((await world.withdraw(with_pass)).receipts) == 1

    await world.move_legal_time(timedelta(days=1, minutes=1))
    assert await world.confirm(with_pass, "493817")


async def test_names_stay_hidden_for_a_whole_day_after_the_fifth_wrong_second_secret(world: World) -> None:
    asked = await world.ask(COVER)
    with_pass = await world.redeem(await world.take_pass(await world.grant(asked, COVER), "493817"))
    for _ in range(4):
        with refused("SECOND_SECRET_NOT_ACCEPTED"):
            await world.confirm(with_pass, "000000")
    await world.move_legal_time(timedelta(hours=23))
    with refused("SECOND_SECRET_NOT_ACCEPTED"):
        await world.confirm(with_pass, "000000")
    await world.move_legal_time(timedelta(hours=46))
    with refused("NAMES_LOCKED"):
        await world.confirm(with_pass, "493817")
    await world.move_legal_time(timedelta(hours=47, minutes=1))
    assert await world.confirm(with_pass, "493817")


async def test_a_right_second_secret_forgives_the_wrong_ones_before(world: World) -> None:
    asked = await world.ask(COVER)
    with_pass = await world.redeem(await world.take_pass(await world.grant(asked, COVER), "493817"))
    for _ in range(2):
        for _ in range(4):
            with refused("SECOND_SECRET_NOT_ACCEPTED"):
                await world.confirm(with_pass, "000000")
        assert await world.confirm(with_pass, "493817")


async def test_in_danger_a_pass_needs_a_second_secret(world: World) -> None:
    asked = await world.ask(COVER, in_danger=True)
    token = await world.redeem(asked.access_code)
    assert (await question(world, token)).second_secret_is_mandatory
    await world.answer(token, yes=[COVER])
    with refused("SECOND_SECRET_MISSING"):
        await world.take_pass(token)
    assert await world.take_pass(token, "493817")


async def test_a_pass_without_second_secret_never_shows_names(world: World) -> None:
    asked = await world.ask(COVER)
    with_pass = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    with refused("SECOND_SECRET_MISSING"):
        await world.confirm(with_pass, "493817")


async def test_a_code_cannot_withdraw_and_a_pass_cannot_decide(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.grant(asked, COVER)
    with refused("PERMISSION_DENIED"):
        await world.withdraw(token)
    with refused("PERMISSION_DENIED"):
        await world.own_list(token)
    with_pass = await world.redeem(await world.take_pass(token))
    with refused("PERMISSION_DENIED"):
        await world.answer(with_pass, yes=[COVER])


@pytest.mark.parametrize(
    "changes",
    [
        {"yes": [HEALTH]},
        {"yes": [COVER, COVER]},
        {"purposes": [words.PURPOSE_ADVICE]},
        {"exceptions": [client_pb2.DecisionException(permits=True, categories=[99])]},  # type: ignore[list-item]
        {"exceptions": [client_pb2.DecisionException(permits=False, labels=[99])]},  # type: ignore[list-item]
        {"exceptions": [client_pb2.DecisionException(permits=True, purposes=[0])]},  # type: ignore[list-item]
        {"valid_until": Timestamp(seconds=1)},
        {"valid_until": Timestamp(seconds=32503680000)},
        {"valid_from": Timestamp(seconds=253402300799)},
        {"valid_from": Timestamp(seconds=10**15)},
        {"exceptions": [client_pb2.DecisionException(permits=True, written_from=Timestamp(seconds=10**15))]},
        {"way_back": 99},
    ],
)
async def test_an_answer_that_cannot_be_meant_is_refused(world: World, changes: dict[str, object]) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    with refused("INVALID_ARGUMENT"):
        await world.answer(token, **{"yes": [COVER], **changes})  # type: ignore[arg-type]


async def test_labelled_data_goes_only_when_it_was_asked_with_its_labels(world: World) -> None:
    violence, hiv = words.SENSITIVITY_LABEL_VIOLENCE, words.SENSITIVITY_LABEL_HIV
    asked = await world.ask(COVER, (HOUSING, [violence]))
    await world.grant(asked, COVER, HOUSING)
    answer = await world.disclose(
        asked, an_item(HOUSING), an_item(HOUSING, violence), an_item(HOUSING, violence, hiv), an_item(COVER, violence)
    )
    assert [decision.permit for decision in answer.decisions] == [True, True, False, False]
