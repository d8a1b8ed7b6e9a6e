"""German verbs made comparable: "nimmt … weg", "weggenommen" and "wegzunehmen" are all "wegnehmen".

A stemmer takes off endings; it does not know that "nahm" is "nehmen", that "ge" stands inside "abgestellt", or that the
first part of a verb goes to the end of the clause. Regular verbs are known by their infinitive, wherever the vocabulary
has it, so that "Gericht" is not taken for a form of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.directory.rules.words import Stemmer, fold

FARTHEST = 9
"""So many words may stand between a verb and the part that goes to the end."""

_ENDINGS = ("eten", "ten", "et", "te", "t")
_INFINITIVES = ("en", "ern", "eln")
_SHORTEST = 3


class Verbs:
    """The verbs of one language; knows none where no lists are given."""

    def __init__(
        self, stemmer: Stemmer, irregular: Iterable[Sequence[str]], particles: Iterable[str], texts: Iterable[str]
    ) -> None:
        """`texts`: all of the vocabulary, with the infinitives of regular verbs; nouns are written with a capital."""
        self._stemmer = stemmer
        written = {word.strip("(),.") for text in texts for word in text.replace("-", " ").split()}
        self._nouns = frozenset(fold(word) for word in written if word[:1].isupper())
        known = {fold(word) for word in written}
        self.particles = frozenset(map(fold, particles))
        self._longest_first = sorted(self.particles, key=len, reverse=True)
        self._infinitives: Mapping[str, str] = {
            stemmer(fold(form)): fold(forms[0]) for forms in irregular for form in forms
        }
        regular = (stemmer(word) for word in known if word.endswith(_INFINITIVES))
        self._regular = frozenset(regular) if self.particles else None

    def stem(self, word: str) -> str:
        """The stem of the infinitive where the word is a form of a verb, else its own."""
        if self._regular is None or word in self._nouns:
            return self._stemmer(word)
        infinitive = self._infinitive(word) or self._prefixed(word)
        return self._stemmer(infinitive or word)

    def join(self, particle: str, word: str) -> str:
        """The stem of the verb that the two make: "weg" and "nimmt" are "wegnehmen"; empty where they make none."""
        infinitive = self._infinitive(word) if word not in self._nouns else ""
        return self._stemmer(particle + infinitive) if infinitive else ""

    def _infinitive(self, word: str) -> str:
        return self._infinitives.get(self._stemmer(word), "") or self._of_regular(word)

    def _of_regular(self, word: str) -> str:
        """The infinitive of "stellt", "stellte" and "gestellt", when the vocabulary has it."""
        for ending in _ENDINGS:
            head = word.removesuffix(ending)
            if head == word or len(head) < _SHORTEST:
                continue
            for root in (head, head.removeprefix("ge")) if head.startswith("ge") else (head,):
                if len(root) >= _SHORTEST and self._stemmer(root + "en") in (self._regular or ()):
                    return root + "en"
        return ""

    def _prefixed(self, word: str) -> str:
        for particle in self._longest_first:
            rest = word.removeprefix(particle)
            if rest == word or len(rest) < _SHORTEST:
                continue
            for form in (rest, rest.removeprefix("zu")):
                if infinitive := self._infinitives.get(self._stemmer(form), ""):
                    return particle + infinitive
            middle = rest.removeprefix("ge")
            for ending in _ENDINGS:
                head = middle.removesuffix(ending)
                if head != middle and self._stemmer(particle + head + "en") in (self._regular or ()):
                    return particle + head + "en"
        return ""
