"""Writes the understood words of a question as a tsquery: all groups must match, in a group any alternative.

Of a question that was loosened any group will do.
"""

from __future__ import annotations

from services.directory.model.search import Concept, Understood, Word


def quote(lexeme: str) -> str:
    """A lexeme as tsvector and tsquery read it, whatever is in it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def topic_lexeme(slug: str) -> str:
    """The lexeme that stands for a topic in the index; no word of a text can be equal to it."""
    return f"#{slug}"


def write_tsquery(understood: Understood) -> str | None:
    """The question's words and concepts; None when it has none, which matches everything."""
    concepts = [_concept(concept) for concept in understood.concepts]
    words = [_word(word) for word in understood.words]
    if understood.loosened:
        return " | ".join(f"({group})" for group in concepts + words) or None
    return " & ".join(f"({group})" for group in concepts + words) or None


def write_alternatives(understood: Understood) -> tuple[str, ...]:
    """Each topic of a loosened question by itself, where there are several: who serves more of them ranks higher."""
    several = understood.loosened and len(understood.concepts) > 1
    return tuple(_concept(concept) for concept in understood.concepts) if several else ()


def _concept(concept: Concept) -> str:
    """One of the topics, one above them, or the phrase itself in the name of the service or agency."""
    alternatives = [quote(topic_lexeme(slug)) for slug in sorted(concept.topics | concept.wider)]
    if concept.stems:
        alternatives.append("(" + " & ".join(f"{quote(stem)}:AB" for stem in sorted(concept.stems)) + ")")
    return " | ".join(alternatives)


def _word(word: Word) -> str:
    alternatives = [quote(word.stem)]
    if word.is_beginning:
        alternatives.append(f"{quote(word.text)}:*")
    if word.parts:
        alternatives.append("(" + " & ".join(quote(stem) for stem in word.parts) + ")")
    alternatives += [quote(topic_lexeme(slug)) for slug in sorted(word.topics)]
    return " | ".join(alternatives)
