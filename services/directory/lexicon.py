"""Keeps the known words in memory for mending, and reads them anew when an import brought others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from services.directory.rules.mending import Lexicon
from services.directory.store.search import Reading


class LexiconCache:
    """The words of the directory as they are now. Words are only ever added, so their number tells whether to read."""

    def __init__(self, parts: Iterable[str]) -> None:
        """`parts` are words that compounds are made of, beside those of the directory."""
        self._parts = frozenset(parts)
        self._lexicon = Lexicon(())
        self._count = -1

    async def read(self, index: Reading) -> Lexicon:
        """The words; making them ready takes a fraction of a second, beside the questions of others."""
        count = await index.count_words()
        if count != self._count:
            words = await index.list_words()
            self._lexicon = await asyncio.to_thread(Lexicon, words, self._parts)
            self._count = count
        return self._lexicon
