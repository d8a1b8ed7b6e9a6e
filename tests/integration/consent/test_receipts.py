"""Receipts: one for each act, with names only for whoever may see them, to be checked by anybody."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.database import Queries
from services.common.ledger.receipt import check_receipt
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.consent import store
from tests.integration.consent.world import CONTACT, COVER, HEALTH, Asked, World, bearer, refused

DIGITS = "493817"
ALL = {"signature", "characters", "entry", "checkpoint", "log"}


async def a_granted(world: World) -> tuple[Asked, str, str]:
    """Yes to cover sheet and contact, no to health; the token of her code, and one of her pass with names."""
    asked = await world.ask(COVER, CONTACT, HEALTH)
    token = await world.redeem(asked.access_code)
    await world.answer(token, yes=[COVER, CONTACT], no=[HEALTH])
    seeing = await world.redeem(await world.take_pass(token, DIGITS))
    return asked, token, await world.confirm(seeing, DIGITS)


async def acts(world: World, token: str) -> list[client_pb2.OwnAct]:
    answer = await world.clients.ListOwnActs(client_pb2.ListOwnActsRequest(), metadata=bearer(token))
    return list(answer.acts)


async def receipt(world: World, token: str, number: str) -> client_pb2.GetOwnReceiptResponse:
    request = client_pb2.GetOwnReceiptRequest(receipt_id=number)
    return await world.clients.GetOwnReceipt(request, metadata=bearer(token))


async def logged_receipt(world: World, token: str, number: str) -> client_pb2.GetOwnReceiptResponse:
    """The receipt as soon as its place in the log is proved in it."""
    async with asyncio.timeout(10):
        while not (found := await receipt(world, token, number)).is_in_log:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.05)
    return found


def checked(world: World, document: str) -> dict[str, bool | None]:
    checks = check_receipt(document.encode(), world.keys.log.verifier)
    assert not any(check.holds is False for check in checks), checks
    return {check.about: check.holds for check in checks}


async def test_a_grant_has_a_receipt_that_anybody_can_check_with_the_public_key(world: World) -> None:
    asked, _, token = await a_granted(world)
    (act,) = await acts(world, token)
    assert (act.kind, act.recipient_id) == (client_pb2.ACT_KIND_GRANTED, str(world.recipient.agency))
    found = await logged_receipt(world, token, act.receipt_id)
    assert (list(found.permitted), list(found.refused)) == ([COVER, CONTACT], [HEALTH])
    assert checked(world, found.document) == dict.fromkeys(ALL, True)

    document = json.loads(found.document)
    record = document["dpv:hasRecordOfActivity"]
    assert document["@type"] == "dpv:ConsentReceipt"
    assert record["dpv:hasConsentStatus"]["@type"][0] == "dpv:ConsentGiven"
    assert document["lotse:entry"]["case_id"] == str(asked.case)
    states = {
        (process["dpv:hasConsentStatus"]["@type"], process["lotse:direction"]): [
            one["@id"] for one in process["dpv:hasPersonalData"]
        ]
        for process in record["dpv:hasProcess"]
    }
    assert states == {
        ("dpv:ConsentGiven", "forward"): ["lotse:category-contact", "lotse:category-cover-sheet"],
        ("dpv:ConsentGiven", "back"): ["lotse:category-arrival", "lotse:category-outcome"],
        ("dpv:ConsentRefused", "forward"): ["lotse:category-health"],
    }


async def test_without_her_second_secret_nothing_in_it_leads_to_an_agency_a_case_or_a_person(world: World) -> None:
    asked, deciding, _ = await a_granted(world)
    number = await _number_of_grant(world)
    found = await logged_receipt(world, deciding, number)
    assert checked(world, found.document)["entry"] is None
    assert (found.discloser_id, found.act.recipient_id) == ("", "")
    closed = (world.discloser.agency, world.recipient.agency, world.discloser.person, asked.case, asked.referral)
    assert not [one for one in closed if str(one) in found.document or one.hex in found.document]


async def test_refusal_withdrawal_and_reduction_have_receipts_of_their_own(world: World) -> None:
    asked, _, token = await a_granted(world)
    (consent,) = (await world.own_list(token)).consents
    until = from_timestamp(consent.valid_until) - timedelta(days=30)
    request = client_pb2.ReduceConsentRequest(
        request_id=str(uuid4()), consent_id=consent.consent_id, valid_until=to_timestamp(until)
    )
    reduced = await world.clients.ReduceConsent(request, metadata=bearer(token))
    assert from_timestamp(reduced.consent.valid_until) == until
    again = await world.clients.ReduceConsent(request, metadata=bearer(token))
    assert again.receipt == reduced.receipt

    await world.withdraw(token, consent_id=consent.consent_id, categories=[CONTACT])
    await world.withdraw(token, consent_id=consent.consent_id)
    second = await world.ask(COVER, case=asked.case)
    await world.answer(await world.redeem(second.access_code), no=[COVER], way_back=words.WAY_BACK_NOTHING)

    kinds = [act.kind for act in await acts(world, token)]
    assert kinds == [
        client_pb2.ACT_KIND_REFUSED,
        client_pb2.ACT_KIND_WITHDRAWN,
        client_pb2.ACT_KIND_WITHDRAWN,
        client_pb2.ACT_KIND_REDUCED,
        client_pb2.ACT_KIND_GRANTED,
    ]
    found = [await logged_receipt(world, token, act.receipt_id) for act in await acts(world, token)]
    for one in found:
        assert checked(world, one.document) == dict.fromkeys(ALL, True)
    assert list(found[0].refused) == [COVER]
    assert (list(found[2].ended), list(found[2].permitted)) == ([CONTACT], [COVER])
    assert not found[1].permitted
    assert COVER in found[1].ended
    assert [_state(one) for one in found] == [
        "dpv:ConsentRefused",
        "dpv:ConsentWithdrawn",
        "dpv:ConsentGiven",
        "dpv:ConsentGiven",
        "dpv:ConsentGiven",
    ]


async def test_what_she_confirms_and_what_she_puts_in_force_again_have_receipts_of_their_own(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    await world.said(asked, COVER)
    request = request_pb2.CreateConfirmationCodeRequest(
        request_id=str(uuid4()), case_id=str(asked.case), consent_request_id=asked.consent_request_id
    )
    made = await world.requests.CreateConfirmationCode(request, metadata=world.as_staff(world.discloser))
    token = await world.redeem(made.access_code)
    word = client_pb2.ConfirmDecisionRequest(request_id=str(uuid4()), is_right=True)
    await world.clients.ConfirmDecision(word, metadata=bearer(token))
    seeing = await world.confirm(await world.redeem(await world.take_pass(token, DIGITS)), DIGITS)
    await world.withdraw(seeing)
    (consent,) = (await world.own_list(seeing)).consents
    back = client_pb2.ReinstateConsentRequest(
        request_id=str(uuid4()), withdrawal_id=consent.withdrawals[0].withdrawal_id
    )
    await world.clients.ReinstateConsent(back, metadata=bearer(seeing))

    found = [await logged_receipt(world, seeing, act.receipt_id) for act in await acts(world, seeing)]
    assert [one.act.kind for one in found] == [
        client_pb2.ACT_KIND_REINSTATED,
        client_pb2.ACT_KIND_WITHDRAWN,
        client_pb2.ACT_KIND_CONFIRMED,
        client_pb2.ACT_KIND_GRANTED,
    ]
    for one in found:
        assert checked(world, one.document) == dict.fromkeys(ALL, True)
    assert [list(one.permitted) for one in found] == [[COVER], [], [COVER], [COVER]]
    assert list(found[2].refused) == [CONTACT]


async def test_a_receipt_of_another_case_or_request_does_not_exist(world: World) -> None:
    _, first, _ = await a_granted(world)
    number = await _number_of_grant(world)
    _, other, with_names = await a_granted(world)
    for token in (other, with_names):
        with refused("NOT_FOUND"):
            await receipt(world, token, number)
    assert (await receipt(world, first, number)).act.receipt_id == number


@pytest.mark.parametrize("days", [-400, 1])
async def test_what_would_permit_more_or_is_over_already_is_not_taken(world: World, days: int) -> None:
    _, _, token = await a_granted(world)
    (consent,) = (await world.own_list(token)).consents
    until = from_timestamp(consent.valid_until) + timedelta(days=days)
    request = client_pb2.ReduceConsentRequest(
        request_id=str(uuid4()), consent_id=consent.consent_id, valid_until=to_timestamp(until)
    )
    with refused("INVALID_ARGUMENT"):
        await world.clients.ReduceConsent(request, metadata=bearer(token))


async def test_an_excluded_person_reads_nothing_any_more_and_her_colleague_does(world: World) -> None:
    asked, _, token = await a_granted(world)
    (consent,) = (await world.own_list(token)).consents
    request = client_pb2.ReduceConsentRequest(
        request_id=str(uuid4()), consent_id=consent.consent_id, excluded_person_ids=[str(world.recipient.person)]
    )
    await world.clients.ReduceConsent(request, metadata=bearer(token))
    assert await world.permits(asked, CONTACT) == [False]
    colleague = type(world.recipient)(world.recipient.agency)
    assert await world.permits(asked, CONTACT, by=colleague) == [True]


async def test_nothing_is_made_less_that_is_not_in_force_or_not_hers(world: World) -> None:
    _, _, token = await a_granted(world)
    (consent,) = (await world.own_list(token)).consents
    until = consent.valid_until
    until.seconds -= 86400
    values: dict[str, Any] = {"request_id": str(uuid4()), "valid_until": until}
    with refused("NOT_FOUND"):
        request = client_pb2.ReduceConsentRequest(**values, consent_id=str(uuid4()))
        await world.clients.ReduceConsent(request, metadata=bearer(token))
    await world.withdraw(token)
    with refused("ILLEGAL_STATE"):
        request = client_pb2.ReduceConsentRequest(**values, consent_id=consent.consent_id)
        await world.clients.ReduceConsent(request, metadata=bearer(token))


async def test_what_a_newer_yes_replaced_is_not_made_less_and_its_repeat_key_is_of_no_other(world: World) -> None:
    asked, _, token = await a_granted(world)
    (old,) = (await world.own_list(token)).consents
    until = to_timestamp(from_timestamp(old.valid_until) - timedelta(days=30))
    first = client_pb2.ReduceConsentRequest(request_id=str(uuid4()), consent_id=old.consent_id, valid_until=until)
    done = await world.clients.ReduceConsent(first, metadata=bearer(token))
    await world.grant(await world.ask(COVER, case=asked.case), COVER)
    new = (await world.own_list(token)).consents[0]

    again = await world.clients.ReduceConsent(first, metadata=bearer(token))
    assert (again.receipt, again.consent.state) == (done.receipt, client_pb2.CONSENT_STATE_SUPERSEDED)
    values: dict[str, Any] = {"request_id": first.request_id, "valid_until": until}
    with refused("REPEAT_KEY_REUSED"):
        request = client_pb2.ReduceConsentRequest(**values, consent_id=new.consent_id)
        await world.clients.ReduceConsent(request, metadata=bearer(token))
    with refused("ILLEGAL_STATE"):
        request = client_pb2.ReduceConsentRequest(request_id=str(uuid4()), consent_id=old.consent_id, valid_until=until)
        await world.clients.ReduceConsent(request, metadata=bearer(token))


async def test_her_history_goes_on_page_by_page_until_nothing_is_left_out(world: World) -> None:
    asked, _, token = await a_granted(world)
    for _ in range(3):
        await world.disclose(asked, COVER, CONTACT)
    seen, more = [], ""
    while True:
        request = client_pb2.ListOwnDisclosuresRequest(page_size=4, page_token=more)
        answer = await world.clients.ListOwnDisclosures(request, metadata=bearer(token))
        seen.append(len(answer.disclosures))
        if not (more := answer.next_page_token):
            break
    assert seen == [4, 2]
    with refused("INVALID_ARGUMENT"):
        request = client_pb2.ListOwnDisclosuresRequest(page_token="never")
        await world.clients.ListOwnDisclosures(request, metadata=bearer(token))


async def test_a_release_is_taken_back_alone(world: World) -> None:
    asked, _, token = await a_granted(world)
    answer = await world.withdraw(token, secrecy_releases=[words.DIRECTION_FORWARD])
    assert (list(answer.consents[0].permitted), answer.consents[0].secrecy_release_back) == ([], True)
    assert await world.permits(asked, COVER, CONTACT) == [False, False]
    back = await world.permits(asked, words.DATA_CATEGORY_OUTCOME, direction=words.DIRECTION_BACK, by=world.discloser)
    assert back == [True]


async def test_a_receipt_holds_the_columns_that_were_hashed(world: World) -> None:
    folder = Path(store.__file__ or "").parent
    ledger, receipts = (dict(Queries(folder / f"{name}.sql")) for name in ("ledger", "receipts"))
    pairs = {"granted": "find_revision", "revised": "find_revision"}
    pairs |= {"refused": "find_refusal", "withdrawn": "find_withdrawal"}
    async with world.database.administered() as admin:
        for kind, name in pairs.items():
            hashed, shown = [
                {column.name for column in (await admin.prepare(sql)).get_attributes()}
                for sql in (ledger[kind], receipts[name])
            ]
            assert hashed - {"ledger_written_at"} == shown, kind


async def _number_of_grant(world: World) -> str:
    async with world.database.administered() as admin:
        number: UUID = await admin.fetchval("select receipt_id from consent_revision order by at desc limit 1")
        return str(number)


def _state(found: client_pb2.GetOwnReceiptResponse) -> str:
    status = json.loads(found.document)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]["@type"]
    return str(status[0])
