"""The quarters of a year in German time, and from when on their numbers stay as they are."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.consent.rules.requests import REQUEST_TIME

_GERMAN_TIME = ZoneInfo("Europe/Berlin")
_MONTHS = 3


def quarter(year: int, number: int) -> tuple[datetime, datetime]:
    """First instant of a quarter (1 to 4), and the first of the next."""
    return _first_of(year, number), _first_of(year + 1, 1) if number == 4 else _first_of(year, number + 1)


def settled_at(end: datetime) -> datetime:
    """From when on nothing that was asked before `end` can still be answered.

    Numbers that still moved would tell, by the difference of two looks, how the last of them decided.
    """
    return end + REQUEST_TIME + timedelta(days=1)


def year_of(year: int) -> tuple[datetime, datetime]:
    """First instant of a year, and of the next."""
    return _first_of(year, 1), _first_of(year + 1, 1)


def _first_of(year: int, number: int) -> datetime:
    return datetime(year, (number - 1) * _MONTHS + 1, 1, tzinfo=_GERMAN_TIME)
