"""Writes agencies.json, the demo directory in HSDS 3 JSON. The same input gives the same bytes.

    python -m deploy.demo.directory.generate

Every row carries `source_id`, and as `id` the UUID that an import with the source "demo" gives it:
uuid5(NAMESPACE_URL, "demo/TABLE/SOURCE_ID"). Telephone numbers are from the ranges that the German regulator keeps free
for fiction.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from deploy.demo.directory.agencies import AGENCIES, PARENTS, Agency, Parent
from deploy.demo.directory.extras import (
    ACCESSIBILITY,
    ACCOMPANIES,
    AUDIENCES,
    COSTS,
    DOCUMENTS,
    EXCLUSIONS,
    FUNDERS,
    HOME_VISITS,
    OUTREACH,
    REMOTE,
)
from deploy.demo.directory.kinds import KINDS

Row = dict[str, object]

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SOURCE = "demo"
MARK = "Erfundene Demo-Daten."
HOURS = (("MO,TU,TH", "09:00", "12:00"), ("MO,WE", "10:00", "13:00"), ("TU,TH", "14:00", "17:00"))
LEVELS = ("native", "fluent", "basic")
CAPACITIES = ("free", "waiting-list", "free", "closed", "free", "", "waiting-list")


def make_id(table: str, source_id: str) -> str:
    """The id that the importer gives to the row."""
    return str(uuid5(NAMESPACE_URL, f"{SOURCE}/{table}/{source_id}"))


def row(table: str, source_id: str, **fields: object) -> Row:
    """A row with its id first."""
    return {"id": make_id(table, source_id), "source_id": source_id, **fields}


def pick(source_id: str, count: int) -> int:
    """A number below `count` that depends on nothing but the id."""
    return zlib.crc32(source_id.encode()) % count


def read_places() -> dict[str, tuple[str, float, float]]:
    """Postcode to place and point, from the project's gazetteer."""
    places: dict[str, tuple[str, float, float]] = {}
    lines = (ROOT / "services/directory/gazetteer/places.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[2:]:
        postcode, place, _, latitude, longitude, _ = line.split("\t")
        places.setdefault(postcode, (place, float(latitude), float(longitude)))
    return places


def read_terms() -> dict[str, Row]:
    """Topic slug to the HSDS term of it."""
    topics = json.loads((ROOT / "services/directory/topics/lotse-themen.json").read_text(encoding="utf-8"))
    return {
        term["slug"]: {
            "id": str(uuid5(NAMESPACE_URL, f"lotse-themen/taxonomy_term/{term['slug']}")),
            "code": term["slug"],
            "name": term["labels"]["de"],
            "description": term["explanation"]["de"],
            "taxonomy": "lotse-themen",
            "language": "de",
        }
        for term in topics["terms"]
    }


def phone(number: int, **fields: object) -> dict[str, object]:
    """A number of the range (030) 23125 000 to 999, kept free for fiction."""
    return {"number": f"(030) 23125 {number:03d}", "type": "voice", **fields}


def make_location(agency: Agency, number: int, places: dict[str, tuple[str, float, float]]) -> Row:
    """The one place of an agency; a protected one has neither point nor address."""
    base = row("location", agency.source_id, name=f"{agency.name} (Demo)")
    if agency.protected:
        front_door = [row("phone", f"{agency.source_id}/location", **phone(number, description="Tag und Nacht"))]
        return {**base, "location_type": "virtual", "protected": True, "state": "NI", "phones": front_door}
    place, latitude, longitude = places[agency.postcode]
    address = row(
        "address",
        agency.source_id,
        address_1=agency.street,
        city=place,
        state_province="Niedersachsen",
        postal_code=agency.postcode,
        country="DE",
        address_type="physical",
    )
    return {
        **base,
        "location_type": "physical",
        "protected": False,
        "state": "NI",
        "latitude": latitude,
        "longitude": longitude,
        "addresses": [address],
        "accessibility": [
            row(
                "accessibility",
                agency.source_id,
                description=ACCESSIBILITY[pick(agency.source_id + "/access", len(ACCESSIBILITY))],
            )
        ],
    }


def make_schedules(source_id: str) -> list[Row]:
    """Weekly office hours, one or two rows."""
    start = pick(source_id, len(HOURS))
    rows = []
    for index in range(1 + pick(source_id + "/hours", 2)):
        byday, opens_at, closes_at = HOURS[(start + index) % len(HOURS)]
        rows.append(
            row(
                "schedule",
                f"{source_id}/{index + 1}",
                freq="WEEKLY",
                interval=1,
                byday=byday,
                opens_at=opens_at,
                closes_at=closes_at,
                description="Offene Sprechstunde" if index == 0 else "Nach Vereinbarung",
            )
        )
    return rows


def make_ways_in(source_id: str, kind: str, *, protected: bool) -> list[Row]:
    """How one may come: by appointment nearly always, walk-in and telephone with hours of their own."""
    if protected:
        ways = ["phone", "accompanied"]
    else:
        ways = ["appointment", "phone"]
        ways += ["walk-in"] if pick(source_id + "/walk-in", 2) == 0 else []
        ways += ["video"] if pick(source_id + "/video", 3) == 0 else []
        ways += ["chat"] if kind in REMOTE else []
        ways += ["home-visit"] if kind in HOME_VISITS else []
        ways += ["outreach"] if kind in OUTREACH else []
        ways += ["accompanied"] if kind in ACCOMPANIES else []
    return [_make_way_in(f"{source_id}/{way}", way, protected=protected) for way in ways]


def _make_way_in(source_id: str, way: str, *, protected: bool) -> Row:
    hours: list[Row] = []
    if way == "walk-in":
        hours = [weekly(source_id, "TU,TH", "10:00", "12:00")]
    elif way == "phone":
        days, last = ("MO,TU,WE,TH,FR,SA,SU", "23:59") if protected else ("MO,TU,WE,TH,FR", "16:00")
        hours = [weekly(source_id, days, "00:00" if protected else "09:00", last)]
    return row("way_in", source_id, way=way, schedules=hours)


def weekly(source_id: str, byday: str, opens_at: str, closes_at: str) -> Row:
    """Hours of a week."""
    return row("schedule", source_id, freq="WEEKLY", interval=1, byday=byday, opens_at=opens_at, closes_at=closes_at)


def make_interpretation(source_id: str) -> tuple[list[str], str | None]:
    """By whom talks are interpreted, as words of the profile and as text; some services never said."""
    return (
        (["video-interpreter"], "Videodolmetschen nach Absprache"),
        (["arranged"], "Wir bestellen Dolmetscher:innen, bitte bei der Anmeldung sagen"),
        (["none"], None),
        ([], None),
    )[pick(source_id + "/video", 3) if pick(source_id + "/said", 4) else 3]


def make_capacity(source_id: str, kind: str) -> list[Row]:
    """What the service said about room; some never said."""
    state = "free" if kind == "miete" else CAPACITIES[pick(source_id + "/capacity", len(CAPACITIES))]
    if not state:
        return []
    fields: Row = {"state": state, "updated": "2026-11-02T08:00:00Z", "expires_at": "2027-05-02T08:00:00Z"}
    if state == "waiting-list":
        fields["weeks"] = 2 + pick(source_id + "/weeks", 8)
    return [row("service_capacity", source_id, **fields)]


def make_service(agency: Agency, kind_name: str, location: Row, terms: dict[str, Row]) -> Row:
    """One service with all that hangs on it."""
    kind = KINDS[kind_name]
    source_id = f"{agency.source_id}/{kind_name}"
    attributes = [
        row(
            "attribute",
            f"{source_id}/{slug}",
            link_entity="service",
            link_type="topic",
            taxonomy_term=terms[slug],
        )
        for slug in kind.topics
    ]
    languages = [
        row(
            "language", f"{source_id}/{code}", code=code, level=LEVELS[0 if code == "de" else pick(source_id + code, 3)]
        )
        for code in ("de", *agency.languages)
    ]
    interpretation, said = make_interpretation(source_id)
    exclusions, excluded = EXCLUSIONS.get(kind_name, ((), None))
    price, per = COSTS.get(kind_name, ("", ""))
    areas: list[Row] = [
        row("service_area", f"{source_id}/{code}", name=f"Kreis {code}", district_code=code) for code in agency.areas
    ]
    if agency.protected:
        areas = [row("service_area", f"{source_id}/NI", name="Niedersachsen", state="NI")]
    service = row(
        "service",
        source_id,
        name=kind.name,
        description=f"{kind.description} {MARK}",
        status="active",
        fees_description=kind.fees,
        minimum_age=kind.minimum_age,
        maximum_age=kind.maximum_age,
        interpretation_services=said,
        interpretation=interpretation or None,
        audiences=list(AUDIENCES.get(kind_name, ())) or None,
        exclusions=list(exclusions) or None,
        exclusions_description=excluded,
        ways_in=make_ways_in(source_id, kind_name, protected=agency.protected),
        cost_options=[row("cost_option", source_id, currency="EUR", amount=float(price), amount_description=per)]
        if price
        else None,
        required_documents=[
            row("required_document", f"{source_id}/{number}", document=document)
            for number, document in enumerate(DOCUMENTS.get(kind_name, ()), start=1)
        ]
        or None,
        attributes=attributes,
        languages=languages,
        service_areas=areas,
        schedules=[] if agency.protected else make_schedules(source_id),
        capacities=make_capacity(source_id, kind_name),
        service_at_locations=[row("service_at_location", source_id, location_id=location["id"])],
    )
    return {name: value for name, value in service.items() if value is not None}


def make_regime(source_id: str, regime: str, kinds: tuple[str, ...]) -> Row:
    """The law of an agency; pregnancy-conflict counselling adds its overlay."""
    return row(
        "regime",
        source_id,
        regime=regime,
        overlays=["schkg"] if "konflikt" in kinds else [],
        valid_from="2018-05-24" if regime != "gdpr" else "2018-05-25",
    )


def make_contacts(source_id: str, number: int) -> list[Row]:
    """Who leads the agency, and for some who stands in."""
    contacts = [row("contact", source_id, name="Alex Muster", title="Leitung", phone=f"(0221) 4710 {number:03d}")]
    if pick(f"{source_id}/deputy", 3) == 0:
        deputy = row("contact", f"{source_id}/deputy", name="Kim Beispiel", title="Stellvertretung", is_deputy=True)
        contacts.append(deputy)
    return contacts


def make_agency(agency: Agency, number: int, places: dict[str, tuple[str, float, float]], terms: dict[str, Row]) -> Row:
    """An agency as a full HSDS organization."""
    regime = next((parent.regime for parent in PARENTS if parent.source_id == agency.parent), "gdpr")
    location = make_location(agency, number, places)
    stale = pick(agency.source_id + "/confirmed", 6) == 0
    fields: Row = {
        "name": f"{agency.name} (Demo)",
        "description": f"{MARK} Die Stelle gibt es nicht.",
        "website": f"https://{agency.source_id}.example",
        "accepts_handover": agency.accepts,
        "confirmed_at": "2025-03-03T09:00:00Z" if stale else f"2026-{9 + pick(agency.source_id, 2):02d}-15T09:00:00Z",
        "confirmed_how": "agency",
        "regimes": [make_regime(agency.source_id, regime, agency.kinds)],
        "locations": [location],
        "services": [make_service(agency, kind, location, terms) for kind in agency.kinds],
    }
    if agency.parent:
        fields["parent_organization_id"] = make_id("organization", agency.parent)
    if not agency.protected:
        fields["phones"] = [row("phone", agency.source_id, **phone(number))]
        fields["contacts"] = make_contacts(agency.source_id, number)
        fields["usual_answer_hours"] = 24
    if agency.accepts:
        fields["handover_kinds"] = ["refer", "transfer", "request"][: 1 + pick(agency.source_id + "/kinds", 3)]
    fields["funding"] = [
        row("funding", agency.source_id, source=FUNDERS[pick(agency.source_id + "/funding", len(FUNDERS))])
    ]
    fields["confirmations"] = [
        {"field_group": group, "confirmed_at": fields["confirmed_at"], "confirmed_how": "agency"}
        for group in ("contact", "opening-hours", "languages", "services")
        if pick(f"{agency.source_id}/{group}", 3)
    ]
    return row("organization", agency.source_id, **fields)


def make_parent(parent: Parent) -> Row:
    """A legal body as a plain HSDS organization."""
    return row(
        "organization",
        parent.source_id,
        name=f"{parent.name} (Demo)",
        description=f"{MARK} Den Träger gibt es nicht.",
        accepts_handover=False,
        confirmed_at="2026-09-15T09:00:00Z",
        confirmed_how="agency",
        regimes=[make_regime(parent.source_id, parent.regime, ())],
    )


def main() -> None:
    """Write the page of all organizations beside this file."""
    places, terms = read_places(), read_terms()
    contents = [make_parent(parent) for parent in PARENTS]
    contents += [make_agency(agency, 100 + index, places, terms) for index, agency in enumerate(AGENCIES)]
    page = {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": False,
        "contents": contents,
    }
    text = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
    (HERE / "agencies.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
