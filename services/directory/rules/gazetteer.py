"""Finds what people mean by a place: postcode, town, district or Land."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.directory.model.reference import District, Place
from services.directory.model.search import Area
from services.directory.rules.grid import kilometres
from services.directory.rules.words import tokens

STATE_NAMES = {
    "BB": "Brandenburg",
    "BE": "Berlin",
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "HB": "Bremen",
    "HE": "Hessen",
    "HH": "Hamburg",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SH": "Schleswig-Holstein",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}
LONGEST_NAME = 5
_KIND_OF_DISTRICT = re.compile(
    r"\b(Landkreis|Kreisfreie Stadt|Stadtkreis|Kreis|Region|Landeshauptstadt|Hansestadt|Universitätsstadt|Stadt)\b|,"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a name was found for; `others` are places of the same name that were not taken."""

    area: Area
    others: tuple[str, ...] = ()
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class _Wide:
    """A district or a Land."""

    name: str
    districts: tuple[str, ...]
    state: str


Name = tuple[str, ...]
"""A place's name as folded words."""


class Gazetteer:
    """All places of the country by postcode and name; filled once at start, then only read.

    What is known of a place is worked out when somebody first asks for it: all at once would take most of the
    directory's start.
    """

    def __init__(self, places: Sequence[Place], districts: Sequence[District]) -> None:
        self._districts = {district.code: district for district in districts}
        self._by_postcode: dict[str, list[Place]] = defaultdict(list)
        self._of_district: dict[str, list[Place]] = defaultdict(list)
        towns: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            self._by_postcode[place.postcode].append(place)
            self._of_district[place.district_code].append(place)
            towns[(place.name, place.district_code)].append(place)
        self._towns: dict[Name, list[list[Place]]] = defaultdict(list)
        for (name, _), group in towns.items():
            self._towns[tuple(tokens(name))].append(group)
        self._wide: dict[Name, _Wide] = {}
        self._add_districts(districts)
        self._add_states(districts)
        self._areas: dict[Name, list[Area]] = {}

    def find_postcode(self, text: str) -> Named | None:
        """The place of a postcode; one that lost its leading zero is repaired when that gives one that exists."""
        repaired = ""
        if re.fullmatch(r"[1-9]\d{3}", text) and "0" + text in self._by_postcode:
            repaired, text = text, "0" + text
        group = self._by_postcode.get(text)
        if not group:
            return None
        first = group[0]
        codes = tuple(sorted({place.district_code for place in group}))
        area = Area(
            name=first.name,
            latitude=first.latitude,
            longitude=first.longitude,
            reach_km=0.0,
            postcode=text,
            postcodes=(int(text),),
            districts=codes,
            state=self._state(codes[0]),
        )
        return Named(area, repaired=repaired)

    def find_name(self, words: Sequence[str]) -> Named | None:
        """The place of exactly this name, given as folded words; of several the one with most postcodes."""
        areas = self._areas_of(tuple(words))
        if not areas:
            return None
        others = [self._describe(area) for area in areas[1:] if area.districts != areas[0].districts]
        return Named(areas[0], tuple(others))

    def find(self, text: str) -> Named | None:
        """The place that a text in a field for places names: "38100", "38100 Braunschweig", "bei Hannover"."""
        words = [word for word in tokens(text) if word not in {"bei", "in", "nahe", "um", "near", "der", "raum"}]
        for word in words:
            if word.isdigit() and (named := self.find_postcode(word)):
                return named
        words = [word for word in words if not word.isdigit()]
        for length in range(min(len(words), LONGEST_NAME), 0, -1):
            if named := self.find_name(words[:length]):
                return named
        return None

    def points(self) -> Mapping[str, Place]:
        """The first place of every postcode."""
        return {postcode: group[0] for postcode, group in self._by_postcode.items()}

    def _areas_of(self, name: Name) -> list[Area]:
        """All areas of the name, the one with most postcodes first; a town goes before a district or Land."""
        if name not in self._areas:
            if name in self._towns:
                areas = [self._town(group) for group in self._towns[name]]
                self._areas[name] = sorted(areas, key=lambda area: (-len(area.postcodes), area.districts))
            elif name in self._wide:
                self._areas[name] = [self._area(self._wide[name])]
            else:
                return []
        return self._areas[name]

    def _town(self, group: Sequence[Place]) -> Area:
        """The middle is the mean of all points without bulk receivers."""
        towns = [place for place in group if not place.is_bulk] or group
        code = group[0].district_code
        return Area(
            name=group[0].name,
            latitude=sum(place.latitude for place in towns) / len(towns),
            longitude=sum(place.longitude for place in towns) / len(towns),
            reach_km=0.0,
            postcodes=_postcodes(group),
            districts=(code,),
            state=self._state(code),
        )

    def _area(self, wide: _Wide) -> Area:
        group = [place for code in wide.districts for place in self._of_district.get(code, ())]
        latitude = sum(place.latitude for place in group) / len(group)
        longitude = sum(place.longitude for place in group) / len(group)
        reach = max(kilometres((latitude, longitude), (place.latitude, place.longitude)) for place in group)
        return Area(wide.name, latitude, longitude, reach, "", _postcodes(group), wide.districts, wide.state)

    def _add_districts(self, districts: Iterable[District]) -> None:
        for district in districts:
            if district.code not in self._of_district:
                continue
            wide = _Wide(district.name, (district.code,), district.state)
            plain = tuple(tokens(_KIND_OF_DISTRICT.sub(" ", district.name)))
            for name in (tuple(tokens(district.name)), ("landkreis", *plain), ("kreis", *plain), plain):
                self._wide.setdefault(name, wide)

    def _add_states(self, districts: Iterable[District]) -> None:
        codes: dict[str, list[str]] = defaultdict(list)
        for district in districts:
            codes[district.state].append(district.code)
        for state, members in codes.items():
            if not any(code in self._of_district for code in members):
                continue
            wide = _Wide(STATE_NAMES[state], tuple(members), state)
            self._wide.setdefault(tuple(tokens(wide.name)), wide)

    def _state(self, code: str) -> str:
        district = self._districts.get(code)
        return district.state if district is not None else ""

    def _describe(self, area: Area) -> str:
        district = self._districts.get(area.districts[0])
        return f"{area.name} ({district.name})" if district is not None else area.name


def _postcodes(group: Iterable[Place]) -> tuple[int, ...]:
    return tuple(sorted({int(place.postcode) for place in group}))
