"""Reads a point on the map out of a text."""

from __future__ import annotations

import re

_COORDINATES = re.compile(
    r"(?<![\d.,])(4[6-9]|5[0-6])[.,](\d{2,8})°?\s*[,;/ ]\s*(\d|1[0-6])[.,](\d{2,8})°?(?![\d.,]*\d)"
)


def read_coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a point in or around Germany that a text holds: "52.37, 9.73" or "52,37 9,73"."""
    found = _COORDINATES.search(text)
    return (float(f"{found[1]}.{found[2]}"), float(f"{found[3]}.{found[4]}")) if found else None


def without_coordinates(text: str) -> str:
    """The text without the point."""
    return _COORDINATES.sub(" ", text)
