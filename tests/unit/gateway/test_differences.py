"""What one text says otherwise than another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.consent_texts.differences import Piece, differences

WORDS = st.text(alphabet="ab \n", max_size=40)


def test_a_changed_word_is_shown_where_it_stands() -> None:
    assert differences("Sie dürfen nein sagen.", "Sie dürfen immer nein sagen.") == [
        Piece("same", "Sie dürfen "),
        Piece("added", "immer "),
        Piece("same", "nein sagen."),
    ]


def test_a_changed_sentence_is_one_change_and_not_its_words() -> None:
    assert differences("Eins.\n\nEin Code gilt.", "Eins.\n\nDer Pass zählt.") == [
        Piece("same", "Eins.\n\n"),
        Piece("removed", "Ein Code gilt."),
        Piece("added", "Der Pass zählt."),
    ]


def test_how_lines_end_is_no_difference() -> None:
    assert differences("Eins. \r\nZwei.\r\n", "Eins.\nZwei.") == [Piece("same", "Eins.\nZwei.")]


def test_long_texts_are_shown_as_a_whole_where_comparing_would_take_long() -> None:
    before, after = "a " * 2000, "b " * 2000
    assert [piece.kind for piece in differences(before, after)] == ["removed", "added"]


@given(before=WORDS, after=WORDS)
def test_both_texts_can_be_read_out_of_what_is_shown(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == _plain(before)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == _plain(after)


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))
