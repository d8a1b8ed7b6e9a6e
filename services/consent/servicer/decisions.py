"""ConsentDecisionService: disclose, decide, tell of changes, hear of deletions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import SERVICE_SCOPE, Database, Lock, Scope
from services.common.errors import NotFound, PermissionDenied
from services.common.feed import ChangeFeed
from services.common.identifiers import uuid7
from services.common.identity.context import principal, staff
from services.common.identity.principals import Staff
from services.common.protobuf.enums import enum_text
from services.consent.convert import (
    CATEGORY,
    from_decision,
    from_explanation,
    invalid,
    number,
    numbers,
    required,
    stamp,
    to_circumstances,
    to_item,
)
from services.consent.model.question import Circumstances, ItemDecision
from services.consent.model.record import Acknowledgement, Disclosure, Reader, WithdrawalStep
from services.consent.model.vocabulary import GIVING_KINDS, Category, Direction
from services.consent.rules.decision import decide
from services.consent.rules.explanation import explain
from services.consent.store import audit, changes, disclosures, requests, withdrawals

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE = 100


class ConsentDecisionServicer(decision_pb2_grpc.ConsentDecisionServiceServicer):
    """The reader is the staff principal; nothing the caller says can make it somebody else."""

    def __init__(self, database: Database, feed: ChangeFeed) -> None:
        self._database = database
        self._feed = feed

    async def Disclose(self, request: decision_pb2.DiscloseRequest, context: Context) -> decision_pb2.DiscloseResponse:
        """Decides and writes down in three statements; the commit is the moment of reading.

        First scope and the case's shared lock, for which withdrawals and grants take the exclusive one. Then, in a new
        statement, the clock and what is in force: a statement that waited itself would answer from before it waited.
        Then the disclosures with their leaves.
        """
        who = staff()
        asked = to_circumstances(request.circumstances, who.person)
        items = [to_item(item) for item in request.items]
        request_id = UUID(request.request_id)
        reader = _reader(who, asked)
        lock = Lock(str(asked.case_id), shared=True)
        async with self._database.transaction(Scope.of(who, asked.case_id), lock=lock) as tx:
            ((grounds, at),) = await disclosures.grounds_of(tx, [asked], request_id)
            decisions = [decide(item, asked, grounds, at) for item in items]
            permitted = [decision for decision in decisions if decision.permit]
            if permitted:
                rows = [Disclosure(uuid7(), asked, decision, reader, at, request_id) for decision in permitted]
                await disclosures.insert(tx, rows)
            if refused := [decision.reason for decision in decisions if not decision.permit]:
                await audit.count_denials(tx, reader.agency_id, refused, at)
        return decision_pb2.DiscloseResponse(decisions=_answers(decisions), at=stamp(at))

    async def Decide(self, request: decision_pb2.DecideRequest, context: Context) -> decision_pb2.DecideResponse:
        """The same answers, and what would have to change, without writing anything; for lists and "why not"."""
        who = staff()
        questions = [to_circumstances(query.circumstances, who.person) for query in request.queries]
        if any(who.agency not in {question.discloser_id, question.recipient_id} for question in questions):
            raise PermissionDenied
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            grounds = await disclosures.grounds_of(tx, questions, uuid4())
        return decision_pb2.DecideResponse(
            queries=[
                decision_pb2.QueryDecision(
                    decisions=[from_explanation(explain(to_item(item), question, ground, at)) for item in query.items]
                )
                for query, question, (ground, at) in zip(request.queries, questions, grounds, strict=True)
            ]
        )

    async def ListChanges(
        self, request: decision_pb2.ListChangesRequest, context: Context
    ) -> decision_pb2.ListChangesResponse:
        """What others hear of, of all cases, in the order in which it was logged."""
        kinds = [enum_text(decision_pb2.ChangeKind, kind) for kind in request.kinds] or changes.KINDS
        page = await self._feed.list_changes(
            kinds, request.after, request.limit or _DEFAULT_PAGE, timedelta(milliseconds=request.wait_ms)
        )
        keys: list[changes.Key] = [(change.kind, change.row_id, change.revision) for change in page.changes]
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            rows = await changes.read(tx, keys)
        return decision_pb2.ListChangesResponse(
            changes=[
                _change(change.seq, rows[key]) for change, key in zip(page.changes, keys, strict=True) if key in rows
            ],
            position=page.position,
        )

    async def AcknowledgeWithdrawal(
        self, request: decision_pb2.AcknowledgeWithdrawalRequest, context: Context
    ) -> decision_pb2.AcknowledgeWithdrawalResponse:
        """Writes down what was done about a withdrawal; each step once, a repeat answers the time of then.

        Objections are the exception: each agency that has to delete may raise one, with a repeat key of its own.
        """
        case_id, withdrawal_id = UUID(request.case_id), UUID(request.withdrawal_id)
        step = required(decision_pb2.WithdrawalStep, WithdrawalStep, request.step, "step")
        kept = frozenset(required(CATEGORY, Category, value, "categories") for value in request.categories)
        if kept and step is not WithdrawalStep.OBJECTED:
            raise invalid("categories", "only of what an objection keeps")
        async with self._database.transaction(Scope.of(principal(), case_id), lock=Lock(str(case_id))) as tx:
            if not await withdrawals.exists(tx, case_id, withdrawal_id):
                raise NotFound
            at = await withdrawals.acknowledged_at(tx, case_id, withdrawal_id, step, UUID(request.request_id))
            if at is None:
                at = await requests.legal_time(tx)
                await withdrawals.insert_acknowledgement(
                    tx,
                    Acknowledgement(
                        case_id=case_id,
                        acknowledgement_id=uuid7(),
                        withdrawal_id=withdrawal_id,
                        step=step,
                        person_id=UUID(request.person_id) if request.person_id else None,
                        at=at,
                        request_id=UUID(request.request_id),
                        kept=kept,
                    ),
                )
        return decision_pb2.AcknowledgeWithdrawalResponse(at=stamp(at))


def _reader(who: Staff, asked: Circumstances) -> Reader:
    """Who reads; PermissionDenied unless the agency stands on the side that this kind of disclosure belongs to.

    The side that receives reads; for sending and handing out it is the side that gives. Where direction or kind are not
    known the answer will be a denial, and either side may hear it.
    """
    receiving, giving = asked.recipient_id, asked.discloser_id
    if asked.direction is Direction.BACK:
        receiving, giving = giving, receiving
    sides = {giving} if asked.kind in GIVING_KINDS else {receiving}
    if asked.direction is None or asked.kind is None:
        sides = {giving, receiving}
    if who.agency is None or who.agency not in sides:
        raise PermissionDenied
    role = "counsellor" if "counsellor" in who.roles else min(who.roles)
    return Reader(who.person, who.agency, role)


def _answers(decisions: Sequence[ItemDecision]) -> list[decision_pb2.ItemDecision]:
    return [from_decision(decision) for decision in decisions]


def _change(seq: int, row: changes.ChangedRow) -> decision_pb2.Change:
    return decision_pb2.Change(
        seq=seq,
        kind=number(decision_pb2.ChangeKind, row.kind),
        case_id=str(row.case_id),
        discloser_id=str(row.discloser_id),
        recipient_id=str(row.recipient_id),
        row_id=str(row.row_id),
        referral_id=str(row.referral_id) if row.referral_id else "",
        at=stamp(row.at),
        withdrawal_id=str(row.withdrawal_id) if row.withdrawal_id else "",
        everything=row.everything,
        categories=numbers(CATEGORY, row.categories),
        due_at=stamp(row.due_at),
        by_client=row.by_client,
    )
