"""Drafting, asking for consent, preview and sending: what the discloser does before anything crosses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from lotse.consent.v1 import decision_pb2
from lotse.directory.v1 import agency_pb2
from lotse.referrals.v1 import referral_pb2

from services.common.database import Connection, Lock
from services.common.errors import IllegalState, StaleEtag
from services.common.identity.principals import Staff
from services.referrals.consent import AskedConsent, AskedItem, Decision, Question
from services.referrals.convert import category_value, from_preview, from_referral, invalid, to_draft
from services.referrals.deadlines import answer_by
from services.referrals.encryption.keyring import Holding
from services.referrals.errors import CoverSheetNotPermitted, HandoverNotAccepted, SectionNotWritten
from services.referrals.model import COVER_SHEET, STATUTORY, Action, Draft, Item, Referral, SectionVersion, Side, State
from services.referrals.rules import is_kept_back
from services.referrals.servicer.desk import (
    Context,
    Desk,
    check_etag,
    check_not_withdrawn,
    member,
    next_state,
    own_case,
    scope,
    side_of,
)
from services.referrals.store import cases, conferences, referrals
from services.referrals.store.referrals import Move


class DraftRpcs:
    """The RPCs of a draft."""

    _desk: Desk

    async def CreateReferral(
        self, request: referral_pb2.CreateReferralRequest, context: Context
    ) -> referral_pb2.CreateReferralResponse:
        """A draft with the newest versions of the sections named; a repeat answers the draft of then."""
        who, agency_id = member()
        case_id, draft, request_id = UUID(request.case_id), to_draft(request.draft), UUID(request.request_id)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            await own_case(tx, case_id, who, agency_id)
        await self._check_recipient(draft, agency_id)
        async with self._desk.database.transaction(scope(who)) as tx:
            await own_case(tx, case_id, who, agency_id)
            sections = await _sections(tx, case_id, draft)
            referral_id = uuid4()
            if await referrals.insert(tx, case_id, referral_id, agency_id, draft, who.person, request_id):
                await referrals.pin(tx, referral_id, sections)
            else:
                referral_id = await referrals.id_by_request(tx, agency_id, request_id, case_id)
        return referral_pb2.CreateReferralResponse(referral=await self._seen(referral_id))

    async def UpdateReferral(
        self, request: referral_pb2.UpdateReferralRequest, context: Context
    ) -> referral_pb2.UpdateReferralResponse:
        """The draft written anew, its sections pinned in their newest versions."""
        draft, referral_id, request_id = to_draft(request.draft), UUID(request.referral_id), UUID(request.request_id)
        who, agency_id = member()
        await self._draft(referral_id)  # whose it is comes before what it says
        await self._check_recipient(draft, agency_id)
        async with self._desk.database.transaction(scope(who)) as tx:
            referral, _, _ = await side_of(tx, referral_id, Side.DISCLOSER, locked=True)
            if not await referrals.was_done(tx, referral_id, request_id, Action.UPDATE):
                to = next_state(Action.UPDATE, Side.DISCLOSER, referral)
                check_etag(referral, request.etag)
                sections = await _sections(tx, referral.case_id, draft)
                await referrals.move(tx, referral, Move(Action.UPDATE, to, agency_id, who.person, request_id))
                await referrals.update_draft(tx, referral, draft)
                await referrals.pin(tx, referral_id, sections)
        return referral_pb2.UpdateReferralResponse(referral=await self._seen(referral_id))

    async def RequestConsent(
        self, request: referral_pb2.RequestConsentRequest, context: Context
    ) -> referral_pb2.RequestConsentResponse:
        """Asks the client for exactly what the draft names. The code passes through and is kept nowhere."""
        referral, pinned, _ = await self._draft(UUID(request.referral_id))
        check_etag(referral, request.etag)
        next_state(Action.UPDATE, Side.DISCLOSER, referral)  # asked is only what can still be changed
        if referral.basis == STATUTORY:
            raise IllegalState(metadata={"state": STATUTORY, "possible": "send, discard"})
        asked = await self._ask(referral, pinned, request, UUID(request.request_id))
        answer = referral_pb2.RequestConsentResponse(
            consent_request_id=asked.consent_request_id, access_code=asked.access_code
        )
        answer.expires_at.FromDatetime(asked.expires_at)
        return answer

    async def _ask(
        self,
        referral: Referral,
        pinned: Sequence[Item],
        request: referral_pb2.RequestConsentRequest,
        request_id: UUID,
        *,
        in_sitting_with: str = "",
    ) -> AskedConsent:
        """The question about one draft; StaleEtag, and taken back, where the draft changed meanwhile."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            case = await own_case(tx, referral.case_id, who, referral.discloser_id)
            participants = await conferences.named(tx, referral)
        asked = await self._desk.consent.ask(
            referral,
            [item.section for item in pinned if not is_kept_back(item.section, referral.basis)],
            request.language,
            str(request_id),
            in_danger=case.in_danger,
            variety=request.variety,
            with_interpreter=request.with_interpreter,
            on_tablet=request.on_tablet,
            in_sitting_with=in_sitting_with,
            participants=participants,
        )
        now, _, _ = await self._draft(referral.referral_id)
        if now.etag != referral.etag:  # thrown away or changed meanwhile, which could not see this question
            await self._desk.consent.cancel(referral, asked.consent_request_id, request_id)
            raise StaleEtag
        return asked

    async def PreviewReferral(
        self, request: referral_pb2.PreviewReferralRequest, context: Context
    ) -> referral_pb2.PreviewReferralResponse:
        """What would be sent now, what stays, and why; computed from consent at this moment."""
        referral, pinned, _ = await self._draft(UUID(request.referral_id))
        decisions = await self._decided(referral, pinned)
        items = [from_preview(COVER_SHEET, decisions[0])]
        items += [
            from_preview(
                item.section.category,
                replace(decision, permit=decision.permit and not is_kept_back(item.section, referral.basis)),
                item.section,
            )
            for item, decision in zip(pinned, decisions[1:], strict=True)
        ]
        return referral_pb2.PreviewReferralResponse(
            items=items,
            consent_state=await self._desk.consent_state(referral, decisions[0]),
            can_send=referral.state is State.DRAFT and decisions[0].permit,
        )

    async def SendReferral(
        self, request: referral_pb2.SendReferralRequest, context: Context
    ) -> referral_pb2.SendReferralResponse:
        """Sends what consent permits now. Keys first, then content; a repeat answers what was sent then."""
        referral_id, request_id = UUID(request.referral_id), UUID(request.request_id)
        referral, pinned, who = await self._draft(referral_id)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            done = await referrals.was_done(tx, referral_id, request_id, Action.SEND)
        if not done:
            check_etag(referral, request.etag)
            to = next_state(Action.SEND, Side.DISCLOSER, referral)
            recipient = await self._recipient(referral.recipient_id)
            permitted, decided_at = await self._permitted(referral, pinned, request.request_id)
            for section in permitted:
                own = Holding(section.item_id, section.version, referral.discloser_id, referral.case_id)
                await self._desk.keyring.pass_on(
                    own, replace(own, agency_id=referral.recipient_id, held_for=referral_id)
                )
            deadline = answer_by(referral.cover_sheet.urgency, self._desk.clock.now(), recipient.state)
            move = Move(Action.SEND, to, referral.discloser_id, who.person, request_id, answer_by=deadline)
            categories = [COVER_SHEET, *(section.category for section in permitted)]
            async with self._desk.database.transaction(scope(who), lock=Lock(str(referral.case_id))) as tx:
                if not await referrals.was_done(tx, referral_id, request_id, Action.SEND):  # by a repeat meanwhile
                    await check_not_withdrawn(tx, referral, decided_at, categories)
                    await referrals.move(tx, referral, move)
                    await referrals.mark_sent(tx, referral_id, [section.item_id for section in permitted])
        return await self._sent(referral_id)

    async def _permitted(
        self, referral: Referral, pinned: Sequence[Item], request_id: str
    ) -> tuple[list[SectionVersion], datetime]:
        """The pinned sections that cross now, each written down, and when; raises CoverSheetNotPermitted.

        Asked first without writing down, so that her list never says of a refused send that sections crossed.
        """
        _check_cover_sheet((await self._decided(referral, []))[0])
        pinned = [item for item in pinned if not is_kept_back(item.section, referral.basis)]
        disclosed = await self._desk.consent.disclose(Question(referral, _asked(referral, pinned), "send"), request_id)
        _check_cover_sheet(disclosed.decisions[0])
        pairs = zip(pinned, disclosed.decisions[1:], strict=True)
        return [item.section for item, decision in pairs if decision.permit], disclosed.at

    async def _sent(self, referral_id: UUID) -> referral_pb2.SendReferralResponse:
        referral, pinned, _ = await self._draft(referral_id)
        decisions = await self._decided(referral, pinned)
        return referral_pb2.SendReferralResponse(
            referral=from_referral(referral, Side.DISCLOSER, [item.section for item in pinned]),
            sent=[
                category_value(COVER_SHEET),
                *(category_value(item.section.category) for item in pinned if item.sent_at is not None),
            ],
            left_out=[
                from_preview(item.section.category, replace(decision, permit=False), item.section)
                for item, decision in zip(pinned, decisions[1:], strict=True)
                if item.sent_at is None
            ],
        )

    async def _draft(self, referral_id: UUID) -> tuple[Referral, list[Item], Staff]:
        """The referral with its pinned sections, for its discloser."""
        who, _ = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, referral_id, Side.DISCLOSER)
            pinned = await referrals.items(tx, referral_id)
        return referral, pinned, who

    async def _seen(self, referral_id: UUID) -> referral_pb2.Referral:
        """The draft as its discloser sees it."""
        referral, pinned, _ = await self._draft(referral_id)
        return from_referral(
            referral, Side.DISCLOSER, [item.section for item in pinned], await self._desk.draft_state(referral)
        )

    async def _decided(self, referral: Referral, pinned: Sequence[Item]) -> list[Decision]:
        """Decisions on the cover sheet and the pinned sections, in that order."""
        (decisions,) = await self._desk.consent.decide([Question(referral, _asked(referral, pinned), "send")])
        return decisions

    async def _check_recipient(self, draft: Draft, agency_id: UUID) -> None:
        if draft.recipient_id == agency_id:
            raise invalid("draft.recipient_id", "another agency than one's own")
        await self._recipient(draft.recipient_id)

    async def _recipient(self, recipient_id: UUID) -> agency_pb2.Agency:
        """What the directory knows of it; raises HandoverNotAccepted unless it takes handovers now."""
        recipient = await self._desk.agency(recipient_id)
        if recipient is None or not recipient.accepts_handover:
            raise HandoverNotAccepted
        return recipient


def _check_cover_sheet(decision: Decision) -> None:
    if not decision.permit:
        why = decision_pb2.DecisionReason.Name(decision.reason)
        raise CoverSheetNotPermitted(metadata={"why": why.removeprefix("DECISION_REASON_").lower()})


def _asked(referral: Referral, pinned: Sequence[Item]) -> list[AskedItem]:
    return [AskedItem.of_cover_sheet(referral), *(AskedItem.of_section(item.section) for item in pinned)]


async def _sections(tx: Connection, case_id: UUID, draft: Draft) -> list[SectionVersion]:
    found = []
    for category in draft.categories:
        section = await cases.newest_section(tx, case_id, category)
        if section is None:
            raise SectionNotWritten(metadata={"category": category})
        found.append(section)
    return found
