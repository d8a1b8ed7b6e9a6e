"""How long proof is kept: as long as a claim can arise from what it proves."""

from datetime import datetime
from typing import Final

from services.consent.rules.decision import GERMAN_TIME

DEFAULT_YEARS: Final = 3
"""The regular limitation of claims (§ 195 BGB)."""


def erasable_from(ended: datetime, years: int) -> datetime:
    """The first instant at which the proof of a case that ended then may go.

    The years count from the end of the German calendar year in which the case ended (§ 199 BGB).
    """
    return datetime(ended.astimezone(GERMAN_TIME).year + 1 + years, 1, 1, tzinfo=GERMAN_TIME)
