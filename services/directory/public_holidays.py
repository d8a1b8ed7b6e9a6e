"""Public holidays of the Länder, from the `holidays` library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial

import holidays

_LANGUAGES = {"de": "de", "en": "en_US"}


def holidays_of(state: str, reader: str) -> Callable[[date], str]:
    """Tells the name of the public holiday that a day is in a Land (without one: everywhere), nothing on others."""
    return partial(_name, state, _LANGUAGES.get(reader, "de"))


def _name(state: str, language: str, day: date) -> str:
    return _of_year(state, language, day.year).get(day, "")


@lru_cache(maxsize=256)
def _of_year(state: str, language: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("DE", subdiv=state or None, years=year, language=language))
