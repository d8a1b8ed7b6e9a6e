"""Properties of services as lexemes of the index, so that one tsquery asks for them together with words and topics.

No word of a text can be equal to one of these, since words have letters and digits only. `~0` to `~3` says how well
an entry is kept: one each for a confirmation, for handovers, and for hours that are known. It orders what is found
where no place was asked for and more fits than can be ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.directory.model.indexing import Indexed
from services.directory.model.search import Question
from services.directory.rules.tsquery import quote

AUDIENCE, WAY_IN, INTERPRETATION, KEPT = "@", ">", "=", "~"
BEST_KEPT = 3

EXCLUDED_BY = {"women-only": "women", "men-only": "men"}
"""What an exclusion calls the people for whom an audience is made, where it is another word."""


def property_lexemes(indexed: Indexed, *, has_hours: bool) -> Iterator[str]:
    """The lexemes of a service."""
    yield from (AUDIENCE + audience for audience in indexed.audiences)
    yield from (WAY_IN + way for way in indexed.ways_in)
    yield from (INTERPRETATION + kind for kind in indexed.interpretation)
    yield f"{KEPT}{sum((indexed.confirmed_at is not None, indexed.accepts_handover, has_hours))}"


def write_properties(question: Question) -> list[str]:
    """One group of alternatives for each property that was asked for, as a tsquery takes them."""
    asked = ((AUDIENCE, question.audiences), (WAY_IN, question.ways_in), (INTERPRETATION, question.interpretation))
    return [" | ".join(quote(mark + value) for value in sorted(values)) for mark, values in asked if values]


def excluded_groups(audiences: Iterable[str]) -> tuple[str, ...]:
    """The groups that a service must not exclude when it is asked for these audiences."""
    return tuple(sorted({EXCLUDED_BY.get(audience, audience) for audience in audiences}))
