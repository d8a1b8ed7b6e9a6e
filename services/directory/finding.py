"""Answers questions to the directory: reads them, mends misspelt words when nothing fits, says what would help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.common.clock import Clock
from services.directory.lexicon import LexiconCache
from services.directory.model.search import (
    DEFAULT_RADIUS_KM,
    Area,
    Facet,
    Found,
    Loosened,
    Page,
    Position,
    Question,
    Role,
    Understood,
)
from services.directory.paging import read_position, write_position
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.loosening import STORY, loosen, tells_a_story
from services.directory.rules.mending import choose_mends, suspicious_words
from services.directory.rules.properties import excluded_groups, write_properties
from services.directory.rules.relaxing import Relaxed, relax, text_without
from services.directory.rules.tsquery import write_alternatives, write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.wording import say, say_coverage
from services.directory.store.search import MOST_RANKED, Conditions, Preferences, Reading, SearchStore

LITTLE = 3
"""With fewer hits than this the answer says what could be relaxed."""


@dataclass(frozen=True, slots=True)
class Help:
    """A relaxed question with what it would find."""

    relaxed: Relaxed
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, how the question was read, and what would help."""

    hits: tuple[Found, ...]
    total: int
    total_is_capped: bool
    facets: tuple[Facet, ...]
    facets_are_capped: bool
    asked_at: datetime
    understood: Understood
    next_page_token: str
    helps: tuple[Help, ...]
    responsible: tuple[UUID, ...]
    coverage: str


class Finder:
    """Answers questions; the same question at the same time on the same data gets the same answer."""

    def __init__(
        self,
        store: SearchStore,
        vocabulary: Vocabulary,
        gazetteer: Gazetteer,
        clock: Clock,
        count_unmet: Callable[[Understood, datetime], None],
    ) -> None:
        """`count_unmet` is told of each question that nothing fits."""
        self._store = store
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._clock = clock
        self._count_unmet = count_unmet
        self._lexicon = LexiconCache(vocabulary.splitter.words)

    async def find(self, question: Question) -> Answer:
        """One page of hits. An unknown place gives none, and says so."""
        async with self._store.reading() as index:
            return await self._find(question, index)

    async def _find(self, question: Question, index: Reading) -> Answer:
        after = read_position(question)
        at = after.asked_at if after is not None else self._clock.now()
        read = understand(question, self._vocabulary, self._gazetteer)
        if after is not None:
            understood = await self._as_before(question, read, after, index)
            page = await self._search(question, understood, after, at, index)
        else:
            understood, page = await self._first(question, read, at, index)
        hits, rest, total = page.hits[: question.page_size], page.hits[question.page_size :], page.total
        helps = await self._help(question, understood, total, at, index) if after is None and total < LITTLE else ()
        if understood is not read and not hits and not helps:
            # What the words were taken for leads nowhere, so they were none: "heute" is not the town of Reute.
            understood, helps = read, await self._help(question, read, total, at, index)
        if not hits and after is None and _leads_nowhere(understood, helps):
            general = loosen(understood, Loosened.TO_GENERAL, self._vocabulary)
            found = await self._search(question, general, None, at, index) if general is not None else page
            if general is not None and found.hits:
                if not question.while_typing:
                    self._count_unmet(understood, at)
                understood, page = general, found
                hits, rest, total = page.hits[: question.page_size], page.hits[question.page_size :], page.total
        if after is None and not hits and not understood.unknown_place and not question.while_typing:
            self._count_unmet(understood, at)
        responsible = await self._responsible(understood, index) if after is None else []
        return Answer(
            hits=hits,
            total=total,
            total_is_capped=page.is_capped,
            facets=page.facets,
            facets_are_capped=page.facets_are_capped,
            asked_at=at,
            understood=understood,
            next_page_token=write_position(question, _position(at, hits[-1], understood)) if rest else "",
            helps=helps,
            responsible=tuple(id_ for id_, _ in responsible),
            coverage=self._say_coverage(question, understood, [name for _, name in responsible], after),
        )

    async def _first(
        self, question: Question, read: Understood, at: datetime, index: Reading
    ) -> tuple[Understood, Page]:
        """The first page of the question as it was read, else with words mended, else of a part of it."""
        understood = read
        page = await self._strictly(question, understood, at, index)
        if not page.hits and (mended := await self._mend(question, understood, index)) is not None:
            understood = mended
            page = await self._strictly(question, understood, at, index)
        if page.hits and not self._is_by_chance(understood, page):
            return understood, page
        readings = (understood, read) if page.hits or _says_more(understood, read) else (read,)
        for to in (Loosened.TO_TOPICS, Loosened.TO_LIKELY, Loosened.TO_WORDS):
            for reading in readings:
                loosened = loosen(reading, to, self._vocabulary)
                if loosened is None or (page.hits and (not loosened.concepts or to is Loosened.TO_LIKELY)):
                    continue
                more = await self._search(question, loosened, None, at, index)
                if more.total > page.total:
                    return loosened, more
        return (understood, page) if page.hits else (readings[0], Page(()))

    def _is_by_chance(self, understood: Understood, page: Page) -> bool:
        """Whether few services fit a topic with further words, and none of them is called by these words."""
        names = (self._vocabulary.index_stems(f"{hit.service_name} {hit.agency_name}") for hit in page.hits)
        stems = {word.stem for word in understood.words}
        by_name = bool(stems) and any(stems <= set(name) for name in names)
        return bool(understood.concepts) and page.total < LITTLE and not by_name

    async def _strictly(self, question: Question, understood: Understood, at: datetime, index: Reading) -> Page:
        """Hits that fit the whole question; none of a story, whose topics count and not its words."""
        return Page(()) if tells_a_story(understood) else await self._search(question, understood, None, at, index)

    async def _as_before(self, question: Question, read: Understood, after: Position, index: Reading) -> Understood:
        """The question as the first page took it."""
        mended = await self._mend(question, read, index) if after.mended else None
        understood = mended or read
        if after.loosened is Loosened.NOT:
            return understood
        return loosen(understood, after.loosened, self._vocabulary) or understood

    async def _search(
        self, question: Question, understood: Understood, after: Position | None, at: datetime, index: Reading
    ) -> Page:
        if understood.unknown_place:
            return Page(())
        return await index.search(
            _conditions(question, understood, at),
            _preferences(understood, self._vocabulary),
            after=after,
            page_size=question.page_size + 1,
            with_facets=question.with_facets,
        )

    async def _mend(self, question: Question, understood: Understood, index: Reading) -> Understood | None:
        """The question with misspelt words mended, or None when there is nothing to mend."""
        if tells_a_story(understood) and understood.area is not None:
            return None
        words = suspicious_words(question, understood)
        if not words:
            return None
        mends = choose_mends(words, await self._lexicon.read(index))
        return understand(question, self._vocabulary, self._gazetteer, mends) if mends else None

    async def _help(
        self, question: Question, understood: Understood, total: int, at: datetime, index: Reading
    ) -> tuple[Help, ...]:
        if understood.concepts and (understood.loosened or not total):
            # What was not found besides the topic would keep every other way from finding anything as well.
            question = replace(question, text=text_without(understood, Role.WORD))
            understood = understand(question, self._vocabulary, self._gazetteer)
        relaxed = relax(question, understood, self._vocabulary, _radius(question, understood.area))
        readings = [understand(one.question, self._vocabulary, self._gazetteer) for one in relaxed]
        counts = await index.count(
            [_conditions(one.question, reading, at) for one, reading in zip(relaxed, readings, strict=True)],
            enough=LITTLE,
        )
        helps = []
        best_radius = total
        for one, reading, found in zip(relaxed, readings, counts, strict=True):
            count = found
            if one.kind == "radius":
                if best_radius >= LITTLE or count <= best_radius:
                    continue  # a wider circle is offered only while the narrower ones still hold little
                best_radius = count
            if count > total:
                is_capped = count > MOST_RANKED and reading.area is None
                said = say("at-least", question.reader, MOST_RANKED) if is_capped else count
                count = MOST_RANKED if is_capped else found
                helps.append(Help(one, say(one.sentence, question.reader, *one.values, said), count))
        return tuple(helps)

    async def _responsible(self, understood: Understood, index: Reading) -> Sequence[tuple[UUID, str]]:
        area = understood.area
        if area is None or not area.postcodes:
            return []
        return await index.list_responsible(area, sorted(understood.named_topics))

    def _say_coverage(
        self, question: Question, understood: Understood, names: Sequence[str], after: Position | None
    ) -> str:
        if after is not None:
            return ""
        if understood.unknown_place:
            return say("unknown-place", question.reader, understood.unknown_place)
        area = understood.area
        if area is None or not area.postcodes:
            return ""
        return say_coverage(area, _top_topics(understood, self._vocabulary), names, self._vocabulary, question.reader)


def _leads_nowhere(understood: Understood, helps: Sequence[Help]) -> bool:
    """Whether nothing that was asked for is anywhere, or nothing was made of a whole story.

    Then the answer is at least whom to ask at the place.
    """
    told = [piece for piece in understood.pieces if piece.role in {Role.TOPIC, Role.WORD}]
    return len(told) > STORY or len(understood.words) >= STORY or all(help_.relaxed.kind == "text" for help_ in helps)


def _says_more(mended: Understood, read: Understood) -> bool:
    """Whether mending made a topic or the place of something that was none, and did not only turn words into others."""
    return (
        len(mended.concepts) > len(read.concepts)
        or (mended.area is not None and read.area is None)
        or (mended.guessed is not None and read.guessed is None)
    )


def _conditions(question: Question, understood: Understood, at: datetime) -> Conditions:
    words = write_tsquery(understood)
    asked = ([words] if words else []) + write_properties(question)
    return Conditions(
        tsquery=" & ".join(f"({group})" for group in asked) or None,
        words=words,
        topics=tuple(sorted(understood.topics)),
        languages=tuple(code for code in understood.languages if code != "de"),
        area=understood.area,
        radius_km=_radius(question, understood.area),
        accepts_handover=question.accepts_handover,
        has_room=question.has_room,
        at=at,
        age=question.age,
        excluded=excluded_groups(question.audiences),
        open_at=at if question.open_now else question.open_at,
        ways_in=question.ways_in,
        alternatives=write_alternatives(understood),
    )


def _preferences(understood: Understood, vocabulary: Vocabulary) -> Preferences:
    """Topics as the ranking looks at them: those above the named ones were not asked for, yet are nearer than none."""
    named = understood.named_topics
    wider = vocabulary.above(named) - named
    return Preferences(tuple(sorted(understood.exact_topics)), tuple(sorted(named)), tuple(sorted(wider)))


def _position(asked_at: datetime, last: Found, understood: Understood) -> Position:
    mended = any(repair.kind == "spelling" for repair in understood.repairs)
    return Position(asked_at, last.score, last.service_id, mended, understood.loosened)


def _radius(question: Question, area: Area | None) -> float:
    """The radius asked for, at least as far as the place itself reaches."""
    return max(float(question.radius_km or DEFAULT_RADIUS_KM), area.reach_km if area is not None else 0.0)


def _top_topics(understood: Understood, vocabulary: Vocabulary) -> list[str]:
    """The topics asked for without those that stand below another of them."""
    named = understood.named_topics
    return sorted(slug for slug in named if vocabulary.topics[slug].parent not in named)
