"""What one text says otherwise than another, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\S+|\s+")
_MOST_PAIRS = 1_000_000
"""Comparing takes time with the product of both lengths; what is longer is shown as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that is the `same` in both, or was `removed` or `added`."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The later text with what is new marked, and with what is gone where it stood."""
    return _joined(_by_lines(_plain(before), _plain(after)))


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if kind == "equal":
            yield Piece("same", come)
        else:
            yield from _by_words(_WORDS.findall(gone), _WORDS.findall(come))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield from (Piece("removed", "".join(old)), Piece("added", "".join(new)))
        return
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[new_start:new_end]))
        else:
            yield from (
                Piece("removed", "".join(old[old_start:old_end])),
                Piece("added", "".join(new[new_start:new_end])),
            )


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind as one: first what is gone, then what came for it.

    Two changes with nothing but a blank between them are one, so that a sentence is read and not its words.
    """
    found: list[Piece] = []
    gone = come = blank = ""
    for piece in (*pieces, Piece("same", "")):
        if piece.kind == "removed":
            gone, come, blank = gone + blank + piece.text, come + blank, ""
        elif piece.kind == "added":
            gone, come, blank = gone + blank, come + blank + piece.text, ""
        elif (gone or come) and piece.text.isspace() and not blank:
            blank = piece.text
        else:
            found += [Piece("removed", gone), Piece("added", come), Piece("same", blank + piece.text)]
            gone = come = blank = ""
    return [piece for piece in found if piece.text]
