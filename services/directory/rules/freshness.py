"""How long the word of an agency about its entry is trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

ASKED_AFTER = timedelta(days=335)
"""After eleven months without confirmation the agency is asked."""

UNCONFIRMED_AFTER = timedelta(days=365)
"""After a year without confirmation an entry is shown as unconfirmed and ranks down."""


def is_unconfirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether an entry may be wrong since nobody confirmed it for a year, or ever."""
    return confirmed_at is None or confirmed_at < now - UNCONFIRMED_AFTER
