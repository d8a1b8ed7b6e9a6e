"""Hears of withdrawals by consent's feed. Nobody can read since the commit there; here the rest follows."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import Connection
from services.common.feed import Page
from services.common.protobuf.times import from_timestamp
from services.referrals.convert import category_word
from services.referrals.model import OUTCOME, Action, Referral, Reinstatement, Side, State, Withdrawal
from services.referrals.rules import after, reinstated
from services.referrals.store import referrals, tasks
from services.referrals.store.referrals import Move

_LIMIT = 100
_WAIT_MS = 15_000
_WAY_BACK = frozenset({"arrival", OUTCOME})
_NEVER_READ = frozenset({State.DECLINED, State.EXPIRED})
_KINDS = (decision_pb2.CHANGE_KIND_WITHDRAWN, decision_pb2.CHANGE_KIND_REINSTATED)
Change = Withdrawal | Reinstatement


class WithdrawalFeed:
    """Fetches changes behind a position."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._consent = decision_pb2_grpc.ConsentDecisionServiceStub(channel)

    async def fetch(self, position: int) -> Page[Change]:
        """Withdrawals, and those that were taken back, behind a position, oldest first; waits for the first."""
        answer = await self._consent.ListChanges(
            decision_pb2.ListChangesRequest(kinds=_KINDS, after=position, limit=_LIMIT, wait_ms=_WAIT_MS),
            timeout=_WAIT_MS / 1000 + 5,
        )
        return Page(tuple(_change(change) for change in answer.changes), answer.position)


async def apply_withdrawals(tx: Connection, changes: Sequence[Change]) -> None:
    """Ends what was withdrawn and asks for copies of what had crossed, or puts it back as it was.

    The same change again changes nothing, also not what she permitted and was sent since.
    """
    for change in changes:
        await tasks.lock_case(tx, change.case_id)
        if isinstance(change, Reinstatement):
            await _reinstate(tx, change)
        elif await tasks.insert_withdrawal(tx, change):
            await _end(tx, change)


async def _end(tx: Connection, change: Withdrawal) -> None:
    for referral in await tasks.referrals_of_pair(tx, change.case_id, change.discloser_id, change.recipient_id):
        await _end_forward(tx, change, referral)
        await _end_back(tx, change, referral)
        to = after(Action.WITHDRAW, Side.SYSTEM, referral.state) if change.everything else None
        if to is not None:
            request_id = _moved_by(change.withdrawal_id, referral)
            await referrals.move(tx, referral, Move(Action.WITHDRAW, to, None, None, request_id))
    if change.by_client:  # somebody else may hold her pass
        await tasks.insert_contact_task(tx, change)


async def _reinstate(tx: Connection, change: Reinstatement) -> None:
    """Every referral that this withdrawal ended is again as before.

    Where the recipient has deleted meanwhile, or the due date is over, the keys are gone: that referral stays ended,
    and the consent in force lets the discloser send anew.
    """
    pair = await tasks.mark_reinstated(tx, change)
    if pair is None:
        return
    for referral in await tasks.referrals_of_pair(tx, change.case_id, *pair):
        if not await tasks.take_back(tx, referral, change.withdrawal_id):
            continue
        await tasks.reinstate_items(tx, referral.referral_id, change.withdrawal_id)
        before = await tasks.state_before(tx, referral.referral_id, _moved_by(change.withdrawal_id, referral))
        to = reinstated(referral.state, before) if before else None
        if to is not None:
            request_id = uuid5(change.withdrawal_id, f"{referral.referral_id} reinstated")
            await referrals.move(tx, referral, Move(Action.REINSTATE, to, None, None, request_id))


def _moved_by(withdrawal_id: UUID, referral: Referral) -> UUID:
    """The repeat key under which a withdrawal moves a referral."""
    return uuid5(withdrawal_id, str(referral.referral_id))


async def _end_forward(tx: Connection, change: Withdrawal, referral: Referral) -> None:
    """The recipient is asked to delete what it could read; an offer that it never took was never read."""
    forward = [category for category in change.categories if category not in _WAY_BACK]
    if not change.everything and not forward:
        return
    ended = await tasks.end_items(tx, referral.referral_id, forward, change.withdrawal_id)
    if referral.state not in _NEVER_READ and (change.everything or ended):
        categories = () if change.everything else ended
        await tasks.insert(tx, referral, referral.recipient_id, change.withdrawal_id, categories, change.due_at)


async def _end_back(tx: Connection, change: Withdrawal, referral: Referral) -> None:
    """The discloser is asked to delete the outcome, if it ever came back."""
    back = [category for category in change.categories if category in _WAY_BACK]
    outcome = await referrals.find_outcome(tx, referral.referral_id)
    if outcome is not None and outcome.sent_back_at is not None and (change.everything or OUTCOME in back):
        await tasks.insert(tx, referral, referral.discloser_id, change.withdrawal_id, back, change.due_at)


def _change(change: decision_pb2.Change) -> Change:
    if change.kind == decision_pb2.CHANGE_KIND_REINSTATED:
        return Reinstatement(UUID(change.case_id), UUID(change.withdrawal_id), from_timestamp(change.at))
    return Withdrawal(
        case_id=UUID(change.case_id),
        discloser_id=UUID(change.discloser_id),
        recipient_id=UUID(change.recipient_id),
        withdrawal_id=UUID(change.withdrawal_id),
        everything=change.everything,
        categories=tuple(category_word(value) for value in change.categories),
        at=from_timestamp(change.at),
        due_at=from_timestamp(change.due_at),
        by_client=change.by_client,
    )
