"""A client without a pass takes back a part, or lets it end earlier, at either of the two agencies."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.protobuf.times import from_timestamp, to_timestamp
from tests.integration.consent.test_ledger import verified
from tests.integration.consent.world import (
    BACK,
    CONTACT,
    COVER,
    FORWARD,
    HOUSING,
    Asked,
    Counsellor,
    World,
    bearer,
    refused,
)

ARRIVAL, OUTCOME = words.DATA_CATEGORY_ARRIVAL, words.DATA_CATEGORY_OUTCOME


async def a_granted(world: World) -> tuple[Asked, str]:
    """Cover sheet, contact and housing there, outcome back; with a session by pass that shows names."""
    asked = await world.ask(COVER, CONTACT, HOUSING)
    token = await world.grant(asked, COVER, CONTACT, HOUSING)
    client_pass = await world.take_pass(token, "493817")
    return asked, await world.confirm(await world.redeem(client_pass), "493817")


def between(world: World, asked: Asked) -> dict[str, str]:
    return {
        "case_id": str(asked.case),
        "discloser_id": str(world.discloser.agency),
        "recipient_id": str(world.recipient.agency),
    }


async def preview(world: World, asked: Asked, by: Counsellor) -> request_pb2.PreviewWithdrawalForClientResponse:
    request = request_pb2.PreviewWithdrawalForClientRequest(**between(world, asked))
    return await world.requests.PreviewWithdrawalForClient(request, metadata=world.as_staff(by))


async def withdraw(world: World, asked: Asked, by: Counsellor, **part: object) -> str:
    values: dict[str, object] = {"request_id": str(uuid4()), **between(world, asked), **part}
    request = request_pb2.WithdrawForClientRequest(**values)  # type: ignore[arg-type]
    return (await world.requests.WithdrawForClient(request, metadata=world.as_staff(by))).receipt_id


async def end_on(world: World, asked: Asked, by: Counsellor, until: Timestamp | None, key: str | None = None) -> str:
    request = request_pb2.ReduceConsentForClientRequest(
        request_id=key or str(uuid4()), **between(world, asked), valid_until=until
    )
    return (await world.requests.ReduceConsentForClient(request, metadata=world.as_staff(by))).receipt_id


async def receipt(world: World, token: str, number: str) -> client_pb2.GetOwnReceiptResponse:
    request = client_pb2.GetOwnReceiptRequest(receipt_id=number)
    return await world.clients.GetOwnReceipt(request, metadata=bearer(token))


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_what_is_read_out_to_her_is_what_happens(world: World, side: str) -> None:
    asked, token = await a_granted(world)
    who: Counsellor = getattr(world, side)
    said = await preview(world, asked, who)
    assert set(said.now.permitted) == {COVER, CONTACT, HOUSING}
    assert said.now.way_back == words.WAY_BACK_OUTCOME
    assert [part.category for part in said.parts if part.category] == [COVER, CONTACT, HOUSING, ARRIVAL, OUTCOME]
    assert [part.secrecy_release for part in said.parts if part.secrecy_release] == [FORWARD, BACK]
    of_contact = next(part for part in said.parts if part.category == CONTACT)
    assert set(of_contact.left.permitted) == {COVER, HOUSING}
    assert await world.permits(asked, CONTACT) == [True]

    number = await withdraw(world, asked, who, categories=[CONTACT])
    assert await world.permits(asked, COVER, CONTACT, HOUSING) == [True, False, True]
    assert (await preview(world, asked, who)).now == of_contact.left
    own = (await world.own_list(token)).consents[0]
    assert list(own.withdrawals[0].categories) == [CONTACT]
    found = await receipt(world, token, number)
    assert (found.act.kind, list(found.ended)) == (client_pb2.ACT_KIND_WITHDRAWN, [CONTACT])
    entry = json.loads(found.document)["lotse:entry"]
    assert (entry["made_by"], entry["agency_id"], entry["person_id"]) == ("staff", str(who.agency), str(who.person))


async def test_one_direction_ends_and_the_last_part_ends_everything(world: World) -> None:
    asked, _ = await a_granted(world)
    await withdraw(world, asked, world.discloser, direction=BACK)
    assert await world.permits(asked, ARRIVAL, direction=BACK, by=world.discloser) == [False]
    assert await world.permits(asked, COVER) == [True]
    of_release = next(part for part in (await preview(world, asked, world.discloser)).parts if part.secrecy_release)
    assert not of_release.left.in_force
    last = await withdraw(world, asked, world.recipient, secrecy_releases=[FORWARD])
    with refused("NOT_FOUND"):
        await preview(world, asked, world.recipient)
    assert await withdraw(world, asked, world.recipient, categories=[CONTACT]) == last


async def test_a_category_of_the_other_direction_is_refused(world: World) -> None:
    asked, _ = await a_granted(world)
    with refused("INVALID_ARGUMENT"):
        await withdraw(world, asked, world.discloser, categories=[CONTACT], direction=BACK)


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_it_ends_earlier_and_the_log_says_at_whose_desk(world: World, side: str) -> None:
    asked, token = await a_granted(world)
    who: Counsellor = getattr(world, side)
    before = from_timestamp((await preview(world, asked, who)).now.valid_until)
    sooner, key = to_timestamp(before - timedelta(days=30)), str(uuid4())
    number = await end_on(world, asked, who, sooner, key)
    assert await end_on(world, asked, who, sooner, key) == number
    with refused("REPEAT_KEY_REUSED"):
        await end_on(world, asked, who, to_timestamp(before - timedelta(days=31)), key)
    assert (await world.own_list(token)).consents[0].valid_until == sooner
    for other in (to_timestamp(before), Timestamp(seconds=1)):
        with refused("INVALID_ARGUMENT"):
            await end_on(world, asked, who, other)

    found = await receipt(world, token, number)
    assert (found.act.kind, found.valid_until) == (client_pb2.ACT_KIND_REDUCED, sooner)
    assert "told to staff" in found.document
    async with world.database.administered() as admin:
        written = await admin.fetch("select * from evidence where evidence_role = 'at-desk'")
    assert [(row["recorded_by"], row["recording_agency_id"]) for row in written] == [(who.person, who.agency)]
    await world.logged(3)
    assert not (await verified(world, world.database)).findings
