"""Which words of a question may be misspelt, and what they most likely were.

Every known word of a fitting length is looked at, so nothing near enough is missed, whichever letter is wrong: a bit
for each letter that a word has tells in nanoseconds which words cannot be near, and only the rest is measured. A
compound that nobody wrote before is cut: where one part is known and the other near to a known word, the whole is
mended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from services.directory.model.search import Question, Understood
from services.directory.rules.words import distance, tokens, tolerated, tolerated_at

MOST_MENDED = 12
"""So many words of a question are mended at most; a text of only unknown words is of another language."""
SHORTEST_COMPOUND = 8
SHORTEST_KNOWN_PART = 4
_LINKS = ("", "s", "es", "n", "en", "er", "e")

SHORTENED = 6
"""Of so many letters a word may be what two slips left of one that has eight or more."""

Near = tuple[int, bool, int, int, str]
"""How far a word is, whether it begins with another letter, how many letters only one of the two has, how little of its
beginning is the same, and the word."""


class Lexicon:
    """All known words, folded, ready to find those near a misspelt one."""

    def __init__(self, words: Collection[str], parts: Iterable[str] = ()) -> None:
        self.words = frozenset(words)
        self._parts = self.words.union(parts)
        self._by_length: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for word in sorted(self._parts):
            self._by_length[len(word)].append((_letters(word), word))

    def mend(self, word: str) -> str:
        """The nearest known word, or the compound with its nearest part; empty where nothing is near enough."""
        whole = self._nearest(word, tolerated(word))
        if whole is not None and whole[0] <= 1:
            return whole[-1]
        compound = self._mend_compound(word)
        if whole is not None and (compound is None or whole[0] <= compound[0] + 1):
            return whole[-1]  # that somebody wrote it before counts as much as a slip
        return compound[-1] if compound is not None else ""

    def _nearest(self, word: str, limit: int) -> Near | None:
        if not limit:
            return None
        most = 2 if len(word) >= SHORTENED else limit
        letters, best = _letters(word), None
        for length in range(len(word) - limit, len(word) + most + 1):
            allowed = max(limit, min(most, tolerated_at(length)))
            for others, candidate in self._by_length.get(length, ()):
                differing = (letters ^ others).bit_count()
                # One slip puts at most one letter in and one out.
                if differing > 2 * allowed or (allowed > limit and word[0] != candidate[0]):
                    continue
                far = distance(word, candidate, allowed)
                if far <= allowed:
                    near = (far, word[0] != candidate[0], differing, -_shared(word, candidate), candidate)
                    best = near if best is None else min(best, near)
        return best

    def _mend_compound(self, word: str) -> Near | None:
        found: list[Near] = []
        for cut in range(SHORTEST_KNOWN_PART, len(word) - 2 if len(word) >= SHORTEST_COMPOUND else 0):
            head, tail = word[:cut], word[cut:]
            if self._is_part(head) and (near := self._nearest(tail, max(1, tolerated(tail)))):
                found.append((near[0], False, near[2], -cut, head + near[-1]))
            if (
                len(tail) >= SHORTEST_KNOWN_PART
                and tail in self._parts
                and (near := self._nearest(head, tolerated(head)))
            ):
                found.append((near[0], near[1], near[2], -len(tail), near[-1] + tail))
        return min(found, default=None)

    def _is_part(self, head: str) -> bool:
        stems = (head.removesuffix(link) for link in _LINKS if not link or head.endswith(link))
        return any(len(stem) >= SHORTEST_KNOWN_PART - 1 and stem in self._parts for stem in stems)


def suspicious_words(question: Question, understood: Understood) -> list[str]:
    """The folded words that nothing was made of, and those of a place that is not known."""
    words = [word.text for word in understood.words]
    if understood.unknown_place:
        words += list(tokens(question.place))
    return [word for word in dict.fromkeys(words) if tolerated(word) and not word.isdigit()][:MOST_MENDED]


def choose_mends(words: Sequence[str], lexicon: Lexicon) -> dict[str, str]:
    """For each word what it is taken for, where something is near enough.

    A word that is known itself is not mended: then it is spelt right, and there is nothing of it.
    """
    mends = {word: lexicon.mend(word) for word in words if word not in lexicon.words}
    return {word: mended for word, mended in mends.items() if mended and mended != word}


def _letters(word: str) -> int:
    """A bit for each letter that the word has; other signs share theirs."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits


def _shared(word: str, other: str) -> int:
    """How many letters the words have in common from the beginning."""
    count = 0
    for letter, same in zip(word, other, strict=False):
        if letter != same:
            break
        count += 1
    return count
