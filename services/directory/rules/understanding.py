"""Reads a question as a counsellor types it: "Mietschulden, Arabisch, Braunschweig" is a topic, a language, a place.

In this order, each word used once: postcodes; phrases of topics, the longest first, in any word order; languages; names
of places, the longest first; compounds that hold a topic. What remains are words, searched for as they are. Words that
say nothing by themselves ("Beratung", "Hilfe") are left out when anything else was said. Where no topic was found the
remaining words may hint at some; that is kept as a guess, for when nothing is found with the words themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from services.directory.model.search import (
    Area,
    Concept,
    Piece,
    PlaceChoice,
    Question,
    Repair,
    Role,
    Understood,
    Word,
)
from services.directory.rules.coordinates import read_coordinates, without_coordinates
from services.directory.rules.gazetteer import (
    FILLERS,
    LONGEST_NAME,
    Gazetteer,
    Named,
)
from services.directory.rules.matching import (
    Match,
    likely_topics,
    match_phrases,
    match_wholes,
    settle_story,
    weigh_topics,
)
from services.directory.rules.phrases import guess
from services.directory.rules.vocabulary import LONGEST_WORD, Vocabulary
from services.directory.rules.words import expand_hyphens, fold, tokens

SHORTEST_BEGINNING = 3
SHORTEST_PLACE = 3
POSTCODE = 5
COUNTRIES = frozenset({"a", "at", "ch", "li", "l", "lu", "nl", "b", "be", "dk"})
"""Marks before a postcode of four digits of another country."""
GERMAN = "de"
LONGEST_LIST = 4
"""More words than these that may say something are a sentence about somebody, and no list of what is searched for."""
MOST_WORDS = 300
"""Nobody's question needs more words; what follows is not read."""


def understand(
    question: Question, vocabulary: Vocabulary, gazetteer: Gazetteer, mends: Mapping[str, str] | None = None
) -> Understood:
    """How the question is read; `mends` replaces misspelt words by what they were taken for."""
    reading = _Reading(question, vocabulary, gazetteer, mends or {})
    return reading.result()


@dataclass
class _Reading:
    """One pass over a question; words turn from unread to a role."""

    question: Question
    vocabulary: Vocabulary
    gazetteer: Gazetteer
    mends: Mapping[str, str]
    repairs: list[Repair] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    area: Area | None = None
    unknown_place: str = ""
    choices: tuple[PlaceChoice, ...] = ()
    story: Sequence[Match] | None = None
    """The phrases that a story holds; None of what is none."""

    def __post_init__(self) -> None:
        text = self.question.text
        self.point = read_coordinates(text)
        read = tokens(without_coordinates(text) if self.point else text)
        short = (word for word in read if len(word) <= LONGEST_WORD)
        words = expand_hyphens(islice(short, MOST_WORDS), self.vocabulary.splitter)
        self.words = self.vocabulary.abbreviate([self._mend(word) for word in words])
        self.is_place_given = self.question.near is not None or bool(self.question.place.strip())
        self.stems = [self.vocabulary.stem(word) for word in self.words]
        self.roles: list[Role | None] = [
            Role.NOTHING if word in self.vocabulary.stop_words else None for word in self.words
        ]

    def result(self) -> Understood:
        """Reads in the order that the module's docstring gives."""
        self._read_place_field()
        self._read_postcodes()
        self._read_topics()
        self._read_languages()
        self._read_places()
        self._read_short_postcodes()
        found = [self._read_rest(index) for index, role in enumerate(self.roles) if role is None]
        words = [word for word in found if word is not None]
        guessed = None if self.concepts else self._guess()
        if self._says_nothing_else(words):
            words = self._general_words()
        filters = self.question.topics
        languages = dict.fromkeys([*self.question.languages, *self.languages])
        return Understood(
            concepts=tuple(self._widen(concept) for concept in self.concepts),
            words=tuple(words),
            topics=frozenset[str]().union(*(self.vocabulary.with_descendants(slug) for slug in filters)),
            filtered=frozenset(filters),
            languages=tuple(languages),
            area=self.area,
            unknown_place=self.unknown_place,
            repairs=tuple(self.repairs),
            choices=self.choices,
            guessed=guessed,
            likely=() if self.concepts and self.story is None else self._likely(guessed),
            pieces=tuple(Piece(word, role or Role.WORD) for word, role in zip(self.words, self.roles, strict=True)),
        )

    def _mend(self, word: str) -> str:
        taken = self.mends.get(word)
        if taken is None:
            return word
        self.repairs.append(Repair("spelling", word, taken))
        return taken

    def _read_place_field(self) -> None:
        if self.question.near is not None:
            self.area = self.gazetteer.area_at(*self.question.near)
        elif self.question.place.strip():  # what was typed as the place goes before what the text may name
            named = self.gazetteer.find(self.question.place)
            if named is None:
                named = self.gazetteer.find(" ".join(self._mend(word) for word in tokens(self.question.place)))
            if named is None:
                self.unknown_place = fold(self.question.place)
            else:
                self._take(named)

    def _take(self, named: Named) -> None:
        self.area = named.area
        if named.repaired:
            self.repairs.append(Repair("postcode", named.repaired, named.area.postcode))
        if named.choices:
            taken, *others = named.choices
            shown = ", ".join(choice.label for choice in others[:3])
            more = len(others) - 3
            self.repairs.append(Repair("ambiguous", taken.label, f"{shown} (+{more})" if more > 0 else shown))
            self.choices = named.choices

    def _read_postcodes(self) -> None:
        if self.point is not None and self.area is None and not self.unknown_place:
            self.area = self.gazetteer.area_at(*self.point)
        for index, word in enumerate(self.words):
            if len(word) == POSTCODE and word.isdigit() and (named := self.gazetteer.find_postcode(word)):
                self._take_postcode(index, named)

    def _read_short_postcodes(self) -> None:
        """With a lost zero, after all else: beside an unread word that is not its town it is of another country."""
        for index, word in enumerate(self.words):
            if self.roles[index] is not None or len(word) != POSTCODE - 1 or not word.isdigit():
                continue
            before, after = self.words[index - 1 : index] if index else [], self.words[index + 1 : index + 2]
            unread = [
                other for other, role in zip(after, self.roles[index + 1 : index + 2], strict=True) if role is None
            ]
            if before and before[0] in COUNTRIES:
                continue
            if named := self.gazetteer.find_postcode(word, near=unread):
                self._take_postcode(index, named)

    def _take_postcode(self, index: int, named: Named) -> None:
        self.roles[index] = Role.PLACE
        if self.area is None or (not self.area.postcode and self.area.name == named.area.name):
            self._take(named)

    def _read_topics(self) -> None:
        """Stop words of one language may be words of a phrase in another."""
        free = [index for index, role in enumerate(self.roles) if role in {None, Role.NOTHING}]
        matches = match_phrases(self.words, free, self.vocabulary)
        if not matches and (whole := match_wholes(self.words, free, self.vocabulary)) is not None:
            matches = [whole]
        if self._is_story(frozenset[int]().union(*(match.indices for match in matches))):
            self.story = matches
            matches = settle_story(self.words, free, self.vocabulary, matches)
        for match in matches:
            self._add_concept(match.topics, frozenset(self.stems[index] for index in match.indices))
            for index in match.indices:
                self.roles[index] = Role.TOPIC

    def _add_concept(self, slugs: frozenset[str], stems: frozenset[str]) -> None:
        """Two phrases that have a topic in common are one condition, for what they have in common."""
        topics = frozenset[str]().union(*(self.vocabulary.with_descendants(slug) for slug in slugs))
        for index, known in enumerate(self.concepts):
            if common := topics & known.topics:
                self.concepts[index] = Concept(common, known.stems | stems, (known.named | slugs) & common)
                return
        self.concepts.append(Concept(topics, stems, slugs))

    def _widen(self, concept: Concept) -> Concept:
        return replace(concept, wider=self.vocabulary.above(concept.topics) - concept.topics)

    def _is_story(self, matched: Collection[int]) -> bool:
        """Whether it says more than somebody who searches for a topic, a language and a place."""
        telling = [
            index
            for index, (stem, role) in enumerate(zip(self.stems, self.roles, strict=True))
            if role is None and stem not in self.vocabulary.general and stem not in self.vocabulary.language_stems
        ]
        return len(telling) > LONGEST_LIST or len(set(telling) - set(matched)) > 1

    def _likely(self, guessed: Concept | None) -> tuple[str, ...]:
        free = [index for index, role in enumerate(self.roles) if role not in {Role.PLACE, Role.LANGUAGE}]
        weights = weigh_topics(self.words, free, self.vocabulary, self.story or ())
        known = [*self.concepts, *([guessed] if guessed is not None else [])]
        return likely_topics(weights, frozenset[str]().union(*(concept.topics for concept in known)), self.vocabulary)

    def _guess(self) -> Concept | None:
        free = [index for index, role in enumerate(self.roles) if role is Role.WORD or role is None]
        guessed = guess(weigh_topics(self.words, free, self.vocabulary))
        if not guessed:
            return None
        topics = frozenset[str]().union(*(self.vocabulary.with_descendants(slug) for slug in guessed))
        return self._widen(Concept(topics, frozenset()))

    def _read_languages(self) -> None:
        for index, stem in enumerate(self.stems):
            code = self.vocabulary.language_stems.get(stem)
            if self.roles[index] is None and code is not None:
                self.roles[index] = Role.LANGUAGE
                if code != GERMAN:  # everybody here speaks it, and few sources say so
                    self.languages.append(code)

    def _read_places(self) -> None:
        """The longest names first; of several of one length the largest place: "wissen" is a small town as well."""
        for length in range(min(len(self.words), LONGEST_NAME), 0, -1):
            spans = (range(start, start + length) for start in range(len(self.words) - length + 1))
            named = [
                (span, found)
                for span in spans
                if self._may_be_place(span)
                and (found := self.gazetteer.find_name([self.words[index] for index in span], in_text=True)) is not None
            ]
            for span, found in sorted(named, key=lambda pair: -len(pair[1].area.postcodes)):
                if not self._may_be_place(span) or not self._is_this_place(found):
                    continue
                for index in (*span, *self._fillers_before(span)):
                    self.roles[index] = Role.PLACE
                if self.area is None:
                    self._take(found)

    def _is_this_place(self, found: Named) -> bool:
        """Whether the name may stand beside the place that is known; a district's tells which of several it is."""
        if self.area is None or self.area.name in {"", found.area.name}:
            return True
        if not self.is_place_given and set(found.area.districts) < set(self.area.districts):
            self._take(found)  # a town within the district or Land that was named
            return True
        chosen = self.gazetteer.choose(Named(self.area, self.choices), found.area.districts)
        chosen = chosen or self.gazetteer.choose(found, self.area.districts)
        if chosen is None:
            return False
        self.area, self.choices = chosen.area, ()
        self.repairs = [repair for repair in self.repairs if repair.kind != "ambiguous"]
        return True

    def _fillers_before(self, span: Sequence[int]) -> list[int]:
        """Words like "Raum" and "in der Nähe von" before a place, which say nothing by themselves."""
        found = []
        for index in range(span[0] - 1, -1, -1):
            if self.words[index] not in FILLERS or self.roles[index] not in {None, Role.NOTHING}:
                break
            found.append(index)
        return found

    def _may_be_place(self, span: Sequence[int]) -> bool:
        if len(span) == 1:
            word, stem = self.words[span[0]], self.stems[span[0]]
            return self.roles[span[0]] is None and len(word) >= SHORTEST_PLACE and stem not in self.vocabulary.general
        ends = (self.roles[span[0]], self.roles[span[-1]])
        return ends[0] is None and all(self.roles[index] in {None, Role.NOTHING} for index in span)

    def _read_rest(self, index: int) -> Word | None:
        """The word as it will be searched for; None when it says nothing or turned out to hold a topic."""
        word, stem = self.words[index], self.stems[index]
        if stem in self.vocabulary.general or len(word) == 1:
            self.roles[index] = Role.NOTHING
            return None
        parts = self.vocabulary.split(word)
        if topics := self._topic_of_compound(parts):
            self._add_concept(topics, frozenset({stem}))
            self.roles[index] = Role.TOPIC
            return None
        is_last = index == len(self.words) - 1 and self.question.text[-1:].isalnum()
        is_beginning = is_last and len(word) >= SHORTEST_BEGINNING
        is_long = is_beginning and len(word) > SHORTEST_BEGINNING
        may_become = self.vocabulary.topics_beginning_with(word) if is_long else frozenset[str]()
        stems = tuple(self.vocabulary.stem(part) for part in parts)
        return Word(word, stem, stems, is_beginning, may_become)

    def _topic_of_compound(self, parts: Sequence[str]) -> frozenset[str]:
        """Of the part that is a topic where the others say nothing: "Mietschuldenstelle" is about "Mietschulden"."""
        for part in parts:
            topics = self.vocabulary.german.topics_of(self.vocabulary.german.read(part))
            if topics and {self.vocabulary.stem(other) for other in parts if other != part} <= self.vocabulary.general:
                return topics
        return frozenset()

    def _says_nothing_else(self, words: Sequence[Word]) -> bool:
        return not (words or self.concepts or self.languages or self.area or self.unknown_place or self.question.topics)

    def _general_words(self) -> list[Word]:
        found = []
        for index, word in enumerate(self.words):
            if self.stems[index] in self.vocabulary.general:
                self.roles[index] = Role.WORD
                found.append(Word(word, self.stems[index]))
        return found
