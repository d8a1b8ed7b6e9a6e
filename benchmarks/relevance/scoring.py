"""nDCG@10, success@1 and the share of questions without a hit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FITTING = 2
"""The least grade of a first hit that counts as success."""

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Score:
    """Of a set of questions that have an answer."""

    questions: int
    ndcg: float
    success: float
    without_hit: int


def score(found: Sequence[Sequence[int]], possible: Sequence[Sequence[int]]) -> Score:
    """`found`: grades of the hits of each question in their order; `possible`: grades of all services for it."""
    gains = [_gain(grades) / _gain(sorted(best, reverse=True)) for grades, best in zip(found, possible, strict=True)]
    return Score(
        questions=len(found),
        ndcg=sum(gains) / len(gains),
        success=sum(bool(grades) and grades[0] >= FITTING for grades in found) / len(found),
        without_hit=sum(not grades for grades in found),
    )


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:_DEPTH])))
