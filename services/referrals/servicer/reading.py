"""Looking at referrals, and reading what crossed: each read is decided and written down by consent first."""

from collections.abc import Sequence
from uuid import UUID

from lotse.referrals.v1 import case_pb2, referral_pb2

from services.common.database import Lock
from services.common.errors import NotFound
from services.common.protobuf.enums import enum_text, enum_value
from services.common.protobuf.times import to_timestamp
from services.referrals.consent import AskedItem, Question
from services.referrals.convert import category_word, from_page_edge, from_referral, from_section, page_token
from services.referrals.encryption.envelope import ItemName
from services.referrals.encryption.keyring import Holding
from services.referrals.errors import NameCheckOpen
from services.referrals.model import OUTCOME, Item, Referral, SectionVersion, Side, State
from services.referrals.rules import READABLE
from services.referrals.servicer.desk import (
    Content,
    Context,
    DecisionClock,
    Desk,
    check_not_withdrawn,
    member,
    names_are_open,
    outcome_holdings,
    referral_of,
    scope,
    side_of,
)
from services.referrals.servicer.showing import is_open
from services.referrals.store import cases, conferences, referrals
from services.referrals.store.referrals import FIRST_PAGE, NEWEST_PAGE

_PAGE = 50


class ReadingRpcs:
    """The RPCs that show something."""

    _desk: Desk

    async def GetReferral(
        self, request: referral_pb2.GetReferralRequest, context: Context
    ) -> referral_pb2.GetReferralResponse:
        """One referral as one's own side may see it now."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, side = await referral_of(tx, UUID(request.referral_id), who, agency_id, read_only=True)
            items = await referrals.items(tx, referral.referral_id)
            assigned = await cases.assigned(tx, referral.case_id, agency_id, who.person)
            check_is_open = await names_are_open(tx, referral, agency_id)
            in_conference = await (conferences.named if side is Side.DISCLOSER else conferences.take_part)(tx, referral)
        if side is Side.DISCLOSER:
            # A coordinator who only looks does not learn from categories and labels what the dossier is about.
            pinned = [item.section for item in items] if assigned else []
            own = from_referral(referral, side, pinned, await self._desk.draft_state(referral))
            own.name_check_is_open = check_is_open
            own.participant_ids.extend(map(str, in_conference))
            return referral_pb2.GetReferralResponse(referral=own)
        shown = await self._desk.showing.shown(who, [(referral, items)])
        if not shown:
            raise NotFound
        shown[0].name_check_is_open = check_is_open
        shown[0].participant_ids.extend(map(str, in_conference))
        return referral_pb2.GetReferralResponse(referral=shown[0])

    async def ListReferrals(
        self, request: referral_pb2.ListReferralsRequest, context: Context
    ) -> referral_pb2.ListReferralsResponse:
        """The inbox by deadline, without what the client does not let this person see; or what one's cases gave."""
        who, agency_id = member()
        size = request.page_size or _PAGE
        states = [enum_text(referral_pb2.ReferralState, state) for state in request.states]
        incoming = request.box == referral_pb2.REFERRAL_BOX_INCOMING
        edge = from_page_edge(request.page_token) if request.page_token else (FIRST_PAGE if incoming else NEWEST_PAGE)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            if incoming:
                found = await referrals.inbox(tx, agency_id, states, edge, size + 1)
            else:
                found = await referrals.outbox(tx, agency_id, states, edge, size + 1, who.person)
            page = found[:size]
            items = await referrals.items_of(tx, [one.referral_id for one in page])
        more = _next(page[-1], incoming=incoming) if len(found) > size else ""
        if incoming:
            shown = await self._desk.showing.shown(who, [(one, items[one.referral_id]) for one in page])
        else:
            shown = [
                from_referral(one, Side.DISCLOSER, [item.section for item in items[one.referral_id]]) for one in page
            ]
        return referral_pb2.ListReferralsResponse(referrals=shown, next_page_token=more)

    async def ReadSection(
        self, request: referral_pb2.ReadSectionRequest, context: Context
    ) -> referral_pb2.ReadSectionResponse:
        """Decided and written down by consent, then opened, within five seconds of the decision."""
        who, agency_id = member()
        wanted = category_word(request.category)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.RECIPIENT)
            items = await referrals.items(tx, referral.referral_id)
            section = _sent(items, wanted)
            if section is None or referral.state not in READABLE or referral.assigned_person_id != who.person:
                raise NotFound
            if await names_are_open(tx, referral, agency_id):
                raise NameCheckOpen
            sealed = await cases.crossed_section(tx, section)
        if sealed is None:
            raise NotFound
        question = Question(referral, [AskedItem.of_section(section)])
        decided = DecisionClock()
        disclosed = await self._desk.consent.disclose(question, request.request_id)
        if not disclosed.decisions[0].permit:
            raise NotFound
        plain = await self._desk.open_item(
            Holding(section.item_id, section.version, agency_id, referral.referral_id),
            ItemName(section.case_id, section.item_id, section.version, section.category),
            sealed,
        )
        decided.check()
        content = Content.of(plain)
        return referral_pb2.ReadSectionResponse(
            section=from_section(section),
            content=case_pb2.SectionContent(fields=content.fields, note=content.note),
            at=to_timestamp(disclosed.at),
        )

    async def ReadOutcome(
        self, request: referral_pb2.ReadOutcomeRequest, context: Context
    ) -> referral_pb2.ReadOutcomeResponse:
        """The outcome for the discloser, as far as the client permits now."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            referral, _, _ = await side_of(tx, UUID(request.referral_id), Side.DISCLOSER)
            if await names_are_open(tx, referral, agency_id):
                raise NameCheckOpen
            outcome = await referrals.find_outcome(tx, referral.referral_id)
        if outcome is None or referral.state is not State.COMPLETED:
            raise NotFound
        question = Question(referral, [AskedItem.of_outcome(outcome)], "read", "back")
        decided = DecisionClock()
        disclosed = await self._desk.consent.disclose(question, request.request_id)
        if not disclosed.decisions[0].permit:
            raise NotFound
        own, other = outcome_holdings(referral, outcome)
        if outcome.sent_back_at is None:
            await self._desk.keyring.pass_on(own, other)
            async with self._desk.database.transaction(scope(who), lock=Lock(str(referral.case_id))) as tx:
                await check_not_withdrawn(tx, referral, disclosed.at, [OUTCOME])
                await referrals.mark_sent_back(tx, referral.referral_id)
        plain = await self._desk.open_item(
            other,
            ItemName(outcome.case_id, outcome.item_id, 1, OUTCOME),
            outcome.ciphertext,
        )
        decided.check()
        content = Content.of(plain)
        return referral_pb2.ReadOutcomeResponse(
            outcome=referral_pb2.Outcome(
                result=enum_value(referral_pb2.OutcomeResult, content.fields["result"]), note=content.note
            ),
            at=to_timestamp(disclosed.at),
        )


def _sent(items: Sequence[Item], category: str) -> SectionVersion | None:
    return next((item.section for item in items if is_open(item) and item.section.category == category), None)


def _next(last: Referral, *, incoming: bool) -> str:
    at = last.cover_sheet.answer_by if incoming else last.created_at
    return page_token(at or last.created_at, last.referral_id)
