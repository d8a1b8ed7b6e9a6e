"""A map of districts by the share of their postcodes that have nobody. Each share has a pattern and a number too."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.web.map.drawing import Path, View, paths, view_of
from gateway.web.map.outlines import Detail, Shape, outlines

_WIDE_KM = 400.0
_CLASSES = (0.0, 0.25, 0.5)
CLASSES = ("none", "some", "many", "most")
"""Nobody is missing · up to a quarter · up to half · more than half of the postcodes have nobody."""


@dataclass(frozen=True, slots=True)
class Number:
    """The share of a district in percent, written at its middle."""

    x: int
    y: int
    percent: int


@dataclass(frozen=True, slots=True)
class CoverageDrawing:
    """What a template writes as SVG: for each class one path of all its districts."""

    width: int
    height: int
    areas: Mapping[str, str]
    lands: tuple[Path, ...]
    numbers: tuple[Number, ...]


def class_of(share: float) -> str:
    """The class of a share between 0 and 1."""
    return CLASSES[next((index for index, bound in enumerate(_CLASSES) if share <= bound), len(_CLASSES))]


def draw_coverage(shares: Mapping[str, float]) -> CoverageDrawing | None:
    """The map of the districts (AGS) that are given; None where none of them is known."""
    shown = [shape for shape in outlines("coarse").districts if shape.code in shares]
    if not shown:
        return None
    corners = [corner for shape in shown for corner in (shape.box[:2], shape.box[2:])]
    across, down = (max(at[axis] for at in corners) - min(at[axis] for at in corners) for axis in (0, 1))
    width, height = (3200, 2400) if across > down else (3200, 3900)
    is_wide = max(across, down) > _WIDE_KM
    if is_wide:
        # The whole land needs no tenths of a pixel, and its paths are half as long without them.
        width, height = width // 4, height // 4
    view = view_of(corners, width=width, height=height, margin=width // 40)
    detail: Detail = "coarse" if is_wide else "fine"
    drawn = outlines(detail)
    by_class: dict[str, list[str]] = defaultdict(list)
    for path in paths(view, [shape for shape in drawn.districts if shape.code in shares]):
        by_class[class_of(shares[path.code])].append(path.d)
    numbers = () if is_wide else tuple(_number(view, shape, shares[shape.code]) for shape in shown)
    lands = paths(view, drawn.lands)
    return CoverageDrawing(width, height, {name: "".join(ds) for name, ds in by_class.items()}, lands, numbers)


def _number(view: View, shape: Shape, share: float) -> Number:
    """At the middle of the largest ring, by the shoelace formula."""
    ring = max(shape.rings, key=len)
    doubled = east = south = 0.0
    for (x, y), (next_x, next_y) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x * next_y - next_x * y
        doubled, east, south = doubled + cross, east + (x + next_x) * cross, south + (y + next_y) * cross
    return Number(*view.units((east / 3 / doubled, south / 3 / doubled)), round(share * 100))
