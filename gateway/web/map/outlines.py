"""Outlines of districts and Länder and the names of towns, on a plane in kilometres. Read once, at first use."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any, Literal

_FILE = Path(__file__).with_name("outlines.json")
_LATITUDE, _LONGITUDE, _KM = 51.0, 10.5, 111.195
"""The plane of `derive.py`: equidistant, true at 51° north."""

ATTRIBUTION = "GeoNames (geonames.org), CC BY 4.0"
Detail = Literal["fine", "coarse"]
Position = tuple[float, float]
"""Kilometres east and south of 51° N 10.5° E."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The area of a district (AGS, five digits) or Land (two letters): rings without their first point again."""

    code: str
    rings: tuple[tuple[Position, ...], ...]
    box: tuple[float, float, float, float]
    """West, north, east, south."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town to find one's way by."""

    name: str
    at: Position


@dataclass(frozen=True, slots=True)
class Outlines:
    """All of one detail: `fine` to some hundred metres, `coarse` to some kilometres."""

    districts: tuple[Shape, ...]
    lands: tuple[Shape, ...]


def on_plane(latitude: float, longitude: float) -> Position:
    """Where a point lies on the plane."""
    return (longitude - _LONGITUDE) * cos(radians(_LATITUDE)) * _KM, (_LATITUDE - latitude) * _KM


@cache
def outlines(detail: Detail) -> Outlines:
    """The outlines of a detail."""
    found = _content()
    steps = found["steps_per_km"]
    kinds = [
        tuple(_shape(code, rings, steps) for code, rings in found[detail][kind].items())
        for kind in ("districts", "lands")
    ]
    return Outlines(*kinds)


@cache
def towns() -> tuple[Town, ...]:
    """Towns, largest first."""
    found = _content()
    steps = found["steps_per_km"]
    return tuple(Town(name, (x / steps, y / steps)) for name, x, y in found["towns"])


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def _shape(code: str, rings: list[list[int]], steps: int) -> Shape:
    read = tuple(tuple(_positions(ring, steps)) for ring in rings)
    xs, ys = [x for ring in read for x, _ in ring], [y for ring in read for _, y in ring]
    return Shape(code, read, (min(xs), min(ys), max(xs), max(ys)))


def _positions(ring: list[int], steps: int) -> Iterator[Position]:
    x = y = 0
    for east, south in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + east, y + south
        yield x / steps, y / steps
