"""What is asked of a question that nothing fits whole: people tell a story, and one part of it says what they need."""

from __future__ import annotations

from dataclasses import replace

from services.directory.model.search import Concept, Loosened, Repair, Role, Understood
from services.directory.rules.vocabulary import Vocabulary

STORY = 3
"""So many words beside a topic are a story: who holds them all by chance is not who helps."""


def tells_a_story(understood: Understood) -> bool:
    """Whether the words beside the topics are too many to be conditions."""
    return bool(understood.concepts) and len(understood.words) >= STORY


def loosen(understood: Understood, to: Loosened, vocabulary: Vocabulary) -> Understood | None:
    """The question with less of it asked for; None when that is the same, or nothing of the kind is left.

    What no longer counts is named among the repairs, so that nobody believes it was found.
    """
    if to is Loosened.TO_TOPICS:
        return _to_topics(understood)
    if to is Loosened.TO_WORDS:
        several = len(understood.words) > 1 and not understood.concepts
        return replace(understood, loosened=to) if several else None
    return _to_likely(understood, vocabulary) if to is Loosened.TO_LIKELY else _to_general(understood, vocabulary)


def _to_likely(understood: Understood, vocabulary: Vocabulary) -> Understood | None:
    """What else a story may be about; None where it hints at nothing else."""
    if not understood.likely or understood.topics:
        return None
    topics = frozenset[str]().union(*(vocabulary.with_descendants(slug) for slug in understood.likely))
    concept = Concept(topics, frozenset(), wider=vocabulary.above(topics) - topics)
    left = ", ".join(piece.text for piece in understood.pieces if piece.role in {Role.TOPIC, Role.WORD})
    repairs = (*understood.repairs, Repair("guessed", left, ""))
    return replace(understood, concepts=(concept,), words=(), repairs=repairs, loosened=Loosened.TO_LIKELY)


def _to_topics(understood: Understood) -> Understood | None:
    concepts, kind = understood.concepts, "unused"
    if not concepts and understood.guessed is not None:
        concepts, kind = (understood.guessed,), "guessed"
    if not concepts or (len(concepts) == 1 and not understood.words):
        return None
    return _without_words(understood, concepts, kind, Loosened.TO_TOPICS)


def _to_general(understood: Understood, vocabulary: Vocabulary) -> Understood | None:
    """Who advises on everything at the place; None where no place is known, or topics were chosen and not typed."""
    if understood.area is None or understood.topics or not (understood.words or understood.concepts):
        return None
    general = Concept(vocabulary.with_descendants(vocabulary.general_topic), frozenset())
    if not understood.concepts:
        return _without_words(understood, (general,), "not-understood", Loosened.TO_GENERAL)
    asked = ", ".join(piece.text for piece in understood.pieces if piece.role is Role.TOPIC)
    repairs = (*understood.repairs, Repair("nobody", asked, ""))
    return replace(understood, concepts=(general,), words=(), repairs=repairs, loosened=Loosened.TO_GENERAL)


def _without_words(understood: Understood, concepts: tuple[Concept, ...], kind: str, to: Loosened) -> Understood:
    given_up = ", ".join(word.text for word in understood.words)
    repairs = (*understood.repairs, Repair(kind, given_up, "")) if given_up else understood.repairs
    return replace(understood, concepts=concepts, words=(), repairs=repairs, loosened=to)
