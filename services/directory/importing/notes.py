"""What a reader tells beside rows."""

from __future__ import annotations

from dataclasses import dataclass

ODD_LINE = "line"
"""Table name under which a line is counted that has too many or too few cells."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that holds for many rows alike; the report says it once, with how often."""

    file: str
    row: int
    field: str
    reason: str
    suggestion: str
