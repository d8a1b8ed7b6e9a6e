"""What could be given up when little or nothing fits, one condition at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.directory.model.search import Question, Role, Understood
from services.directory.rules.labels import say_words
from services.directory.rules.vocabulary import Vocabulary

WIDER_KM = (50, 100, 200)
INTERPRETERS = ("video-interpreter", "arranged")


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A question without one condition; `kind` names it to the caller, `sentence` and `values` say it."""

    kind: str
    sentence: str
    values: tuple[object, ...]
    question: Question


def relax(question: Question, understood: Understood, vocabulary: Vocabulary, radius_km: float) -> list[Relaxed]:
    """All questions with one condition less that still ask for something."""
    return list(_relaxed(replace(question, page_token=""), understood, vocabulary, radius_km))


def _relaxed(question: Question, understood: Understood, vocabulary: Vocabulary, radius_km: float) -> Iterator[Relaxed]:
    reader = question.reader
    if understood.area is not None:
        for wider in WIDER_KM:
            if wider > radius_km:
                yield Relaxed("radius", "radius", (wider,), replace(question, radius_km=wider))
    if understood.unknown_place:
        yield Relaxed("place", "place", (), replace(question, place=""))
    if understood.languages:
        names = ", ".join(vocabulary.language_name(code, reader) for code in understood.languages)
        text = text_without(understood, Role.LANGUAGE)
        yield Relaxed("language", "any-language", (names,), replace(question, text=text, languages=()))
        yield from _other_ways_to_be_understood(question, understood, text)
    yield from _wider_topics(question, understood, vocabulary)
    yield from _likely_topics(question, understood, vocabulary)
    yield from _without_properties(question)
    if question.has_room:
        yield Relaxed("room", "room", (), replace(question, has_room=False))
    if question.accepts_handover:
        yield Relaxed("handover", "handover", (), replace(question, accepts_handover=False))
    if understood.words and (understood.named_topics or understood.languages or understood.area):
        words = ", ".join(word.text for word in understood.words)
        text = text_without(understood, Role.WORD)
        yield Relaxed("text", "text", (words,), replace(question, text=text))


def _other_ways_to_be_understood(question: Question, understood: Understood, text: str) -> Iterator[Relaxed]:
    """An interpreter, or English, instead of the languages that were asked for."""
    for kind in INTERPRETERS:
        if not question.interpretation or kind in question.interpretation:
            asked = replace(question, text=text, languages=(), interpretation=(kind,))
            yield Relaxed("interpreter", f"with-{kind}", (), asked)
    if "en" not in understood.languages:
        yield Relaxed("other-language", "english-instead", (), replace(question, text=text, languages=("en",)))


def _without_properties(question: Question) -> Iterator[Relaxed]:
    reader = question.reader
    if question.audiences:
        words = say_words(question.audiences, reader)
        yield Relaxed("audience", "any-audience", (words,), replace(question, audiences=()))
    if question.age is not None:
        yield Relaxed("age", "any-age", (question.age,), replace(question, age=None))
    if question.ways_in:
        words = say_words(question.ways_in, reader)
        yield Relaxed("way-in", "any-way", (words,), replace(question, ways_in=()))
    if question.interpretation:
        words = say_words(question.interpretation, reader)
        yield Relaxed("interpretation", "any-interpretation", (words,), replace(question, interpretation=()))
    if question.open_now or question.open_at is not None:
        yield Relaxed("open", "any-time", (), replace(question, open_now=False, open_at=None))


def _wider_topics(question: Question, understood: Understood, vocabulary: Vocabulary) -> Iterator[Relaxed]:
    parents = sorted({vocabulary.topics[slug].parent for slug in understood.named_topics} - {""})
    wider = [slug for slug in parents if slug not in understood.named_topics]
    if wider:
        labels = ", ".join(vocabulary.label(slug, question.reader) for slug in wider)
        text = text_without(understood, Role.TOPIC)
        yield Relaxed("topic", "wider-topic", (labels,), replace(question, text=text, topics=tuple(wider)))


def _likely_topics(question: Question, understood: Understood, vocabulary: Vocabulary) -> Iterator[Relaxed]:
    """What a story may be about, one question each: asking back is better than an empty page."""
    kept = {Role.PLACE, Role.LANGUAGE}
    text = " ".join(piece.text for piece in understood.pieces if piece.role in kept)
    for slug in understood.likely:
        label = vocabulary.label(slug, question.reader)
        yield Relaxed("topic", "likely-topic", (label,), replace(question, text=text, topics=(slug,)))


def text_without(understood: Understood, role: Role) -> str:
    """The words of the question but those of this role."""
    return " ".join(piece.text for piece in understood.pieces if piece.role is not role)
