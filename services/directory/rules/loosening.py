"""What is asked of a question that nothing fits whole: people tell a story, and one part of it says what they need."""

from __future__ import annotations

from dataclasses import replace

from services.directory.model.search import Repair, Understood


def loosen(understood: Understood) -> Understood | None:
    """The question of which any topic will do, or any word where no topic was understood; None when that is the same.

    The words that no longer count are named among the repairs, so that nobody believes they were found.
    """
    given_up = understood.words if understood.concepts else ()
    if not given_up and len(understood.concepts) + len(understood.words) < 2:
        return None
    unused = ", ".join(word.text for word in given_up)
    repairs = (*understood.repairs, Repair("unused", unused, "")) if unused else understood.repairs
    return replace(understood, words=() if understood.concepts else understood.words, repairs=repairs, loosened=True)
