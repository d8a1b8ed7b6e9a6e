"""Places as people write them, and those that are not unique."""

from __future__ import annotations

from typing import Any

import pytest
from lotse.directory.v1 import search_pb2

from tests.integration.directory.conftest import Directory

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("text", "place", "postcode"),
    [
        ("Sucht 1067 Dresden", "Dresden", "01067"),
        ("Sucht Landkreis Gifhorn", "Gifhorn", ""),
        ("Sucht Region Hannover", "Region Hannover", ""),
        ("Sucht bei Hannover", "Hannover", ""),
        ("Sucht in der Nähe von Celle", "Celle", ""),
        ("Sucht im Raum Braunschweig", "Braunschweig", ""),
        ("Sucht Kreuzberg", "Berlin Kreuzberg", ""),
        ("Sucht 52.37, 9.73", "Hannover", "30159"),
        ("Sucht Neustadt Ostholstein", "Neustadt in Holstein", ""),
    ],
)
async def test_a_place_in_the_text_is_read(shared_directory: Directory, text: str, place: str, postcode: str) -> None:
    for answer in (
        await shared_directory.search(text),
        await shared_directory.search("Sucht", place=text.removeprefix("Sucht ")),
    ):
        assert place in answer.understood.place
        assert answer.understood.postcode == postcode
        assert list(answer.understood.words) == []


@pytest.mark.parametrize("place", ["A-1010 Wien", "CH 8001 Zürich", "4020 Linz", "AT-6020", "99999"])
async def test_a_postcode_of_another_country_is_no_german_one(shared_directory: Directory, place: str) -> None:
    answer = await shared_directory.search("Sucht", place=place)
    assert answer.total == 0
    assert answer.understood.place == ""
    assert "nicht bekannt" in answer.coverage.text


@pytest.mark.parametrize("text", ["Neustadt", "Halle", "Frankfurt"])
@pytest.mark.parametrize("in_text", [True, False])
async def test_a_place_that_is_not_unique_is_asked_back_and_each_choice_means_exactly_one(
    shared_directory: Directory, text: str, *, in_text: bool
) -> None:
    asked: dict[str, Any] = {"text": f"Sucht {text}"} if in_text else {"text": "Sucht", "place": text}
    answer = await shared_directory.search(**asked)
    assert len(answer.place_choices) >= 2
    meant = set()
    for choice in answer.place_choices:
        chosen = await shared_directory.search("Sucht", place=choice.place)
        assert not chosen.place_choices
        assert choice.label.startswith(chosen.understood.place)
        meant.add(choice.place)
    assert len(meant) == len(answer.place_choices)
    assert answer.place_choices[0].label.startswith(answer.understood.place)


async def test_coordinates_find_the_responsible_and_the_protected_like_a_postcode(shared_directory: Directory) -> None:
    near = search_pb2.Coordinates(latitude=52.264, longitude=10.523)
    by_point = await shared_directory.search("Mietschulden", near=near)
    by_postcode = await shared_directory.search("Mietschulden", place="38100")
    assert list(by_point.coverage.responsible_agency_ids) == list(by_postcode.coverage.responsible_agency_ids) != []
    violence = await shared_directory.search("Er schlägt mich", near=near)
    assert any(hit.protected_location for hit in violence.hits)
    assert all(not hit.HasField("point") for hit in violence.hits if hit.protected_location)
    at_sea = await shared_directory.search("Mietschulden", near=search_pb2.Coordinates(latitude=0, longitude=0))
    assert at_sea.total == 0
