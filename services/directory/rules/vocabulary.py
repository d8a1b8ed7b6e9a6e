"""Topics, languages and general words made ready for reading questions; built once at start, then only read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.directory.model.reference import Language, Topic, WordLists
from services.directory.rules.words import Splitter, Stemmer, expand_hyphens, fold, tokens

LONGEST_WORD = 100
"""What is longer is no word (an image as text, a key), and an index could not hold it."""

NEGATIONS = frozenset({"nicht", "kein", "keine", "keinen", "not"})
"""Stop words that turn the meaning of the one word that they leave of a phrase."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The stems that a question must hold, all of them and in any order, to speak of these topics.

    `negated`: it must say "not" or "no" as well; "nicht mehr leben" is about something else than "Leben".
    """

    stems: frozenset[str]
    topics: frozenset[str]
    negated: bool = False


class Vocabulary:
    """Reads words the same way for the index and for questions."""

    def __init__(
        self, topics: Sequence[Topic], languages: Sequence[Language], lists: WordLists, stemmer: Stemmer
    ) -> None:
        self._stemmer = stemmer
        self.topics: Mapping[str, Topic] = {topic.slug: topic for topic in topics}
        self.languages: Mapping[str, Language] = {language.code: language for language in languages}
        self.stop_words = frozenset(word for entry in lists.stop for word in tokens(entry))
        texts = [text for topic in topics for text in _texts(topic)]
        known = {word for text in texts for word in tokens(text) if " " not in text}
        self.splitter = Splitter({*lists.parts, *lists.general, *known} - self.stop_words)
        self.general = frozenset(self.stem(word) for word in lists.general)
        self._children = _children(topics)
        self._abbreviations = self._read_abbreviations(lists)
        self._full_names = sorted(
            ((tuple(tokens(long)), fold(short)) for short, longs in lists.abbreviations.items() for long in longs),
            key=lambda pair: -len(pair[0]),
        )
        self.language_stems = self._read_languages(languages)
        self.phrases, self.by_stem = self._read_phrases(topics)
        self._term_words = {word: frozenset({topic.slug}) for topic in topics for word in self._single_words(topic)}

    def stem(self, word: str) -> str:
        """The stem of a word, folded first."""
        return self._stemmer(fold(word))

    def words(self, text: str) -> list[str]:
        """The folded words of a text, hanging hyphens completed, without stop words and what is too long for a word."""
        words = [word for word in tokens(text) if len(word) <= LONGEST_WORD]
        return [word for word in expand_hyphens(words, self.splitter) if word not in self.stop_words]

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound, empty when it is none."""
        return self.splitter.split(word)

    def all_parts(self, word: str) -> list[str]:
        """The parts of a compound, and the parts of those that are compounds themselves."""
        found = []
        for part in self.split(word):
            found += [part, *self.all_parts(part)]
        return found

    def index_stems(self, text: str) -> list[str]:
        """The stems under which a text is found: of its words, of the parts of compounds, and its abbreviations."""
        words = self.words(text)
        stems = [self.stem(word) for word in words]
        stems += [self.stem(part) for word in words for part in self.all_parts(word)]
        spoken = " ".join(words)
        stems += [short for long, short in self._abbreviations if f" {long} " in f" {spoken} "]
        return stems

    def abbreviate(self, words: Sequence[str]) -> list[str]:
        """The words of a question with full names of associations replaced by what the index knows them under."""
        result = list(words)
        for long, short in self._full_names:
            for start in range(len(result) - len(long) + 1):
                if tuple(result[start : start + len(long)]) == long:
                    result[start : start + len(long)] = [short]
        return result

    def with_descendants(self, slug: str) -> frozenset[str]:
        """The topic and all below it."""
        return frozenset({slug}).union(*(self.with_descendants(child) for child in self._children.get(slug, ())))

    def topics_beginning_with(self, word: str) -> frozenset[str]:
        """The topics that a word still being typed may become."""
        return frozenset[str]().union(*(slugs for term, slugs in self._term_words.items() if term.startswith(word)))

    def _single_words(self, topic: Topic) -> list[str]:
        words = [self.words(text) for text in _texts(topic)]
        return [found[0] for found in words if len(found) == 1]

    def label(self, slug: str, reader: str) -> str:
        """The topic's label in the reader's language, German where there is none."""
        labels = self.topics[slug].labels
        return labels.get(reader) or labels["de"]

    def language_name(self, code: str, reader: str) -> str:
        """The language's name in the reader's language; the code where it is not known."""
        language = self.languages.get(code)
        if language is None:
            return code
        return language.english if reader == "en" else language.german

    def _read_abbreviations(self, lists: WordLists) -> list[tuple[str, str]]:
        return [
            (" ".join(self.words(long)), self.stem(short))
            for short, longs in lists.abbreviations.items()
            for long in longs
        ]

    def _read_languages(self, languages: Iterable[Language]) -> dict[str, str]:
        stems: dict[str, str] = {}
        for language in languages:
            for name in (language.german, language.english, *language.also):
                words = list(tokens(name))
                if len(words) == 1:
                    stems.setdefault(self.stem(words[0]), language.code)
        return stems

    def _read_phrases(self, topics: Iterable[Topic]) -> tuple[list[Phrase], dict[str, list[Phrase]]]:
        found: dict[tuple[frozenset[str], bool], set[str]] = defaultdict(set)
        for topic in topics:
            for text in _texts(topic):
                words = self.words(text)
                stems = frozenset(self.stem(word) for word in words) - self.general or frozenset(map(self.stem, words))
                if stems - self.general:
                    found[stems, len(stems) == 1 and not NEGATIONS.isdisjoint(tokens(text))].add(topic.slug)
        phrases = sorted(
            (Phrase(stems, frozenset(slugs), negated) for (stems, negated), slugs in found.items()),
            key=lambda phrase: (-len(phrase.stems), sorted(phrase.stems), phrase.negated),
        )
        by_stem: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for stem in phrase.stems:
                by_stem[stem].append(phrase)
        return phrases, dict(by_stem)


def _texts(topic: Topic) -> list[str]:
    """Everything that people call the topic."""
    return [*topic.labels.values(), *(word for words in topic.synonyms.values() for word in words)]


def _children(topics: Iterable[Topic]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        if topic.parent:
            children[topic.parent].append(topic.slug)
    return dict(children)
