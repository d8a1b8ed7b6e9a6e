"""Where nobody helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DistrictCoverage:
    """How the postcodes of a district are served; each is counted once, the best first."""

    code: str
    name: str
    state: str
    postcodes: int
    with_responsible: int
    within_reach: int
    without_anybody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What a search that found nothing was for; empty where it did not say."""

    month: date
    district_code: str
    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """How often nothing was found."""

    need: Need
    district: str
    searches: int
