"""Older copies of the databases are put in place; what a client took back since stays taken back."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from lotse.consent.v1 import client_pb2, statutory_pb2, statutory_pb2_grpc

from services.common.errors import LotseError, Unavailable
from tests.integration.consent.test_process import environment, run
from tests.integration.consent.world import refused
from tests.integration.referrals.test_statutory import act
from tests.integration.referrals.world import CONTACT, COVER, DISCLOSER, HOUSING, Offered, Worker, World, becomes
from tests.support.postgres import Postgres, TestDatabase

S = statutory_pb2
REPOSITORY = Path(__file__).parents[3]


class Copies:
    """Copies of consent, content and keys as they were at one instant, to be put in place of the originals."""

    def __init__(self, world: World, admin: asyncpg.Connection[asyncpg.Record]) -> None:
        self._world = world
        self._admin = admin
        self._names = [_name(database) for database in (world.consent_database, world.content, world.keys)]

    async def take(self) -> None:
        await self._stopped()
        for name in self._names:
            await self._copy(name, f"{name}_copy")
        await self._started()

    async def put_in_place(self) -> None:
        """Leaves both services stopped."""
        await self._stopped()
        for name in self._names:
            await self._admin.execute(f'drop database "{name}" with (force)')
            await self._copy(f"{name}_copy", name)

    async def remove(self) -> None:
        for name in self._names:
            await self._admin.execute(f'drop database if exists "{name}_copy" with (force)')

    async def _copy(self, source: str, target: str) -> None:
        owner = await self._admin.fetchval("select pg_get_userbyid(datdba) from pg_database where datname = $1", source)
        await self._admin.execute(f'create database "{target}" template "{source}" owner "{owner}" strategy file_copy')

    async def _stopped(self) -> None:
        await self._world.referrals_service.stop()
        await self._world.consent_service.stop()

    async def _started(self) -> None:
        await self._world.consent_service.start()
        await self._world.referrals_service.start()


@pytest.fixture
async def copies(world: World, postgres: Postgres) -> AsyncIterator[Copies]:
    admin = await asyncpg.connect(postgres.admin_url)
    taken = Copies(world, admin)
    try:
        yield taken
    finally:
        await taken.remove()
        await admin.close()


def _name(database: TestDatabase) -> str:
    return urlsplit(database.admin_url).path.lstrip("/")


def outside(world: World) -> list[Path]:
    assert world.consent_settings is not None
    return [
        world.consent_settings.checkpoint_file,
        world.consent_settings.journal_file,
        world.settings.key_journal_file,
    ]


async def consent_command(world: World, postgres: Postgres, *words: str) -> tuple[int, str]:
    assert world.consent_settings is not None
    return await run(environment(world.consent_settings, postgres.admin_url), *words)


async def referrals_command(world: World, *words: str) -> tuple[int, str]:
    values = json.loads(world.settings.model_dump_json())
    own = {
        f"LOTSE_REFERRALS_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.referrals", *words, cwd=REPOSITORY, env={**os.environ, **own}, stdout=PIPE,
        stderr=PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, (out + err).decode()


async def journaled(world: World, deletions: int) -> None:
    """Returns when so many deleted keys stand in the journal outside."""
    file = world.settings.key_journal_file

    async def lines() -> int:
        return file.read_bytes().count(b"\n") if file.exists() else 0

    await becomes(lines, lambda found: found >= deletions, 5)


async def in_the_log(world: World) -> None:
    """Returns when nothing waits for its place in the log."""

    async def waiting() -> int:
        async with world.consent_database.administered() as admin:
            count: int = await admin.fetchval("select count(*) from log_pending")
        return count

    await becomes(waiting, lambda found: found == 0)


async def withdraw_and_delete(world: World, offer: Offered) -> None:
    """She takes everything back, the recipient acknowledges, and the journals outside have it."""
    await world.withdrawn(offer)
    [task] = await becomes(world.tasks, bool)
    await world.acknowledge(task)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0
    await journaled(world, 2)
    await asyncio.sleep(1)  # a journal is at most a second behind


async def readable(world: World, offer: Offered) -> bool:
    try:
        return bool(await world.read(offer.referral_id, CONTACT))
    except LotseError:
        return False


async def opened(world: World, secret: str) -> str:
    """Her token, once consent is open."""

    async def token() -> str:
        try:
            return await world.redeem(secret)
        except Unavailable:
            return ""

    return await becomes(token, bool, 15)


async def test_a_restore_cannot_undo_a_withdrawal(world: World, copies: Copies, postgres: Postgres) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    untouched = await world.in_progress(CONTACT)
    assert await readable(world, offer)
    await in_the_log(world)
    await copies.take()
    await withdraw_and_delete(world, offer)
    kept = {file: file.read_bytes() for file in outside(world)}

    # Control: nothing but what stands outside keeps the copies from giving it back.
    await copies.put_in_place()
    for file in kept:
        file.unlink()
    await world.consent_service.start()
    await world.referrals_service.start()
    assert await becomes(lambda: readable(world, offer), bool)

    await copies.put_in_place()
    for file, content in kept.items():
        file.write_bytes(content)
    await world.consent_service.start()
    await world.referrals_service.start()
    with refused("UNAVAILABLE"):
        await world.redeem(offer.client_pass)
    assert not await readable(world, offer)
    assert not await readable(world, untouched)
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0

    status, said = await consent_command(world, postgres, "restore", "--dry-run")
    assert (status, "cases to be locked: 1" in said) == (0, True), said
    with refused("UNAVAILABLE"):
        await world.redeem(offer.client_pass)
    await world.referrals_service.stop()
    assert (await referrals_command(world, "restore"))[0] == 0
    status, said = await consent_command(world, postgres, "restore")
    assert (status, "locked: 1 consents of 1 cases" in said) == (0, True), said
    await world.referrals_service.start()

    token = await opened(world, offer.client_pass)
    assert not await readable(world, offer)
    assert await becomes(lambda: readable(world, untouched), bool)
    [entry] = (await world.own_list(token)).consents
    assert entry.state == client_pb2.CONSENT_STATE_LOCKED
    status, said = await consent_command(world, postgres, "restore")
    assert (status, "nothing to restore" in said) == (0, True)
    status, said = await consent_command(world, postgres, "ledger-verify")
    assert (status, "0 findings" in said) == (0, True), said
    await she_grants_anew(world, offer)


async def passed_on_without_consent(world: World) -> tuple[S.StatutoryAct, str]:
    """An act of a law, and the referral by which the recipient reads on it."""
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    written = await act(world, draft)
    await world.send(await world.get(draft.referral_id, world.discloser))
    accepted = await world.accept(await world.get(draft.referral_id, world.recipient))
    assert await world.read(accepted.referral_id, CONTACT)
    return written, accepted.referral_id


async def review(world: World, written: S.StatutoryAct, verdict: S.ReviewVerdict.ValueType) -> None:
    """A second person says what she thinks of it."""
    request = S.ReviewActRequest(
        request_id=str(uuid4()), act_id=written.act_id, case_id=written.case_id, verdict=verdict
    )
    acts = statutory_pb2_grpc.ConsentStatutoryServiceStub(world.consent)
    await acts.ReviewAct(request, metadata=world.as_staff(Worker(DISCLOSER)))


async def reads(world: World, referral_id: str) -> bool:
    try:
        return bool(await world.read(referral_id, CONTACT))
    except LotseError:
        return False


async def test_a_restore_cannot_undo_an_objection_to_an_act_of_a_law(
    world: World, copies: Copies, postgres: Postgres
) -> None:
    wrong, of_wrong = await passed_on_without_consent(world)
    right, of_right = await passed_on_without_consent(world)
    await in_the_log(world)
    await copies.take()
    await review(world, wrong, S.REVIEW_VERDICT_OBJECTED)
    await review(world, right, S.REVIEW_VERDICT_CONFIRMED)
    assert not await reads(world, of_wrong)
    await in_the_log(world)
    await asyncio.sleep(1)  # a journal is at most a second behind
    kept = {file: file.read_bytes() for file in outside(world) if file.exists()}

    # Control: nothing but what stands outside keeps the copy from permitting it again.
    await copies.put_in_place()
    for file in kept:
        file.unlink()
    await world.consent_service.start()
    await world.referrals_service.start()
    assert await becomes(lambda: reads(world, of_wrong), bool)

    await copies.put_in_place()
    for file, content in kept.items():
        file.write_bytes(content)
    await world.consent_service.start()
    await world.referrals_service.start()
    assert not await reads(world, of_wrong)
    status, said = await consent_command(world, postgres, "restore", "--dry-run")
    assert (status, "objections to acts of a law that are lost: 1" in said) == (0, True), said
    status, said = await consent_command(world, postgres, "restore")
    assert (status, "locked: 0 consents of 0 cases; acts ended again: 1" in said) == (0, True), said

    assert await becomes(lambda: reads(world, of_right), bool), "what nobody objected to goes on"
    assert not await reads(world, of_wrong)
    async with world.consent_database.administered() as admin:
        again = await admin.fetch("select act_id, verdict, person_id from statutory_review")
    assert [tuple(row) for row in again] == [(UUID(wrong.act_id), "objected", None)]
    await review(world, right, S.REVIEW_VERDICT_CONFIRMED)
    status, said = await consent_command(world, postgres, "ledger-verify")
    assert (status, "0 findings" in said) == (0, True), said
    status, said = await consent_command(world, postgres, "restore")
    assert (status, "nothing to restore" in said) == (0, True), said


async def she_grants_anew(world: World, offer: Offered) -> None:
    """The lock ends with it, for what is sent from then on."""
    draft = await world.draft(offer.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    sent = await world.send(await world.get(draft.referral_id, world.discloser))
    await world.accept(sent.referral)
    assert await world.read(draft.referral_id, CONTACT)


async def test_a_copy_that_was_changed_as_well_is_not_opened(world: World, copies: Copies, postgres: Postgres) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await in_the_log(world)
    await copies.take()
    await withdraw_and_delete(world, offer)
    await copies.put_in_place()
    async with world.consent_database.administered() as admin:
        row: UUID = await admin.fetchval(
            "update disclosure set item_version = item_version + 1 "
            "where disclosure_id = (select disclosure_id from disclosure limit 1) returning disclosure_id"
        )
    status, said = await consent_command(world, postgres, "restore")
    assert (status, "The copy was changed" in said, str(row) in said) == (1, True, True), said


async def test_a_journal_that_lacks_lines_is_not_replayed(world: World, copies: Copies) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await withdraw_and_delete(world, offer)
    await world.referrals_service.stop()
    file = world.settings.key_journal_file
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:1]))
    status, said = await referrals_command(world, "restore")
    assert (status, "has 1 lines, but" in said) == (1, True), said
    assert (await referrals_command(world, "restore", "--journal-lost"))[0] == 0
