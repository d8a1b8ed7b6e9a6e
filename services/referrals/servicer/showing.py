"""What somebody of the recipient may see of a referral now: asked of consent in batches, remembered for seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lotse.referrals.v1 import referral_pb2

from services.common.identity.principals import Staff
from services.referrals.consent import AskedItem, Consent, Decision, Question
from services.referrals.convert import from_referral
from services.referrals.model import Item, Referral, Side
from services.referrals.rules import ENDED, READABLE

REMEMBERED_SECONDS = 20.0
"""After an ending the recipient sees only number and dates in lists 30 seconds later at most."""

_MOST_REMEMBERED = 10_000
_Key = tuple[UUID, UUID, int]


@dataclass(frozen=True, slots=True)
class _Seen:
    until: float
    cover_sheet: bool
    asked: frozenset[UUID]
    items: frozenset[UUID]


class Showing:
    """Answers of `Decide` by person and referral as it stands; they show lists and never release content."""

    def __init__(self, consent: Consent) -> None:
        self._consent = consent
        self._seen: dict[_Key, _Seen] = {}

    def forget(self) -> None:
        """Everything is asked anew; called when consent tells of a withdrawal."""
        self._seen.clear()

    async def shown(self, who: Staff, found: Sequence[tuple[Referral, Sequence[Item]]]) -> list[referral_pb2.Referral]:
        """Incoming referrals as this person may see them; those are missing whose cover sheet she may not see.

        The ended ones have only number and dates. Raises Unavailable when consent is away.
        """
        seen = await self._asked(who, [(one, items) for one, items in found if one.state not in ENDED])
        shown = []
        for referral, items in found:
            if referral.state in ENDED:
                shown.append(from_referral(referral, Side.RECIPIENT))
            elif seen[referral.referral_id].cover_sheet:
                permitted = seen[referral.referral_id].items
                readable = [one.section for one in _readable(who, referral, items) if one.section.item_id in permitted]
                shown.append(from_referral(referral, Side.RECIPIENT, readable))
        return shown

    async def _asked(self, who: Staff, live: Sequence[tuple[Referral, Sequence[Item]]]) -> dict[UUID, _Seen]:
        now = time.monotonic()
        known: dict[UUID, _Seen] = {}
        unknown: list[tuple[Referral, Sequence[Item]]] = []
        for referral, items in live:
            readable = _readable(who, referral, items)
            seen = self._seen.get((who.person, referral.referral_id, referral.row_version))
            if seen is not None and seen.until > now and seen.asked == _ids(readable):
                known[referral.referral_id] = seen
            else:
                unknown.append((referral, readable))
        decided = await self._consent.decide([_question(referral, items) for referral, items in unknown])
        if len(self._seen) + len(unknown) > _MOST_REMEMBERED:
            self._seen.clear()
        for (referral, items), decisions in zip(unknown, decided, strict=True):
            permitted = _permitted(items, decisions[1:])
            seen = _Seen(now + REMEMBERED_SECONDS, decisions[0].permit, _ids(items), permitted)
            self._seen[(who.person, referral.referral_id, referral.row_version)] = seen
            known[referral.referral_id] = seen
        return known


def is_open(item: Item) -> bool:
    """Whether an item was sent and has not ended."""
    return item.sent_at is not None and item.ended_at is None


def _readable(who: Staff, referral: Referral, items: Sequence[Item]) -> list[Item]:
    """What she could read if consent permits it: nothing before she works on it."""
    if referral.state not in READABLE or referral.assigned_person_id != who.person:
        return []
    return [item for item in items if is_open(item)]


def _ids(items: Sequence[Item]) -> frozenset[UUID]:
    return frozenset(item.section.item_id for item in items)


def _question(referral: Referral, items: Sequence[Item]) -> Question:
    sections = (AskedItem.of_section(item.section) for item in items)
    return Question(referral, [AskedItem.of_cover_sheet(referral), *sections])


def _permitted(items: Sequence[Item], decisions: Sequence[Decision]) -> frozenset[UUID]:
    pairs = zip(items, decisions, strict=True)
    return frozenset(item.section.item_id for item, decision in pairs if decision.permit)
