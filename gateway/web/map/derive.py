# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely==2.2.0"]
# ///
"""Derives the outlines of districts and Länder from the points of the gazetteer.

    uv run gateway/web/map/derive.py

reads the two tables of `services/directory/gazetteer` (derived from GeoNames, CC BY 4.0) and writes `outlines.json`
beside this file. Nobody gives official boundaries under a licence without duties beyond naming; a map that only has to
say "there" needs none: the border between two districts runs where a place of the one is as near as a place of the
other (Voronoi), and the land ends a few kilometres beyond its outermost places. So borders are right to some
kilometres and must never be used to say to which district an address belongs; that is the gazetteer's to say.

Coordinates are kilometres east and south of 51° N 10.5° E on a plane (equidistant cylindrical, true at 51° N), in
steps of 100 m, written as differences to the point before. Two sizes of detail: for a zoomed map and for all of
Germany. Towns with several postcodes are written with their names, largest first, to find one's way by.

Needs shapely, which the gateway does not; that is why it is no part of the package's dependencies.
"""

import json
from collections import Counter, defaultdict
from math import cos, radians
from pathlib import Path
from typing import Any

import shapely  # type: ignore[import-not-found, import-untyped, unused-ignore]

_HERE = Path(__file__).parent
_GAZETTEER = _HERE.parents[2] / "services" / "directory" / "gazetteer"
_ATTRIBUTION = "Derived from GeoNames postal codes (https://www.geonames.org), CC BY 4.0. Made by derive.py."
_LATITUDE, _LONGITUDE, _KM = 51.0, 10.5, 111.195
_REACH_KM, _SHRINK_KM = 16.0, 11.0
_STEPS = 10
_DETAILS = {"fine": 0.8, "coarse": 3.5}
_LEAST_KM2 = 12.0
_TOWN_POSTCODES = 2


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a table of the gazetteer."""
    with (_GAZETTEER / name).open(encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def on_plane(latitude: float, longitude: float) -> tuple[float, float]:
    """Kilometres east and south of the middle."""
    return (longitude - _LONGITUDE) * cos(radians(_LATITUDE)) * _KM, (_LATITUDE - latitude) * _KM


def district_cells(places: list[dict[str, str]]) -> dict[str, Any]:
    """The area of each district as far as places reach: those of one point belong to the district of most."""
    counted: dict[tuple[float, float], Counter[str]] = defaultdict(Counter)
    for row in places:
        if row["kind"] == "town":
            counted[on_plane(float(row["latitude"]), float(row["longitude"]))][row["district_code"]] += 1
    points = shapely.MultiPoint(list(counted))
    cells = shapely.voronoi_polygons(points, ordered=True).geoms
    land = shapely.union_all(shapely.buffer(list(points.geoms), _REACH_KM)).buffer(-_SHRINK_KM)
    of_district = defaultdict(list)
    for point, cell in zip(counted, cells, strict=True):
        of_district[counted[point].most_common(1)[0][0]].append(cell)
    return {code: shapely.union_all(parts).intersection(land) for code, parts in sorted(of_district.items())}


def without_specks(areas: dict[str, Any]) -> dict[str, Any]:
    """The same cover; a speck of a district within others belongs to the neighbour with the longest border."""
    pieces = [(code, part) for code, area in areas.items() for part in shapely.get_parts(area)]
    largest = {code: max(shapely.get_parts(area), key=lambda part: part.area) for code, area in areas.items()}
    kept = defaultdict(list)
    for code, part in pieces:
        if part.area >= _LEAST_KM2 or part.equals(largest[code]):
            kept[code].append(part)
    for code, part in pieces:
        if part.area < _LEAST_KM2 and not part.equals(largest[code]):
            shared = {other: part.intersection(areas[other]).length for other in areas if other != code}
            nearest = max(shared, key=lambda other: shared[other])
            if shared[nearest] > 0:
                kept[nearest].append(part)
    return {code: shapely.union_all(parts) for code, parts in sorted(kept.items())}


def written(area: Any) -> list[list[int]]:
    """Outer rings and holes of an area, each as differences of steps: x, y, x, y."""
    rings = []
    for part in shapely.get_parts(area):
        for ring in (part.exterior, *part.interiors):
            steps = [(round(x * _STEPS), round(y * _STEPS)) for x, y in ring.coords[:-1]]
            numbers, before = [], (0, 0)
            for step in steps:
                if step != before:
                    numbers += [step[0] - before[0], step[1] - before[1]]
                before = step
            if len(numbers) >= 6:
                rings.append(numbers)
    return rings


def towns(places: list[dict[str, str]]) -> list[tuple[str, int, int]]:
    """Name and place in steps of each town with several postcodes, most postcodes first."""
    of_town = defaultdict(list)
    for row in places:
        if row["kind"] == "town":
            of_town[row["place"], row["district_code"]].append(row)
    found = []
    for (name, _), rows in of_town.items():
        postcodes = {row["postcode"] for row in rows}
        if len(postcodes) >= _TOWN_POSTCODES:
            x, y = on_plane(
                sum(float(row["latitude"]) for row in rows) / len(rows),
                sum(float(row["longitude"]) for row in rows) / len(rows),
            )
            found.append((len(postcodes), name, round(x * _STEPS), round(y * _STEPS)))
    return [(name, x, y) for _, name, x, y in sorted(found, reverse=True)]


def main() -> None:
    """Write the outlines."""
    districts = {row["district_code"]: row for row in read_rows("districts.tsv")}
    places = read_rows("places.tsv")
    areas = without_specks(district_cells(places))
    codes = list(areas)
    levels = {}
    for name, tolerance in _DETAILS.items():
        simpler = dict(zip(codes, shapely.coverage_simplify([areas[code] for code in codes], tolerance), strict=True))
        lands = defaultdict(list)
        for code, area in simpler.items():
            lands[districts[code]["state"]].append(area)
        levels[name] = {
            "districts": {code: written(area) for code, area in simpler.items()},
            "lands": {land: written(shapely.union_all(parts)) for land, parts in sorted(lands.items())},
        }
    content = {"attribution": _ATTRIBUTION, "steps_per_km": _STEPS, "towns": towns(places), **levels}
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    (_HERE / "outlines.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
