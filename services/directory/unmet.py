"""Counts searches that found nothing, per month, district, topic and language: never a text, never who asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from services.directory.model.coverage import Need
from services.directory.model.search import Understood
from services.directory.rules.openings import BERLIN
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.coverage import UnmetWriter

FLUSH_SECONDS = 30.0
MOST_WAITING = 10_000
"""Different needs held in memory; what comes on top while the database is away is not counted."""


class UnmetNeeds:
    """What was counted and is not yet written. A process that is killed loses half a minute of it."""

    def __init__(self, writer: UnmetWriter, vocabulary: Vocabulary) -> None:
        self._writer = writer
        self._vocabulary = vocabulary
        self._counts: Counter[Need] = Counter()

    def count(self, understood: Understood, at: datetime) -> None:
        """Notes a search that found nothing; one that was understood to be for nothing is none."""
        for need in self._needs(understood, at):
            if need in self._counts or len(self._counts) < MOST_WAITING:
                self._counts[need] += 1

    async def flush(self) -> None:
        """Writes what was counted; it stays counted when that fails."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._writer.add(counts)
        except BaseException:
            self._counts += counts
            raise

    async def run(self) -> None:
        """Writes every half minute until it is cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    def _needs(self, understood: Understood, at: datetime) -> Iterable[Need]:
        month = at.astimezone(BERLIN).date().replace(day=1)
        area = understood.area
        district = area.districts[0] if area is not None and len(area.districts) == 1 else ""
        exact = understood.exact_topics
        topics = sorted(slug for slug in exact if self._vocabulary.topics[slug].parent not in exact)
        languages = [code for code in understood.languages if code in self._vocabulary.languages]
        for topic in topics or [""]:
            for language in languages or [""]:
                if topic or language or district:
                    yield Need(month, district, topic, language)
