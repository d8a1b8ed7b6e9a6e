"""Why something of a referral can be seen or not, by consent's own decision; nothing is written and nothing opened."""

from dataclasses import replace
from uuid import UUID

from lotse.consent.v1 import decision_pb2
from lotse.referrals.v1 import referral_pb2

from services.common.errors import NotFound
from services.referrals.consent import AskedItem, Decision, Question
from services.referrals.convert import from_preview
from services.referrals.model import COVER_SHEET, OUTCOME, Item, Outcome, Referral, Side, State
from services.referrals.rules import ENDED, READABLE
from services.referrals.servicer.desk import Context, Desk, member, names_are_open, referral_of, scope
from services.referrals.servicer.showing import is_open
from services.referrals.store import referrals


class ExplainingRpcs:
    """The RPC that says why."""

    _desk: Desk

    async def ExplainReferral(
        self, request: referral_pb2.ExplainReferralRequest, context: Context
    ) -> referral_pb2.ExplainReferralResponse:
        """Whoever may not see the referral hears nothing of it: neither that there is something, nor why not."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, side = await referral_of(tx, UUID(request.referral_id), who, agency_id)
            items = await referrals.items(tx, referral.referral_id)
            outcome = await referrals.find_outcome(tx, referral.referral_id)
            names_open = await names_are_open(tx, referral, agency_id)
        if side is Side.DISCLOSER:
            items_there = await self._to_discloser(referral, items, outcome, names_open=names_open)
            return referral_pb2.ExplainReferralResponse(items=items_there)
        if referral.state not in READABLE or referral.assigned_person_id != who.person:
            raise NotFound
        sent = [item for item in items if item.sent_at is not None]
        ((cover_sheet, *decisions),) = await self._desk.consent.decide([_there(referral, sent, "read")])
        if not cover_sheet.permit:
            raise NotFound
        if names_open:
            decisions = [_not_yet(decision, decision_pb2.DECISION_REMEDY_NAME_CHECK) for decision in decisions]
        return referral_pb2.ExplainReferralResponse(items=_shown(referral, sent, decisions))

    async def _to_discloser(
        self, referral: Referral, items: list[Item], outcome: Outcome | None, *, names_open: bool
    ) -> list[referral_pb2.PreviewItem]:
        """What the other side can see of hers, and whether the outcome comes back.

        Whom the client does not want there is the other side's to find out, and nothing of it is told here.
        """
        questions = [_there(referral, items, "send")]
        back = outcome if referral.state is State.COMPLETED else None
        if back is not None:
            questions.append(Question(referral, [AskedItem.of_outcome(back)], "read", "back"))
        (cover_sheet, *decisions), *about_outcome = await self._desk.consent.decide(questions)
        sheet = cover_sheet if _is_there(referral) else _to_be_sent(cover_sheet)
        answered = [from_preview(COVER_SHEET, sheet), *_shown(referral, items, decisions)]
        for (decision,) in about_outcome:
            read = _not_yet(decision, decision_pb2.DECISION_REMEDY_NAME_CHECK) if names_open else decision
            answered.append(from_preview(OUTCOME, read))
        return answered


def _there(referral: Referral, items: list[Item], kind: str) -> Question:
    sections = (AskedItem.of_section(item.section) for item in items)
    return Question(referral, [AskedItem.of_cover_sheet(referral), *sections], kind)


def _shown(referral: Referral, items: list[Item], decisions: list[Decision]) -> list[referral_pb2.PreviewItem]:
    return [
        from_preview(
            item.section.category,
            decision if _is_there(referral) and is_open(item) else _to_be_sent(decision),
            item.section,
        )
        for item, decision in zip(items, decisions, strict=True)
    ]


def _is_there(referral: Referral) -> bool:
    return referral.sent_at is not None and referral.state not in ENDED


def _to_be_sent(decision: Decision) -> Decision:
    """Of what is not at the other side (not sent, or ended since): a permit shows nothing until it is sent (again)."""
    return _not_yet(decision, decision_pb2.DECISION_REMEDY_SEND)


def _not_yet(decision: Decision, remedy: decision_pb2.DecisionRemedy.ValueType) -> Decision:
    """A permit that shows nothing before something else was done."""
    return replace(decision, permit=False, remedy=remedy) if decision.permit else decision
