"""Stems of the languages in which clients ask, each with a memory of what it was asked.

German is the stemmer of the Snowball project that PostgreSQL uses, English is Snowball's too. The others are light:
they take off what case, possessive, article or person add (`languages/endings.json`), which keeps the words of a
question from those of the vocabulary. Snowball's Russian, Arabic and Turkish need letters that folding takes away and
that people leave out when they type; it has no Ukrainian and no Farsi.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from services.directory.rules.words import Stemmer

_ENDINGS = Path(__file__).parent / "languages" / "endings.json"
_MEMORY = 50_000
_SHORTEST_STEM = 3
_HARDENED = str.maketrans({"b": "p", "d": "t", "g": "k"})


def _snowball(language: str) -> Stemmer:
    stem: Stemmer = snowballstemmer.stemmer(language).stemWord
    return lru_cache(maxsize=_MEMORY)(stem)


def _light(beginnings: Sequence[str], endings: Sequence[str], *, short: bool = False) -> Stemmer:
    """Takes off one beginning and one ending, the longest that leave enough of the word.

    `short`: words of two letters and the ending of a case are common.
    """
    beginnings = sorted(beginnings, key=len, reverse=True)
    endings = sorted(endings, key=len, reverse=True)

    def stem(word: str) -> str:
        room = len(word) - _SHORTEST_STEM
        first = next((each for each in beginnings if len(each) <= room and word.startswith(each)), "")
        room -= len(first)
        least = room + 1 if short and not first else room
        last = next(
            (each for each in endings if len(each) <= (least if len(each) == 1 else room) and word.endswith(each)), ""
        )
        return word[len(first) : len(word) - len(last)]

    return lru_cache(maxsize=_MEMORY)(stem)


def _repeated(stem: Stemmer) -> Stemmer:
    """Takes off endings until none is left, for a language that adds one to another.

    The last letter stands as at a word's end, where b, d and a folded g are p, t and k.
    """

    def shortest(word: str) -> str:
        while (shorter := stem(word)) != word:
            word = shorter
        return word[:-1] + word[-1:].translate(_HARDENED)

    return lru_cache(maxsize=_MEMORY)(shortest)


def _read_stemmers() -> Mapping[str, Stemmer]:
    document = json.loads(_ENDINGS.read_text(encoding="utf-8"))
    light = {
        code: _light(found["beginnings"], found["endings"], short=code == "slavic")
        for code, found in document.items()
        if code != "review"
    }
    return {
        "de": _snowball("german"),
        "en": _snowball("english"),
        "tr": _repeated(light["tr"]),
        "uk": light["slavic"],
        "ru": light["slavic"],
        "ar": light["ar"],
        "fa": light["fa"],
    }


STEMMERS: Mapping[str, Stemmer] = _read_stemmers()
"""By language of the vocabulary; each takes a folded word, and gives the same stem for the same word."""
