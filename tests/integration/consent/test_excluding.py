"""A coordinator found out whom a client named, and excludes that person from what she permitted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import client_pb2, exclusion_pb2, exclusion_pb2_grpc

from services.common.ledger.evidence import verify_evidence
from tests.integration.consent.test_audit import export
from tests.integration.consent.test_ledger import verified
from tests.integration.consent.world import CONTACT, COVER, Asked, Counsellor, World, bearer, refused

NEIGHBOUR, COUSIN = uuid4(), uuid4()


async def a_granted(world: World) -> tuple[Asked, str]:
    """Cover sheet and contact; with a session by pass that shows names."""
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    return asked, await world.confirm(await world.redeem(await world.take_pass(token, "493817")), "493817")


def a_leader(who: Counsellor) -> Counsellor:
    return replace(who, person=uuid4(), roles=("coordinator",))


async def exclude(world: World, asked: Asked, by: Counsellor, *people: UUID, key: str | None = None) -> str:
    request = exclusion_pb2.ExcludePersonsRequest(
        request_id=key or str(uuid4()),
        case_id=str(asked.case),
        discloser_id=str(world.discloser.agency),
        recipient_id=str(world.recipient.agency),
        person_ids=[str(person) for person in people],
    )
    stub = exclusion_pb2_grpc.ConsentExclusionServiceStub(world.referrals)
    return (await stub.ExcludePersons(request, metadata=world.as_staff(by))).receipt_id


@pytest.mark.parametrize("side", ["discloser", "recipient"])
async def test_an_officer_shows_years_later_which_coordinator_wrote_it_down(world: World, side: str) -> None:
    asked, token = await a_granted(world)
    leader, key = a_leader(getattr(world, side)), str(uuid4())
    number = await exclude(world, asked, leader, NEIGHBOUR, key=key)
    await world.logged(3)
    evidence = await export(world, asked.case)
    assert verify_evidence(evidence, world.keys.log.verifier).holds
    assert [entry.kind for entry in evidence.entries] == ["granted", "revised", "evidenced"]
    revised, written = (entry.row or {} for entry in evidence.entries[1:])
    assert revised["excluded_persons"] == [str(NEIGHBOUR)]
    assert written["evidence_role"] == "at-desk"
    assert written["request_id"] == revised["request_id"] == key
    who = (written["recorded_by"], written["recording_agency_id"])
    assert who == (str(leader.person), str(leader.agency))

    request = client_pb2.GetOwnReceiptRequest(receipt_id=number)
    receipt = await world.clients.GetOwnReceipt(request, metadata=bearer(token))
    assert receipt.act.kind == client_pb2.ACT_KIND_REDUCED
    status = json.loads(receipt.document)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert status["dpv:hasIndicationMethod"] == "own-device", "she named the person herself"
    assert str(leader.person) not in receipt.document


async def test_who_is_excluded_already_is_written_down_once(world: World) -> None:
    asked, _ = await a_granted(world)
    leader, key = a_leader(world.recipient), str(uuid4())
    number = await exclude(world, asked, leader, NEIGHBOUR, key=key)
    assert await exclude(world, asked, leader, NEIGHBOUR, key=key) == number
    assert not await exclude(world, asked, leader, NEIGHBOUR)
    with refused("REPEAT_KEY_REUSED"):
        await exclude(world, asked, leader, NEIGHBOUR, COUSIN, key=key)
    assert await exclude(world, asked, leader, NEIGHBOUR, COUSIN) != number
    await world.logged(5)
    async with world.database.administered() as admin:
        assert await admin.fetchval("select count(*) from evidence") == 2
    assert not (await verified(world, world.database)).findings


async def test_nobody_is_excluded_from_what_she_took_back_and_by_no_other_agency(world: World) -> None:
    asked, token = await a_granted(world)
    with refused("NOT_FOUND"):
        await exclude(world, asked, a_leader(world.stranger), NEIGHBOUR)
    await world.withdraw(token)
    with refused("NOT_FOUND"):
        await exclude(world, asked, a_leader(world.recipient), NEIGHBOUR)


async def test_who_was_found_after_it_ran_out_stays_excluded_from_a_new_yes(world: World) -> None:
    asked, _ = await a_granted(world)
    await world.move_legal_time(timedelta(days=400))
    assert await exclude(world, asked, a_leader(world.recipient), world.recipient.person)
    again = await world.ask(COVER, case=asked.case)
    await world.grant(again, COVER)
    colleague = replace(world.recipient, person=uuid4())
    assert await world.permits(again, COVER) == [False]
    assert await world.permits(again, COVER, by=colleague) == [True]
