"""What moves a referral from state to state. One of many wins; a repeat answers what was done then."""

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from lotse.referrals.v1 import referral_pb2

from services.common.database import Connection, Lock
from services.common.errors import COME_AGAIN, NotFound, RepeatKeyReused
from services.common.identifiers import uuid7
from services.common.protobuf.enums import enum_text
from services.referrals.background.destruction import Destruction
from services.referrals.consent import AskedItem, Question
from services.referrals.convert import from_referral, invalid
from services.referrals.deadlines import DELETION
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.model import OUTCOME, Action, Case, Outcome, Referral, Side, State
from services.referrals.rules import ENDED, keys_end_at_once, needs_deletion_task
from services.referrals.servicer.desk import (
    Content,
    Context,
    Desk,
    case_of,
    check_etag,
    check_not_withdrawn,
    member,
    next_state,
    outcome_holdings,
    scope,
    side_of,
)
from services.referrals.store import cases, referrals, tasks
from services.referrals.store.referrals import Move


@dataclass(frozen=True, slots=True)
class Asked:
    """A transition as it was asked for."""

    referral_id: UUID
    request_id: UUID
    etag: str
    action: Action
    side: Side
    reason: str = ""


class TransitionRpcs:
    """The RPCs of the transitions."""

    _desk: Desk
    _destruction: Destruction

    async def DiscardReferral(
        self, request: referral_pb2.DiscardReferralRequest, context: Context
    ) -> referral_pb2.DiscardReferralResponse:
        """DRAFT to DISCARDED. Its question is taken back first, so that nobody decides on what is no more."""
        asked = _asked(request, Action.DISCARD, Side.DISCLOSER)
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, asked.referral_id, Side.DISCLOSER)
            done = await referrals.was_done(tx, asked.referral_id, asked.request_id, Action.DISCARD)
        if not done:
            next_state(Action.DISCARD, Side.DISCLOSER, referral)
            check_etag(referral, asked.etag)
        await self._take_question_back(referral, asked.request_id)
        moved = await self._move(asked)
        await self._take_question_back(moved, asked.request_id)  # one that was asked in between
        return referral_pb2.DiscardReferralResponse(referral=from_referral(moved, Side.DISCLOSER))

    async def AcceptReferral(
        self, request: referral_pb2.AcceptReferralRequest, context: Context
    ) -> referral_pb2.AcceptReferralResponse:
        """OFFERED to ACCEPTED, a case of the recipient's own, and whoever counsels is assigned."""
        await self._check_cover_sheet(UUID(request.referral_id))
        moved = await self._move(_asked(request, Action.ACCEPT, Side.RECIPIENT))
        return referral_pb2.AcceptReferralResponse(referral=await self._seen_by_recipient(moved))

    async def DeclineReferral(
        self, request: referral_pb2.DeclineReferralRequest, context: Context
    ) -> referral_pb2.DeclineReferralResponse:
        """OFFERED to DECLINED."""
        await self._check_cover_sheet(UUID(request.referral_id))
        moved = await self._move(_asked(request, Action.DECLINE, Side.RECIPIENT, request.reason))
        return referral_pb2.DeclineReferralResponse(referral=await self._seen_by_recipient(moved))

    async def StartReferral(
        self, request: referral_pb2.StartReferralRequest, context: Context
    ) -> referral_pb2.StartReferralResponse:
        """ACCEPTED to IN_PROGRESS."""
        await self._check_cover_sheet(UUID(request.referral_id))
        moved = await self._move(_asked(request, Action.START, Side.RECIPIENT))
        return referral_pb2.StartReferralResponse(referral=await self._seen_by_recipient(moved))

    async def RecallReferral(
        self, request: referral_pb2.RecallReferralRequest, context: Context
    ) -> referral_pb2.RecallReferralResponse:
        """The discloser takes it back; after acceptance with a reason."""
        moved = await self._move(_asked(request, Action.RECALL, Side.DISCLOSER, request.reason))
        return referral_pb2.RecallReferralResponse(referral=from_referral(moved, Side.DISCLOSER))

    async def ReturnReferral(
        self, request: referral_pb2.ReturnReferralRequest, context: Context
    ) -> referral_pb2.ReturnReferralResponse:
        """The recipient gives it back."""
        await self._check_cover_sheet(UUID(request.referral_id))
        moved = await self._move(_asked(request, Action.RETURN, Side.RECIPIENT, request.reason))
        return referral_pb2.ReturnReferralResponse(referral=await self._seen_by_recipient(moved))

    async def AssignReferral(
        self, request: referral_pb2.AssignReferralRequest, context: Context
    ) -> referral_pb2.AssignReferralResponse:
        """Another person of the recipient works on it; whoever assigns reads nothing by it.

        Coordinators assign, and whoever works on it may hand it on: no colleague takes content by naming herself.
        """
        referral_id, person_id = UUID(request.referral_id), UUID(request.person_id)
        request_id = UUID(request.request_id)
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who)) as tx:
            referral, _, _ = await side_of(tx, referral_id, Side.RECIPIENT, locked=True)
            if not await referrals.was_done(tx, referral_id, request_id, Action.ASSIGN):
                if "coordinator" not in who.roles:
                    _check_assigned(referral, who.person)
                to = next_state(Action.ASSIGN, Side.RECIPIENT, referral)
                check_etag(referral, request.etag)
                move = Move(Action.ASSIGN, to, agency_id, who.person, request_id, assigned_person_id=person_id)
                await referrals.move(tx, referral, move)
                await cases.assign(tx, case_of(referral), person_id)
            found = await referrals.find(tx, referral_id)
        return referral_pb2.AssignReferralResponse(referral=await self._seen_by_recipient(found or referral))

    async def CompleteReferral(
        self, request: referral_pb2.CompleteReferralRequest, context: Context
    ) -> referral_pb2.CompleteReferralResponse:
        """IN_PROGRESS to COMPLETED. The discloser gets a key of the outcome only as far as the client permits."""
        asked = _asked(request, Action.COMPLETE, Side.RECIPIENT)
        referral, outcome = await self._outcome(asked, request.outcome)
        if outcome is not None:
            outcome = await self._sent_back(referral, outcome, request.request_id)
        moved = await self._move(asked, outcome)
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            kept = await referrals.find_outcome(tx, moved.referral_id)
        goes_back = kept is not None and kept.sent_back_at is not None
        return referral_pb2.CompleteReferralResponse(referral=await self._seen_by_recipient(moved), goes_back=goes_back)

    async def _sent_back(self, referral: Referral, outcome: Outcome, request_id: str) -> Outcome:
        """The outcome with a key for the discloser, if she permits that it goes back."""
        question = Question(referral, [AskedItem.of_outcome(outcome)], "send", "back")
        disclosed = await self._desk.consent.disclose(question, request_id)
        if not disclosed.decisions[0].permit:
            return outcome
        await self._desk.keyring.pass_on(*outcome_holdings(referral, outcome))
        return replace(outcome, sent_back_at=disclosed.at)

    async def _outcome(self, asked: Asked, given: referral_pb2.Outcome) -> tuple[Referral, Outcome | None]:
        """The encrypted outcome, its key kept first; None when the request was carried out before."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, asked.referral_id, Side.RECIPIENT)
            done = await referrals.was_done(tx, asked.referral_id, asked.request_id, Action.COMPLETE)
        if done:
            return referral, None
        _check_assigned(referral, who.person)
        check_etag(referral, asked.etag)
        next_state(Action.COMPLETE, Side.RECIPIENT, referral)
        item_id = uuid4()
        result = enum_text(referral_pb2.OutcomeResult, given.result)
        plain = Content({"result": result}, given.note).plain()
        data_key = await self._desk.keyring.make(Holding(item_id, 1, referral.recipient_id, case_of(referral)))
        sealed = encrypt(data_key, plain, ItemName(referral.case_id, item_id, 1, OUTCOME))
        written = self._desk.clock.now()
        return referral, Outcome(
            referral.case_id, referral.referral_id, item_id, referral.recipient_id, written, None, sealed
        )

    async def _seen_by_recipient(self, moved: Referral) -> referral_pb2.Referral:
        """What was moved as the person may see it; when that cannot be found out only number and dates: it was done."""
        who, _ = member()
        try:
            async with self._desk.database.transaction(scope(who), read_only=True) as tx:
                items = await referrals.items(tx, moved.referral_id)
            shown = await self._desk.showing.shown(who, [(moved, items)])
        except COME_AGAIN:
            shown = []
        return shown[0] if shown else from_referral(moved, Side.RECIPIENT, hidden=True)

    async def _check_cover_sheet(self, referral_id: UUID) -> None:
        """Raises NotFound when the client does not let this person see it; the feed may not have said so yet.

        Whoever works on it is not asked about: her own work goes on while consent is away.
        """
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, referral_id, Side.RECIPIENT)
        if referral.state in ENDED or referral.assigned_person_id == who.person:
            return
        (decisions,) = await self._desk.consent.decide([Question(referral, [AskedItem.of_cover_sheet(referral)])])
        if not decisions[0].permit:
            raise NotFound

    async def _move(self, asked: Asked, outcome: Outcome | None = None) -> Referral:
        """Carry out a transition with everything that belongs to it, in one transaction."""
        who, agency_id = member()
        lock = Lock(str(outcome.case_id)) if outcome is not None else None
        async with self._desk.database.transaction(scope(who), lock=lock) as tx:
            referral, _, _ = await side_of(tx, asked.referral_id, asked.side, locked=True)
            if await referrals.was_done(tx, asked.referral_id, asked.request_id, asked.action):
                return referral
            to = next_state(asked.action, asked.side, referral)
            check_etag(referral, asked.etag)
            if asked.action in {Action.START, Action.RETURN, Action.COMPLETE}:
                _check_assigned(referral, who.person)
            if asked.action is Action.RECALL and referral.state is not State.OFFERED and not asked.reason:
                raise invalid("reason", "is needed after acceptance")
            accepting = asked.action is Action.ACCEPT
            counsels = "counsellor" in who.roles
            move = Move(
                asked.action,
                to,
                agency_id,
                who.person,
                asked.request_id,
                asked.reason,
                recipient_case_id=await self._open_case(tx, referral, who.person, agency_id) if accepting else None,
                assigned_person_id=who.person if accepting and counsels else None,
                keys_due=keys_end_at_once(asked.action, referral.state),
                unused_due=accepting,
            )
            await referrals.move(tx, referral, move)
            if outcome is not None:
                if outcome.sent_back_at is not None:
                    await check_not_withdrawn(tx, referral, outcome.sent_back_at, [OUTCOME])
                await referrals.insert_outcome(tx, outcome, who.person)
            if needs_deletion_task(asked.action, referral.state):
                due_at = self._desk.clock.now() + DELETION
                await tasks.insert(tx, referral, referral.recipient_id, None, (), due_at)
            moved = await referrals.find(tx, asked.referral_id)
        if moved is None:
            raise NotFound
        if move.keys_due:
            with suppress(*COME_AGAIN):  # it is marked: the next minute redoes it
                await self._destruction.end(moved.referral_id, moved.recipient_id)
        return moved

    async def _take_question_back(self, referral: Referral, request_id: UUID) -> None:
        standing = await self._desk.consent.standing(referral)
        if standing is not None and standing.state == "requested":
            await self._desk.consent.cancel(referral, standing.consent_request_id, request_id)

    async def _open_case(self, tx: Connection, referral: Referral, person_id: UUID, agency_id: UUID) -> UUID:
        """A case of the recipient's own: only the referral's number crosses, never the discloser's case."""
        handle = f"Lotsennetz {referral.referral_id.hex[:8]}"
        new = Case(uuid7(), agency_id, handle, in_danger=False, created_at=self._desk.clock.now())
        case = await cases.insert(tx, new, person_id, referral.referral_id)
        if case is None:
            raise RepeatKeyReused
        return case.case_id


def _check_assigned(referral: Referral, person_id: UUID) -> None:
    if referral.assigned_person_id != person_id:
        raise NotFound


def _asked(
    request: referral_pb2.DiscardReferralRequest
    | referral_pb2.AcceptReferralRequest
    | referral_pb2.DeclineReferralRequest
    | referral_pb2.StartReferralRequest
    | referral_pb2.RecallReferralRequest
    | referral_pb2.ReturnReferralRequest
    | referral_pb2.CompleteReferralRequest,
    action: Action,
    side: Side,
    reason: int = 0,
) -> Asked:
    return Asked(
        UUID(request.referral_id),
        UUID(request.request_id),
        request.etag,
        action,
        side,
        enum_text(referral_pb2.TransitionReason, reason),
    )
