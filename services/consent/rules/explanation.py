"""Why something can be seen or not, and what would have to change: the decision itself, asked once more.

Staff hear it about an item ("why can't I see this?"), the client about everything ("who can see what?").
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from services.consent.model.consent import Act, Assent, Consent
from services.consent.model.question import CategorySight, Circumstances, Explanation, Grounds, Item
from services.consent.model.vocabulary import (
    BACK_CATEGORIES,
    Category,
    Direction,
    Reason,
    Remedy,
    Sight,
)
from services.consent.rules.decision import (
    CONFIRMATION_TIME,
    GERMAN_TIME,
    PERMITTING,
    decide,
    reason_for,
    turning_points,
)
from services.consent.rules.reach import NOBODY, circumstances_of, readable_categories

RULE_OF: Final[Mapping[Reason, int]] = {
    Reason.PERMITTED_BY_STATUTE: 0,
    Reason.NO_STATUTORY_ACT: 0,
    Reason.NO_ACTIVE_CONSENT: 1,
    Reason.UNKNOWN_VALUE: 1,
    Reason.OTHER_RECIPIENT: 2,
    Reason.PURPOSE_NOT_PERMITTED: 2,
    Reason.PERSON_EXCLUDED: 2,
    Reason.OUTSIDE_PERIOD: 2,
    Reason.OUTSIDE_REPRESENTATION: 2,
    Reason.NOT_CONFIRMED: 2,
    Reason.PERMITTED_BY_EXCEPTION: 3,
    Reason.DENIED_BY_EXCEPTION: 3,
    Reason.PERMITTED_BY_BASE: 4,
    Reason.NOT_NAMED: 4,
    Reason.NOT_PERMITTED: 4,
    Reason.NO_SECRECY_RELEASE: 5,
    Reason.NO_REGIME: 5,
    Reason.PERMITTED_WAY_BACK: 6,
    Reason.WAY_BACK_NOT_PERMITTED: 6,
}
"""The number of the rule that settles a question, as the README counts them."""

_REMEDY_OF: Final[Mapping[Reason, Remedy]] = {
    Reason.NO_STATUTORY_ACT: Remedy.STATUTORY_ACT,
    Reason.UNKNOWN_VALUE: Remedy.OPERATOR,
    Reason.OTHER_RECIPIENT: Remedy.ASK,
    Reason.PURPOSE_NOT_PERMITTED: Remedy.ASK,
    Reason.PERSON_EXCLUDED: Remedy.COLLEAGUE,
    Reason.OUTSIDE_PERIOD: Remedy.ASK,
    Reason.DENIED_BY_EXCEPTION: Remedy.HER_DECISION,
    Reason.NOT_NAMED: Remedy.ASK,
    Reason.NOT_PERMITTED: Remedy.ASK,
    Reason.NO_SECRECY_RELEASE: Remedy.HER_DECISION,
    Reason.NO_REGIME: Remedy.OPERATOR,
}
"""For reasons that leave no choice. Where she said no it is her decision, and nobody is told to ask again."""


def explain(item: Item, circumstances: Circumstances, grounds: Grounds, at: datetime) -> Explanation:
    """The decision on an item at this instant, with its rule and what would have to change for a yes."""
    decision = decide(item, circumstances, grounds, at)
    rule = RULE_OF[decision.reason]
    if decision.permit:
        return Explanation(decision, rule, Remedy.NOTHING)
    opens = permitted_from(item, circumstances, grounds, at)
    remedy = Remedy.WAIT if opens is not None else _remedy(decision.reason, grounds.consent, at)
    return Explanation(decision, rule, remedy, opens)


def permitted_from(item: Item, circumstances: Circumstances, grounds: Grounds, at: datetime) -> datetime | None:
    """The first instant after `at` at which time alone turns the denial into a permit; None when it never does."""
    for instant in sorted({instant for instant in (*_beginnings(grounds), *turning_points(grounds)) if instant > at}):
        if reason_for(item, circumstances, grounds, instant) in PERMITTING:
            return instant
    return None


def sights_of(grounds: Grounds, at: datetime) -> tuple[CategorySight, ...]:
    """What the recipient can see of each category now, then what may go back: the answer to "who can see what?".

    It speaks of the agency, not of single people, and explains what ordinary data of a category would be answered.
    """
    consent = grounds.consent
    if consent is None:
        return ()
    readable = readable_categories(grounds, at)
    return tuple(_sight_of(category, consent, grounds, at, readable) for category in Category)


def _sight_of(
    category: Category, consent: Consent, grounds: Grounds, at: datetime, readable: frozenset[Category]
) -> CategorySight:
    direction = Direction.BACK if category in BACK_CATEGORIES else Direction.FORWARD
    author = consent.recipient_id if direction is Direction.BACK else consent.discloser_id
    item = Item(NOBODY, 1, category, frozenset(), at, author)
    for_each_purpose = [
        explain(item, replace(circumstances_of(consent, purpose), direction=direction), grounds, at)
        for purpose in sorted(consent.purposes)
    ]
    explanation = next((each for each in for_each_purpose if each.decision.permit), for_each_purpose[0])
    if explanation.decision.permit:
        return CategorySight(category, Sight.SEEN, explanation)
    return CategorySight(category, Sight.PARTLY if category in readable else Sight.HIDDEN, explanation)


def _remedy(reason: Reason, consent: Consent | None, at: datetime) -> Remedy:
    """What would have to change, where time alone changes nothing."""
    if consent is None or reason in _REMEDY_OF:
        return _REMEDY_OF.get(reason, Remedy.ASK)
    match reason:
        case Reason.NO_ACTIVE_CONSENT:
            return Remedy.HER_DECISION if consent.act is Act.WITHDRAWN else Remedy.ASK
        case Reason.OUTSIDE_REPRESENTATION:
            return _remedy_of_grantor(consent)
        case Reason.NOT_CONFIRMED:
            since = consent.unconfirmed_since
            return Remedy.CONFIRM if since is not None and at < since + CONFIRMATION_TIME else Remedy.ASK
        case _:
            # The way back: what she did not allow is hers; from outside the network nothing can come.
            return Remedy.HER_DECISION if consent.recipient_in_network else Remedy.NOTHING


def _remedy_of_grantor(consent: Consent) -> Remedy:
    if consent.grantor.assent is Assent.REFUSED:
        return Remedy.HER_DECISION
    if consent.grantor.both_parents_needed and consent.grantor.parents_agreed < 2:
        return Remedy.SECOND_PARENT
    return Remedy.REPRESENTATION


def _beginnings(grounds: Grounds) -> Iterator[datetime]:
    """Every instant at which time alone can begin a permit and end none."""
    yield from (datetime.combine(row.valid_from, time(), GERMAN_TIME) for row in grounds.regimes)
    if grounds.consent is not None:
        yield grounds.consent.valid_from
