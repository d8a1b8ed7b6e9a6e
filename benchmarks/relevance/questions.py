"""The questions of `questions.tsv` and what each of them means, written down by people and not by any search."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("questions.tsv")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types, and what she means by it."""

    kind: str
    text: str
    topics: frozenset[str]
    """Slugs of lotse-themen; a service of any of them is what she is looking for."""

    postcode: str
    """Of the middle of the place that she names."""

    language: str
    """ISO 639 code of the language that must be spoken, or nothing."""


def read_questions() -> Sequence[Question]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Question(row["class"], row["text"], frozenset(row["topics"].split(",")), row["postcode"], row["language"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
