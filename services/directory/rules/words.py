"""Words made comparable: folded, parted, stemmed, the same way for the index and for a question.

Folding makes oe, o and ö one letter, so that nobody needs a German keyboard: umlauts and their two-letter spellings
become the plain vowel, ß becomes ss, accents go. "ue" after a, e, o or q is no umlaut (Frauen, Steuer, Quelle).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Stemmer = Callable[[str], str]
"""Takes a folded word to its stem; the same word always gives the same stem."""

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*-?")
_UMLAUT = re.compile(r"ae|oe|(?<![aeoq])ue")
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "a", "ø": "o", "œ": "o", "ł": "l", "đ": "d", "\u0131": "i",
        "\u0491": "\u0433",
        "\u06cc": "\u064a", "\u0649": "\u064a", "\u06a9": "\u0643", "\u0629": "\u0647", "\u06d5": "\u0647",
    }
)  # fmt: skip
"""One letter for those that one keyboard has and another lacks: Farsi's ye and kaf, the Arabic ending of feminines."""

_UNSEEN = str.maketrans(
    dict.fromkeys(
        [
            0x00AD, 0x200D, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
            0x0640, *range(0x064B, 0x0660), 0x0670,
        ]
    )
    | {0x200C: " ", 0x02BC: "'", 0x2019: "'", 0x2018: "'", 0x00B4: "'", 0x0060: "'"}
    | {0x0660 + digit: str(digit) for digit in range(10)}
    | {0x06F0 + digit: str(digit) for digit in range(10)}
)  # fmt: skip
"""Marks of direction, soft hyphens, vowel signs, lengthening strokes go; Farsi's half space parts as a space does."""

_LINKS = ("", "s", "es", "n", "en", "er", "e")
SHORTEST_PART = 3


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """The text in lower case without umlauts, accents and ß."""
    if text.isascii():
        return _UMLAUT.sub(lambda found: found[0][0], text.lower())
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _UMLAUT.sub(lambda found: found[0][0], letters)


def tokens(text: str) -> Iterator[str]:
    """The folded words of a text in order; parts of a word with hyphens come one by one.

    A hyphen left hanging stands for the end of the word that follows: "Schuldner- und Insolvenzberatung" keeps
    "schuldner-", so that `expand_hyphens` can complete it.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_UNSEEN)
    for found in _WORD.findall(text):
        yield from _parts_of(found)


@lru_cache(maxsize=50_000)
def _parts_of(found: str) -> tuple[str, ...]:
    """The folded parts of what stands between spaces and signs."""
    word = fold(found)
    hanging = word.endswith("-")
    *parts, last = (_join_apostrophe(part) for part in word.rstrip("-").split("-"))
    if last:
        parts.append(last + "-" if hanging else last)
    return tuple(part for part in parts if part)


def _join_apostrophe(word: str) -> str:
    """Without the apostrophe where many leave it out ("can't", Ukrainian), else without what follows it, an ending."""
    head, mark, _ = word.partition("'")
    if not mark:
        return word
    is_one_word = len(head) == 1 or word.endswith("n't") or script_of(head) == "cyrillic"
    return word.replace("'", "") if is_one_word else head


@lru_cache(maxsize=100_000)
def script_of(word: str) -> str:
    """In which script a folded word is written: "latin" (and whatever is not known), "cyrillic" or "arabic"."""
    first = ord(word[0]) if word else 0
    return "cyrillic" if 0x400 <= first < 0x530 else "arabic" if 0x600 <= first < 0x780 else "latin"


class Splitter:
    """Parts compounds at words that it knows; "schuldenberatung" is "schulden" and "beratung".

    For compounds no library with a fitting licence was found (design, stack), and splitting against the vocabulary of
    the taxonomy is what counselling words need.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(fold(word) for word in words if len(fold(word)) >= SHORTEST_PART)
        self._remembered = lru_cache(maxsize=50_000)(lambda word: self._split(word, {}))

    def split(self, word: str) -> tuple[str, ...]:
        """The known parts that make up the folded word, at least two; empty when it is no such compound.

        The fewest parts win, among them the longest first part: "mietschuldenberatung" is about "mietschulden".
        """
        return self._remembered(word)

    def _split(self, word: str, done: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """`done` holds what was found for ends of the word: without it, a repeated compound doubles the work."""
        if word in done:
            return done[word]
        best: tuple[str, ...] = ()
        for end in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            head, tail = word[:end], word[end:]
            if not (part := self._known(head)):
                continue
            rest = (tail,) if tail in self.words else self._split(tail, done)
            if rest and (not best or len(rest) < len(best)):
                best = (part, *rest)
        done[word] = best
        return best

    def _known(self, head: str) -> str:
        """The known word that the head of a compound is, with or without a linking element; empty when none."""
        for link in _LINKS:
            stem = head.removesuffix(link) if link else head
            if (not link or stem != head) and stem in self.words:
                return stem
        return head + "e" if head + "e" in self.words else ""


def expand_hyphens(words: Iterable[str], splitter: Splitter) -> list[str]:
    """The words with hanging hyphens completed from the next compound: "schuldner-" becomes "schuldnerberatung"."""
    result = list(words)
    for index, word in enumerate(result):
        if not word.endswith("-"):
            continue
        end = next((parts[-1] for later in result[index + 1 : index + 4] if (parts := splitter.split(later))), "")
        result[index] = word[:-1] + end
    return result


def distance(one: str, other: str, limit: int) -> int:
    """How many letters are missing, added, wrong or swapped with their neighbour; limit + 1 when there are more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, previous, row = row, before, [i]
        for j, target in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != target))
            if previous and j > 1 and letter == other[j - 2] and one[i - 2] == target:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def tolerated(word: str) -> int:
    """How many slips are taken for a misspelling of a word of this length: none in short ones, at most two."""
    return tolerated_at(len(word))


def tolerated_at(length: int) -> int:
    """The same by the number of letters."""
    return 0 if length < 4 else 1 if length < 8 else 2
