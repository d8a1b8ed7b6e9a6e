"""Topics, languages and general words made ready for reading questions; built once at start, then only read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.directory.model.reference import Language, Topic, WordLists
from services.directory.rules.phrases import Tongue, texts_of
from services.directory.rules.words import Splitter, Stemmer, expand_hyphens, fold, script_of, tokens

LONGEST_WORD = 100
"""What is longer is no word (an image as text, a key), and an index could not hold it."""

MAIN = "de"
"""The language of the directory: of its compounds, and of words that are in no other language's script."""

_SPOKEN_IN = {"latin": (MAIN, "en", "tr"), "cyrillic": ("uk", "ru"), "arabic": ("ar", "fa")}
"""Which languages a word may be of, by its script; the index stems it as the first of them."""


class Vocabulary:
    """Reads words the same way for the index and for questions."""

    def __init__(
        self,
        topics: Sequence[Topic],
        languages: Sequence[Language],
        lists: WordLists,
        stemmers: Mapping[str, Stemmer],
    ) -> None:
        self._stemmers = {script: stemmers[codes[0]] for script, codes in _SPOKEN_IN.items()}
        self.topics: Mapping[str, Topic] = {topic.slug: topic for topic in topics}
        self.languages: Mapping[str, Language] = {language.code: language for language in languages}
        self.general_topic = lists.general_topic
        self.stop_words = frozenset(word for found in lists.stop.values() for entry in found for word in tokens(entry))
        german = [text for topic in topics for text in texts_of(topic, {MAIN})]
        known = {word for text in german for word in tokens(text) if " " not in text}
        self.splitter = Splitter({*lists.parts, *lists.general[MAIN], *known} - self.stop_words)
        self.tongues = {
            code: Tongue(code, topics, lists, stemmer, self.splitter if code == MAIN else Splitter(()))
            for code, stemmer in stemmers.items()
        }
        self._of_all = tuple(self.tongues.values())
        self._of_script = {script: tuple(self.tongues[code] for code in codes) for script, codes in _SPOKEN_IN.items()}
        self.german = self.tongues[MAIN]
        self.general = frozenset(self.stem(word) for found in lists.general.values() for word in found)
        self._children = _children(topics)
        self._abbreviations = self._read_abbreviations(lists)
        self._full_names = sorted(
            ((tuple(tokens(long)), fold(short)) for short, longs in lists.abbreviations.items() for long in longs),
            key=lambda pair: -len(pair[0]),
        )
        self.language_stems = self._read_languages(languages)
        self._term_words = {word: frozenset({topic.slug}) for topic in topics for word in self._single_words(topic)}

    def tongues_of(self, word: str) -> Sequence[Tongue]:
        """The languages that a folded word may be of."""
        return self._of_all if word.isdigit() else self._of_script[script_of(word)]

    def stem(self, word: str) -> str:
        """The stem of a word, folded first."""
        folded = fold(word)
        return self._stemmers[script_of(folded)](folded)

    def words(self, text: str) -> list[str]:
        """The folded words of a text, hanging hyphens completed, without stop words and what is too long for a word."""
        words = [word for word in tokens(text) if len(word) <= LONGEST_WORD]
        return [word for word in expand_hyphens(words, self.splitter) if word not in self.stop_words]

    def is_faint(self, word: str) -> bool:
        """Whether the folded word is of everyday life in a language that it may be of, and hints at nothing."""
        return any(tongue.is_faint(word) for tongue in self.tongues_of(word))

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
        return self.index_stems_of(self.words(text))

    def index_stems_of(self, words: Sequence[str]) -> list[str]:
        """The same of the words of a text."""
        stems = [self.stem(word) for word in words]
        stems += [self.stem(part) for word in words for part in self.all_parts(word)]
        spoken = f" {' '.join(words)} "
        stems += [short for long, short in self._abbreviations if long in spoken]
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

    def above(self, slugs: Iterable[str]) -> frozenset[str]:
        """All topics that stand above these."""
        found = set()
        for slug in slugs:
            while slug := self.topics[slug].parent:
                found.add(slug)
        return frozenset(found)

    def topics_beginning_with(self, word: str) -> frozenset[str]:
        """The topics that a word still being typed may become."""
        return frozenset[str]().union(*(slugs for term, slugs in self._term_words.items() if term.startswith(word)))

    def _single_words(self, topic: Topic) -> list[str]:
        words = [self.words(text) for text in texts_of(topic, self.tongues.keys())]
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
            (f" {' '.join(self.words(long))} ", self.stem(short))
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


def _children(topics: Iterable[Topic]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        if topic.parent:
            children[topic.parent].append(topic.slug)
    return dict(children)
