"""How long what an agency said holds: the one place of these numbers, for coordinators, the index and the ranking."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

UNCONFIRMED_AFTER = timedelta(days=365)
"""A year: staff, hours and rules of funding change with the calendar year; longer unasked, entries were found wrong."""

ASKED_AFTER = timedelta(days=335)
"""Eleven months: a month of notice before the entry shows as unconfirmed and ranks down, holidays included."""

CAPACITY_HOLDS = timedelta(days=14)
"""Two weeks: rooms fill faster than anybody remembers to say so; to know nothing then is better than to be wrong."""


class Standing(StrEnum):
    """How old a confirmation is."""

    FRESH = "fresh"
    DUE = "due"
    UNCONFIRMED = "unconfirmed"


def standing_of(confirmed_at: datetime | None, now: datetime) -> Standing:
    """Fresh, then asked for, then unconfirmed; what was never confirmed is unconfirmed."""
    if is_unconfirmed(confirmed_at, now):
        return Standing.UNCONFIRMED
    is_due = confirmed_at is not None and confirmed_at < now - ASKED_AFTER
    return Standing.DUE if is_due else Standing.FRESH


def is_unconfirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether an entry may be wrong since nobody confirmed it for a year, or ever."""
    return confirmed_at is None or confirmed_at < now - UNCONFIRMED_AFTER
