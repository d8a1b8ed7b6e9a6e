"""Words of documents, in more languages than the pages have: those in which she may have been asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from unicodedata import bidirectional

from gateway.errors import LANGUAGES
from gateway.web import vocabulary
from gateway.web.rendering import time_in
from gateway.web.translations import SOURCE_LANGUAGE, document_translations, translations

STANDARD = "standard"
_EASY = "leichte-sprache"
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A language (ISO 639-1) and a language variety, as consent names them."""

    language: str
    variety: str = STANDARD

    @property
    def is_easy(self) -> bool:
        """German in plain words, which is set larger."""
        return self.variety == _EASY

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way it is written."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"

    @property
    def catalogue(self) -> str:
        """Its folder among the catalogues."""
        return f"{self.language}-{self.variety}" if self.variety != STANDARD else self.language

    def say(self, text: str) -> str:
        """A text of the source in these words. German and English are those of the pages."""
        has_pages = self.variety == STANDARD and self.language in LANGUAGES
        found = translations(self.language) if has_pages else document_translations(self.catalogue)
        return found.gettext(text)

    def word(self, value: str, kind: str) -> str:
        """What a word of the vocabulary is called; itself where it is not known, so that nothing is hidden."""
        table = vocabulary.ALL[kind]
        return self.say(table[value]) if value in table else value

    def words(self, values: Iterable[str], kind: str) -> str:
        """Words of the vocabulary, one after the other."""
        return ("، " if self.direction == "rtl" else ", ").join(self.word(value, kind) for value in values)

    def time(self, moment: datetime) -> str:
        """German time."""
        return time_in(moment, self.language)


@dataclass(frozen=True, slots=True)
class Written:
    """A text that may be in another script than what surrounds it, with the direction of its first letter."""

    text: str
    direction: Literal["ltr", "rtl"]


def written(text: str) -> Written:
    """A text of somebody else; from left to right where it has no letter."""
    letters = (bidirectional(letter) for letter in text)
    first = next((kind for kind in letters if kind in {"L", "R", "AL"}), "L")
    return Written(text, "ltr" if first == "L" else "rtl")


WORDINGS = (
    Wording("de"),
    Wording("de", _EASY),
    Wording("en"),
    Wording("ar"),
    Wording("uk"),
    Wording("fa"),
    Wording("tr"),
    Wording("ru"),
)


def nearest_wording(*wishes: tuple[str, str]) -> Wording:
    """The first wish there is, else the standard variety of a language wished for, else that of the source."""
    there = {(each.language, each.variety): each for each in WORDINGS}
    for wish in (*wishes, *((language, STANDARD) for language, _ in wishes)):
        if wish in there:
            return there[wish]
    return Wording(SOURCE_LANGUAGE)
