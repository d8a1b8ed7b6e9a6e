"""Taking back: what is left of a consent, and whether that is anything."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.consent.model.consent import Act, Consent, ConsentState, ExceptionRule
from services.consent.model.request import Retraction
from services.consent.model.vocabulary import (
    BACK_CATEGORIES,
    FORWARD_CATEGORIES,
    Category,
    Direction,
    WayBack,
)
from services.consent.rules.reach import permits_nothing

DUE_TIME: Final = timedelta(days=7)
"""Keys are destroyed at the latest so long after a withdrawal, unless a grounded objection is open."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """The revision after a withdrawal, whether everything ended, and which categories did."""

    consent: Consent
    everything: bool
    categories: frozenset[Category]


def state_of_consent(consent: Consent, newest_revision: int, at: datetime) -> ConsentState:
    """State at this instant, where `newest_revision` is the highest of its case, discloser and recipient."""
    match consent.act:
        case Act.WITHDRAWN:
            return ConsentState.WITHDRAWN
        case Act.LOCKED:
            return ConsentState.LOCKED
        case Act.GRANTED | Act.REDUCED | Act.REINSTATED:
            pass
    if consent.revision < newest_revision:
        return ConsentState.SUPERSEDED
    return ConsentState.EXPIRED if at >= consent.valid_until else ConsentState.ACTIVE


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
    if not retraction.categories and retraction.direction is None:
        return _everything(consent, at)
    forward = retraction.categories & FORWARD_CATEGORIES
    back = retraction.categories & BACK_CATEGORIES
    if not retraction.categories:
        forward = FORWARD_CATEGORIES if retraction.direction is Direction.FORWARD else frozenset()
        back = BACK_CATEGORIES if retraction.direction is Direction.BACK else frozenset()
    left = replace(consent, act=Act.REDUCED, revision=consent.revision + 1, at=at)
    if forward == FORWARD_CATEGORIES:
        left = replace(left, base_permits=False, exceptions=(), secrecy_release_forward=False)
    elif forward:
        left = replace(left, exceptions=(*left.exceptions, ExceptionRule(permits=False, categories=forward)))
    if back:
        left = replace(left, way_back=_shorter(left.way_back, back))
        if left.way_back is WayBack.NOTHING:
            left = replace(left, secrecy_release_back=False)
    if permits_nothing(left):
        return _everything(consent, at)
    ended = forward | (BACK_CATEGORIES if Category.ARRIVAL in back else back)
    return Remainder(left, everything=False, categories=ended)


def _everything(consent: Consent, at: datetime) -> Remainder:
    left = replace(consent, act=Act.WITHDRAWN, revision=consent.revision + 1, at=at)
    return Remainder(left, everything=True, categories=frozenset())


def _shorter(way_back: WayBack, taken: frozenset[Category]) -> WayBack:
    """Outcome includes arrival, so taking arrival ends both and taking outcome leaves arrival."""
    if Category.ARRIVAL in taken:
        return WayBack.NOTHING
    return WayBack.ARRIVAL if way_back is WayBack.OUTCOME else way_back
