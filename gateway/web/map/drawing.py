"""A map drawn for one page: which part of the land is seen, its outlines as paths, and markers with numbers.

Everything is in units of the picture, 3200 wide; a phone of 320 pixels shows ten units as one. A marker is then 30
pixels across, large enough to hit (WCAG 2.2, 2.5.8), and whoever lies under another marker shares it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.web.map.outlines import Detail, Position, Shape, outlines, towns

WIDTH, HEIGHT = 3200, 2400
_LEAST_KM = 60.0
_MARGIN = 320
_COARSE_FROM_KM = 260.0
_MARKER = 300
_LETTER, _LINE = 76, 170
_MOST_TOWNS = 14


@dataclass(frozen=True, slots=True)
class Spot:
    """What is to be marked: its number in the list, its name, where it is."""

    number: int
    name: str
    at: Position


@dataclass(frozen=True, slots=True)
class Marker:
    """One or several spots at one place of the picture."""

    x: int
    y: int
    width: int
    text: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a town beside its dot, or beside the marker that lies on it."""

    x: int
    y: int
    name: str
    has_dot: bool


@dataclass(frozen=True, slots=True)
class Path:
    """The outline of a district or Land, as `d` of an SVG path."""

    code: str
    d: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a template writes as SVG."""

    width: int
    height: int
    districts: tuple[Path, ...]
    lands: tuple[Path, ...]
    labels: tuple[Label, ...]
    markers: tuple[Marker, ...]
    scale_km: int
    scale_units: int


@dataclass(frozen=True, slots=True)
class View:
    """The part of the plane that is seen."""

    west: float
    north: float
    units_per_km: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def kilometres(self) -> float:
        """How wide it is."""
        return self.width / self.units_per_km

    def units(self, at: Position) -> tuple[int, int]:
        """Where a position lies in the picture."""
        return round((at[0] - self.west) * self.units_per_km), round((at[1] - self.north) * self.units_per_km)

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether something of the box is seen."""
        west, north = self.units((box[0], box[1]))
        east, south = self.units((box[2], box[3]))
        return east >= 0 and south >= 0 and west <= self.width and north <= self.height


def draw_spots(spots: Sequence[Spot]) -> Drawing | None:
    """The map around some spots; None where there is none to show."""
    if not spots:
        return None
    view = view_of([spot.at for spot in spots])
    detail: Detail = "coarse" if view.kilometres > _COARSE_FROM_KM else "fine"
    drawn, markers = outlines(detail), _markers(view, spots)
    districts = drawn.districts if detail == "fine" else ()
    kilometres = next(step for step in (200, 100, 50, 20, 10, 5) if step < view.kilometres / 3 or step == 5)
    return Drawing(
        WIDTH, HEIGHT, paths(view, districts), paths(view, drawn.lands), _labels(view, markers), markers,
        kilometres, round(kilometres * view.units_per_km),
    )  # fmt: skip


def view_of(positions: Sequence[Position], *, width: int = WIDTH, height: int = HEIGHT, margin: int = _MARGIN) -> View:
    """The part of the plane that shows all positions with some land around them."""
    xs, ys = [x for x, _ in positions], [y for _, y in positions]
    inner = width - 2 * margin, height - 2 * margin
    scale = min(inner[0] / max(max(xs) - min(xs), _LEAST_KM * inner[0] / width), inner[1] / max(max(ys) - min(ys), 1.0))
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return View(middle[0] - width / 2 / scale, middle[1] - height / 2 / scale, scale, width, height)


def paths(view: View, shapes: Iterable[Shape]) -> tuple[Path, ...]:
    """What is seen of the shapes; what lies outside is cut off, so that a page carries only what it shows."""
    found = []
    for shape in shapes:
        if view.meets(shape.box):
            rings = [_cut(view, [view.units(at) for at in ring]) for ring in shape.rings]
            if d := "".join(_d(ring) for ring in rings if len(ring) > 2):
                found.append(Path(shape.code, d))
    return tuple(found)


Units = list[tuple[int, int]]


def _d(ring: Units) -> str:
    text, (x, y) = [f"M{ring[0][0]} {ring[0][1]}l"], ring[0]
    for east, south in ring[1:]:
        if (east, south) != (x, y):
            text.append(f"{east - x} {south - y}")
        x, y = east, south
    return text[0] + " ".join(text[1:]) + "z"


def _cut(view: View, ring: Units) -> Units:
    """The ring within the picture and a little beyond, so that cut edges are not seen (Sutherland and Hodgman)."""
    beyond = 60
    low, high = (-beyond, -beyond), (view.width + beyond, view.height + beyond)
    for axis in (0, 1):
        for bound, sign in ((low[axis], 1), (high[axis], -1)):
            inside = [(point[axis] - bound) * sign >= 0 for point in ring]
            cut: Units = []
            for index, point in enumerate(ring):
                before = ring[index - 1]
                if inside[index] != inside[index - 1]:
                    part = (bound - before[axis]) / (point[axis] - before[axis])
                    other = round(before[1 - axis] + part * (point[1 - axis] - before[1 - axis]))
                    cut.append((bound, other) if axis == 0 else (other, bound))
                if inside[index]:
                    cut.append(point)
            ring = cut
            if not ring:
                return []
    return ring


def _markers(view: View, spots: Sequence[Spot]) -> tuple[Marker, ...]:
    groups: list[list[Spot]] = []
    for spot in spots:
        x, y = view.units(spot.at)
        for group in groups:
            other_x, other_y = view.units(group[0].at)
            if abs(other_x - x) < _width_of(group) and abs(other_y - y) < _MARKER:
                group.append(spot)
                break
        else:
            groups.append([spot])
    return tuple(Marker(*view.units(group[0].at), _width_of(group), _text_of(group), tuple(group)) for group in groups)


def _text_of(group: list[Spot]) -> str:
    numbers = [spot.number for spot in group]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}-{numbers[-1]}"
    return ", ".join(map(str, numbers[:4])) + (" …" if len(numbers) > 4 else "")


def _width_of(group: list[Spot]) -> int:
    return max(_MARKER, 150 + len(_text_of(group)) * 76)


def _labels(view: View, markers: Sequence[Marker]) -> tuple[Label, ...]:
    boxes = {marker: _box_of(marker) for marker in markers}
    taken = list(boxes.values())
    found: list[Label] = []
    for town in towns():
        x, y = view.units(town.at)
        covering = next((marker for marker, box in boxes.items() if _overlap((x, y, x, y), box)), None)
        if covering is not None:
            x, y = covering.x + covering.width // 2, covering.y
        box = (x + 10, y - _LINE // 2, x + 80 + len(town.name) * _LETTER, y + _LINE // 2)
        is_seen = box[0] >= 0 and box[2] <= view.width and box[1] >= 0 and box[3] <= view.height - 200
        if is_seen and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            found.append(Label(x, y, town.name, covering is None))
        if len(found) == _MOST_TOWNS:
            break
    return tuple(found)


def _box_of(marker: Marker) -> tuple[int, int, int, int]:
    half = marker.width // 2
    return marker.x - half, marker.y - _MARKER // 2, marker.x + half, marker.y + _MARKER // 2


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
