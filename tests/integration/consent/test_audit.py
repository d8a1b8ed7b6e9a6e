"""What a data-protection officer can prove and count, on the real service behind its gates."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import audit_pb2, statutory_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.database import Scope
from services.common.ledger.evidence import Entry, Evidence, verify_evidence
from services.consent.store.case_log import BEGINNING, read_page
from tests.integration.consent.world import CONTACT, COVER, HEALTH, HOUSING, Asked, World, bearer, refused

OFFICER = "data-protection-officer"
LONG_AFTER = timedelta(days=200)


def as_officer(world: World, agency: UUID | None = None, **changes: Any) -> list[tuple[str, str]]:
    """An officer of the discloser with a fresh second factor, unless a change says otherwise."""
    token = world.issuer.token(uuid4(), agency or world.discloser.agency, OFFICER, **{"acr": "2", **changes})
    return bearer(token)


async def a_withdrawn_case(world: World) -> Asked:
    """A case with a grant, a disclosure, a refused read and a withdrawal, all of it logged."""
    asked = await world.ask(COVER, CONTACT, HEALTH)
    token = await world.grant(asked, COVER, CONTACT, no=[HEALTH])
    with_pass = await world.redeem(await world.take_pass(token))
    await world.disclose(asked, CONTACT, HEALTH)
    await world.withdraw(with_pass)
    await world.logged(4)
    return asked


async def clock_of(world: World) -> datetime:
    """The day as the database has it."""
    async with world.database.administered() as admin:
        found: datetime = await admin.fetchval("select clock_timestamp()")
        return found


async def export(world: World, case: UUID, **changes: Any) -> Evidence:
    request = audit_pb2.ExportEvidenceRequest(request_id=str(uuid4()), case_id=str(case))
    found = await world.audit.ExportEvidence(request, metadata=as_officer(world, **changes))
    entries = [
        Entry(e.seq, e.kind, e.row_id, e.revision, e.leaf_hash, tuple(e.proof), json.loads(e.row), e.salt)
        for e in found.entries
    ]
    return Evidence(found.case_id, "now", found.checkpoint, found.verifier, tuple(entries))


async def test_the_evidence_of_a_case_holds_with_nothing_but_the_public_key(world: World) -> None:
    asked = await a_withdrawn_case(world)
    await a_withdrawn_case(world)
    evidence = await export(world, asked.case)
    assert [entry.kind for entry in evidence.entries] == ["granted", "disclosed", "revised", "withdrawn"]
    assert verify_evidence(Evidence.read(evidence.text()), world.keys.log.verifier).holds
    await world.logged(9)
    later = await export(world, asked.case)
    assert later.entries[-1].kind == "exported", "taking evidence is itself on record"
    assert verify_evidence(later, world.keys.log.verifier).holds


async def test_pages_of_evidence_stand_under_one_checkpoint(world: World) -> None:
    asked = await a_withdrawn_case(world)
    async with world.database.opened("worker") as database:
        first = await read_page(database, asked.case, limit=3)
        await a_withdrawn_case(world)
        rest = await read_page(database, asked.case, limit=3, size=first.size, after=first.end or BEGINNING)
    assert (len(first.entries), len(rest.entries), rest.end) == (3, 1, None)
    assert first.checkpoint == rest.checkpoint


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"acr": "1"}, "STRONGER_LOGIN_REQUIRED"),
        ({"auth_time": int(time.time()) - 1000}, "FRESH_LOGIN_REQUIRED"),
    ],
)
async def test_evidence_leaves_only_with_a_fresh_second_factor(
    world: World, changes: dict[str, Any], reason: str
) -> None:
    asked = await a_withdrawn_case(world)
    with refused(reason):
        await export(world, asked.case, **changes)


Ask = Callable[[World, Asked, list[tuple[str, str]]], Awaitable[object]]
OF_A_CASE: dict[str, Ask] = {
    "found by its number": lambda w, a, who: w.audit.FindEvidence(
        audit_pb2.FindEvidenceRequest(number=str(a.case)), metadata=who
    ),
    "found by a consent request": lambda w, a, who: w.audit.FindEvidence(
        audit_pb2.FindEvidenceRequest(number=a.consent_request_id), metadata=who
    ),
    "exported": lambda w, a, who: w.audit.ExportEvidence(
        audit_pb2.ExportEvidenceRequest(request_id=str(uuid4()), case_id=str(a.case)), metadata=who
    ),
}


@pytest.mark.parametrize("ask", OF_A_CASE.values(), ids=OF_A_CASE)
async def test_a_case_of_another_agency_is_not_there(world: World, ask: Ask) -> None:
    asked = await a_withdrawn_case(world)
    await ask(world, asked, as_officer(world))
    for agency in (world.recipient.agency, world.stranger.agency):
        with refused("NOT_FOUND"):
            await ask(world, asked, as_officer(world, agency))


async def test_the_number_of_a_referral_and_of_a_receipt_lead_to_the_case(world: World) -> None:
    asked = await world.ask(COVER, CONTACT)
    answered = await world.answer(await world.redeem(asked.access_code), yes=[COVER, CONTACT])
    await world.logged(1)
    for number in (str(asked.referral), answered.receipt.receipt_id):
        found = await world.audit.FindEvidence(audit_pb2.FindEvidenceRequest(number=number), metadata=as_officer(world))
        assert found.case_id == str(asked.case)
        assert [(each.kind, each.count) for each in found.counts] == [("granted", 1)]


async def test_a_deletion_is_overdue_until_its_keys_are_gone(world: World) -> None:
    await a_withdrawn_case(world)
    request = audit_pb2.ListOverdueDeletionsRequest()

    async def overdue(agency: UUID) -> list[audit_pb2.OverdueDeletion]:
        found = await world.audit.ListOverdueDeletions(request, metadata=as_officer(world, agency))
        return list(found.deletions)

    assert await overdue(world.discloser.agency) == []
    await world.move_legal_time(timedelta(days=8))
    for agency in (world.discloser.agency, world.recipient.agency):
        (late,) = await overdue(agency)
        assert not late.HasField("acknowledged_at")
    assert await overdue(world.stranger.agency) == []


async def test_refused_reads_are_counted_by_reason_and_by_nothing_else(world: World) -> None:
    asked = await a_withdrawn_case(world)
    await world.disclose(asked, CONTACT)
    year = (await clock_of(world)).year
    found = await world.audit.CountDenials(
        audit_pb2.CountDenialsRequest(year=year), metadata=as_officer(world, world.recipient.agency)
    )
    assert {each.reason: each.count for each in found.counts} == {"denied-by-exception": 1, "no-active-consent": 1}
    others = await world.audit.CountDenials(audit_pb2.CountDenialsRequest(year=year), metadata=as_officer(world))
    assert list(others.counts) == []


async def test_requests_are_counted_once_their_numbers_stand_still(world: World) -> None:
    for _ in range(5):
        await world.grant(await world.ask(COVER), COVER)
    today = await clock_of(world)
    request = audit_pb2.CountRequestsRequest(year=today.year, quarter=(today.month + 2) // 3)
    before = await world.audit.CountRequests(request, metadata=as_officer(world))
    assert (before.is_available, list(before.languages), before.HasField("total")) == (False, [], False)
    await world.move_legal_time(LONG_AFTER)
    after = await world.audit.CountRequests(request, metadata=as_officer(world))
    assert (after.is_available, after.total) == (True, 5)
    (row,) = after.languages
    assert (row.language, {each.outcome: each.count for each in row.outcomes}) == ("de", {"granted": 5})


async def test_the_record_names_what_goes_to_whom_from_both_sides(world: World) -> None:
    await a_withdrawn_case(world)
    await world.grant(await world.ask(COVER, HOUSING), COVER, HOUSING)
    request = audit_pb2.GetProcessingRecordRequest()
    for mine, partner in (
        (world.discloser.agency, world.recipient.agency),
        (world.recipient.agency, world.discloser.agency),
    ):
        found = await world.audit.GetProcessingRecord(request, metadata=as_officer(world, mine))
        (activity,) = found.activities
        assert (found.regime, activity.partner_id, activity.discloses) == (
            "kdg",
            str(partner),
            mine == world.discloser.agency,
        )
        assert list(activity.categories) == sorted([COVER, CONTACT, HOUSING])
        assert list(activity.purposes) == [words.PURPOSE_HANDING_OVER]
    nothing = await world.audit.GetProcessingRecord(request, metadata=as_officer(world, world.stranger.agency))
    assert list(nothing.statutory) == []
    assert (nothing.regime, list(nothing.activities)) == ("", [])


async def test_what_a_law_permitted_stands_in_the_record_by_itself(world: World) -> None:
    asked = await world.ask(COVER, HOUSING)
    police: dict[str, Any] = {"referral_id": "", "recipient_id": "", "channel": statutory_pb2.STATUTORY_CHANNEL_PHONE,
              "recipient_body": statutory_pb2.RECIPIENT_BODY_POLICE}  # fmt: skip
    for category in (COVER, CONTACT):
        await world.act(asked, category, **police)
    act = await world.act(asked)
    number = audit_pb2.FindEvidenceRequest(number=act.act_id)
    assert (await world.audit.FindEvidence(number, metadata=as_officer(world))).case_id == str(asked.case)
    found = await world.audit.GetProcessingRecord(
        audit_pb2.GetProcessingRecordRequest(), metadata=as_officer(world, world.discloser.agency)
    )
    assert list(found.activities) == []
    told = [(each.recipient_body, each.recipient_id, list(each.categories)) for each in found.statutory]
    assert told == [
        (statutory_pb2.RECIPIENT_BODY_POLICE, "", [COVER, CONTACT]),
        (statutory_pb2.RECIPIENT_BODY_UNSPECIFIED, str(world.recipient.agency), [COVER, CONTACT]),
    ]


async def test_the_office_sees_nothing_that_opens_a_client_s_page(world: World) -> None:
    asked = await a_withdrawn_case(world)
    scope = Scope("audit", agency=world.discloser.agency, person=uuid4(), case=asked.case)
    async with world.database.opened("run") as opened, opened.transaction(scope) as tx:
        assert await tx.fetchval("select count(*) from withdrawal") == 1
        for table in ("access_code", "pass", "client_session"):
            assert await tx.fetchval(f"select count(*) from {table}") == 0  # noqa: S608 - names of this list
