"""Names of towns written in Cyrillic or Arabic letters, compared by what all scripts write: the consonants.

Vowels come out differently with every writer, and Arabic leaves most of them out; a German w, v and f are one letter
elsewhere, and so are g, h and ch. What is left of a name ("hnfr" of Hannover, Ганновер and هانوفر) is short, so that a
town is read from it only where no other of the same consonants is nearly as large.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.directory.rules.words import script_of

SHORTEST, SHORTEST_IN_TEXT = 3, 5
"""Fewer consonants tell nothing; in running text "больна" has those of Plauen."""
LARGE = 5
"""With so many postcodes a town is looked for in running text."""

OUTWEIGHED = 5
"""A town with so many times the postcodes of the next one is meant."""

_LATIN = (
    ("tsch", "tš"), ("sch", "š"), ("ch", "h"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("qu", "kf"), ("x", "ks"),
    ("tz", "s"), ("z", "s"), ("c", "k"), ("q", "k"), ("v", "f"), ("w", "f"), ("g", "h"), ("p", "b"),
)  # fmt: skip
_SILENT = re.compile(r"(?<=[aeiouy])h(?=[^aeiouy]|$)")
_SOUNDS = {
    "b": "бпبپ", "f": "вффڤف", "h": "гхجغگحخه", "d": "дدذض", "t": "тتطث", "š": "жшщشژ", "tš": "чچ",
    "s": "зсцسصزظ", "k": "ккقك", "l": "лل", "m": "мم", "n": "нن", "r": "рر",
    "a": "ая", "e": "еэє", "i": "yиіїы", "o": "о", "u": "ую",  # noqa: RUF001
}  # fmt: skip
"""What each letter of the other scripts sounds like; vowels of Arabic letters are left out, since writers do so."""
_OF_LETTER: Mapping[str, str] = {letter: sound for sound, letters in _SOUNDS.items() for letter in letters}
_VOWELS = frozenset("aeiou")
_ALIKE = (("dt", "t"), ("ts", "s"), ("šb", "sb"), ("št", "st"), ("td", "t"))
_TWICE = re.compile(r"(.)\1+")
_ENDINGS = ("ом", "ем", "ов", "ами", "ах")  # noqa: RUF001
_BEGINNINGS = ("ب", "ل", "و", "ال", "بال")


def skeleton(word: str) -> str:
    """The consonants of a folded name in any of the three scripts."""
    if script_of(word) == "latin":
        text = _SILENT.sub("", word.replace("sch", "š").replace("ch", "χ")).replace("χ", "ch").replace("š", "sch")
        for letters, sound in _LATIN:
            text = text.replace(letters, sound)
        text = "".join(letter for letter in text if letter not in "aeiouyj" and letter.isalpha())
    else:
        first = "f" if word[0] == "و" else ""
        text = first + "".join(sound for letter in word if (sound := _OF_LETTER.get(letter, "")) not in _VOWELS)
    for letters, sound in _ALIKE:
        text = text.replace(letters, sound)
    return _TWICE.sub(r"\1", text)


def forms_of(word: str) -> list[str]:
    """The word, and what it may be without the ending of a case or a preposition written together with it."""
    forms = [word]
    if script_of(word) == "cyrillic":
        forms += [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        forms += [word[:-2] + "г"] if word.endswith(("зі", "зи")) else []  # noqa: RUF001
    else:
        forms += [word.removeprefix(start) for start in _BEGINNINGS if word.startswith(start)]
    return forms


def vowels(word: str) -> str:
    """The vowels of a folded name, as far as its script writes them."""
    return "".join(sound for letter in word if (sound := _OF_LETTER.get(letter, letter)) in _VOWELS)


class Skeletons:
    """The towns of one word by their consonants."""

    def __init__(self, sizes: Iterable[tuple[str, int]]) -> None:
        """Folded names, each with how many postcodes it has."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for name, size in sizes:
            found[skeleton(name)][name] = max(size, found[skeleton(name)].get(name, 0))
        self._names = {
            bones: sorted(names.items(), key=lambda pair: (-pair[1], pair[0])) for bones, names in found.items()
        }

    def find(self, word: str, *, in_text: bool = False) -> str:
        """The name that a word of another script is; empty where none is, or several of like size."""
        shortest, smallest = (SHORTEST_IN_TEXT, LARGE) if in_text else (SHORTEST, 1)
        for form in forms_of(word):
            bones = skeleton(form)
            names = self._names.get(bones, []) if len(bones) >= shortest else []
            if not names or names[0][1] < smallest:
                continue
            if len(names) == 1 or names[0][1] >= OUTWEIGHED * names[1][1]:
                return names[0][0]
            sound = vowels(form)
            least = max(smallest, names[0][1] // OUTWEIGHED)
            alike = [name for name, size in names if sound and vowels(name) == sound and size >= least]
            if len(alike) == 1:
                return alike[0]
        return ""
