"""The grid, mending, page tokens: each a small rule."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidArgument
from services.directory.model.search import Position, Question
from services.directory.paging import read_position, write_position
from services.directory.rules.grid import STATES, cell_of, cell_of_state, cells_around, kilometres
from services.directory.rules.mending import Lexicon, choose_mends
from services.directory.rules.words import distance, tolerated

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Germany
GERMAN_LATITUDE, GERMAN_LONGITUDE = st.floats(47.2, 55.1), st.floats(5.8, 15.1)


@given(GERMAN_LATITUDE, GERMAN_LONGITUDE, GERMAN_LATITUDE, GERMAN_LONGITUDE, st.floats(1, 120))
def test_every_point_within_the_radius_lies_in_one_of_the_cells(
    latitude: float, longitude: float, other: float, other_longitude: float, radius: float
) -> None:
    if kilometres((latitude, longitude), (other, other_longitude)) <= radius:
        assert cell_of(other, other_longitude) in cells_around(latitude, longitude, radius)


def test_points_near_the_edge_of_the_radius_lie_in_one_of_the_cells() -> None:
    for step in range(-30, 31):
        other = (52.26 + step * 0.01, 10.52 + (step % 7) * 0.05)
        if kilometres((52.26, 10.52), other) <= 25:
            assert cell_of(*other) in cells_around(52.26, 10.52, 25)


def test_the_cells_of_the_lands_are_no_cells_of_the_grid() -> None:
    cells = {cell_of_state(state) for state in STATES}
    assert len(cells) == 16
    assert max(cells) < 0


def test_distances_are_those_of_the_map() -> None:
    hannover, braunschweig = (52.3736, 9.7371), (52.2647, 10.5233)
    assert kilometres(hannover, braunschweig) == pytest.approx(54.7, abs=1)


def test_the_nearest_known_word_is_taken_and_a_known_one_stays() -> None:
    lexicon = Lexicon(["mietschulden", "mietschuld", "schulden", "schuldner", "brauerei", "miete"])
    assert choose_mends(["mietshculden", "schulden", "xyzzyx"], lexicon) == {"mietshculden": "mietschulden"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chuldnerberatung", "schuldnerberatung"),  # the first letter is missing
        ("schuldnerebratung", "schuldnerberatung"),
        ("trauerberatugn", "trauerberatung"),  # never written whole before
        ("truaerberatung", "trauerberatung"),
        ("migratoin", "migration"),
        ("suhct", "sucht"),
    ],
)
def test_misspelt_words_and_parts_of_new_compounds_are_mended(typed: str, meant: str) -> None:
    lexicon = Lexicon(["schuldner", "beratung", "trauer", "migration", "sucht", "suche", "schuldnerberatung"])
    assert choose_mends([typed], lexicon) == {typed: meant}


LETTERS = st.text("abcdefgh", min_size=4, max_size=9)


@given(st.lists(LETTERS, min_size=1, max_size=30), LETTERS)
def test_no_word_that_is_near_enough_is_passed_over(words: list[str], typed: str) -> None:
    limit = tolerated(typed)
    is_near = min(distance(typed, word, limit) for word in words) <= limit
    mended = choose_mends([typed], Lexicon(words))
    assert not is_near or typed in words or typed in mended


def test_a_page_token_comes_back_and_holds_no_word_of_the_question() -> None:
    question = Question(text="Mietschulden Arabisch")
    position = Position(TUESDAY, 12.345678, uuid4())
    token = write_position(question, position)
    assert read_position(Question(text="Mietschulden Arabisch", page_token=token)) == position
    assert read_position(Question(text="Mietschulden Arabisch", page_token=token, reader="en")) == position
    with pytest.raises(InvalidArgument):
        read_position(Question(text="Mietschulden Türkisch", page_token=token))


def forged(question: Question, *parts: object) -> str:
    """A token as somebody writes it who knows how it is made."""
    digest = json.loads(base64.urlsafe_b64decode(write_position(question, Position(TUESDAY, 1.0, uuid4()))))[-1]
    return base64.urlsafe_b64encode(json.dumps([*parts, digest]).encode()).decode()


@pytest.mark.parametrize(
    ("asked_at", "score"),
    [
        ("0001-01-01T00:00:00+00:00", 1.0),
        ("9999-12-31T23:59:59-23:00", 1.0),
        ("2026-11-24T09:30:00+00:00", 10**400),
        ("2026-11-24T09:30:00", 1.0),
        (7, 1.0),
    ],
)
def test_a_forged_page_token_is_refused(asked_at: object, score: float) -> None:
    question = Question(text="Mietschulden")
    token = forged(question, asked_at, score, str(uuid4()), False)
    with pytest.raises(InvalidArgument):
        read_position(replace(question, page_token=token))


@given(st.text(max_size=80))
def test_no_token_breaks_more_than_its_call(token: str) -> None:
    with suppress(InvalidArgument):
        assert read_position(Question(page_token=token)) is None or token
