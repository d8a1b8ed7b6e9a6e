"""The German stemmer of the Snowball project, the one that PostgreSQL uses, with a memory of what it was asked."""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

_GERMAN = snowballstemmer.stemmer("german")


@lru_cache(maxsize=100_000)
def german_stem(word: str) -> str:
    """The stem of a folded word."""
    stem: str = _GERMAN.stemWord(word)
    return stem
