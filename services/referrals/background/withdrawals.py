"""Hears of withdrawals by consent's feed. Nobody can read since the commit there; here the rest follows."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import Connection
from services.common.feed import Page
from services.common.protobuf.times import from_timestamp
from services.referrals.convert import category_word
from services.referrals.model import Action, Side, Withdrawal
from services.referrals.rules import after
from services.referrals.store import referrals, tasks
from services.referrals.store.referrals import Move

_LIMIT = 100
_WAIT_MS = 15_000
_WAY_BACK = frozenset({"arrival", "outcome"})


def withdrawal_feed(channel: grpc.aio.Channel) -> "WithdrawalFeed":
    """The feed of this consent service."""
    return WithdrawalFeed(decision_pb2_grpc.ConsentDecisionServiceStub(channel))


class WithdrawalFeed:
    """Fetches changes behind a position."""

    def __init__(self, consent: decision_pb2_grpc.ConsentDecisionServiceStub) -> None:
        self._consent = consent

    async def fetch(self, position: int) -> Page[Withdrawal]:
        """Withdrawals behind a position, oldest first; waits for the first."""
        answer = await self._consent.ListChanges(
            decision_pb2.ListChangesRequest(
                kinds=[decision_pb2.CHANGE_KIND_WITHDRAWN], after=position, limit=_LIMIT, wait_ms=_WAIT_MS
            ),
            timeout=_WAIT_MS / 1000 + 5,
        )
        return Page(tuple(_withdrawal(change) for change in answer.changes), answer.position)


async def apply(tx: Connection, changes: Sequence[Withdrawal]) -> None:
    """Ends what was withdrawn and asks for copies; the same change again changes nothing."""
    for change in changes:
        sent = await tasks.referrals_of_pair(tx, change.case_id, change.discloser_id, change.recipient_id)
        for referral in sent:
            forward = [category for category in change.categories if category not in _WAY_BACK]
            back = [category for category in change.categories if category in _WAY_BACK]
            if change.everything or forward:
                await tasks.end_items(tx, referral.referral_id, forward)
                await tasks.insert(tx, referral, referral.recipient_id, change.withdrawal_id, forward, change.due_at)
            outcome = await referrals.find_outcome(tx, referral.referral_id)
            if outcome is not None and (change.everything or back):
                await tasks.insert(tx, referral, referral.discloser_id, change.withdrawal_id, back, change.due_at)
            to = after(Action.WITHDRAW, Side.SYSTEM, referral.state) if change.everything else None
            if to is not None:
                request_id = uuid5(change.withdrawal_id, str(referral.referral_id))
                await referrals.move(tx, referral, Move(Action.WITHDRAW, to, None, None, request_id))


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
