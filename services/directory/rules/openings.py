"""When a service is open. Times are German local time, as they hang at the door, whatever zone a file names.

A rule of HSDS (iCalendar's RRULE for weeks and months) becomes one or more `Opening`s, of which a day can be told to
fit without counting from the rule's start; so the search statement can filter by the same rules. What cannot be told
gives none, since a wrong promise is worse than none: no opening time, no day, or an interval without the day it starts
from.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.directory.model.opening import Opening, Schedule

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
LOOK_AHEAD_DAYS = 60
MINUTES_A_DAY = 1440
LONGEST_COUNT_DAYS = 366 * 20
"""A counted rule that has not ended after twenty years is taken to have no end."""

Holidays = Callable[[date], str]
"""The name of the public holiday that a day is, or nothing."""

_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_HOLIDAY = re.compile(r"feiertag|holiday", re.IGNORECASE)


def compile_schedule(schedule: Schedule, ways: Sequence[str] = ()) -> list[Opening]:
    """The openings of a rule; `ways` are the ways in that it is for."""
    monthly, every, start = schedule.freq == "MONTHLY", schedule.interval, schedule.dtstart
    days, month_days = _read_days(schedule.byday, monthly=monthly), _read_month_days(schedule.bymonthday)
    if not days and not month_days and start is not None:
        days, month_days = ((), (start.day,)) if monthly else ((DAYS[start.weekday()],), ())
    needs_start = every > 1 or schedule.count is not None
    if schedule.opens_at is None or not (days or month_days) or every < 1 or schedule.has_other_rules:
        return []
    if needs_start and start is None:
        return []
    opens, closes = _minute(schedule.opens_at), _closing(schedule.opens_at, schedule.closes_at)
    has_words = bool(_HOLIDAY.search(schedule.text))
    found = [
        Opening(monthly, every, phase, some, month_days, start, schedule.until, opens, closes, tuple(ways), has_words)
        for phase, some in _phases(schedule, monthly=monthly, days=days)
    ]
    last = _last_counted(found, start, schedule.count) if schedule.count is not None and start else None
    first_day = max((day for day in (start, schedule.valid_from) if day), default=None)
    last_day = min((day for day in (last, schedule.until, schedule.valid_to) if day), default=None)
    return [_within(opening, first_day, last_day) for opening in found]


def holds_on(opening: Opening, day: date) -> bool:
    """Whether the rule opens on this day."""
    if (opening.first_day and day < opening.first_day) or (opening.last_day and day > opening.last_day):
        return False
    number = _month(day) if opening.monthly else _week(day)
    return (
        number % opening.every == opening.phase
        and (not opening.days or not names_of(day).isdisjoint(opening.days))
        and (not opening.month_days or not {day.day, day.day - _length(day) - 1}.isdisjoint(opening.month_days))
    )


@lru_cache(maxsize=64)
def names_of(day: date) -> frozenset[str]:
    """What a rule may call the day: Tuesday, the second Tuesday and the third from the end of its month."""
    name = DAYS[day.weekday()]
    return frozenset({name, f"{(day.day - 1) // 7 + 1}{name}", f"-{(_length(day) - day.day) // 7 + 1}{name}"})


def is_open(openings: Sequence[Opening], at: datetime) -> bool | None:
    """Whether it is open at the moment; None where no hours with an end are known."""
    known = [opening for opening in openings if opening.closes is not None]
    return any(_open_until(opening, at) is not None for opening in known) if known else None


def say_next_opening(openings: Sequence[Opening], now: datetime, reader: str, holiday: Holidays) -> str:
    """The next opening in the reader's language, as in "jetzt, bis 12:00" or "Dienstag, 09:00"; empty if unknown.

    On a public holiday it says that it may be closed, unless the hours themselves speak of holidays.
    """
    english = reader == "en"
    local = _in_berlin(now)
    ends = [(until, opening) for opening in openings if (until := _open_until(opening, now)) is not None]
    if ends:
        until, opening = max(ends, key=lambda end: end[0])
        text = f"{'now, until' if english else 'jetzt, bis'} {_clock(until)}"
        return text + _doubt(opening, local.date(), holiday, english=english)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = local.date() + timedelta(days=ahead)
        coming = [
            opening
            for opening in openings
            if holds_on(opening, day) and (ahead or opening.opens > local.hour * 60 + local.minute)
        ]
        if coming:
            first = min(coming, key=lambda opening: (opening.opens, not opening.holidays))
            return _say_day(first, day, ahead, reader) + _doubt(first, day, holiday, english=english)
    return ""


def say_opening(opening: Opening, reader: str) -> str:
    """A rule in words: "Montag, Mittwoch 10:00-13:00"."""
    names = NAMES["en" if reader == "en" else "de"]
    days = ", ".join(_say_weekday(day, names) for day in opening.days)
    dates = ", ".join(f"{day}." if day > 0 else f"{day}" for day in opening.month_days)
    every = "" if opening.every == 1 else _say_every(opening, reader)
    end = f"-{_clock(opening.closes)}" if opening.closes is not None else ""
    return " ".join(part for part in (days, dates, f"{_clock(opening.opens)}{end}", every) if part)


def say_moment(at: datetime, reader: str) -> str:
    """A moment as people say it: "Dienstag, 24.11., 10:30"."""
    local = at.astimezone(BERLIN)
    return f"{NAMES['en' if reader == 'en' else 'de'][local.weekday()]}, {local:%d.%m., %H:%M}"


def _read_days(text: str, *, monthly: bool) -> tuple[str, ...]:
    found = (_DAY.fullmatch(part.strip().upper()) for part in text.split(","))
    return tuple((match[1] or "").removeprefix("+") * monthly + match[2] for match in found if match)


def _read_month_days(text: str) -> tuple[int, ...]:
    days = (part.strip() for part in text.split(","))
    return tuple(int(day) for day in days if re.fullmatch(r"[+-]?\d{1,2}", day) and 1 <= abs(int(day)) <= 31)


def _phases(schedule: Schedule, *, monthly: bool, days: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Phases with their days. Weeks of a rule that begin on another day than Monday cut its days apart."""
    every, start = schedule.interval, schedule.dtstart
    if every == 1 or start is None:
        yield 0, days
    elif monthly:
        yield _month(start) % every, days
    else:
        begins = DAYS.index(schedule.wkst)
        number = (start.toordinal() - 1 - begins) // 7
        for day in days or DAYS:
            later = (begins + (DAYS.index(day) - begins) % 7) // 7
            yield (number + later) % every, (day,)


def _last_counted(openings: Sequence[Opening], start: date, count: int) -> date | None:
    if count < 1:
        return start - timedelta(days=1)
    for ahead in range(LONGEST_COUNT_DAYS):
        day = start + timedelta(days=ahead)
        count -= any(holds_on(opening, day) for opening in openings)
        if not count:
            return day
    return None


def _within(opening: Opening, first_day: date | None, last_day: date | None) -> Opening:
    return replace(opening, first_day=first_day, last_day=last_day)


def _closing(opens_at: time, closes_at: time | None) -> int | None:
    """Minutes until it closes; what closes before it opens does so on the next day."""
    if closes_at is None:
        return None
    opens, closes = _minute(opens_at), _minute(closes_at)
    return closes if closes > opens else closes + MINUTES_A_DAY


@lru_cache(maxsize=64)
def _in_berlin(at: datetime) -> datetime:
    return at.astimezone(BERLIN)


def _open_until(opening: Opening, at: datetime) -> int | None:
    """The minute of the day of `at` at which it closes, None when it is not open."""
    local = _in_berlin(at)
    minute = local.hour * 60 + local.minute
    for back in (0, 1):
        later = minute + back * MINUTES_A_DAY
        closes = opening.closes
        is_within = closes is not None and opening.opens <= later < closes
        if closes is not None and is_within and holds_on(opening, local.date() - timedelta(days=back)):
            return closes - back * MINUTES_A_DAY
    return None


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _doubt(opening: Opening, day: date, holiday: Holidays, *, english: bool) -> str:
    name = "" if opening.holidays else holiday(day)
    if not name:
        return ""
    return f" (may be closed: {name})" if english else f" (vielleicht geschlossen: {name})"


def _say_weekday(day: str, names: tuple[str, ...]) -> str:
    nth, name = day[:-2], names[DAYS.index(day[-2:])]
    return f"{nth}. {name}" if nth else name


def _say_every(opening: Opening, reader: str) -> str:
    if reader == "en":
        return f"every {opening.every} {'months' if opening.monthly else 'weeks'}"
    return f"alle {opening.every} {'Monate' if opening.monthly else 'Wochen'}"


def _say_day(opening: Opening, day: date, ahead: int, reader: str) -> str:
    at = _clock(opening.opens)
    english = reader == "en"
    if ahead == 0:
        return f"today, {at}" if english else f"heute, {at}"
    if ahead == 1:
        return f"tomorrow, {at}" if english else f"morgen, {at}"
    name = NAMES["en" if english else "de"][day.weekday()]
    return f"{name}, {at}" if ahead < 7 else f"{name}, {day:%d.%m.}, {at}"
