"""Who acts on a text, and on which day a review was."""

from datetime import date, datetime

from services.common.identity.context import staff
from services.consent.convert import invalid
from services.consent.convert_texts import to_day
from services.consent.model.draft import Hand
from services.consent.rules.decision import GERMAN_TIME
from services.consent.rules.four_eyes import OFFICER, OPERATOR


def hand() -> Hand:
    """The person who calls, in the role in which she acts on texts."""
    who = staff()
    return Hand(who.person, OPERATOR if OPERATOR in who.roles else OFFICER)


def reviewed_on(written: str, now: datetime) -> date:
    """The day of a review; InvalidArgument for one that is still to come."""
    day = to_day(written, "reviewed_on")
    if day > now.astimezone(GERMAN_TIME).date():
        raise invalid("reviewed_on", "in-the-future")
    return day
