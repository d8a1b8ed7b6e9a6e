"""Until when an answer is needed: working days of a Land, in German time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

GERMANY = ZoneInfo("Europe/Berlin")
WORKING_DAYS = {"soon": 1, "normal": 3}
TODAY = timedelta(minutes=30)
DELETION = timedelta(days=7)


def answer_by(urgency: str, now: datetime, land: str) -> datetime:
    """The deadline: thirty minutes for today, else the end of so many working days. `land`: "NI" and so on, or ""."""
    if urgency not in WORKING_DAYS:
        return now + TODAY
    return _end_of(WORKING_DAYS[urgency], now, land)


def next_working_day(now: datetime, land: str) -> datetime:
    """The end of the next working day, by when a second person has to have looked at an act."""
    return _end_of(1, now, land)


def _end_of(working_days: int, now: datetime, land: str) -> datetime:
    calendar = holidays.country_holidays("DE", subdiv=land or None)
    day = now.astimezone(GERMANY)
    left = working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day.date() not in calendar:
            left -= 1
    return day.replace(hour=18, minute=0, second=0, microsecond=0).astimezone(UTC)
