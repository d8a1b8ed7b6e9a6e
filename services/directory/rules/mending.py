"""Which words of a question may be misspelt, and what they most likely were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.directory.model.search import Question, Understood
from services.directory.rules.words import distance, tokens, tolerated


def suspicious_words(question: Question, understood: Understood) -> list[str]:
    """The folded words that nothing was made of, and those of a place that is not known."""
    words = [word.text for word in understood.words]
    if understood.unknown_place:
        words += list(tokens(question.place))
    return [word for word in dict.fromkeys(words) if tolerated(word) and not word.isdigit()]


def choose_mends(similar: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For each word the nearest known one, where it is near enough and another one; candidates come best first.

    A word that is known itself is not mended: then it is spelt right, and there is nothing of it.
    """
    mends = {}
    for word, candidates in similar.items():
        if word in candidates:
            continue
        limit = tolerated(word)
        measured = [(distance(word, candidate, limit), index) for index, candidate in enumerate(candidates)]
        near = [(far, index) for far, index in measured if far <= limit]
        if near:
            mends[word] = candidates[min(near)[1]]
    return mends
