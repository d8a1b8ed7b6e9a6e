"""An invented directory of 10,000 services all over the country, made of the demonstration's kinds; always the same."""

from __future__ import annotations

import json
import random
from pathlib import Path

from deploy.demo.directory.agencies import AGENCIES, PARENTS, Agency
from deploy.demo.directory.generate import make_agency, make_parent, read_places, read_terms
from deploy.demo.directory.kinds import KINDS

SERVICES, FEW_SERVICES = 10_000, 400
_AGENCY_KINDS = 4
_LANGUAGES = ("en", "ar", "tr", "ru", "uk", "fa", "pl", "fr")


def write_services(path: Path, count: int) -> Path:
    """The demonstration's directory and so many services beside it, as HSDS 3 JSON."""
    places, terms = read_places(), read_terms()
    contents = [make_parent(parent) for parent in PARENTS]
    contents += [make_agency(agency, 100 + index, places, terms) for index, agency in enumerate(AGENCIES)]
    contents += [
        make_agency(agency, index % 1000, places, terms)
        for index, agency in enumerate(_invented(count // _AGENCY_KINDS, sorted(places)))
    ]
    path.write_text(json.dumps({"contents": contents}, ensure_ascii=False), encoding="utf-8")
    return path


def _invented(count: int, postcodes: list[str]) -> list[Agency]:
    chance = random.Random(4711)  # noqa: S311 - the same directory in each run, not a secret
    return [
        Agency(
            source_id=f"invented-{number}",
            parent="",
            street="Musterstraße 1",
            name=f"Beratungsstelle {number}",
            kinds=tuple(chance.sample(sorted(KINDS), _AGENCY_KINDS)),
            postcode=chance.choice(postcodes),
            languages=tuple(chance.sample(_LANGUAGES, 2)),
        )
        for number in range(count)
    ]
