"""Opening hours: as HSDS writes them, and as days and minutes that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Schedule:
    """A row of HSDS `schedule`; `way` is the way in whose hours these are, empty for all, `text` its own words."""

    freq: str
    interval: int
    byday: str
    bymonthday: str
    opens_at: time | None
    closes_at: time | None
    valid_from: date | None = None
    valid_to: date | None = None
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    wkst: str = "MO"
    has_other_rules: bool = False
    """It has byweekno or byyearday, which make no sense with the frequencies that HSDS allows."""
    way: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A rule that holds on days that can be told without counting from its start.

    It holds in weeks or months whose number leaves `phase` when divided by `every`; `opens` and `closes` are minutes of
    the day, beyond 1440 after midnight. `ways`: the ways in that it is for; empty for a service that names none.
    `holidays`: its text speaks of public holidays, so that nothing has to be guessed.
    """

    monthly: bool
    every: int
    phase: int
    days: tuple[str, ...]
    month_days: tuple[int, ...]
    first_day: date | None
    last_day: date | None
    opens: int
    closes: int | None
    ways: tuple[str, ...] = ()
    holidays: bool = False
