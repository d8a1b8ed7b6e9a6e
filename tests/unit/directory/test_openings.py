"""When a service is open: as it is said, and held against dateutil, which counts from the start of every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil import rrule  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.model.opening import Opening, Schedule
from services.directory.public_holidays import holidays_of
from services.directory.rules.openings import (
    BERLIN,
    DAYS,
    compile_schedule,
    holds_on,
    is_open,
    say_next_opening,
    say_opening,
)

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Germany


def a_rule(byday: str, opens: int = 9, closes: int | None = 12, **fields: object) -> Schedule:
    given = {"freq": "WEEKLY", "interval": 1, "bymonthday": ""} | fields
    until = None if closes is None else time(closes)
    return Schedule(byday=byday, opens_at=time(opens), closes_at=until, **given)  # type: ignore[arg-type]


WEEKLY = a_rule("TU,TH")


def compiled(*rules: Schedule) -> list[Opening]:
    return [opening for rule in rules for opening in compile_schedule(rule)]


def said(*rules: Schedule, now: datetime = TUESDAY, reader: str = "de", state: str = "NI") -> str:
    return say_next_opening(compiled(*rules), now, reader, holidays_of(state, reader))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((WEEKLY,), "jetzt, bis 12:00"),
        ((a_rule("TU", 14, 17),), "heute, 14:00"),
        ((a_rule("WE", 8, None),), "morgen, 08:00"),
        ((a_rule("MO", 10, 13),), "Montag, 10:00"),
        ((a_rule("TU", 9, 10),), "Dienstag, 01.12., 09:00"),
        ((a_rule("1TH", freq="MONTHLY"),), "Donnerstag, 03.12., 09:00"),
        ((a_rule("-1FR", freq="MONTHLY"),), "Freitag, 09:00"),
        ((a_rule("", freq="MONTHLY", bymonthday="15,-1"),), "Montag, 09:00"),
        ((a_rule("TU", valid_to=date(2026, 11, 1)),), ""),
        ((a_rule("TU", valid_from=date(2026, 12, 20)),), "Dienstag, 22.12., 09:00"),
        ((a_rule("TU", interval=2),), ""),
        ((a_rule("TU", interval=2, dtstart=date(2026, 11, 17)),), "Dienstag, 01.12., 09:00"),
        ((a_rule("", dtstart=date(2026, 11, 3)),), "jetzt, bis 12:00"),
        ((a_rule("TU", dtstart=date(2026, 11, 3), count=3),), ""),
        ((a_rule("TU", dtstart=date(2026, 11, 3), count=4),), "jetzt, bis 12:00"),
        ((a_rule("MO", 22, 11),), "jetzt, bis 11:00"),
        ((a_rule(""),), ""),
        ((), ""),
        ((a_rule("MO", 10, None), a_rule("TU", 16, None)), "heute, 16:00"),
    ],
)
def test_the_next_opening_is_told_in_german_time(rules: tuple[Schedule, ...], words: str) -> None:
    assert said(*rules) == words


def test_the_next_opening_in_english() -> None:
    assert said(WEEKLY, reader="en") == "now, until 12:00"


def test_hours_in_words() -> None:
    first_tuesday = a_rule("1TU", 9, None, freq="MONTHLY")
    fortnightly = a_rule("MO", interval=2, dtstart=date(2026, 11, 2))
    assert [say_opening(opening, "de") for opening in compiled(WEEKLY)] == ["Dienstag, Donnerstag 09:00-12:00"]
    assert [say_opening(opening, "en") for opening in compiled(first_tuesday)] == ["1. Tuesday 09:00"]
    assert [say_opening(opening, "de") for opening in compiled(fortnightly)] == ["Montag 09:00-12:00 alle 2 Wochen"]


def test_on_a_public_holiday_it_may_be_closed_unless_the_hours_speak_of_holidays() -> None:
    christmas_eve = datetime(2026, 12, 24, 20, tzinfo=UTC)
    friday = a_rule("FR")
    assert said(friday, now=christmas_eve) == "morgen, 09:00 (vielleicht geschlossen: Erster Weihnachtstag)"
    assert said(replace(friday, text="auch an Feiertagen"), now=christmas_eve) == "morgen, 09:00"


def test_holidays_are_those_of_the_land() -> None:
    corpus_christi = datetime(2026, 6, 3, 20, tzinfo=UTC)
    assert said(a_rule("TH"), now=corpus_christi, state="NI") == "morgen, 09:00"
    assert "Fronleichnam" in said(a_rule("TH"), now=corpus_christi, state="BY")


@pytest.mark.parametrize(
    ("moment", "is_so"),
    [
        (datetime(2026, 3, 24, 8, 0, tzinfo=UTC), True),  # 9:00 in winter
        (datetime(2026, 3, 24, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 31, 7, 0, tzinfo=UTC), True),  # 9:00 in summer
        (datetime(2026, 3, 31, 10, 0, tzinfo=UTC), False),
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall_in_summer_and_winter(moment: datetime, *, is_so: bool) -> None:
    assert is_open(compiled(WEEKLY), moment) is is_so


def test_whether_it_is_open_is_not_known_without_an_end() -> None:
    assert is_open(compiled(a_rule("TU", 9, None)), TUESDAY) is None
    assert is_open([], TUESDAY) is None


START = date(2026, 1, 1)
days = st.dates(START, START + timedelta(days=800))
weekdays = st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True)
ordinals = st.lists(st.tuples(st.sampled_from([-5, -2, -1, 1, 2, 4, 5]), st.sampled_from(DAYS)), min_size=1, max_size=3)
month_days = st.lists(st.integers(-31, 31).filter(bool), max_size=3, unique=True)


@settings(deadline=None)
@given(
    weekly=weekdays, ordinal=ordinals, of_month=month_days, monthly=st.booleans(), interval=st.integers(1, 5),
    start=days, until=st.none() | days, count=st.none() | st.integers(1, 12), wkst=st.sampled_from(DAYS), asked=days,
)  # fmt: skip
def test_a_rule_holds_on_the_days_on_which_dateutil_says_so(
    weekly: list[str], ordinal: list[tuple[int, str]], of_month: list[int], *, monthly: bool, interval: int,
    start: date, until: date | None, count: int | None, wkst: str, asked: date,
) -> None:  # fmt: skip
    named = ordinal if monthly else [(0, day) for day in weekly]
    rule = Schedule(
        freq="MONTHLY" if monthly else "WEEKLY",
        interval=interval,
        byday=",".join(f"{number or ''}{day}" for number, day in named),
        bymonthday=",".join(map(str, of_month)),
        opens_at=time(9),
        closes_at=time(12),
        dtstart=start,
        until=until,
        count=count,
        wkst=wkst,
    )
    model = rrule.rrule(
        rrule.MONTHLY if monthly else rrule.WEEKLY,
        dtstart=datetime.combine(start, time()),
        interval=interval,
        wkst=DAYS.index(wkst),
        byweekday=[rrule.weekday(DAYS.index(day), number or None) for number, day in named],
        bymonthday=of_month or None,
        until=datetime.combine(asked, time()),
    )
    held = [moment.date() for moment in model]
    expected = asked in held and (count is None or len(held) <= count) and not (until and asked > until)
    assert any(holds_on(opening, asked) for opening in compile_schedule(rule)) is expected
    noon = datetime.combine(asked, time(10), BERLIN)
    assert is_open(compile_schedule(rule), noon) in {expected, None}
