"""Finds what topics a question speaks of: phrases that it holds, or the topics that its words hint at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.directory.rules.phrases import Phrase, Tongue, guess
from services.directory.rules.vocabulary import Vocabulary

OF_WORD = 0.5
"""What a phrase of one word says for its topics beside the word itself; longer ones say as much as they have words."""

OF_FAINT = 0.4
"""What a word such as "Mann" says as part of a longer phrase."""

LIKELY, MOST_LIKELY = 0.3, 3
"""From which weight on a topic is one to ask back for, and how many."""

BORNE_OUT = 0.4
"""A phrase of a story counts when one of its topics has this share of the best topic's weight."""

CLEAR = 1.0
"""From this weight on a story is about a topic of which no phrase speaks."""


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


def weigh_topics(
    words: Sequence[str], free: Collection[int], vocabulary: Vocabulary, matches: Sequence[Match] = ()
) -> Counter[str]:
    """How much the words at these places speak for each topic, and the phrases that they hold the more."""
    weights: Counter[str] = Counter()
    telling = frozenset(index for index in free if words[index] not in vocabulary.stop_words)
    for tongue in vocabulary.tongues.values():
        wholes, parts = _stems(words, telling, tongue, vocabulary)
        weights |= tongue.weigh(wholes.keys() | parts.keys())
    for match in matches:
        told = sum(OF_FAINT if vocabulary.is_faint(words[index]) else 1.0 for index in match.indices)
        for slug in match.topics:
            weights[slug] += OF_WORD if len(match.indices) == 1 else told  # type: ignore[assignment]
    return weights


def likely_topics(weights: Counter[str], named: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """What else than the named topics it may be about, the likeliest first, no two of one line."""
    found: list[str] = []
    for slug in sorted(weights, key=lambda slug: (-weights[slug], slug)):
        line = {slug} | vocabulary.above([slug]) | vocabulary.with_descendants(slug)
        if weights[slug] >= LIKELY and line.isdisjoint({*named, *found}):
            found.append(slug)
    return tuple(found[:MOST_LIKELY])


def settle_story(
    words: Sequence[str], free: Collection[int], vocabulary: Vocabulary, matches: Sequence[Match]
) -> list[Match]:
    """The phrases of a story that the rest of it bears out, and what else it is clearly about.

    In a long sentence a single word is easily one of another matter: "tritt" in a kindergarten is no violent partner.
    """
    weights = weigh_topics(words, free, vocabulary, matches)
    best = max(weights.values(), default=0.0)
    kept = [match for match in matches if max(weights[slug] for slug in match.topics) >= best * BORNE_OUT]
    known = frozenset[str]().union(*(match.topics for match in kept))
    guessed = guess(weights) - known
    guessed = frozenset(slug for slug in guessed if not vocabulary.above([slug]) & known)
    if guessed and best >= CLEAR:
        kept.append(Match(guessed, frozenset()))
    return kept


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
    for verb, indices in tongue.read_apart(words).items():
        wholes[verb] |= indices & set(free)
    return wholes, parts
