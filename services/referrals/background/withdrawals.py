"""Hears of withdrawals by consent's feed. Nobody can read since the commit there; here the rest follows."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import Connection
from services.common.feed import Page
from services.common.protobuf.times import from_timestamp
from services.referrals.convert import category_word
from services.referrals.model import OUTCOME, Action, Referral, Side, State, Withdrawal
from services.referrals.rules import after
from services.referrals.store import referrals, tasks
from services.referrals.store.referrals import Move

_LIMIT = 100
_WAIT_MS = 15_000
_WAY_BACK = frozenset({"arrival", OUTCOME})
_NEVER_READ = frozenset({State.DECLINED, State.EXPIRED})


class WithdrawalFeed:
    """Fetches changes behind a position."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._consent = decision_pb2_grpc.ConsentDecisionServiceStub(channel)

    async def fetch(self, position: int) -> Page[Withdrawal]:
        """Withdrawals behind a position, oldest first; waits for the first."""
        answer = await self._consent.ListChanges(
            decision_pb2.ListChangesRequest(
                kinds=[decision_pb2.CHANGE_KIND_WITHDRAWN], after=position, limit=_LIMIT, wait_ms=_WAIT_MS
            ),
            timeout=_WAIT_MS / 1000 + 5,
        )
        return Page(tuple(_withdrawal(change) for change in answer.changes), answer.position)


async def apply_withdrawals(tx: Connection, changes: Sequence[Withdrawal]) -> None:
    """Ends what was withdrawn and asks for copies of what had crossed.

    The same change again changes nothing, also not what she permitted and was sent since.
    """
    for change in changes:
        await tasks.lock_case(tx, change.case_id)
        if not await tasks.insert_withdrawal(tx, change):
            continue
        for referral in await tasks.referrals_of_pair(tx, change.case_id, change.discloser_id, change.recipient_id):
            await _end_forward(tx, change, referral)
            await _end_back(tx, change, referral)
            to = after(Action.WITHDRAW, Side.SYSTEM, referral.state) if change.everything else None
            if to is not None:
                request_id = uuid5(change.withdrawal_id, str(referral.referral_id))
                await referrals.move(tx, referral, Move(Action.WITHDRAW, to, None, None, request_id))


async def _end_forward(tx: Connection, change: Withdrawal, referral: Referral) -> None:
    """The recipient is asked to delete what it could read; an offer that it never took was never read."""
    forward = [category for category in change.categories if category not in _WAY_BACK]
    if not change.everything and not forward:
        return
    ended = await tasks.end_items(tx, referral.referral_id, forward)
    if referral.state not in _NEVER_READ and (change.everything or ended):
        categories = () if change.everything else ended
        await tasks.insert(tx, referral, referral.recipient_id, change.withdrawal_id, categories, change.due_at)


async def _end_back(tx: Connection, change: Withdrawal, referral: Referral) -> None:
    """The discloser is asked to delete the outcome, if it ever came back."""
    back = [category for category in change.categories if category in _WAY_BACK]
    outcome = await referrals.find_outcome(tx, referral.referral_id)
    if outcome is not None and outcome.sent_back_at is not None and (change.everything or OUTCOME in back):
        await tasks.insert(tx, referral, referral.discloser_id, change.withdrawal_id, back, change.due_at)


def _withdrawal(change: decision_pb2.Change) -> Withdrawal:
    return Withdrawal(
        case_id=UUID(change.case_id),
        discloser_id=UUID(change.discloser_id),
        recipient_id=UUID(change.recipient_id),
        withdrawal_id=UUID(change.withdrawal_id),
        everything=change.everything,
        categories=tuple(category_word(value) for value in change.categories),
        at=from_timestamp(change.at),
        due_at=from_timestamp(change.due_at),
    )
