"""The words of consent, written as in SQL and JSON; the protos carry the same ones in capitals."""

from collections.abc import Mapping
from enum import StrEnum


class Category(StrEnum):
    """What consent speaks about; the last two go back, all others there."""

    COVER_SHEET = "cover-sheet"
    CONTACT = "contact"
    SAFE_CONTACT = "safe-contact"
    PERSON = "person"
    HOUSEHOLD = "household"
    RESIDENCE = "residence"
    HEALTH = "health"
    PROTECTION = "protection"
    MONEY = "money"
    HOUSING = "housing"
    WORK = "work"
    RELIGION = "religion"
    ORIGIN = "origin"
    DONE_SO_FAR = "done-so-far"
    GOALS = "goals"
    DOCUMENTS = "documents"
    ARRIVAL = "arrival"
    OUTCOME = "outcome"


class Label(StrEnum):
    """A mark on an item that raises its protection."""

    VIOLENCE = "violence"
    PSYCHOLOGICAL = "psychological"
    SEXUAL = "sexual"
    HIV = "hiv"
    ADDICTION = "addiction"
    RESIDENCE_STATUS = "residence-status"
    SEX_LIFE = "sex-life"
    UNION_MEMBERSHIP = "union-membership"
    CONVICTIONS = "convictions"


class Purpose(StrEnum):
    """What the data may be used for."""

    HANDING_OVER = "handing-over"
    JOINT_CASE_WORK = "joint-case-work"
    CASE_CONFERENCE = "case-conference"
    ADVICE = "advice"
    INTERPRETER = "interpreter"
    EVALUATION = "evaluation"


class Direction(StrEnum):
    """From the discloser to the recipient, or back."""

    FORWARD = "forward"
    BACK = "back"


class WayBack(StrEnum):
    """How much may go back; each includes the one before."""

    NOTHING = "nothing"
    ARRIVAL = "arrival"
    OUTCOME = "outcome"


class Basis(StrEnum):
    """The legal ground on which something crosses."""

    CONSENT = "consent"
    STATUTORY = "statutory"


class DisclosureKind(StrEnum):
    """How something is disclosed; `send` and `hand-out` are acts of the side that gives."""

    READ = "read"
    SEND = "send"
    PRINT = "print"
    EXPORT = "export"
    DOWNLOAD = "download"
    HAND_OUT = "hand-out"


class Reason(StrEnum):
    """Why something is permitted or denied; the words of `DecisionReason`."""

    PERMITTED_BY_EXCEPTION = "permitted-by-exception"
    PERMITTED_BY_BASE = "permitted-by-base"
    PERMITTED_WAY_BACK = "permitted-way-back"
    PERMITTED_BY_STATUTE = "permitted-by-statute"
    NO_ACTIVE_CONSENT = "no-active-consent"
    UNKNOWN_VALUE = "unknown-value"
    OTHER_RECIPIENT = "other-recipient"
    PURPOSE_NOT_PERMITTED = "purpose-not-permitted"
    PERSON_EXCLUDED = "person-excluded"
    OUTSIDE_PERIOD = "outside-period"
    OUTSIDE_REPRESENTATION = "outside-representation"
    NOT_CONFIRMED = "not-confirmed"
    DENIED_BY_EXCEPTION = "denied-by-exception"
    NOT_NAMED = "not-named"
    NOT_PERMITTED = "not-permitted"
    NO_SECRECY_RELEASE = "no-secrecy-release"
    NO_REGIME = "no-regime"
    WAY_BACK_NOT_PERMITTED = "way-back-not-permitted"
    NO_STATUTORY_ACT = "no-statutory-act"


class Remedy(StrEnum):
    """What would have to change for a yes; the words of `DecisionRemedy` that consent says. None orders anything."""

    NOTHING = "nothing"
    ASK = "ask"
    HER_DECISION = "her-decision"
    WAIT = "wait"
    CONFIRM = "confirm"
    REPRESENTATION = "representation"
    SECOND_PARENT = "second-parent"
    COLLEAGUE = "colleague"
    OPERATOR = "operator"
    STATUTORY_ACT = "statutory-act"


class Sight(StrEnum):
    """How much of a category the other side can see now: anything ordinary, only some of it, or nothing."""

    SEEN = "seen"
    PARTLY = "partly"
    HIDDEN = "hidden"


BACK_CATEGORIES = frozenset({Category.ARRIVAL, Category.OUTCOME})
COMES_BACK: Mapping[WayBack, frozenset[Category]] = {
    WayBack.NOTHING: frozenset(),
    WayBack.ARRIVAL: frozenset({Category.ARRIVAL}),
    WayBack.OUTCOME: BACK_CATEGORIES,
}
"""What each way back lets come: outcome includes arrival."""

FORWARD_CATEGORIES = frozenset(Category) - BACK_CATEGORIES
SPECIAL_CATEGORIES = frozenset({Category.HEALTH, Category.RELIGION, Category.ORIGIN})
"""Special categories of Art. 9 GDPR (§ 4 KDG, § 4 DSG-EKD): an exception has to name them."""

UNCONFIRMED_CATEGORIES = frozenset({Category.COVER_SHEET, Category.CONTACT, Category.SAFE_CONTACT})
"""What may go on an oral decision that she has not confirmed yet."""

GIVING_KINDS = frozenset({DisclosureKind.SEND, DisclosureKind.HAND_OUT})


def categories_of(direction: Direction) -> frozenset[Category]:
    """The categories that exist in a direction; one of the other direction counts as unknown."""
    return FORWARD_CATEGORIES if direction is Direction.FORWARD else BACK_CATEGORIES
