"""What people say of each topic, ready to be found in a question, one language at a time.

A phrase is found when all its words are in the question, in any order. Words of a family count as one ("Sohn" is a
"Kind"), stop words do not count. Where no phrase fits whole, the words of the question are evidence: each counts for
the topics in whose phrases it occurs, the more the fewer those are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.directory.model.reference import Topic, WordLists
from services.directory.rules.verbs import FARTHEST, Verbs
from services.directory.rules.words import Splitter, Stemmer, expand_hyphens, fold, tokens

ENOUGH = 0.4
"""So much evidence a topic needs to be guessed: a word that nearly half belongs to it, or several that do in part."""

ALIKE = 0.6
"""Topics with at least this share of the best one's evidence are guessed with it."""

MOST_GUESSES = 3

OF_EXPLANATION = 0.2
"""What a word of a topic's explanation says for it, beside one that people call it by."""

_BEGIN_OF_CLAUSE = frozenset(
    ["und", "oder", "aber", "weil", "dass", "wenn", "als", "seit", "bis", "obwohl", "damit", "denn"]
)
_MEMORY = 50_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """The stems that a question must hold to speak of these topics.

    `negated`: it must say "not" or "no" as well; "nicht mehr leben" is about something else than "Leben".
    """

    stems: frozenset[str]
    topics: frozenset[str]
    negated: bool = False


class Tongue:
    """One language: how its words are compared, and the phrases of all topics in it."""

    def __init__(
        self, code: str, topics: Sequence[Topic], lists: WordLists, stemmer: Stemmer, splitter: Splitter
    ) -> None:
        """`splitter` knows no words where compounds are not written together."""
        self._splitter = splitter
        texts = [(text, topic.slug) for topic in topics for text in texts_of(topic, {code})]
        hints = [(word, slug) for slug, found in lists.hints.items() for word in found.get(code, ())]
        families = lists.families.get(code, ())
        known = [text for text, _ in [*texts, *hints]] + [entry for family in families for entry in family]
        self._verbs = Verbs(stemmer, lists.verbs.get(code, ()), lists.particles.get(code, ()), known)
        self._read = lru_cache(maxsize=_MEMORY)(self._verbs.stem)
        self._family: dict[str, str] = {}
        for family in families:
            stems = [self._read(word) for entry in family for word in tokens(entry)]
            first = self._family.get(stems[0], stems[0])
            for stem in stems:
                self._family.setdefault(stem, first)
        self.stop = _words(lists.stop.get(code, ()))
        self.negations = _words(lists.negations.get(code, ()))
        self.general = frozenset(map(self.read, _words(lists.general.get(code, ()))))
        self._faint = self.general | frozenset(map(self.read, _words(lists.faint.get(code, ()))))
        self.wholes: dict[tuple[str, ...], frozenset[str]] = {}
        """Phrases that only say something as they stand ("ich kann nicht mehr"), word by word."""

        self._phrases = self._read_phrases(texts)
        self._by_rarest = _by_rarest(self._phrases)
        explained = [
            (word, topic.slug) for topic in topics for word in tokens(topic.explanations.get(code, ""))
            if word not in self.stop
        ]  # fmt: skip
        self._evidence = _evidence(
            _roots(topics),
            self._phrases,
            {(self.read(fold(word)), slug) for word, slug in hints},
            {(self.read(word), slug) for word, slug in explained},
        )

    def read(self, word: str) -> str:
        """What a folded word counts as in phrases."""
        stem = self._read(word)
        return self._family.get(stem, stem)

    def is_faint(self, word: str) -> bool:
        """Whether the word hints at nothing by itself."""
        return self.read(word) in self._faint

    def read_apart(self, words: Sequence[str]) -> dict[str, set[int]]:
        """Verbs whose first part stands at the end of the clause, with the places of their forms."""
        found: dict[str, set[int]] = defaultdict(set)
        for end, particle in enumerate(words if self._verbs.particles else ()):
            if particle in self._verbs.particles and (particle not in self.stop or self._is_end(words, end)):
                for index in range(max(0, end - FARTHEST), end):
                    stem = self._verbs.join(particle, words[index])
                    if stem:
                        found[self._family.get(stem, stem)].add(index)
        return found

    def _is_end(self, words: Sequence[str], index: int) -> bool:
        """Whether a clause may end after the word: "auf" and "an" mostly stand before a noun."""
        return index + 1 == len(words) or words[index + 1] in _BEGIN_OF_CLAUSE

    def read_parts(self, word: str) -> list[str]:
        """What the parts of a compound count as."""
        return [self.read(part) for part in self._splitter.split(word)]

    def topics_of(self, stem: str) -> frozenset[str]:
        """The topics for which this one word is enough."""
        single = frozenset({stem})
        return frozenset[str]().union(
            *(
                phrase.topics
                for phrase in self._by_rarest.get(stem, ())
                if phrase.stems == single and not phrase.negated
            )
        )

    def fitting(self, stems: Collection[str], *, negated: bool) -> list[Phrase]:
        """The phrases that these words hold, the longest first."""
        held = set(stems)
        found = [
            phrase
            for stem in held
            for phrase in self._by_rarest.get(stem, ())
            if phrase.stems <= held and (negated or not phrase.negated)
        ]
        return sorted(found, key=lambda phrase: (-len(phrase.stems), sorted(phrase.stems)))

    def weigh(self, stems: Iterable[str]) -> Counter[str]:
        """How much these words speak for each topic."""
        weights: Counter[str] = Counter()
        for stem in set(stems) - self._faint:
            for slug, weight in self._evidence.get(stem, {}).items():
                weights[slug] += weight  # type: ignore[assignment]  # a share, not a count
        return weights

    def _read_phrases(self, texts: Iterable[tuple[str, str]]) -> list[Phrase]:
        found: dict[tuple[frozenset[str], bool], set[str]] = defaultdict(set)
        wholes: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for text, slug in texts:
            words = expand_hyphens(tokens(text), self._splitter)
            stems = frozenset(self.read(word) for word in words if word not in self.stop)
            if stems <= self._faint:
                wholes[tuple(words)].add(slug)
            else:
                negated = len(stems) == 1 and not self.negations.isdisjoint(words)
                found[stems, negated].add(slug)
        self.wholes = {words: frozenset(slugs) for words, slugs in wholes.items()}
        return [Phrase(stems, frozenset(slugs), negated) for (stems, negated), slugs in found.items()]


def texts_of(topic: Topic, codes: Collection[str]) -> list[str]:
    """Everything that people call the topic in these languages."""
    labels = [text for code, text in topic.labels.items() if code in codes]
    return labels + [text for code, found in topic.synonyms.items() if code in codes for text in found]


def guess(weights: Mapping[str, float]) -> frozenset[str]:
    """The topics that the evidence speaks for most clearly; empty when it speaks for none."""
    best = max(weights.values(), default=0.0)
    if best < ENOUGH:
        return frozenset()
    ranked = sorted(weights, key=lambda slug: (-weights[slug], slug))
    return frozenset(slug for slug in ranked[:MOST_GUESSES] if weights[slug] >= best * ALIKE)


def _words(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in tokens(entry))


def _by_rarest(phrases: Sequence[Phrase]) -> dict[str, list[Phrase]]:
    """Each phrase under its rarest stem: a question of common words then looks at few."""
    counts = Counter(stem for phrase in phrases for stem in phrase.stems)
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        found[min(phrase.stems, key=lambda stem: (counts[stem], stem))].append(phrase)
    return dict(found)


def _roots(topics: Sequence[Topic]) -> dict[str, str]:
    """Of each topic the widest one above it."""
    parents = {topic.slug: topic.parent for topic in topics}
    roots = {}
    for slug in parents:
        root = slug
        while parents[root]:
            root = parents[root]
        roots[slug] = root
    return roots


def _evidence(
    roots: Mapping[str, str],
    phrases: Iterable[Phrase],
    hints: Iterable[tuple[str, str]],
    explained: Iterable[tuple[str, str]],
) -> dict[str, dict[str, float]]:
    """For each stem how much it speaks for each topic: less where it is one of several words, or one of many topics.

    Topics under one roof do not take it from each other: "Sofa" is of furniture and of help in need alike.
    """
    strength: dict[str, dict[str, float]] = defaultdict(dict)
    seen = [
        (stem, slug, 1 / len(phrase.stems)) for phrase in phrases for stem in phrase.stems for slug in phrase.topics
    ]
    seen += [(stem, slug, 1.0) for stem, slug in hints]
    seen += [(stem, slug, OF_EXPLANATION) for stem, slug in explained]
    for stem, slug, weight in seen:
        strength[stem][slug] = max(weight, strength[stem].get(slug, 0.0))
    evidence = {}
    for stem, found in strength.items():
        under: dict[str, float] = {}
        for slug, weight in found.items():
            under[roots[slug]] = max(weight, under.get(roots[slug], 0.0))
        whole = sum(under.values())
        evidence[stem] = {slug: weight * weight / whole for slug, weight in found.items()}
    return evidence
