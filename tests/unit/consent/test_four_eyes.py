"""Who may sign and publish a text, and what a version is good for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.consent.model.draft import Hand
from services.consent.model.text import Text, TextState, TextVersion
from services.consent.rules.four_eyes import OFFICER, OPERATOR, may_publish, may_sign
from services.consent.rules.texts import content_hash, states_of
from tests.unit.consent.builders import NOW

BETTY, BRUNO = Hand(UUID(int=1), OPERATOR), Hand(UUID(int=2), OPERATOR)
HAUKE, HELGA = Hand(UUID(int=3), OFFICER), Hand(UUID(int=4), OFFICER)


def test_whoever_wrote_a_word_neither_signs_nor_publishes() -> None:
    assert not may_sign({BETTY}, BETTY)
    assert not may_publish({BETTY, HAUKE}, HAUKE)
    assert not may_publish({BETTY}, Hand(BETTY.person_id, OFFICER)), "another role is the same person"
    assert may_sign({BETTY}, HAUKE)
    assert may_publish({BETTY}, BRUNO)


def test_of_two_people_one_is_an_operator() -> None:
    assert may_publish({HAUKE}, BETTY)
    assert may_publish({BETTY}, HAUKE)
    assert may_publish({HAUKE, BETTY}, HELGA)
    assert not may_publish({HAUKE}, HELGA)


def test_a_draft_that_nobody_wrote_is_published_by_nobody_but_an_operator() -> None:
    assert may_publish((), BETTY)
    assert not may_publish((), HAUKE)


def test_what_is_in_force_is_told_from_what_waits() -> None:
    def version(number: int, reviewer: str, *, retired: bool = False) -> TextVersion:
        text = Text("advice", "de", "standard", "T", f"B{number}", "", reviewer, None, demo=False)
        return TextVersion(
            UUID(int=number), text, content_hash(text), NOW - timedelta(days=number), NOW if retired else None
        )

    newest_first = [
        version(1, "", retired=True), version(2, ""), version(3, ""), version(4, "R"), version(5, ""), version(6, "R"),
    ]  # fmt: skip
    assert states_of(newest_first) == [
        TextState.RETIRED, TextState.UNREVIEWED, TextState.REPLACED, TextState.REVIEWED, TextState.REPLACED,
        TextState.REPLACED,
    ]  # fmt: skip
