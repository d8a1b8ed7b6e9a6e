"""Derives the compact gazetteer from a GeoNames postal-code dump of Germany.

    python -m services.directory.gazetteer.derive DE.txt

writes `places.tsv` and `districts.tsv` beside this file, sorted, so that a new dump shows as a small difference.
Source: GeoNames (https://www.geonames.org), CC BY 4.0; the attribution stands in both files and in README.md.

The dump mixes towns (state as two letters) with postcodes that the post gave to one bulk receiver, whose row carries
the name of a company (state as a number, names partly in English). For a postcode with towns only the towns are kept.
For a pure bulk postcode one row is kept, under the name of the nearest town of the same district and marked as bulk, so
that an address with such a postcode is found and no company name gets into the directory.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path

HERE = Path(__file__).parent
ATTRIBUTION = (
    "# Derived from GeoNames postal codes (https://www.geonames.org), CC BY 4.0. Made by derive.py; do not edit."
)
STATES = {
    "01": "SH",
    "02": "HH",
    "03": "NI",
    "04": "HB",
    "05": "NW",
    "06": "HE",
    "07": "RP",
    "08": "BW",
    "09": "BY",
    "10": "SL",
    "11": "BE",
    "12": "BB",
    "13": "MV",
    "14": "SN",
    "15": "ST",
    "16": "TH",
}


@dataclass(frozen=True)
class DumpRow:
    """One line of the dump."""

    postcode: str
    name: str
    is_town: bool
    district_code: str
    district: str
    latitude: float
    longitude: float


def read_dump(lines: Iterable[str]) -> list[DumpRow]:
    """The usable rows of a dump: those with a five-digit postcode, a district code and coordinates."""
    rows = []
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        postcode, name, state, district, code = cells[1], cells[2], cells[4], cells[7], cells[8]
        if len(postcode) != 5 or len(code) != 5 or code[:2] not in STATES:
            continue
        rows.append(DumpRow(postcode, name, state.isalpha(), code, district, float(cells[9]), float(cells[10])))
    return rows


def squared_distance(one: DumpRow, latitude: float, longitude: float) -> float:
    """A value that grows with the distance; good enough to find the nearest of a district."""
    return (one.latitude - latitude) ** 2 + ((one.longitude - longitude) * cos(radians(latitude))) ** 2


def derive_places(rows: list[DumpRow]) -> list[tuple[str, str, str, str, str, str]]:
    """(postcode, place, district code, latitude, longitude, kind), sorted and without repeats."""
    by_postcode: dict[str, list[DumpRow]] = defaultdict(list)
    towns_of_district: dict[str, list[DumpRow]] = defaultdict(list)
    for row in rows:
        by_postcode[row.postcode].append(row)
        if row.is_town:
            towns_of_district[row.district_code].append(row)
    places = set()
    for postcode, group in by_postcode.items():
        towns = [row for row in group if row.is_town]
        for town in towns:
            point = (f"{town.latitude:.4f}", f"{town.longitude:.4f}")
            places.add((postcode, town.name, town.district_code, *point, "town"))
        if not towns:
            # Receivers of one postcode can be scattered; the first district's towns decide, and the town's own point is
            # taken, since some receivers' points lie in another Land.
            latitude = sum(row.latitude for row in group) / len(group)
            longitude = sum(row.longitude for row in group) / len(group)
            near = min(
                towns_of_district[group[0].district_code],
                key=lambda row: (squared_distance(row, latitude, longitude), row.name),
                default=None,
            )
            if near is not None:
                point = (f"{near.latitude:.4f}", f"{near.longitude:.4f}")
                places.add((postcode, near.name, near.district_code, *point, "bulk"))
    return sorted(places)


def derive_districts(rows: list[DumpRow]) -> list[tuple[str, str, str]]:
    """(district code, name, state), taking the name that the town rows give and the bulk rows' only without one."""
    names: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.district:
            names[row.district_code][row.district] += 1000 if row.is_town else 1
    return sorted(
        (code, max(sorted(counted), key=lambda name: counted[name]), STATES[code[:2]])
        for code, counted in names.items()
    )


def write_table(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write the attribution, a header and the rows, tab-separated."""
    lines = [ATTRIBUTION, "\t".join(header), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Read the dump named on the command line and write both tables."""
    with Path(sys.argv[1]).open(encoding="utf-8") as dump:
        rows = read_dump(dump)
    write_table(
        HERE / "places.tsv",
        ("postcode", "place", "district_code", "latitude", "longitude", "kind"),
        derive_places(rows),
    )
    write_table(HERE / "districts.tsv", ("district_code", "district", "state"), derive_districts(rows))


if __name__ == "__main__":
    main()
