"""Several candidates in one sitting: asking about them together, and proposing the next when one came to nothing."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from lotse.referrals.v1 import referral_pb2

from services.common.errors import NotFound
from services.referrals.consent import AskedConsent
from services.referrals.convert import invalid
from services.referrals.model import STATUTORY, Action, Item, Referral, Side, State
from services.referrals.servicer.desk import Context, next_state
from services.referrals.servicer.drafts import DraftRpcs

_CAME_TO_NOTHING = frozenset({State.DECLINED, State.EXPIRED, State.RECALLED, State.RETURNED})
Draft = tuple[Referral, list[Item]]


class CandidateRpcs(DraftRpcs):
    """Each candidate is a draft of its own; the client has permitted each for itself."""

    async def RequestConsent(
        self, request: referral_pb2.RequestConsentRequest, context: Context
    ) -> referral_pb2.RequestConsentResponse:
        """Asks about the drafts in order. Her code opens the first; the codes of the others are shown to nobody."""
        further = await self._further(UUID(request.referral_id), map(UUID, request.further_referral_ids))
        answer = await super().RequestConsent(request, context)
        for referral, pinned in further:
            await self._ask_further(referral, pinned, request, answer.consent_request_id)
        return answer

    async def GetNextCandidate(
        self, request: referral_pb2.GetNextCandidateRequest, context: Context
    ) -> referral_pb2.GetNextCandidateResponse:
        """The first draft of the sitting that can be sent now: those after this referral, then those before it."""
        referral, _, _ = await self._draft(UUID(request.referral_id))
        is_candidate = referral.state in _CAME_TO_NOTHING and not referral.is_conference
        standing = await self._desk.consent.standing(referral) if is_candidate else None
        if standing is None or referral.referral_id not in standing.sitting:
            return referral_pb2.GetNextCandidateResponse()
        here = standing.sitting.index(referral.referral_id)
        for referral_id in (*standing.sitting[here + 1 :], *standing.sitting[:here]):
            candidate, pinned, _ = await self._draft(referral_id)
            if candidate.state is not State.DRAFT or candidate.is_conference:
                continue
            if (await self._decided(candidate, pinned))[0].permit:
                return referral_pb2.GetNextCandidateResponse(referral=await self._seen(referral_id))
        return referral_pb2.GetNextCandidateResponse()

    async def _further(self, first: UUID, referral_ids: Iterable[UUID]) -> list[Draft]:
        """The other drafts, before anything is asked; InvalidArgument for what cannot be asked in one sitting."""
        found: list[Draft] = []
        recipients: set[UUID] = set()
        of_first: Referral | None = None
        for referral_id in referral_ids:
            if of_first is None:
                of_first, _, _ = await self._draft(first)
                recipients.add(of_first.recipient_id)
            try:
                referral, pinned, _ = await self._draft(referral_id)
            except NotFound:
                raise invalid("further_referral_ids", "drafts of the same case") from None
            if referral.case_id != of_first.case_id or referral.basis == STATUTORY:
                raise invalid("further_referral_ids", "drafts of the same case")
            if referral.recipient_id in recipients:
                raise invalid("further_referral_ids", "each to another agency")
            next_state(Action.UPDATE, Side.DISCLOSER, referral)
            recipients.add(referral.recipient_id)
            found.append((referral, pinned))
        return found

    async def _ask_further(
        self, referral: Referral, pinned: list[Item], request: referral_pb2.RequestConsentRequest, led_by: str
    ) -> AskedConsent:
        repeat_key = uuid5(UUID(request.request_id), str(referral.referral_id))
        return await self._ask(referral, pinned, request, repeat_key, in_sitting_with=led_by)
