"""What an act has to say, and which ones an agency sees first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from services.consent.model.statutory import Channel, RecordedAct, ReviewedAct
from services.consent.model.vocabulary import BACK_CATEGORIES, Category

LONGEST_TO_CONFIRM: Final = timedelta(days=10)
"""A working day and every row of holidays that Germany has."""


class ActError(Exception):
    """The act cannot be meant so; `field` and `rule` say where and why, without data."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


def check_act(act: RecordedAct) -> None:
    """Raises ActError for an act that contradicts itself."""
    if (act.recipient_id is None) == (act.recipient_body is None):
        raise ActError("recipient_id", "an agency or a body outside, one of them")
    if act.recipient_id == act.discloser_id:
        raise ActError("recipient_id", "another agency than one's own")
    network = act.channel is Channel.NETWORK
    if network and act.recipient_id is None:
        raise ActError("channel", "the network reaches only its agencies")
    if network != (act.referral_id is not None):
        raise ActError("referral_id", "needed by the network, and by nothing else")
    if act.categories & BACK_CATEGORIES:
        raise ActError("categories", "only categories of the way there")
    if network and Category.COVER_SHEET not in act.categories:
        raise ActError("categories", "a referral needs its cover sheet")
    if not act.at < act.confirm_by <= act.at + LONGEST_TO_CONFIRM:
        raise ActError("confirm_by", "the end of the next working day")


def in_order(acts: Iterable[ReviewedAct]) -> list[ReviewedAct]:
    """Those that wait for a second person first, the longest waiting before; then the newest."""
    found = list(acts)
    waiting = sorted((each for each in found if each.review is None), key=lambda each: each.act.confirm_by)
    done = sorted((each for each in found if each.review is not None), key=lambda each: each.act.at, reverse=True)
    return [*waiting, *done]


def can_review(act: RecordedAct, person_id: object) -> bool:
    """Never whoever acted."""
    return act.recorded_by != person_id


def until(at: datetime, hours: int) -> datetime:
    """When the time box ends."""
    return at + timedelta(hours=hours)
