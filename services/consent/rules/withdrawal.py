"""Taking back and making less: what is left of a consent, and whether that is anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from services.consent.model.consent import Act, Consent, ConsentState, ExceptionRule, RegimeRow
from services.consent.model.question import Grounds
from services.consent.model.record import ConsentRecord, Withdrawal
from services.consent.model.request import Reduction, Retraction
from services.consent.model.vocabulary import (
    BACK_CATEGORIES,
    COMES_BACK,
    FORWARD_CATEGORIES,
    Category,
    Direction,
    WayBack,
)
from services.consent.rules.reach import permits_nothing, readable_categories

DUE_TIME: Final = timedelta(days=7)
"""Keys are destroyed at the latest so long after a withdrawal, unless a grounded objection is open."""

Revision = TypeVar("Revision", Consent, ConsentRecord)


class ReductionError(Exception):
    """It would permit more, or changes nothing; `field` and `rule` say where and why in words of the pages."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Remainder:
    """The revision after a withdrawal, whether everything ended, and of which categories nothing can be read since."""

    consent: Consent
    everything: bool
    categories: frozenset[Category]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a consent reaches now. `way_back` is that in truth: nothing without the release from secrecy."""

    in_force: bool
    permitted: frozenset[Category]
    way_back: WayBack
    valid_until: datetime


def extent_of(consent: Consent, regimes: tuple[RegimeRow, ...], at: datetime) -> Extent:
    """How far this revision reaches, where it is the newest between its agencies."""
    in_force = state_of_consent(consent, consent.revision, at) is ConsentState.ACTIVE
    open_back = in_force and consent.secrecy_release_back
    return Extent(
        in_force,
        readable_categories(Grounds(consent, regimes), at),
        consent.way_back if open_back else WayBack.NOTHING,
        consent.valid_until,
    )


def parts_of(consent: Consent, extent: Extent) -> tuple[Retraction, ...]:
    """What can be taken back by itself: each category that is open now, there and back, and each release that holds."""
    if not extent.in_force:
        return ()
    held = {Direction.FORWARD: consent.secrecy_release_forward, Direction.BACK: consent.secrecy_release_back}
    open_now = extent.permitted | COMES_BACK[extent.way_back]
    return (
        *(Retraction(categories=frozenset({category})) for category in Category if category in open_now),
        *(Retraction(releases=frozenset({direction})) for direction in Direction if held[direction]),
    )


def state_of_consent(consent: Consent, newest_revision: int, at: datetime) -> ConsentState:
    """State at this instant, where `newest_revision` is the highest of its case, discloser and recipient."""
    match consent.act:
        case Act.WITHDRAWN:
            return ConsentState.WITHDRAWN
        case Act.LOCKED:
            return ConsentState.LOCKED
        case Act.GRANTED | Act.CONFIRMED | Act.REDUCED | Act.REINSTATED:
            pass
    if consent.revision < newest_revision:
        return ConsentState.SUPERSEDED
    return ConsentState.EXPIRED if at >= consent.valid_until else ConsentState.ACTIVE


def newest_of_pairs(revisions: Iterable[Revision]) -> dict[tuple[UUID, UUID], Revision]:
    """What counts between each two agencies; `revisions` are all of them, in order."""
    return {revision.pair: revision for revision in revisions}


def is_known(retraction: Retraction) -> bool:
    """Whether every category belongs to the direction that is named with it."""
    match retraction.direction:
        case Direction.FORWARD:
            return retraction.categories <= FORWARD_CATEGORIES
        case Direction.BACK:
            return retraction.categories <= BACK_CATEGORIES
        case None:
            return True


def take_back(consent: Consent, retraction: Retraction, at: datetime) -> Remainder:
    """The next revision; when nothing would be left it is a withdrawal of everything."""
    if retraction == Retraction():
        return _everything(consent, at)
    forward, back = _taken(retraction)
    left = replace(consent, act=Act.REDUCED, revision=consent.revision + 1, at=at)
    if forward == FORWARD_CATEGORIES:
        left = replace(left, base_permits=False, exceptions=(), secrecy_release_forward=False)
    elif forward:
        left = replace(left, exceptions=(*left.exceptions, ExceptionRule(permits=False, categories=forward)))
    if back:
        left = replace(left, way_back=_shorter(left.way_back, back))
        if left.way_back is WayBack.NOTHING:
            left = replace(left, secrecy_release_back=False)
    if Direction.FORWARD in retraction.releases:
        left, forward = replace(left, secrecy_release_forward=False), FORWARD_CATEGORIES
    if Direction.BACK in retraction.releases:
        left, back = replace(left, secrecy_release_back=False), BACK_CATEGORIES
    if permits_nothing(left):
        return _everything(consent, at)
    ended = forward | (BACK_CATEGORIES if Category.ARRIVAL in back else back)
    return Remainder(left, everything=False, categories=ended)


def is_repeat(made: Sequence[Withdrawal], retraction: Retraction, revisions: Sequence[Consent]) -> bool:
    """Whether withdrawals that were made at once are just what taking this back did then.

    `revisions` are all of what is meant, of one consent or between agencies, in order.
    """
    at = made[0].at
    before = newest_of_pairs(revision for revision in revisions if revision.at < at)
    would = {
        (consent.consent_id, consent.revision + 1): take_back(consent, retraction, at)
        for consent in before.values()
        if consent.in_force
    }
    left = {(revision.consent_id, revision.revision): revision for revision in revisions}
    done = {(withdrawal.consent_id, withdrawal.revision): withdrawal for withdrawal in made}
    return would.keys() == done.keys() and all(
        would[key] == Remainder(left[key], withdrawal.everything, withdrawal.categories)
        for key, withdrawal in done.items()
    )


def reduce(consent: Consent, reduction: Reduction, at: datetime) -> Consent:
    """The next revision, which permits less than this one; raises `ReductionError` where it would not.

    Nothing ends at once by it, so nobody is asked to delete anything: whom it excludes reads nothing from now on.
    """
    end, excluded = consent.valid_until, consent.excluded_persons | reduction.excluded_persons
    if reduction.valid_until is not None:
        end = reduction.valid_until
        if end > consent.valid_until:
            raise ReductionError("valid_until", "not-earlier")
        if end <= max(at, consent.valid_from):
            raise ReductionError("valid_until", "over-already")
    if end == consent.valid_until and excluded == consent.excluded_persons:
        raise ReductionError("valid_until", "not-earlier")
    return replace(
        consent, act=Act.REDUCED, revision=consent.revision + 1, at=at, valid_until=end, excluded_persons=excluded
    )


def _taken(retraction: Retraction) -> tuple[frozenset[Category], frozenset[Category]]:
    """The categories of each direction that are taken back themselves; a release alone takes none."""
    forward = retraction.categories & FORWARD_CATEGORIES
    back = retraction.categories & BACK_CATEGORIES
    if not retraction.categories:
        forward = FORWARD_CATEGORIES if retraction.direction is Direction.FORWARD else frozenset()
        back = BACK_CATEGORIES if retraction.direction is Direction.BACK else frozenset()
    return forward, back


def _everything(consent: Consent, at: datetime) -> Remainder:
    left = replace(consent, act=Act.WITHDRAWN, revision=consent.revision + 1, at=at)
    return Remainder(left, everything=True, categories=frozenset())


def _shorter(way_back: WayBack, taken: frozenset[Category]) -> WayBack:
    """Outcome includes arrival, so taking arrival ends both and taking outcome leaves arrival."""
    if Category.ARRIVAL in taken:
        return WayBack.NOTHING
    return WayBack.ARRIVAL if way_back is WayBack.OUTCOME else way_back
