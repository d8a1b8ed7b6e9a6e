"""Proof: receipts, entries, checkpoints, the journal; and what verification says when a byte is changed."""

from __future__ import annotations

import asyncio
import base64
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from lotse.consent.v1 import audit_pb2, decision_pb2, request_pb2, statutory_pb2, text_pb2, text_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.ledger import Report, What, read_journal, verify_ledger
from services.common.ledger.copy import copy_rows
from services.consent.store.ledger import DAMAGE, READERS
from tests.integration.consent.world import CONTACT, COVER, Asked, Counsellor, World, bearer, refused
from tests.support.postgres import DatabaseOf, TestDatabase

ENTRIES = 18
"""How many `everything_once` makes."""
ALL_KINDS = {
    "granted", "revised", "refused", "withdrawn", "reinstated", "acknowledged", "kept", "disclosed", "evidenced",
    "conference",
    "acted", "reviewed", "objected", "exported",
}  # fmt: skip


async def everything_once(world: World) -> tuple[Asked, decision_pb2.Change]:
    """One entry of each kind at least; gives the case and its withdrawal as others hear of it."""
    asked = await world.ask(COVER, CONTACT)
    token = await world.grant(asked, COVER, CONTACT)
    await world.disclose(asked, COVER, CONTACT)
    await world.withdraw(await world.redeem(await world.take_pass(token)), categories=[CONTACT])
    refused = await world.ask(COVER, case=asked.case, referral=asked.referral)
    await world.ask(COVER, case=asked.case, to=uuid4(), in_sitting_with=refused.consent_request_id)
    await world.said(refused, way_back=words.WAY_BACK_NOTHING)
    withdrawal = next(change for change in await changes(world) if change.withdrawal_id)
    await reinstate(world, withdrawal)
    await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_OBJECTED, kept=(CONTACT,))
    await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_ACKNOWLEDGED)
    await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_KEYS_DESTROYED)
    act = await world.act(asked)
    second = Counsellor(world.discloser.agency)
    review = statutory_pb2.ReviewActRequest(
        request_id=str(uuid4()), act_id=act.act_id, case_id=act.case_id, verdict=statutory_pb2.REVIEW_VERDICT_CONFIRMED
    )
    await world.acts.ReviewAct(review, metadata=world.as_staff(second))
    wrong = await world.act(asked, referral_id=str(uuid4()))
    objection = statutory_pb2.ReviewActRequest(
        request_id=str(uuid4()), act_id=wrong.act_id, case_id=act.case_id, verdict=statutory_pb2.REVIEW_VERDICT_OBJECTED
    )
    await world.acts.ReviewAct(objection, metadata=world.as_staff(second))
    officer = world.issuer.token(uuid4(), world.discloser.agency, "data-protection-officer", acr="2")
    export = audit_pb2.ExportEvidenceRequest(request_id=str(uuid4()), case_id=str(asked.case))
    await world.audit.ExportEvidence(export, metadata=bearer(officer))
    await world.publish("case-conference")
    both = [str(world.discloser.agency), str(world.recipient.agency)]
    await world.ask(COVER, case=asked.case, purposes=[words.PURPOSE_CASE_CONFERENCE], participant_ids=both)
    await world.logged(ENTRIES)
    return asked, withdrawal


async def changes(world: World, after: int = -1, **options: int) -> list[decision_pb2.Change]:
    """All changes behind a position, waiting for the first."""
    found: list[decision_pb2.Change] = []
    while True:
        request = decision_pb2.ListChangesRequest(after=after, wait_ms=1500, **options)  # type: ignore[arg-type]
        page = await world.decisions.ListChanges(request, timeout=5)
        if not page.changes:
            return found
        found += page.changes
        after = page.position


async def listen(world: World) -> decision_pb2.ListChangesResponse:
    return await world.decisions.ListChanges(decision_pb2.ListChangesRequest(after=-1, wait_ms=15000), timeout=20)


async def reinstate(world: World, withdrawal: decision_pb2.Change) -> None:
    await world.requests.ReinstateConsentForClient(
        request_pb2.ReinstateConsentForClientRequest(
            request_id=str(uuid4()), case_id=withdrawal.case_id, withdrawal_id=withdrawal.withdrawal_id
        ),
        metadata=world.as_staff(world.discloser),
    )


async def acknowledge(
    world: World, withdrawal: decision_pb2.Change, step: int, *, kept: tuple[int, ...] = ()
) -> decision_pb2.AcknowledgeWithdrawalResponse:
    return await world.decisions.AcknowledgeWithdrawal(
        decision_pb2.AcknowledgeWithdrawalRequest(
            request_id=str(uuid4()),
            case_id=withdrawal.case_id,
            withdrawal_id=withdrawal.withdrawal_id,
            step=step,  # type: ignore[arg-type]
            person_id=str(world.recipient.person) if step == decision_pb2.WITHDRAWAL_STEP_ACKNOWLEDGED else "",
            categories=kept,  # type: ignore[arg-type]
        )
    )


async def verified(world: World, database: TestDatabase) -> Report:
    async with database.connected("worker") as connection:
        return await verify_ledger(
            connection, READERS, world.keys.log.verifier, checkpoint_file=world.settings.checkpoint_file
        )


async def test_what_happened_verifies_with_every_kind_of_entry(world: World) -> None:
    await everything_once(world)
    report = await verified(world, world.database)
    assert report.findings == []
    assert (report.entries, report.rows) == (ENTRIES, ENTRIES)
    async with world.database.administered() as admin:
        kinds = {row["kind"] for row in await admin.fetch("select distinct kind from log_leaf")}
    assert kinds == ALL_KINDS == {reader.kind for reader in READERS} - {"restored", "text"}


DAMAGES = {
    "disclosed": DAMAGE,
    "granted": "update consent_revision set way_back = 'arrival' where act = 'granted' returning consent_id",
    "revised": "update consent_revision set exceptions = replace(exceptions, 'contact', 'housing') "
    "where act = 'reduced' returning consent_id",
    "withdrawn": "update withdrawal set due_at = due_at + interval '1 microsecond' returning withdrawal_id",
    "reinstated": "update reinstatement set at = at + interval '1 microsecond' returning withdrawal_id",
    "evidenced": "update evidence set answered_right = not answered_right returning evidence_id",
    "refused": "update refusal set language = 'en' returning consent_request_id",
    "acknowledged": "update acknowledgement set person_id = null where person_id is not null "
    "returning acknowledgement_id",
    "kept": "update acknowledgement set categories = '{housing}' where categories is not null "
    "returning acknowledgement_id",
    "acted": "update statutory_act set until = until + interval '1 microsecond' "
    "where act_id = (select act_id from statutory_act limit 1) returning act_id",
    "reviewed": "update statutory_review set verdict = 'objected' where act_ended_at is null returning act_id",
    "objected": "update statutory_review set person_id = null where act_ended_at is not null returning act_id",
    "conference": "update consent_request set participants = participants || participants[1] "
    "where participants <> '{}' returning consent_request_id",
    "exported": "update evidence_export set at = at + interval '1 microsecond' returning export_id",
}
DAMAGED_HASHES = {
    "granted": "update consent_revision set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where act = 'granted' returning consent_id",
    "revised": "update consent_revision set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where act = 'reduced' returning consent_id",
    "withdrawn": "update withdrawal set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "returning withdrawal_id",
    "reinstated": "update reinstatement set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "returning withdrawal_id",
    "evidenced": "update evidence set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "returning evidence_id",
    "refused": "update refusal set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "returning consent_request_id",
    "acknowledged": "update acknowledgement set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where person_id is not null returning acknowledgement_id",
    "kept": "update acknowledgement set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where categories is not null returning acknowledgement_id",
    "conference": "update consent_request set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where leaf_hash is not null returning consent_request_id",
    "acted": "update statutory_act set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where act_id = (select act_id from statutory_act limit 1) returning act_id",
    "reviewed": "update statutory_review set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where act_ended_at is null returning act_id",
    "objected": "update statutory_review set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) "
    "where act_ended_at is not null returning act_id",
}


@pytest.mark.parametrize(("kind", "damage"), [*sorted(DAMAGES.items()), *sorted(DAMAGED_HASHES.items())])
async def test_one_changed_byte_in_a_copy_is_named_by_its_row(
    world: World, database_of: DatabaseOf, kind: str, damage: str
) -> None:
    await everything_once(world)
    copy = await database_of("consent")
    await copy_rows(world.database.admin_url, copy.admin_url)
    assert (await verified(world, copy)).intact

    async with copy.administered() as admin:
        row: UUID = await admin.fetchval(damage)
    report = await verified(world, copy)

    assert report.first is not None
    assert (report.first.what, report.first.kind, report.first.row_id) == (What.CHANGED, kind, row)
    assert len(report.findings) == 1
    assert (await verified(world, world.database)).intact


async def test_a_receipt_is_verified_with_the_public_key_alone_and_its_leaf_stands_in_the_log(world: World) -> None:
    asked = await world.ask(COVER)
    receipt = (await world.answer(await world.redeem(asked.access_code), yes=[COVER])).receipt
    stub = text_pb2_grpc.ConsentKeyServiceStub(world.referrals)
    keys = {key.use: key.key for key in (await stub.ListPublicKeys(text_pb2.ListPublicKeysRequest())).keys}
    log = Ed25519PublicKey.from_public_bytes(keys["log"])

    log.verify(base64.b64decode(receipt.signature), bytes.fromhex(receipt.leaf_hash))
    with pytest.raises(InvalidSignature):
        log.verify(base64.b64decode(receipt.signature), bytes.fromhex(receipt.leaf_hash)[::-1])
    await world.logged(1)
    async with world.database.administered() as admin:
        assert await admin.fetchval("select leaf_hash from log_leaf") == bytes.fromhex(receipt.leaf_hash)


async def test_what_changes_a_consent_stands_in_a_signed_journal_outside_the_database(world: World) -> None:
    asked, withdrawal = await everything_once(world)
    async with asyncio.timeout(5):
        while len(entries := list(read_journal(world.settings.journal_file, world.keys.log.verifier))) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert {entry.case_id for entry in entries} == {asked.case}
    assert [entry.kind for entry in entries] == ["granted", "revised", "withdrawn", "revised", "objected"]
    assert str(entries[2].row_id) == withdrawal.withdrawal_id


async def test_others_hear_of_what_ends_and_begins_in_order_and_of_nothing_else(world: World) -> None:
    asked, withdrawal = await everything_once(world)
    heard = await changes(world)
    assert [change.kind for change in heard] == [
        decision_pb2.CHANGE_KIND_GRANTED,
        decision_pb2.CHANGE_KIND_WITHDRAWN,
        decision_pb2.CHANGE_KIND_REFUSED,
        decision_pb2.CHANGE_KIND_REINSTATED,
    ]
    assert heard[3].withdrawal_id == withdrawal.withdrawal_id
    assert [change.by_client for change in heard] == [False, True, False, False]
    assert {change.case_id for change in heard} == {str(asked.case)}
    assert heard[0].row_id == withdrawal.row_id
    assert heard[0].referral_id == str(asked.referral)
    assert list(withdrawal.categories) == [CONTACT]
    assert not withdrawal.everything
    assert (withdrawal.due_at.ToDatetime() - withdrawal.at.ToDatetime()).days == 7
    only = await changes(world, kinds=[decision_pb2.CHANGE_KIND_REFUSED])  # type: ignore[arg-type]
    assert [change.seq for change in only] == [heard[2].seq]
    assert await changes(world, after=heard[-1].seq) == []


@pytest.mark.parametrize("kind", [0, 99])
async def test_a_kind_of_change_that_is_not_known_is_refused(world: World, kind: int) -> None:
    with refused("INVALID_ARGUMENT"):
        await changes(world, kinds=[kind])  # type: ignore[arg-type]


async def test_a_waiting_listener_hears_at_once(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    waiting = asyncio.create_task(listen(world))
    await asyncio.sleep(0.2)
    await world.answer(token, yes=[COVER])
    async with asyncio.timeout(5):
        assert len((await waiting).changes) == 1


async def test_she_sees_what_came_of_her_withdrawal_and_a_step_is_written_once(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.withdraw(token)
    (withdrawal,) = [change for change in await changes(world) if change.withdrawal_id]
    first = await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_ACKNOWLEDGED)
    second = await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_ACKNOWLEDGED)
    assert first == second
    seen = (await world.own_list(token)).consents[0].withdrawals[0]
    assert seen.acknowledged_at == first.at
    assert not seen.HasField("keys_destroyed_at")


async def test_objections_of_two_agencies_are_told_apart_and_end_with_the_last_one(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER)))
    await world.withdraw(token)
    (withdrawal,) = [change for change in await changes(world) if change.withdrawal_id]
    for _ in range(2):
        await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_OBJECTED)
    await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_OBJECTION_CLOSED)
    seen = (await world.own_list(token)).consents[0].withdrawals[0]
    assert seen.HasField("objected_at")
    assert not seen.HasField("objection_closed_at")
    last = await acknowledge(world, withdrawal, decision_pb2.WITHDRAWAL_STEP_OBJECTION_CLOSED)
    assert (await world.own_list(token)).consents[0].withdrawals[0].objection_closed_at == last.at
