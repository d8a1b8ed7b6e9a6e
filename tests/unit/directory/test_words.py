"""German words made comparable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.words import Splitter, distance, expand_hyphens, fold, tokens, tolerated

SPLITTER = Splitter(
    ["Schulden", "Schuldner", "Beratung", "Insolvenz", "Miete", "Stelle", "Kinder", "Hilfe", "Mietschulden"]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Übergriff", "uebergriff"),
        ("Übergriff", "Ubergriff"),
        ("Mietrückstände", "MIETRUECKSTAENDE"),
        ("Straße", "Strasse"),
        ("Größe", "groesse"),
        ("Café", "cafe"),
    ],
)
def test_umlauts_and_their_other_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("word", ["frauen", "steuer", "quelle", "neue", "treue"])
def test_ue_that_is_no_umlaut_stays(word: str) -> None:
    assert fold(word) == word


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_for_tokens(text: str) -> None:
    for token in tokens(text):
        assert token
        assert token == token.strip()


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("schuldenberatung", ("schulden", "beratung")),
        ("schuldnerberatungsstelle", ("schuldner", "beratung", "stelle")),
        ("mietschuldenberatung", ("mietschulden", "beratung")),
        ("kinderhilfe", ("kinder", "hilfe")),
        ("beratung", ()),
        ("unbekanntes", ()),
    ],
)
def test_compounds_are_parted_at_known_words(word: str, parts: tuple[str, ...]) -> None:
    assert SPLITTER.split(word) == parts


def test_a_repeated_compound_is_parted_before_anybody_stops_waiting() -> None:
    """Both "miet" + "schulden" and "mietschulden" fit at each of 25 places: 33 million ways."""
    assert SPLITTER.split("mietschulden" * 25) == ("mietschulden",) * 25


def test_a_hanging_hyphen_takes_the_end_of_the_next_compound() -> None:
    words = expand_hyphens(tokens("Schuldner- und Insolvenzberatung"), SPLITTER)
    assert words == ["schuldnerberatung", "und", "insolvenzberatung"]


def slow_distance(one: str, other: str) -> int:
    """The textbook's definition of the optimal string alignment distance, without a limit."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 4))
def test_the_distance_is_the_textbooks_up_to_its_limit(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(slow_distance(one, other), limit + 1)


@pytest.mark.parametrize(("length", "slips"), [(3, 0), (4, 1), (7, 1), (8, 2), (20, 2)])
def test_short_words_tolerate_no_slip(length: int, slips: int) -> None:
    assert tolerated("x" * length) == slips


def test_what_is_too_long_for_a_word_is_not_indexed(vocabulary: Vocabulary) -> None:
    assert vocabulary.words("Beratung " + "a" * 5000 + " Schulden") == ["beratung", "schulden"]


def test_an_index_text_is_found_by_its_parts_and_abbreviations(vocabulary: Vocabulary) -> None:
    stems = vocabulary.index_stems("Schuldner- und Insolvenzberatung der Arbeiterwohlfahrt")
    for word in ("Schuldnerberatung", "Schuldner", "Insolvenz", "Beratungen", "AWO"):
        assert vocabulary.stem(word) in stems
