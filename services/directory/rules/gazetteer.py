"""Finds what people mean by a place: postcode, town, district or Land."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from services.directory.model.reference import District, Place
from services.directory.model.search import Area, PlaceChoice
from services.directory.rules.coordinates import read_coordinates
from services.directory.rules.grid import kilometres
from services.directory.rules.scripts import Skeletons
from services.directory.rules.words import fold, script_of, tokens

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
LONG_ENOUGH = 6
NEGLIGIBLE = 20
"""A place with so many times the postcodes of another of its name is meant."""
LARGE_CITY = 5
"""With so many postcodes the names of a city's quarters are known without it: "Kreuzberg"."""
KINDS_OF_DISTRICT = ("landkreis", "kreis", "region")
FILLERS = frozenset(
    fold(word)
    for word in (
        "bei", "in", "im", "nahe", "um", "near", "around", "der", "die", "Nähe", "von", "Raum", "Großraum", "Umgebung",
        "Umkreis", "und", "rund", "Stadt", "d", "de",
        "в", "у", "во", "під", "под", "біля", "около", "город", "місто", "في", "مدينة", "در", "شهر",  # noqa: RUF001
    )
)  # fmt: skip
"""Words around a place's name that say nothing about which one it is."""
_SPA = "bad"
_CONNECTING = frozenset({"am", "an", "auf", "bei", "im", "in", "ob", "vor", "unter", "i", "a", "b"})
_FOREIGN = re.compile(r"^\s*(?:a|at|ch|li|l|lu|nl|b|be|f|fr|pl|cz|dk|i|it)\s*[- ]\s*\d{3,5}\b", re.IGNORECASE)
_KIND_OF_DISTRICT = re.compile(
    r"\b(Landkreis|Kreisfreie Stadt|Stadtkreis|Kreis|Region|Landeshauptstadt|Hansestadt|Universitätsstadt|Stadt)\b|,"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a name was found for; `choices` are all of that name, this first, where there are several."""

    area: Area
    choices: tuple[PlaceChoice, ...] = ()
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

    def __init__(
        self, places: Sequence[Place], districts: Sequence[District], exonyms: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`exonyms`: what towns are called in other languages, by name."""
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
        self._longer: dict[Name, list[Name]] = defaultdict(list)
        for full in {name for name, _ in towns}:
            if short := _shortened(full):
                self._longer[short].append(tuple(tokens(full)))
        for names in self._longer.values():
            names.sort()
        self._quarters: dict[Name, list[list[Place]]] = defaultdict(list)
        for (name, _), group in towns.items():
            city, *rest = tokens(name)
            of_city = (
                len(each) for each in self._towns.get((city,), ()) if each[0].district_code == group[0].district_code
            )
            if rest and rest[0] not in _CONNECTING and max(of_city, default=0) >= LARGE_CITY:
                for short in {tuple(rest), tuple(rest[:1])}:
                    self._quarters[short].append(group)
        self._wide: dict[Name, _Wide] = {}
        self._states: set[Name] = set()
        self._add_districts(districts)
        self._add_states(districts)
        self._areas: dict[Name, list[Area]] = {}
        self._exonyms: dict[Name, Name] = {
            tuple(tokens(also)): tuple(tokens(name)) for name, found in (exonyms or {}).items() for also in found
        }
        self._skeletons: Skeletons | None = None

    def find_postcode(self, text: str, *, near: Sequence[str] = ()) -> Named | None:
        """The place of a postcode; one that lost its leading zero is repaired when that gives one that exists.

        `near`: words that stand with it. A postcode of four digits beside a name that is not its own is of Austria or
        Switzerland ("4020 Linz").
        """
        repaired = ""
        if re.fullmatch(r"[1-9]\d{3}", text) and "0" + text in self._by_postcode:
            repaired, text = text, "0" + text
        group = self._by_postcode.get(text)
        if not group or (repaired and near and not any(_fits(place.name, near) for place in group)):
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

    def find_name(self, words: Sequence[str], *, in_text: bool = False) -> Named | None:
        """The place of this name, given as folded words; of several the largest, and all to choose from.

        In running text what people leave of a longer name must itself be long: "Rot" is no place there.
        """
        name = self._in_german(tuple(words), in_text=in_text)
        areas = self._areas_of(name)
        is_loose = name not in self._towns and name not in self._wide
        if not areas:
            return self._told_apart(name)
        if in_text and is_loose and len("".join(name)) < LONG_ENOUGH:
            return None
        return Named(areas[0], self._choices(areas, is_short=is_loose))

    def _in_german(self, name: Name, *, in_text: bool) -> Name:
        """The German name of a town that is written in another language or script; else the name as it is."""
        if name in self._exonyms and name not in self._towns:
            return self._exonyms[name]
        if len(name) != 1 or script_of(name[0]) == "latin":
            return name
        if self._skeletons is None:
            groups = [(known, group) for known, found in self._towns.items() for group in found]
            groups += [(known, group) for known, full in self._longer.items() for n in full for group in self._towns[n]]
            self._skeletons = Skeletons((known[0], len(group)) for known, group in groups if len(known) == 1)
        german = self._skeletons.find(name[0], in_text=in_text)
        return (german,) if german else name

    def _told_apart(self, name: Name) -> Named | None:
        """Of several places that of which the rest speaks: "Frankfurt Main", "Offenbach am Main", "Freiburg i. Br."."""
        if len(name) > 2 * LONGEST_NAME or (name[:1] not in self._longer and name[:1] not in self._towns):
            return None
        for cut in range(min(len(name), LONGEST_NAME + 1) - 1, 0, -1):
            rest = [word for word in name[cut:] if word not in _CONNECTING and word not in FILLERS]
            areas = self._areas_of(name[:cut])
            if not rest or name[-1] not in rest or len(areas) < 2:  # several
                continue
            fitting = [area for area in areas if _begin(rest, self._telling(area)[cut:])]
            if fitting:
                return Named(fitting[0], self._choices(fitting))
        return None

    def find(self, text: str) -> Named | None:
        """The place that a text in a field for places names: "38100 Braunschweig", "bei Hannover", "52.37, 9.73"."""
        if (point := read_coordinates(text)) is not None:
            return Named(self.area_at(*point))
        if is_foreign(text):
            return None
        whole = list(dropwhile(lambda word: word in FILLERS, tokens(text)))
        if "(" in text and (area := self._find_labelled(text)) is not None:
            return Named(area)
        if named := self.find_name(whole):
            return named
        words = [word for word in whole if word not in FILLERS]
        names = [word for word in words if not word.isdigit()]
        for word in words:
            if word.isdigit() and (named := self.find_postcode(word, near=names)):
                return named
        if any(word.isdigit() for word in words):
            return None  # a number that is no postcode: whatever stands beside it is elsewhere
        for length in range(min(len(names), LONGEST_NAME), 0, -1):
            if named := self.find_name(names[:length]):
                wide = self._wide.get(tuple(names[length:]))
                return (wide and self.choose(named, wide.districts)) or named
        return None

    def area_at(self, latitude: float, longitude: float) -> Area:
        """A point, with the postcode, district and Land of the nearest town, for responsibility; none far from all."""
        here = (latitude, longitude)
        around = (
            place
            for group in self._by_postcode.values()
            for place in group[:1]
            if not place.is_bulk and abs(place.latitude - latitude) < 0.3 and abs(place.longitude - longitude) < 0.5
        )
        nearest = min(
            around,
            key=lambda place: (kilometres(here, (place.latitude, place.longitude)), place.postcode),
            default=None,
        )
        if nearest is None:
            return Area("", latitude, longitude, 0.0)
        named = self.find_postcode(nearest.postcode)
        assert named is not None  # it came from the same table  # noqa: S101
        return replace(named.area, latitude=latitude, longitude=longitude)

    def _telling(self, area: Area) -> list[str]:
        """The words of its name, district and Land."""
        return list(tokens(f"{self._describe(area)} {STATE_NAMES.get(area.state, '')}"))

    def choose(self, named: Named, districts: Sequence[str]) -> Named | None:
        """Of places of one name that which lies in one of these districts; None when none does."""
        areas = (self._find_labelled(choice.place) for choice in named.choices)
        return next((Named(area) for area in areas if area is not None and area.districts[0] in districts), None)

    def _find_labelled(self, text: str) -> Area | None:
        """The area that `_describe` calls so."""
        for opening in re.finditer(r"\(", text):
            wanted = tuple(tokens(text[opening.end() :]))
            wide = self._wide.get(wanted)
            for area in self._areas_of(tuple(tokens(text[: opening.start()]))):
                district = self._districts.get(area.districts[0])
                is_named = district is not None and tuple(tokens(district.name)) == wanted
                if is_named or (wide is not None and wide.districts == area.districts):
                    return area
        return None

    def _choices(self, areas: Sequence[Area], *, is_short: bool = False) -> tuple[PlaceChoice, ...]:
        """All areas when they lie apart; nobody means the one postcode of a metropolis beyond its border.

        `is_short`: the name is no place's whole name, so that also the smallest may be meant: "Freiburg" at the Elbe.
        """
        least = 0 if is_short or len(areas[0].districts) > 1 else len(areas[0].postcodes)
        others = [
            area
            for area in areas[1:]
            if area.districts != areas[0].districts and len(area.postcodes) * NEGLIGIBLE >= least
        ]
        if not others or not areas[0].districts:
            return ()
        return tuple(PlaceChoice(text, text) for text in map(self._describe, [areas[0], *others]))

    def points(self) -> Mapping[str, Place]:
        """The first place of every postcode."""
        return {postcode: group[0] for postcode, group in self._by_postcode.items()}

    def _areas_of(self, name: Name) -> list[Area]:
        """All areas of the name, the largest first: towns, else a district or Land, else quarters, else "Bad …"."""
        if name not in self._areas:
            groups = self._towns.get(name, [])
            if name in self._states and max(map(len, groups), default=0) < LARGE_CITY:
                towns = (group for full in self._longer.get(name, ()) for group in self._towns[full] if len(group) > 1)
                self._areas[name] = [self._area(self._wide[name]), *map(self._town, towns)]
                return self._areas[name]
            if groups or name not in self._wide:
                groups = [*groups, *(group for full in self._longer.get(name, ()) for group in self._towns[full])]
            if not groups and name in self._wide:
                self._areas[name] = [self._area(self._wide[name])]
            elif groups := groups or self._quarters.get(name, []):
                areas = [self._town(group) for group in groups]
                self._areas[name] = sorted(areas, key=lambda area: self._by_size(area, name))
            elif name and name[0] != _SPA and len(self._towns.get((_SPA, *name), ())) == 1:
                return self._areas_of((_SPA, *name))
            else:
                return []
        return self._areas[name]

    def _by_size(self, area: Area, name: Name) -> tuple[object, ...]:
        """The more postcodes town and quarters have the larger; then the seat of the district that is called so."""
        code = area.districts[0]
        around = {place.postcode for place in self._of_district[code] if tuple(tokens(place.name))[: len(name)] == name}
        district = self._districts.get(code)
        is_seat = district is not None and tuple(tokens(area.name)) == _plain(district.name)
        return -len(around), not is_seat, -len(area.postcodes), area.name, code

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
            plain = _plain(district.name)
            for name in (tuple(tokens(district.name)), *((kind, *plain) for kind in KINDS_OF_DISTRICT), plain):
                self._wide.setdefault(name, wide)

    def _add_states(self, districts: Iterable[District]) -> None:
        codes: dict[str, list[str]] = defaultdict(list)
        for district in districts:
            codes[district.state].append(district.code)
        for state, members in codes.items():
            if not any(code in self._of_district for code in members):
                continue
            wide = _Wide(STATE_NAMES[state], tuple(members), state)
            name = tuple(tokens(wide.name))
            self._wide.setdefault(("land", *name), wide)
            if self._wide.setdefault(name, wide) is wide:
                self._states.add(name)

    def _state(self, code: str) -> str:
        district = self._districts.get(code)
        return district.state if district is not None else ""

    def _describe(self, area: Area) -> str:
        if len(area.districts) > 1:
            return f"Land {area.name}"
        district = self._districts.get(area.districts[0])
        return f"{area.name} ({district.name})" if district is not None else area.name


def is_foreign(text: str) -> bool:
    """Whether a postcode says itself that it is of another country: "A-1010", "CH 8001"."""
    return _FOREIGN.match(text) is not None


def _shortened(name: str) -> Name:
    """What people leave of "Neustadt am Rübenberge", "Frankfurt (Oder)" and "Neustadt/Harz"; empty when it is whole."""
    if re.search(r"\)\s*\S", name):
        return ()  # a part of such a town
    whole, first = tuple(tokens(name)), tuple(tokens(re.split(r"\s*[(/]", name)[0]))
    cut = next((index for index, word in enumerate(first) if index and word in _CONNECTING), len(first))
    return first[:cut] if first[:cut] != whole else ()


def _plain(district: str) -> Name:
    """A district's name without what kind of district it is."""
    return tuple(tokens(_KIND_OF_DISTRICT.sub(" ", district)))


def _begin(beginnings: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each of them begins one of the words: "i. Br." is "im Breisgau"."""
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def _fits(name: str, near: Sequence[str]) -> bool:
    return not set(tokens(name)).isdisjoint(near)


def _postcodes(group: Iterable[Place]) -> tuple[int, ...]:
    return tuple(sorted({int(place.postcode) for place in group}))
