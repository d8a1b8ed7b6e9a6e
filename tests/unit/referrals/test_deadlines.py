"""Until when an answer is needed, against a calendar made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.deadlines import answer_by

BERLIN = ZoneInfo("Europe/Berlin")


def due(urgency: str, said: str, land: str = "NI") -> str:
    now = datetime.fromisoformat(said).replace(tzinfo=BERLIN).astimezone(UTC)
    return answer_by(urgency, now, land).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("urgency", "said", "land", "expected"),
    [
        ("normal", "2026-11-24T10:00", "NI", "2026-11-27 18:00"),  # Tuesday, three working days
        ("normal", "2026-11-26T10:00", "NI", "2026-12-01 18:00"),  # over a weekend
        ("normal", "2026-11-28T10:00", "NI", "2026-12-02 18:00"),  # said on a Saturday
        ("soon", "2026-11-27T23:30", "NI", "2026-11-30 18:00"),  # Friday night
        ("soon", "2026-12-23T10:00", "NI", "2026-12-24 18:00"),  # Christmas Eve is no holiday
        ("soon", "2026-12-24T10:00", "NI", "2026-12-28 18:00"),
        ("normal", "2026-12-22T10:00", "NI", "2026-12-28 18:00"),  # 23, 24, then the 28th
        ("soon", "2026-10-30T10:00", "NI", "2026-11-02 18:00"),  # Reformation Day is a Saturday in 2026
        ("soon", "2025-10-30T10:00", "NI", "2025-11-03 18:00"),  # Reformation Day is kept in Lower Saxony
        ("soon", "2025-10-30T10:00", "BY", "2025-10-31 18:00"),  # and not in Bavaria
        ("soon", "2026-06-03T10:00", "BY", "2026-06-05 18:00"),  # Corpus Christi is kept in Bavaria
        ("soon", "2026-06-03T10:00", "NI", "2026-06-04 18:00"),  # and not in Lower Saxony
        ("soon", "2025-10-30T10:00", "", "2025-10-31 18:00"),  # a Land that is not known has the holidays of all
        ("soon", "2026-10-02T10:00", "", "2026-10-05 18:00"),
    ],
)
def test_working_days_are_those_of_the_land(urgency: str, said: str, land: str, expected: str) -> None:
    assert due(urgency, said, land) == expected


def test_today_is_thirty_minutes_also_on_a_holiday() -> None:
    christmas = datetime(2026, 12, 25, 23, 50, tzinfo=UTC)
    assert answer_by("today", christmas, "NI") - christmas == timedelta(minutes=30)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    urgency=st.sampled_from(["soon", "normal"]),
)
def test_a_deadline_is_a_later_working_day_at_six_in_the_evening(now: datetime, urgency: str) -> None:
    end = answer_by(urgency, now, "NI").astimezone(BERLIN)
    assert end.timetz().replace(tzinfo=None) == time(18)
    assert end.date() > now.astimezone(BERLIN).date()
    assert end.weekday() < 5
    assert (end.month, end.day) not in {(1, 1), (5, 1), (10, 3), (10, 31), (12, 25), (12, 26)}


def test_the_german_day_counts_not_that_of_greenwich() -> None:
    after_midnight_in_germany = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    end = answer_by("soon", after_midnight_in_germany, "NI").astimezone(BERLIN)
    assert end.date() == date(2026, 11, 26)
