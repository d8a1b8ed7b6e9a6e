"""The clock of a service, or of the database, is set back an hour: what happened first still stands first.

Legal times are the database's; the order of a case is the position in the log. A service's own clock decides only how
long a token or a session lasts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lotse.referrals.v1 import case_pb2

from tests.integration.consent.world import bearer
from tests.integration.faults.points import look_for_damage
from tests.integration.faults.scene import refused
from tests.integration.faults.taking_back import tasks_of
from tests.integration.referrals.world import CONTACT, Offered, World, becomes
from tests.support.processes import Processes

HOUR = timedelta(hours=1)


@asynccontextmanager
async def set_back(processes: Processes, *names: str) -> AsyncIterator[None]:
    """The clocks of these go an hour behind until the block ends, while they run."""
    for name in names:
        processes.clock_file(name).write_text(str(-HOUR.total_seconds()))
    try:
        yield
    finally:
        for name in names:
            processes.clock_file(name).write_text("0")


@asynccontextmanager
async def legal_time_set_back(world: World) -> AsyncIterator[None]:
    """The clock of consent's database goes an hour behind; a test replaces the one function that tells it."""
    change = (
        "create or replace function legal_time() returns timestamptz language sql volatile "
        "return clock_timestamp() + interval '{} seconds'"
    )
    async with world.consent_database.administered() as admin:
        await admin.execute(change.format(-HOUR.total_seconds()))
    try:
        yield
    finally:
        async with world.consent_database.administered() as admin:
            await admin.execute(change.format(0))


async def story_of(world: World, offer: Offered) -> list[tuple[str, datetime]]:
    """Kind and legal time of the log's entries of a case, in the order of the log."""
    async with world.consent_database.administered() as admin:
        rows = await admin.fetch(
            "select l.kind, coalesce(c.at, w.at, d.at) as at from log_leaf l "
            "left join consent_revision c on c.consent_id = l.row_id and c.revision = l.revision "
            "left join withdrawal w on w.withdrawal_id = l.row_id "
            "left join disclosure d on d.disclosure_id = l.row_id where l.case_id = $1 order by l.seq",
            UUID(offer.case_id),
        )
    return [(row["kind"], row["at"]) for row in rows if row["at"] is not None]


async def test_a_service_whose_clock_is_behind_dates_nothing_that_counts(processes: Processes) -> None:
    async with processes.world() as world:
        began = datetime.now(UTC)
        async with set_back(processes, "consent", "referrals", "directory"):
            offer = await world.in_progress(CONTACT)
            assert await world.read(offer.referral_id, CONTACT)
            await world.withdrawn(offer)
            assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
            [task] = await becomes(lambda: tasks_of(world, offer, world.recipient), bool, 20)
            await world.acknowledge(task)
        told = await story_of(world, offer)
        times = [at for _, at in told]
        assert times == sorted(times)
        assert times[0] > began - timedelta(seconds=5), "a time of the service's own clock stands in the ledger"
        assert [kind for kind, _ in told].index("withdrawn") > max(
            place for place, (kind, _) in enumerate(told) if kind == "disclosed"
        )
    await look_for_damage(processes)


async def test_a_database_whose_clock_was_set_back_shows_nothing_after_a_withdrawal(processes: Processes) -> None:
    async with processes.world() as world:
        offer, other = await world.in_progress(CONTACT), await world.in_progress(CONTACT)
        await world.withdrawn(other)
        assert await world.read(offer.referral_id, CONTACT)
        async with legal_time_set_back(world):
            assert await refused(world.read(other.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
            assert await refused(world.read(offer.referral_id, CONTACT)) == "NOT_FOUND", "the consent has not begun yet"
            await world.withdrawn(offer)
            assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
        assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
        (first, given_at), *after = await story_of(world, offer)
        assert first == "granted"
        assert all(at >= given_at for kind, at in after if kind == "disclosed"), "a reading is dated before its consent"
        for each in (offer, other):
            [task] = await becomes(lambda each=each: tasks_of(world, each, world.recipient), bool, 20)  # type: ignore[misc]
            await world.acknowledge(task)
    await look_for_damage(processes)


async def test_a_token_lasts_by_the_clock_of_who_takes_it(processes: Processes) -> None:
    """Set back, a service takes a token an hour too long and no longer; set forth again, it is over at once."""
    async with processes.world() as world:
        case = await world.dossier(CONTACT)
        ended = processes.issuer.token(
            world.discloser.person, world.discloser.agency, "counsellor",
            exp=int((datetime.now(UTC) - timedelta(minutes=1)).timestamp()),
        )  # fmt: skip
        ask = case_pb2.GetCaseRequest(case_id=case.case_id)
        assert await refused(world.cases.GetCase(ask, metadata=bearer(ended))) == "UNAUTHENTICATED"
        async with set_back(processes, "referrals"):
            assert (await world.cases.GetCase(ask, metadata=bearer(ended))).case.case_id == case.case_id
        assert await refused(world.cases.GetCase(ask, metadata=bearer(ended))) == "UNAUTHENTICATED"


async def test_a_client_keeps_her_session_and_can_withdraw_whatever_consents_clock_says(processes: Processes) -> None:
    async with processes.world() as world:
        offer = await world.in_progress(CONTACT)
        before = await world.redeem(offer.client_pass)
        async with set_back(processes, "consent"):
            assert (await world.own_list(before)).consents
            await world.withdraw(await world.redeem(offer.client_pass))
            assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
        [held] = (await world.own_list(await world.redeem(offer.client_pass))).consents
        assert held.withdrawals
        [task] = await becomes(lambda: tasks_of(world, offer, world.recipient), bool, 20)
        await world.acknowledge(task)
