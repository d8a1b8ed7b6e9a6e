"""The grid by which places are prefiltered in the search index; exact distance follows afterwards.

A cell is about 12.5 km wide and high in Germany (measured as the best size, see the design's stack table). A protected
location has no point: it stands in a cell of its Land instead, with a negative number.
"""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt

CELL_LATITUDE = 0.1125
CELL_LONGITUDE = 0.18
COLUMNS = 10_000
KILOMETRES_PER_DEGREE = 111.2
EARTH_RADIUS = 6371.0
STATES = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the cell that holds the point."""
    return floor((latitude + 90) / CELL_LATITUDE) * COLUMNS + floor((longitude + 180) / CELL_LONGITUDE)


def cell_of_state(state: str) -> int:
    """The cell of a Land, for what must not be found more closely."""
    return -1 - STATES.index(state)


def cells_around(latitude: float, longitude: float, radius_km: float) -> list[int]:
    """All cells that a circle can touch."""
    height = radius_km / KILOMETRES_PER_DEGREE
    width = radius_km / (KILOMETRES_PER_DEGREE * max(cos(radians(latitude)), 0.01))
    low = cell_of(latitude - height, longitude - width)
    high = cell_of(latitude + height, longitude + width)
    columns = range(low % COLUMNS, high % COLUMNS + 1)
    return [row * COLUMNS + column for row in range(low // COLUMNS, high // COLUMNS + 1) for column in columns]


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on the great circle between two points in degrees."""
    latitude, longitude, second, second_longitude = map(radians, (*one, *other))
    half = (
        sin((second - latitude) / 2) ** 2 + cos(latitude) * cos(second) * sin((second_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, half)))
