"""Words of documents, in the language and variety in which she may have been asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from unicodedata import bidirectional

from gateway.languages import SOURCE_LANGUAGE, direction_of, name_of, separator_of
from gateway.web import vocabulary
from gateway.web.rendering import time_in
from gateway.web.translations import translations

STANDARD = "standard"
_EASY = "leichte-sprache"


@dataclass(frozen=True, slots=True)
class Wording:
    """A language (ISO 639-1) and a language variety, as consent names them."""

    language: str
    variety: str = STANDARD

    @classmethod
    def named(cls, name: str) -> "Wording":
        """The one of a language of the pages."""
        language, _, variety = name.partition("-")
        return cls(language, variety or STANDARD)

    @property
    def is_easy(self) -> bool:
        """German in plain words, which is set larger."""
        return self.variety == _EASY

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way it is written."""
        return direction_of(self.language)

    def say(self, text: str) -> str:
        """A text of the source in these words."""
        return translations(name_of(self.language, self.variety)).gettext(text)

    def word(self, value: str, kind: str) -> str:
        """What a word of the vocabulary is called; itself where it is not known, so that nothing is hidden."""
        table = vocabulary.ALL[kind]
        return self.say(table[value]) if value in table else value

    def words(self, values: Iterable[str], kind: str) -> str:
        """Words of the vocabulary, one after the other."""
        return separator_of(self.language).join(self.word(value, kind) for value in values)

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
