"""When a service opens next, in words. Times are German local time, as they hang at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
LOOK_AHEAD_DAYS = 60


@dataclass(frozen=True, slots=True)
class Opening:
    """A rule of opening hours: the days of a week, or of a month ("1TU" is the first Tuesday), from and to."""

    freq: str
    days: tuple[str, ...]
    month_days: tuple[int, ...]
    opens_at: time
    closes_at: time | None
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the rule opens on this day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        name = DAYS[day.weekday()]
        if self.month_days:
            return day.day in self.month_days
        nth = (day.day - 1) // 7 + 1
        is_last = (day + timedelta(days=7)).month != day.month
        return name in self.days or f"{nth}{name}" in self.days or (is_last and f"-1{name}" in self.days)


def read_opening(text: str) -> Opening | None:
    """The rule from the index's text form "freq|interval|byday|bymonthday|opens|closes|from|to".

    None for what cannot be told: no opening time, or only every second week, where a wrong promise is worse than none.
    """
    freq, interval, byday, bymonthday, opens, closes, valid_from, valid_to = text.split("|")
    days = tuple(day.strip().upper() for day in byday.split(",") if day.strip())
    month_days = tuple(int(day) for day in bymonthday.split(",") if day.strip().isdigit())
    if not opens or interval != "1" or not (days or month_days):
        return None
    return Opening(
        freq,
        days,
        month_days,
        time.fromisoformat(opens),
        time.fromisoformat(closes) if closes else None,
        date.fromisoformat(valid_from) if valid_from else None,
        date.fromisoformat(valid_to) if valid_to else None,
    )


def say_next_opening(texts: tuple[str, ...], now: datetime, reader: str) -> str:
    """The next opening in the reader's language, as in "jetzt, bis 12:00" or "Dienstag, 09:00"; empty if unknown."""
    openings = [opening for text in texts if (opening := read_opening(text)) is not None]
    local = now.astimezone(BERLIN)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = local.date() + timedelta(days=ahead)
        of_day = sorted(
            (opening for opening in openings if opening.holds_on(day)), key=lambda opening: opening.opens_at
        )
        for opening in of_day:
            if ahead or opening.opens_at > local.time():
                return _say_day(opening, day, ahead, reader)
            if opening.closes_at is not None and local.time() < opening.closes_at:
                until = f"{opening.closes_at:%H:%M}"
                return f"now, until {until}" if reader == "en" else f"jetzt, bis {until}"
    return ""


def say_opening(text: str, reader: str) -> str:
    """A rule in words: "Montag, Mittwoch 10:00-13:00"; empty when it cannot be told."""
    opening = read_opening(text)
    if opening is None:
        return ""
    names = NAMES["en" if reader == "en" else "de"]
    days = ", ".join(_say_weekday(day, names) for day in opening.days) or ", ".join(map(str, opening.month_days))
    end = f"-{opening.closes_at:%H:%M}" if opening.closes_at else ""
    return f"{days} {opening.opens_at:%H:%M}{end}"


def _say_weekday(day: str, names: tuple[str, ...]) -> str:
    nth, name = day[:-2], names[DAYS.index(day[-2:])] if day[-2:] in DAYS else day
    return f"{nth}. {name}" if nth else name


def _say_day(opening: Opening, day: date, ahead: int, reader: str) -> str:
    at = f"{opening.opens_at:%H:%M}"
    english = reader == "en"
    if ahead == 0:
        return f"today, {at}" if english else f"heute, {at}"
    if ahead == 1:
        return f"tomorrow, {at}" if english else f"morgen, {at}"
    name = NAMES["en" if english else "de"][day.weekday()]
    return f"{name}, {at}" if ahead < 7 else f"{name}, {day:%d.%m.}, {at}"
