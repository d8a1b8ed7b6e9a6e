"""Finds what topics a question speaks of: phrases that it holds, or the topics that its words hint at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.directory.rules.phrases import Phrase, Tongue, guess
from services.directory.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the question, by their place in it, that speak of these topics."""

    topics: frozenset[str]
    indices: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase that the question may hold: for each of its stems the words that are it."""

    topics: frozenset[str]
    places: tuple[frozenset[int], ...]
    in_parts: bool
    """Some of them are only parts of a compound."""

    @property
    def indices(self) -> frozenset[int]:
        return frozenset[int]().union(*self.places)

    @property
    def order(self) -> tuple[object, ...]:
        """The more words of the question it explains the better; then a word as a whole rather than its parts."""
        explained = len({min(indices) for indices in self.places})
        return -explained, self.in_parts, -len(self.places), min(self.indices), sorted(self.topics)


def match_phrases(words: Sequence[str], free: Collection[int], vocabulary: Vocabulary) -> list[Match]:
    """The phrases in the words at these places, the longest first, each word used once."""
    found = [
        candidate
        for tongue in vocabulary.tongues.values()
        for candidate in _candidates(words, free, tongue, vocabulary)
    ]
    found.sort(key=lambda one: one.order)
    left = set(free)
    matches = []
    for candidate in found:
        if not all(left & indices for indices in candidate.places):
            continue
        indices = candidate.indices & left
        topics = frozenset[str]().union(
            *(one.topics for one in found if one.indices == candidate.indices and one.order[:3] == candidate.order[:3])
        )
        matches.append(Match(topics, indices))
        left -= indices
    return matches


def match_wholes(words: Sequence[str], free: Collection[int], vocabulary: Vocabulary) -> Match | None:
    """The longest phrase of common words ("ich kann nicht mehr") that stands in the question word by word."""
    longest: Match | None = None
    for tongue in vocabulary.tongues.values():
        for whole, topics in tongue.wholes.items():
            for start in range(len(words) - len(whole) + 1):
                indices = frozenset(range(start, start + len(whole)))
                if tuple(words[start : start + len(whole)]) == whole and indices <= set(free):
                    longest = max(longest or Match(topics, indices), Match(topics, indices), key=_length)
    return longest


def guess_topics(words: Sequence[str], free: Collection[int], vocabulary: Vocabulary) -> Match | None:
    """What the words at these places are about, where they hold no phrase; None when they say too little."""
    weights: Counter[str] = Counter()
    telling = frozenset(index for index in free if words[index] not in vocabulary.stop_words)
    for tongue in vocabulary.tongues.values():
        wholes, parts = _stems(words, telling, tongue, vocabulary)
        weights |= tongue.weigh(wholes.keys() | parts.keys())
    topics = guess(weights)
    return Match(topics, telling) if topics else None


def _length(match: Match) -> int:
    return len(match.indices)


def _candidates(
    words: Sequence[str], free: Collection[int], tongue: Tongue, vocabulary: Vocabulary
) -> list[_Candidate]:
    wholes, parts = _stems(words, free, tongue, vocabulary)
    if not wholes:
        return []
    negated = not tongue.negations.isdisjoint(words)
    found = []
    for phrase in tongue.fitting(wholes.keys() | parts.keys(), negated=negated):
        places = _places(phrase, wholes, parts)
        candidate = _Candidate(phrase.topics, places, in_parts=not phrase.stems <= wholes.keys())
        # "die" and "war" are words of a phrase in English and nothing in German: alone they are not enough.
        if all(places) and any(words[index] not in vocabulary.stop_words for index in candidate.indices):
            found.append(candidate)
    return found


def _places(phrase: Phrase, wholes: dict[str, set[int]], parts: dict[str, set[int]]) -> tuple[frozenset[int], ...]:
    """Where each stem is; parts of compounds only serve phrases of several words ("Krankenhaus" is not a "Haus")."""
    if len(phrase.stems) == 1:
        return tuple(frozenset(wholes.get(stem) or ()) for stem in phrase.stems)
    return tuple(frozenset(wholes.get(stem) or parts.get(stem) or ()) for stem in sorted(phrase.stems))


def _stems(
    words: Sequence[str], free: Collection[int], tongue: Tongue, vocabulary: Vocabulary
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    wholes: dict[str, set[int]] = defaultdict(set)
    parts: dict[str, set[int]] = defaultdict(set)
    for index in free:
        word = words[index]
        if word in tongue.stop or tongue not in vocabulary.tongues_of(word):
            continue
        wholes[tongue.read(word)].add(index)
        for part in tongue.read_parts(word):
            parts[part].add(index)
    return wholes, parts
