"""Taking a withdrawal back: what a consent says without it, and until when that can be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.consent.model.consent import Act, Consent
from services.consent.model.request import Retraction
from services.consent.model.vocabulary import Category
from services.consent.rules.withdrawal import take_back

_MADE_BY_WITHDRAWALS: Final = frozenset({Act.REDUCED, Act.WITHDRAWN, Act.REINSTATED})


class Hindrance(StrEnum):
    """Why a withdrawal cannot be taken back; she can always be asked anew."""

    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    REPLACED = "replaced"
    COVERED = "covered-by-a-later-withdrawal"


@dataclass(frozen=True, slots=True)
class Taken:
    """A withdrawal between two agencies: the revision that it made, what it ended, and what came of it."""

    withdrawal_id: UUID
    consent_id: UUID
    revision: int
    everything: bool
    categories: frozenset[Category]
    due_at: datetime
    acknowledged: bool
    reinstated: bool


def hindrance_of(taken: Taken, others: Sequence[Taken], revisions: Sequence[Consent], at: datetime) -> Hindrance | None:
    """What stands against taking it back now; `revisions` are all between its two agencies, in order.

    Until the agency has said that its copies are gone, and before the due date: then keys are destroyed.
    """
    if taken.acknowledged:
        return Hindrance.ACKNOWLEDGED
    if at >= taken.due_at:
        return Hindrance.OVERDUE
    if revisions[-1].consent_id != taken.consent_id or taken.revision <= _base(revisions).revision:
        return Hindrance.REPLACED
    later = [one for one in others if one.revision > taken.revision and not one.reinstated]
    if any(one.everything or taken.everything or one.categories & taken.categories for one in later):
        return Hindrance.COVERED
    return None


def reinstate(taken: Taken, others: Sequence[Taken], revisions: Sequence[Consent], at: datetime) -> Consent:
    """The next revision: what she last granted, less every other withdrawal that stands. Nothing may hinder it.

    An earlier end and excluded persons are no withdrawals: they stay as they are.
    """
    base, newest = _base(revisions), revisions[-1]
    left = replace(base, valid_until=newest.valid_until, excluded_persons=newest.excluded_persons)
    for other in sorted(others, key=lambda one: one.revision):
        if other.revision > base.revision and not other.reinstated and other.withdrawal_id != taken.withdrawal_id:
            left = take_back(left, Retraction(categories=other.categories), at).consent
    return replace(left, act=Act.REINSTATED, revision=newest.revision + 1, at=at)


def _base(revisions: Sequence[Consent]) -> Consent:
    """The newest revision that no withdrawal made."""
    return next(one for one in reversed(revisions) if one.act not in _MADE_BY_WITHDRAWALS)
