"""Points on the map that cannot be where the address is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import cos, hypot, isfinite, radians
from statistics import median

from services.directory.model.imports import RawRow
from services.directory.model.reference import Reference

KM_A_DEGREE = 111.2
FROM_POSTCODE_KM = 100.0
FROM_POSTCODE = f"The point lies more than {FROM_POSTCODE_KM:.0f} km from the postcode of its address; it was left out."
FROM_TOWN_KM = 200.0
FROM_STATE_KM = 1_000.0
LEAST = 3
"""Of so many points at least it can be said where a town or state is."""
SHARE = 0.6

STATES_OF_US = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DC",
        "DE",
        "FL",
        "GA",
        "GU",
        "HI",
        "IA",
        "ID",
        "IL",
        "IN",
        "KS",
        "KY",
        "LA",
        "MA",
        "MD",
        "ME",
        "MI",
        "MN",
        "MO",
        "MS",
        "MT",
        "NC",
        "ND",
        "NE",
        "NH",
        "NJ",
        "NM",
        "NV",
        "NY",
        "OH",
        "OK",
        "OR",
        "PA",
        "PR",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VA",
        "VI",
        "VT",
        "WA",
        "WI",
        "WV",
        "WY",
    ]
)
"""None of them is the short name of a German Land, so that they prove the country."""

Point = tuple[float, float]


def find_misplaced(locations: Iterable[RawRow], addresses: Iterable[RawRow], reference: Reference) -> dict[str, str]:
    """Keys of locations whose point contradicts their own address, each with the reason.

    In Germany the point is held against the middle of the postcode. Elsewhere it is held against where most points of
    the same town, or of the same state, in the same import are, since no gazetteer of other countries is at hand.
    """
    address_of = {row.references.get("location_id", ""): row.fields for row in addresses}
    towns: dict[tuple[str, ...], dict[str, Point]] = defaultdict(dict)
    found: dict[str, str] = {}
    for row in locations:
        address, point = address_of.get(row.key), _point(row.fields)
        if address is None or point is None:
            continue
        place = reference.points.get(address.get("postal_code", ""))
        state, town = address.get("state_province", "").casefold(), address.get("city", "").casefold()
        country = address.get("country", "").upper()
        if place is not None and country in {"", "DE"} and state.upper() not in STATES_OF_US:
            if distance_km(point, (place.latitude, place.longitude)) > FROM_POSTCODE_KM:
                found[row.key] = FROM_POSTCODE
            continue
        if state:
            towns[country, state][row.key] = point
            if town:
                towns[country, state, town][row.key] = point
    for name, points in towns.items():
        far, what = (FROM_TOWN_KM, "town") if len(name) == 3 else (FROM_STATE_KM, "state")
        reason = f"The point lies more than {far:.0f} km from where the {what} of the address is; it was left out."
        found |= dict.fromkeys(_far_ones(points, far), reason)
    return found


def distance_km(one: Point, other: Point) -> float:
    """The distance in kilometres, good enough below a thousand of them."""
    return KM_A_DEGREE * hypot(one[0] - other[0], (one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2)))


def _far_ones(points: Mapping[str, Point], far: float) -> list[str]:
    if len(points) < LEAST:
        return []
    middle = (median(point[0] for point in points.values()), median(point[1] for point in points.values()))
    away = [key for key, point in points.items() if distance_km(point, middle) > far]
    return away if len(away) <= len(points) * (1 - SHARE) else []


def _point(fields: Mapping[str, str]) -> Point | None:
    try:
        point = float(fields["latitude"]), float(fields["longitude"])
    except (KeyError, ValueError):
        return None
    return point if all(map(isfinite, point)) and abs(point[0]) <= 90 and abs(point[1]) <= 180 else None
