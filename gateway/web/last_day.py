"""The end of a consent as people name it: its last German day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.errors import FieldViolation, InvalidArgument

_GERMAN_TIME = ZoneInfo("Europe/Berlin")


def end_of(text: str) -> datetime:
    """The midnight after this German day; raises InvalidArgument at `last_day` for what is no day."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1), time(), _GERMAN_TIME)
    except (ValueError, OverflowError):
        raise InvalidArgument(violations=[FieldViolation("last_day", "not-a-date")]) from None


def last_instant(end: datetime | None) -> datetime:
    """The last instant before an end, which is on the last day; raises ValueError where there is none."""
    if end is None:
        raise ValueError("A consent has an end.")
    return end - timedelta(microseconds=1)


def day_of(moment: datetime) -> str:
    """The German day of an instant, as a field for days takes it."""
    return moment.astimezone(_GERMAN_TIME).date().isoformat()
