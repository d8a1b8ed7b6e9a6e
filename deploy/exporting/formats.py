"""Formats with one record after the other: HSDS JSON, NDJSON, GeoJSON, CSV. Each writes as it reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from lotse.directory.v1 import publication_pb2 as pb

COLUMNS = (
    "id", "name", "organization", "status", "description", "topics", "languages", "phones", "email", "url", "addresses",
    "states", "eligibility", "minimum_age", "maximum_age", "fees", "room", "accepts_handover", "confirmed_at",
    "last_modified", "source", "source_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """What is asked of the directory, and what becomes of each line; head and tail stand around all of them."""

    collection: pb.Collection.ValueType
    depth: pb.Depth.ValueType
    write: Callable[[Iterable[bytes]], Iterator[bytes]]
    head: bytes = b""
    tail: Callable[[int], bytes] = lambda _: b""
    between: bytes = b""


def _as_they_are(lines: Iterable[bytes]) -> Iterator[bytes]:
    yield from lines


def _page_end(count: int) -> bytes:
    members = {
        "total_items": count, "total_pages": 1, "page_number": 1, "size": count, "first_page": True, "last_page": True,
        "empty": count == 0,
    }  # fmt: skip
    return b"\n], " + json.dumps(members)[1:].encode() + b"\n"


def _features(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        place = json.loads(line)
        location = place["location"]
        if location.get("protected") or "latitude" not in location or "longitude" not in location:
            continue
        service = place["service"]
        properties = {
            "service_id": service["id"],
            "service": service["name"],
            "status": service["status"],
            "organization": service["organization"]["name"],
            "location": location.get("name"),
            "address": "; ".join(_addresses([location])),
            "topics": _topics(service),
            "languages": sorted({language["code"] for language in service.get("languages", [])}),
            "url": service.get("url") or service["organization"].get("website"),
            "last_modified": service["last_modified"],
        }
        feature = {
            "type": "Feature",
            "id": place["id"],
            "geometry": {"type": "Point", "coordinates": [location["longitude"], location["latitude"]]},
            "properties": {name: value for name, value in properties.items() if value},
        }
        yield json.dumps(feature, ensure_ascii=False).encode()


def _rows(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield _row([_cell(value) for value in _columns(json.loads(line)).values()])


def _columns(service: Mapping[str, Any]) -> dict[str, object]:
    places = [place["location"] for place in service.get("service_at_locations", []) if "location" in place]
    organization = service["organization"]
    phones = [*service.get("phones", []), *organization.get("phones", [])]
    phones += [phone for place in places for phone in place.get("phones", [])]
    room = [capacity["state"] for capacity in service.get("capacities", [])]
    values = (
        service["id"], service["name"], organization["name"], service["status"], service.get("description"),
        _topics(service), sorted({language["code"] for language in service.get("languages", [])}),
        [phone["number"] for phone in phones], service.get("email") or organization.get("email"),
        service.get("url") or organization.get("website"), _addresses(places),
        sorted({place["state"] for place in places if "state" in place}), service.get("eligibility_description"),
        service.get("minimum_age"), service.get("maximum_age"), service.get("fees_description"), room[:1],
        organization["accepts_handover"], organization.get("confirmed_at"), service["last_modified"],
        service["source"], service["source_id"],
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _topics(service: Mapping[str, Any]) -> list[str]:
    return [attribute["taxonomy_term"]["name"] for attribute in service.get("attributes", [])]


def _addresses(places: Iterable[Mapping[str, Any]]) -> list[str]:
    found = []
    for place in places:
        for address in place.get("addresses", []):
            town = f"{address['postal_code']} {address['city']}".strip()
            found.append(", ".join(part for part in (address["address_1"], address.get("address_2"), town) if part))
    return found


def _cell(value: object) -> str:
    """The value as text; what a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "; ".join(str(item) for item in value) if isinstance(value, list) else str(value or "")
    risky = text[:1] in {"=", "@", "\t", "\r"} or (text[:1] in {"+", "-"} and not text[1:2].isdigit())
    return f"'{text}" if risky else text


def _row(cells: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


FORMATS: Mapping[str, Format] = {
    "hsds-json": Format(
        pb.COLLECTION_ORGANIZATIONS, pb.DEPTH_FULL_SERVICE, _as_they_are, b'{"contents": [\n', _page_end, b",\n"
    ),
    "ndjson": Format(
        pb.COLLECTION_ORGANIZATIONS, pb.DEPTH_FULL_SERVICE, _as_they_are, tail=lambda count: b"\n" if count else b"",
        between=b"\n",
    ),
    "geojson": Format(
        pb.COLLECTION_SERVICE_AT_LOCATIONS, pb.DEPTH_FULL, _features,
        b'{"type": "FeatureCollection", "features": [\n', lambda _: b"\n]}\n", b",\n",
    ),
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    "csv": Format(pb.COLLECTION_SERVICES, pb.DEPTH_FULL, _rows, b"\xef\xbb\xbf" + _row(COLUMNS)),
}  # fmt: skip
